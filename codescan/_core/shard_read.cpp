// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>
#include <utility>

#include "memory_form.hpp"

namespace codescan {
namespace {

struct Hit {
  u64 line;  // content and diagonal: hits with the same one may be of one run
  u32 query_token;
  u32 print;  // which of the query's fingerprints that are in the shard
  u8 sides;
  bool is_rare;

  static u64 line_of(u32 content, u32 query_token, u32 content_token) {
    return u64{content} << 33 | ((1ULL << 32) + content_token - query_token);
  }
  u32 content() const { return static_cast<u32>(line >> 33); }
  u32 content_token() const { return static_cast<u32>(line + query_token); }  // 2^32 drops out
};

// Fingerprints on one diagonal.
struct Stretch {
  Candidate run;
  u32 first_print;
  u32 last_print;
  bool is_rare;  // the first
};

// Candidates of a form up to which none is left out for its score: to look at the texts of a few
// costs less than to score the query, and nearly always shows that they share too little.
constexpr std::size_t kUnweighed = 16;

constexpr u32 kNear = 96;  // what an edit may lie between: a gap of 40 tokens and the runs around

// Share of the least score that a lone fingerprint must have, as what is left of an edited copy.
constexpr double kLoneShare = 0.6;

bool is_near(u32 a, u32 b) { return (a > b ? a - b : b - a) <= kNear; }

// Proposes what may be a run of t tokens, and shorter ones that an edit may have left of one. All
// stretches are of one content, sorted by diagonal. Within kNear tokens of a query there are few of
// them, since a key has at most kMaxPostingsPerContent places in a content.
//
// Stretches that lie near each other in the query may be one edited passage: they are left out only
// if all of them together, with what lies between, cannot score enough, and only if `is_weighed`.
void propose(std::vector<Stretch>& stretches, Form form, const Scheme& scheme,
             const LazyBounds& bounds, bool is_weighed, std::vector<Candidate>& out,
             std::vector<CandidateGroup>& groups, std::vector<Weak>* weak) {
  static thread_local std::vector<u32> by_query_of_thread;
  static thread_local std::vector<u8> is_kept_of_thread;
  // A name of its own: each use of the thread's would be a call in the loops below.
  std::vector<u32>& by_query = by_query_of_thread;  // places in `stretches`
  std::vector<u8>& is_kept = is_kept_of_thread;
  const std::size_t n = stretches.size();
  by_query.resize(n);
  for (u32 i = 0; i < n; ++i) by_query[i] = i;
  if (n > 1) {
    std::sort(by_query.begin(), by_query.end(), [&](u32 a, u32 b) {
      return stretches[a].run.query_token < stretches[b].run.query_token;
    });
  }
  is_kept.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const Stretch& s = stretches[by_query[i]];
    if (s.run.hits > 1 || s.run.sides > 0) is_kept[by_query[i]] = 1;
    for (std::size_t j = i + 1; j < n; ++j) {
      const Stretch& other = stretches[by_query[j]];
      if (!is_near(other.run.query_token, s.run.last_query_token)) break;
      if (other.run.query_token != s.run.query_token &&
          is_near(other.run.content_token,
                  s.run.content_token + (s.run.last_query_token - s.run.query_token))) {
        is_kept[by_query[i]] = is_kept[by_query[j]] = 1;
      }
    }
  }
  const std::size_t begin = out.size();
  const bool may_be_lone =
      !is_kept[0] && n == 1 && form == Form::exact && stretches[0].is_rare;
  if (!may_be_lone && std::find(is_kept.begin(), is_kept.end(), 1) == is_kept.end()) return;
  const ScoreBound* bound =
      bounds && (is_weighed || may_be_lone) ? bounds() + static_cast<int>(form) : nullptr;
  const bool is_lone = may_be_lone &&
                       (!bound || bound->best(stretches[0].run.query_token,
                                              stretches[0].run.query_token, scheme) >=
                                      kLoneShare * bound->least);
  if (bound && is_weighed) {
    for (std::size_t i = 0; i < n;) {
      if (!is_kept[by_query[i]]) {
        ++i;
        continue;
      }
      const std::size_t first = i;
      const u32 start = stretches[by_query[i]].run.query_token;
      u32 last = start;
      for (; i < n; ++i) {
        const Stretch& s = stretches[by_query[i]];
        if (s.run.query_token > last + kNear) break;
        if (is_kept[by_query[i]]) last = std::max(last, s.run.last_query_token);
      }
      if (bound->best(start, last, scheme) >= bound->least) continue;
      for (std::size_t j = first; j < i; ++j) is_kept[by_query[j]] = 0;
      if (weak) weak->push_back({start, std::min(bound->tokens, last + scheme.k)});
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (is_kept[i]) {
      out.push_back(stretches[i].run);
    } else if (is_lone) {
      out.push_back(stretches[i].run);
      out.back().hits = 0;
    }
  }
  if (out.size() == begin) return;
  CandidateGroup group{out[begin].content, static_cast<u32>(begin), static_cast<u32>(out.size()),
                       0, 0, 0, 0};
  u32 counted = 0;  // fingerprints before this one are in `shared` if the content has them
  bool is_first = true;
  for (const u32 i : by_query) {
    const Stretch& s = stretches[i];
    if (!is_kept[i] && n > 1) continue;
    if (is_first) group.content_token = s.run.content_token;
    is_first = false;
    group.sides = std::max(group.sides, s.run.sides);
    group.length += s.run.last_query_token - s.run.query_token;
    const u32 from = std::max(counted, s.first_print);
    if (is_kept[i] && s.last_print + 1 > from) group.shared += s.last_print + 1 - from;
    counted = std::max(counted, s.last_print + 1);
  }
  groups.push_back(group);
}

std::array<std::unique_ptr<FormReader>, kForms> in_memory(std::vector<PostingParts>& parts,
                                                          const Rows& rows) {
  std::array<std::unique_ptr<FormReader>, kForms> forms;
  PostingSorter sorter;
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    forms[f] = std::make_unique<FormInMemory>(std::move(parts[f]), form, rows, sorter);
    parts[f].clear();
  }
  return forms;
}

}  // namespace

Shard::Shard(const std::string& folder)
    : starts_(folder + "/starts", 4),
      contents_(folder + "/contents", sizeof(ContentRow)),
      blocks_(folder + "/blocks", sizeof(BlockRow)),
      frequencies_(folder + "/frequencies", 4) {
  for (int f = 0; f < kForms; ++f) {
    forms_[f] = std::make_unique<FormFiles>(folder, form_name(static_cast<Form>(f)));
  }
  check();
}

Shard::Shard(ShardBuilder&& builder)
    : forms_(in_memory(builder.parts_, builder.rows_)),
      starts_("starts", std::move(builder.rows_.starts)),
      contents_("contents", std::move(builder.rows_.contents)),
      blocks_("blocks", std::move(builder.rows_.blocks)),
      frequencies_("frequencies", builder.rows_.counts()) {
  builder.rows_ = {};
  check();
}

void Shard::check() {
  if (starts_.count() != contents_.count() + 1) starts_.fail("it has an impossible size");
  if (frequencies_.count() != kFrequencyClasses + 2) frequencies_.fail("it has an impossible size");
  starts_.verify_all();  // searched without further tests
  if (contents() >= 1U << 31) starts_.fail("it has too many contents");
  first_content_.reserve((tokens() >> kStretchBits) + 1);
  for (u64 i = 0; i < contents(); ++i) {
    if (starts_at(i) > starts_at(i + 1)) starts_.fail("its offsets decrease");
    while (u64{first_content_.size()} << kStretchBits < starts_at(i + 1)) {
      first_content_.push_back(static_cast<u32>(i));
    }
  }
}

u32 Shard::content_of(u32 position) const {
  const u8* starts = starts_.elements(0, 0);
  const u64 stretch = position >> kStretchBits;
  if (stretch >= first_content_.size()) starts_.fail("a position lies behind the last content");
  u64 low = first_content_[stretch];  // the answer lies in [low, high)
  u64 high = stretch + 1 < first_content_.size() ? first_content_[stretch + 1] + u64{1} : contents();
  while (high - low > 1) {
    const u64 middle = (low + high) / 2;
    u32 start;
    std::memcpy(&start, starts + 4 * middle, 4);
    if (start <= position) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return static_cast<u32>(low);
}

void Shard::search(const std::vector<Fingerprint>& query, Form form, const Scheme& scheme,
                   std::vector<Candidate>& candidates, std::vector<CandidateGroup>& groups,
                   std::vector<KeyUse>& uses, const LazyBounds& bounds,
                   std::vector<Weak>* weak) const {
  const FormReader& postings = this->form(form);
  if (contents() == 0) return;
  std::vector<FormReader::Range> ranges;
  postings.find(query, ranges);
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const u64 count = ranges[i].count;
    if (count == 0) continue;
    const u64 total = postings.true_count(query[i].key, count);
    uses.push_back({query[i].token, static_cast<u32>(std::min<u64>(total, ~0U))});
    const Places places = postings.places(ranges[i]);
    for (u64 j = 0; j < count; ++j) {
      const u32 position = places.position(j);
      const u32 sides = agreeing_sides(places.flanks(j), query[i].flanks);
      if (total > kCommonPostings && sides == 0) continue;
      const u32 content = content_of(position);
      const u32 token = position - starts_at(content);
      hits.push_back({Hit::line_of(content, query[i].token, token), query[i].token,
                      static_cast<u32>(uses.size() - 1), static_cast<u8>(sides),
                      total <= kRarePostings});
    }
  }
  if (hits.empty()) return;
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.line != b.line ? a.line < b.line : a.query_token < b.query_token;
  });
  const std::size_t first_candidate = candidates.size(), first_group = groups.size();
  const auto propose_all = [&](bool is_weighed) {
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < hits.size();) {
      const Hit& first = hits[i];
      Stretch s{{first.content(), first.query_token, first.content_token(), first.query_token, 0, 0},
                first.print, first.print, first.is_rare};
      for (; i < hits.size() && hits[i].line == first.line &&
             hits[i].query_token - s.run.last_query_token <= scheme.w;
           ++i) {
        s.run.last_query_token = hits[i].query_token;
        s.last_print = hits[i].print;
        s.run.hits += 1;
        s.run.sides = std::max<u32>(s.run.sides, hits[i].sides);
      }
      stretches.push_back(s);
      if (i == hits.size() || hits[i].content() != first.content()) {
        propose(stretches, form, scheme, bounds, is_weighed, candidates, groups, weak);
        stretches.clear();
      }
      if (!is_weighed && bounds && candidates.size() > first_candidate + kUnweighed) return false;
    }
    return true;
  };
  if (propose_all(!bounds)) return;
  candidates.resize(first_candidate);
  groups.resize(first_group);
  propose_all(true);
}

void Shard::search_bags(const std::vector<Fingerprint>& query,
                        std::vector<BagCandidate>& candidates) const {
  const FormReader& bags = form(Form::bag);
  if (contents() == 0) return;
  const auto same_pair = [](const BagCandidate& a, const BagCandidate& b) {
    return a.query_token == b.query_token && a.content == b.content &&
           a.content_token == b.content_token;
  };
  std::vector<FormReader::Range> ranges;
  bags.find(query, ranges);
  std::vector<BagCandidate> hits;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const Fingerprint& fp = query[i];
    const FormReader::Range& range = ranges[i];
    if (range.count == 0) continue;
    const Places places = bags.places(range);
    for (u64 j = 0; j < range.count; ++j) {
      const u32 position = places.position(j);
      const u32 content = content_of(position);
      const u32 length = places.flanks(j);
      hits.push_back({content, fp.token, position - starts_at(content), length, 1});
    }
  }
  std::sort(hits.begin(), hits.end(), [](const BagCandidate& a, const BagCandidate& b) {
    return std::tie(a.query_token, a.content, a.content_token) <
           std::tie(b.query_token, b.content, b.content_token);
  });
  const std::size_t begin = candidates.size();
  for (const BagCandidate& hit : hits) {
    if (candidates.size() > begin && same_pair(candidates.back(), hit)) {
      ++candidates.back().hits;
    } else {
      candidates.push_back(hit);
    }
  }
  std::stable_sort(candidates.begin() + static_cast<std::ptrdiff_t>(begin), candidates.end(),
                   [](const BagCandidate& a, const BagCandidate& b) { return a.hits > b.hits; });
}

void Shard::verify_all() const {
  for (const ArrayReader* file : own_files()) file->verify_all();
  for (const auto& form : forms_) form->verify_all();
}

void Shard::trust() const {
  for (const ArrayReader* file : own_files()) file->trust();
  for (const auto& form : forms_) form->trust();
}

std::vector<const ArrayReader*> Shard::own_files() const {
  return {&starts_, &contents_, &blocks_, &frequencies_};
}

std::vector<const ArrayReader*> Shard::files() const {
  std::vector<const ArrayReader*> all = own_files();
  for (const auto& form : forms_) {
    const std::vector<const ArrayReader*> of_form = form->files();
    all.insert(all.end(), of_form.begin(), of_form.end());
  }
  return all;
}

}  // namespace codescan
