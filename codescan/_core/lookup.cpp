// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace codescan {
namespace {

void unite(std::vector<Weak>& parts) {
  std::sort(parts.begin(), parts.end(),
            [](const Weak& a, const Weak& b) { return a.start < b.start; });
  std::size_t kept = 0;
  for (const Weak& part : parts) {
    if (kept && part.start <= parts[kept - 1].end) {
      parts[kept - 1].end = std::max(parts[kept - 1].end, part.end);
    } else {
      parts[kept++] = part;
    }
  }
  parts.resize(kept);
}

// Adds the postings of a shard to those of the shards before it, token by token.
void add_uses(const std::vector<KeyUse>& from, std::vector<KeyUse>& to) {
  if (to.empty()) {
    to = from;
    return;
  }
  std::unordered_map<u32, std::size_t> places;
  for (std::size_t i = 0; i < to.size(); ++i) places.emplace(to[i].token, i);
  for (const KeyUse& use : from) {
    const auto [at, is_new] = places.emplace(use.token, to.size());
    if (is_new) {
      to.push_back(use);
    } else {
      u32& postings = to[at->second].postings;
      postings += std::min(use.postings, ~postings);
    }
  }
}

}  // namespace

std::vector<Answer> look_up(const std::vector<const Shard*>& shards, const Streams& query,
                            const u8* text, const Profile& profile,
                            const Permutations& permutations, const LazyBounds& bounds) {
  std::vector<Fingerprint> prints[kForms];
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    const bool is_held = std::any_of(shards.begin(), shards.end(), [form](const Shard* shard) {
      return shard->postings(form) > 0;
    });
    if (!is_held) continue;
    if (form == Form::bag) {
      bag_fingerprints(text, query.code(), permutations, prints[f], kQueryStride);
    } else {
      query_fingerprints(query, form, profile.scheme[f], prints[f]);
    }
    // The memory comes while the next form's fingerprints are computed.
    for (const Shard* shard : shards) shard->form(form).prefetch_buckets(prints[f]);
  }
  std::vector<Answer> answers(shards.size());
  for (std::size_t s = 0; s < shards.size(); ++s) {
    const Shard& shard = *shards[s];
    for (int f = 0; f < kForms; ++f) shard.form(static_cast<Form>(f)).prefetch_keys(prints[f]);
    for (int f = 0; f < kTokenForms; ++f) {
      Answer::OfForm& of = answers[s].forms[f];
      shard.search(prints[f], static_cast<Form>(f), profile.scheme[f], of.candidates, of.groups,
                   of.uses, bounds, &of.weak);
      unite(of.weak);
    }
    shard.search_bags(prints[static_cast<int>(Form::bag)], answers[s].bags);
  }
  const bool is_empty = std::all_of(answers.begin(), answers.end(),
                                    [](const Answer& answer) { return answer.is_empty(); });
  if (is_empty) answers.clear();
  return answers;
}

Answer joined(std::vector<Answer>&& answers, const std::vector<u32>& bases) {
  Answer all;
  for (std::size_t s = 0; s < answers.size(); ++s) {
    const u32 base = bases[s];
    for (int f = 0; f < kTokenForms; ++f) {
      Answer::OfForm& from = answers[s].forms[f];
      Answer::OfForm& to = all.forms[f];
      const u32 above = static_cast<u32>(to.candidates.size());
      for (Candidate& candidate : from.candidates) candidate.content += base;
      for (CandidateGroup& group : from.groups) {
        group.content += base;
        group.first += above;
        group.end += above;
      }
      to.candidates.insert(to.candidates.end(), from.candidates.begin(), from.candidates.end());
      to.groups.insert(to.groups.end(), from.groups.begin(), from.groups.end());
      to.weak.insert(to.weak.end(), from.weak.begin(), from.weak.end());
      add_uses(from.uses, to.uses);
    }
    for (BagCandidate& bag : answers[s].bags) bag.content += base;
    all.bags.insert(all.bags.end(), answers[s].bags.begin(), answers[s].bags.end());
  }
  for (Answer::OfForm& form : all.forms) {
    std::stable_sort(form.groups.begin(), form.groups.end(),
                     [](const CandidateGroup& a, const CandidateGroup& b) {
                       return std::tie(b.shared, b.sides, a.content_token, a.content) <
                              std::tie(a.shared, a.sides, b.content_token, b.content);
                     });
    std::sort(form.weak.begin(), form.weak.end(), [](const Weak& a, const Weak& b) {
      return std::tie(a.start, a.end) < std::tie(b.start, b.end);
    });
  }
  std::stable_sort(all.bags.begin(), all.bags.end(),
                   [](const BagCandidate& a, const BagCandidate& b) {
                     return std::tie(b.hits, a.content, a.query_token) <
                            std::tie(a.hits, b.content, b.query_token);
                   });
  return all;
}

}  // namespace codescan
