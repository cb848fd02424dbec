// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "passage_finder.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "common_subsequence.hpp"

namespace codescan {
namespace {

using i64 = std::int64_t;

constexpr u32 kBucketBits = 9;  // spans are looked for by stretches of 512 tokens

// Place of the part that a token lies in.
std::size_t part_at(const Streams& text, u32 token) {
  const auto behind =
      std::upper_bound(text.parts.begin(), text.parts.end(), token,
                       [](u32 place, const StreamPart& part) { return place < part.start; });
  return static_cast<std::size_t>(behind - text.parts.begin()) - (behind != text.parts.begin());
}

Chain chain_of(std::vector<Block>&& runs) {
  Chain chain{};
  const Block& first = runs.front();
  chain.query_start = first.query_token;
  chain.content_start = first.content_token;
  chain.blocks.push_back(first);
  chain.matched = first.length;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Block& run = runs[i];
    chain.query_end = std::max(chain.query_end, run.query_token + run.length);
    chain.content_end = std::max(chain.content_end, run.content_token + run.length);
    if (i == 0) continue;
    const Block& last = runs[i - 1];
    const i64 overlap = std::max<i64>(
        {i64{last.query_token} + last.length - run.query_token,
         i64{last.content_token} + last.length - run.content_token, 0});
    if (overlap >= run.length) continue;
    const u32 cut = static_cast<u32>(overlap);
    chain.blocks.push_back({run.query_token + cut, run.content_token + cut, run.length - cut});
    chain.matched += run.length - cut;
  }
  chain.runs = std::move(runs);
  return chain;
}

// Joins runs of one part of both texts, given in the order of the query, into chains; every run is
// in one of them. Linear in the runs times the chains that are open at once, which the gap bounds.
void join(const std::vector<Block>& runs, u32 most, std::vector<Chain>& out) {
  struct Open {
    i64 query_end;
    i64 content_end;
    i64 last;  // length of the last run
    std::vector<Block> runs;
  };
  std::vector<Open> open;
  for (const Block& run : runs) {
    const i64 query = run.query_token, content = run.content_token, length = run.length;
    const auto is_open = [&](const Open& each) { return query - each.query_end <= i64{most}; };
    if (!std::all_of(open.begin(), open.end(), is_open)) {
      const auto closed = std::stable_partition(open.begin(), open.end(), is_open);
      for (auto at = closed; at != open.end(); ++at) out.push_back(chain_of(std::move(at->runs)));
      open.erase(closed, open.end());
    }
    Open* nearest = nullptr;
    i64 least_gap = 0;
    for (Open& each : open) {
      const i64 query_gap = query - each.query_end, content_gap = content - each.content_end;
      // Runs on both sides of an edit may overlap by what it repeats, which counts once.
      if (query_gap <= -length || content_gap <= -length || content_gap > i64{most}) continue;
      if (query_gap <= -each.last || content_gap <= -each.last) continue;
      const i64 gap = std::abs(query_gap) + std::abs(content_gap);
      if (!nearest || gap < least_gap) nearest = &each, least_gap = gap;
    }
    if (!nearest) {
      open.push_back({});
      nearest = &open.back();
    }
    nearest->runs.push_back(run);
    nearest->query_end = query + length;
    nearest->content_end = content + length;
    nearest->last = length;
  }
  for (Open& each : open) out.push_back(chain_of(std::move(each.runs)));
}

// The block farthest from `start` up to which equal tokens outweigh the gaps.
std::size_t grown(const std::vector<EqualBlock>& blocks, std::size_t start, int step) {
  std::size_t best = start, at = start;
  i64 score = 0, best_score = 0;
  while (step > 0 ? at + 1 < blocks.size() : at > 0) {
    const std::size_t next = step > 0 ? at + 1 : at - 1;
    const EqualBlock& left = blocks[std::min(at, next)];
    const EqualBlock& right = blocks[std::max(at, next)];
    const i64 gap = std::max(i64{right.first} - left.first - left.length,
                             i64{right.second} - left.second - left.length);
    score += i64{blocks[next].length} - gap;
    at = next;
    if (score > best_score) best = at, best_score = score;
  }
  return best;
}

// Spans of a query with the number of a passage each.
class Cover {
 public:
  void add(u32 start, u32 end, std::size_t passage) {
    const u32 last = std::max(start, end ? end - 1 : 0) >> kBucketBits;
    for (u32 bucket = start >> kBucketBits; bucket <= last; ++bucket) {
      buckets_[bucket].push_back({start, end, passage});
    }
  }
  // The oldest passage whose span covers at least a share, above one half, of [start, end).
  const std::size_t* mostly_over(u32 start, u32 end, double share) const {
    const auto bucket = buckets_.find(static_cast<u32>((u64{start} + end) / 2) >> kBucketBits);
    if (bucket == buckets_.end()) return nullptr;
    const double needed = share * (end - start);
    for (const Item& item : bucket->second) {
      const i64 common = i64{std::min(item.end, end)} - std::max(item.start, start);
      if (static_cast<double>(common) >= needed) return &item.passage;
    }
    return nullptr;
  }

 private:
  struct Item {
    u32 start;
    u32 end;
    std::size_t passage;
  };
  std::unordered_map<u32, std::vector<Item>> buckets_;
};

// Share of a passage that a chain covers.
double share_of(const Chain& chain, const Chain& best) {
  const i64 common = i64{std::min(chain.query_end, best.query_end)} -
                     std::max(chain.query_start, best.query_start);
  return static_cast<double>(common) / (best.query_end - best.query_start);
}

}  // namespace

double score_of(const Chain& chain, const double* sums, const PassageLimits& limits) {
  double bits = 0;
  i64 query_end = -1, content_end = -1;
  for (const Block& block : chain.blocks) {
    if (query_end >= 0) {
      const i64 gap = (i64{block.query_token} - query_end) + (i64{block.content_token} - content_end);
      bits -= limits.gap_bits +
              limits.gap_length_bits * std::log2(static_cast<double>(1 + std::max<i64>(0, gap)));
    }
    bits += sums[block.query_token + block.length] - sums[block.query_token];
    query_end = i64{block.query_token} + block.length;
    content_end = i64{block.content_token} + block.length;
  }
  return bits;
}

std::pair<std::size_t, std::size_t> PassageFinder::used_in(const Chain& chain) const {
  const auto place = [&](u32 token) {
    return static_cast<std::size_t>(
        std::lower_bound(known_.used.begin(), known_.used.end(), token) - known_.used.begin());
  };
  return {place(chain.query_start), place(chain.query_end)};
}

bool PassageFinder::is_inside_a_longer(const Chain& chain) const {
  const auto [first, end] = used_in(chain);
  if (first >= end) return false;
  const double needed = (chain.query_end - chain.query_start) / limits_.share;
  return std::all_of(known_.reach.begin() + static_cast<std::ptrdiff_t>(first),
                     known_.reach.begin() + static_cast<std::ptrdiff_t>(end),
                     [&](u32 reach) { return reach > needed; });
}

// At most as many places hold the whole chain as its rarest fingerprint has.
u32 PassageFinder::places_of(const Chain& chain) const {
  const auto [first, end] = used_in(chain);
  if (first >= end) return 0;
  return *std::min_element(known_.postings.begin() + static_cast<std::ptrdiff_t>(first),
                           known_.postings.begin() + static_cast<std::ptrdiff_t>(end));
}

// The chain with its gaps and margins aligned token by token. Grows into the text around as long as
// more is the same than not. A chain with a longer side than an alignment has is returned as it is.
Chain PassageFinder::aligned(const Chain& chain, const Streams& content, u32 margin) const {
  const StreamPart& own = query_.parts[part_at(query_, chain.query_start)];
  const StreamPart& other = content.parts[part_at(content, chain.content_start)];
  const u32 q0 = static_cast<u32>(std::max<i64>(own.start, i64{chain.query_start} - margin));
  const u32 q1 = std::min(own.end, chain.query_end + margin);
  // As much of the content, and what an edit may have taken away: in a longer stretch the longest
  // common subsequence would find single tokens here and there instead of what belongs together.
  const i64 before = i64{chain.query_start} - q0 + limits_.removed;
  const i64 after = i64{q1} - chain.query_end + limits_.removed;
  const i64 c0 = std::max<i64>(other.start, i64{chain.content_start} - before);
  const i64 c1 = std::min<i64>(other.end, i64{chain.content_end} + after);
  if (q1 <= q0 || c1 <= c0) return chain;
  if (std::max<i64>(i64{q1} - q0, c1 - c0) > limits_.longest_side) return chain;
  const std::vector<EqualBlock> blocks = equal_blocks(
      TokenSpan(query_.tokens).subspan(q0, q1 - q0),
      TokenSpan(content.tokens).subspan(static_cast<std::size_t>(c0),
                                        static_cast<std::size_t>(c1 - c0)),
      limits_.least_block);
  std::size_t core = blocks.size(), core_end = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const u32 at = q0 + blocks[i].first;
    if (at >= chain.query_end || at + blocks[i].length <= chain.query_start) continue;
    core = std::min(core, i);
    core_end = i;
  }
  if (core == blocks.size()) return chain;
  const std::size_t first = grown(blocks, core, -1), last = grown(blocks, core_end, 1);
  Chain better{};
  better.runs = chain.runs;
  for (std::size_t i = first; i <= last; ++i) {
    better.blocks.push_back({q0 + blocks[i].first, static_cast<u32>(c0) + blocks[i].second,
                             blocks[i].length});
    better.matched += blocks[i].length;
  }
  const Block& begin = better.blocks.front();
  const Block& end = better.blocks.back();
  better.query_start = begin.query_token;
  better.query_end = end.query_token + end.length;
  better.content_start = begin.content_token;
  better.content_end = end.content_token + end.length;
  return better;
}

// The chain with what edits left of the text in and around it.
Chain PassageFinder::refined(const Streams& content, Chain chain) const {
  if (is_inside_a_longer(chain)) return chain;  // a part of that, however much would be added
  if (chain.runs.size() > 1) {
    // Renamed identifiers differ in their hashes, so only exact tokens can be aligned further.
    Chain better = aligned(chain, content, limits_.max_gap);
    return better.matched > chain.matched ? better : chain;
  }
  if (!is_exact_ || chain.matched > limits_.short_run) return chain;
  Chain better = aligned(chain, content, limits_.remnant_margin);
  if (better.matched < chain.matched + limits_.remnant_gain ||
      better.similarity() < limits_.min_similarity) {
    return chain;
  }
  better.runs.clear();
  return better;
}

void PassageFinder::add(u32 content_id, const Streams& content, Chain chain) {
  const u32 start = content.tokens[chain.content_start].start;
  const u32 end = content.tokens[chain.content_end - 1].end;
  const double strength = chain.strength();
  found_.push_back({content_id, std::move(chain), start, end, strength});
}

void PassageFinder::add_runs(u32 content_id, const Streams& content, const std::vector<Run>& runs,
                             u32 least) {
  // A lone renamed run is shorter than any passage: nothing is aligned around it.
  if (query_.parts.empty() || content.parts.empty()) return;
  if (runs.empty() || (!is_exact_ && runs.size() == 1 && runs[0].length < least)) return;
  // Runs of different parts of a text (its code, its comments) are never joined.
  std::vector<std::pair<u64, std::vector<Block>>> of_parts;
  for (const Run& run : runs) {
    const u64 parts = runs.size() == 1 ? 0
                                       : u64{part_at(query_, run.query_token)} << 32 |
                                             part_at(content, run.content_token);
    auto at = std::find_if(of_parts.begin(), of_parts.end(),
                           [&](const auto& each) { return each.first == parts; });
    if (at == of_parts.end()) at = of_parts.insert(of_parts.end(), {parts, {}});
    at->second.push_back({run.query_token, run.content_token, run.length});
  }
  std::vector<Chain> chains;
  for (const auto& [parts, of_part] : of_parts) join(of_part, limits_.max_gap, chains);
  for (Chain& chain : chains) {
    Chain better = refined(content, std::move(chain));
    if (better.matched >= least) add(content_id, content, std::move(better));
  }
}

void PassageFinder::add_unit(u32 content_id, const Streams& content, std::pair<u32, u32> unit,
                             std::pair<u32, u32> of_content, u32 least) {
  if (query_.parts.empty() || content.parts.empty()) return;
  Chain rough{};
  std::tie(rough.query_start, rough.query_end) = unit;
  std::tie(rough.content_start, rough.content_end) = of_content;
  Chain chain = aligned(rough, content, limits_.max_gap);
  if (chain.matched < least || chain.similarity() < limits_.min_similarity) return;
  add(content_id, content, std::move(chain));
}

std::vector<Passage> PassageFinder::passages(u32 min_tokens, std::vector<BelowThreshold>& below) {
  std::vector<u32> order(found_.size());
  for (u32 i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](u32 a, u32 b) {
    const Found &left = found_[a], &right = found_[b];
    return left.strength != right.strength ? left.strength > right.strength
                                           : left.content < right.content;
  });
  std::vector<Passage> passages;
  Cover cover;
  for (const u32 i : order) {
    Found& each = found_[i];
    const Holder holder{each.content, each.start, each.end, each.strength};
    const u32 start = each.chain.query_start, end = each.chain.query_end;
    if (each.chain.matched < min_tokens) {
      below.push_back({start, end, each.chain.matched});
      continue;
    }
    const std::size_t* home = cover.mostly_over(start, end, limits_.share);
    if (!home) {
      cover.add(start, end, passages.size());
      passages.push_back({std::move(each.chain), each.content, {holder}, 0});
    } else if (share_of(each.chain, passages[*home].best) >= limits_.share) {
      passages[*home].holders.push_back(holder);
    }
    // Else a part of the passage that this content also holds: it stands inside another.
  }
  found_.clear();
  std::stable_sort(passages.begin(), passages.end(), [](const Passage& a, const Passage& b) {
    return std::pair(a.best.query_start, a.best.query_end) <
           std::pair(b.best.query_start, b.best.query_end);
  });
  for (Passage& passage : passages) passage.places = places_of(passage.best);
  return passages;
}

}  // namespace codescan
