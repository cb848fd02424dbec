// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lookup.hpp"

#include <algorithm>

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

}  // namespace codescan
