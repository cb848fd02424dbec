// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "run_extension.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "shard.hpp"

namespace codescan {
namespace {

// Tokens that are compared for each token of both texts before what lies inside of a known run is left
// out. A text that repeats itself has as many runs with itself as repeats, each nearly as long as it.
constexpr u64 kMostCompared = 32;

struct Exact {
  bool same(const Token& a, const Token& b) const {
    return a.hash == b.hash && a.hash != kBarrier;
  }
  void reset() {}
  u32 renamed() const { return 0; }
};

class Renaming {
 public:
  bool same(const Token& a, const Token& b) {
    if (a.kind() != Kind::identifier || b.kind() != Kind::identifier) {
      return a.hash == b.hash && a.hash != kBarrier;
    }
    const auto forward = forward_.find(a.hash);
    const auto backward = backward_.find(b.hash);
    if (forward == forward_.end() && backward == backward_.end()) {
      forward_.emplace(a.hash, b.hash);
      backward_.emplace(b.hash, a.hash);
      renamed_ += a.hash != b.hash;
      return true;
    }
    return forward != forward_.end() && backward != backward_.end() && forward->second == b.hash;
  }
  void reset() {
    forward_.clear();
    backward_.clear();
    renamed_ = 0;
  }
  u32 renamed() const { return renamed_; }

 private:
  std::unordered_map<u64, u64> forward_, backward_;
  u32 renamed_ = 0;
};

template <class Equality>
Run grow(const Tokens& query, const Tokens& content, Seed seed, Equality& equality) {
  equality.reset();
  u64 q = seed.query_token, d = seed.content_token;
  u64 end = 0;
  while (q + end < query.size() && d + end < content.size() &&
         equality.same(query[q + end], content[d + end])) {
    ++end;
  }
  u64 back = 0;
  while (end > 0 && back < q && back < d &&
         equality.same(query[q - back - 1], content[d - back - 1])) {
    ++back;
  }
  return {static_cast<u32>(q - back), static_cast<u32>(d - back), static_cast<u32>(end + back),
          equality.renamed()};
}

template <class Equality>
std::vector<Run> extend_with(const Tokens& query, const Tokens& content, std::vector<Seed> seeds) {
  std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) {
    return std::tie(a.query_token, a.content_token) < std::tie(b.query_token, b.content_token);
  });
  std::vector<Run> runs;
  std::unordered_map<std::int64_t, std::size_t> last;  // the last run on each diagonal
  Equality equality;
  u64 left = kMostCompared * (u64{query.size()} + content.size()), covered = 0;
  for (const Seed seed : seeds) {
    if (seed.query_token >= query.size() || seed.content_token >= content.size()) continue;
    const std::int64_t diagonal = std::int64_t{seed.content_token} - seed.query_token;
    const auto before = last.find(diagonal);
    if (before != last.end()) {
      const Run& run = runs[before->second];
      if (seed.query_token < run.query_token + run.length &&
          seed.query_token >= run.query_token) {
        continue;
      }
    }
    if (left == 0 && seed.query_token < covered) continue;
    const Run run = grow(query, content, seed, equality);
    if (run.length == 0) continue;
    left -= std::min<u64>(left, run.length);
    covered = std::max(covered, u64{run.query_token} + run.length);
    last[diagonal] = runs.size();
    runs.push_back(run);
  }
  return runs;
}

}  // namespace

std::vector<Run> extend(const Tokens& query, const Tokens& content, const std::vector<Seed>& seeds,
                        Form form) {
  return form == Form::exact ? extend_with<Exact>(query, content, seeds)
                             : extend_with<Renaming>(query, content, seeds);
}

std::vector<Seed> renamed_tokens(const Tokens& query, const Tokens& content, const Run& run) {
  std::vector<Seed> out;
  std::unordered_set<u64> seen;
  for (u32 i = 0; i < run.length; ++i) {
    const u64 q = u64{run.query_token} + i, d = u64{run.content_token} + i;
    if (q >= query.size() || d >= content.size()) break;
    if (query[q].hash == content[d].hash || !seen.insert(query[q].hash).second) continue;
    out.push_back({static_cast<u32>(q), static_cast<u32>(d)});
  }
  return out;
}

std::vector<double> code_lengths(const u64* counts) {
  u64 total = 0;
  for (u32 i = 0; i < kFrequencyClasses; ++i) total += counts[i];
  // Add-one smoothing over the classes.
  const double denominator = static_cast<double>(total) + kFrequencyClasses;
  std::vector<double> lengths(kFrequencyClasses);
  for (u32 i = 0; i < kFrequencyClasses; ++i) {
    lengths[i] = -std::log2((static_cast<double>(counts[i]) + 1) / denominator);
  }
  return lengths;
}

double information(const Tokens& tokens, u32 from, u32 to, const double* lengths) {
  to = std::min<u64>(to, tokens.size());
  if (from >= to) return 0;
  // Where each token was last, from 1 on; linear probing in at least twice the room.
  const u64 mask = std::bit_ceil(2 * u64{to - from}) - 1;
  std::vector<std::pair<u64, u32>> last(mask + 1);
  double bits = 0;
  for (u32 i = from; i < to; ++i) {
    const u64 hash = tokens[i].hash;
    const double own = lengths[frequency_class(hash)];
    u64 place = hash & mask;
    while (last[place].second != 0 && last[place].first != hash) place = (place + 1) & mask;
    auto& [key, before] = last[place];
    bits += before == 0 ? own : std::min(own, 1 + std::log2(static_cast<double>(i + 1 - before)));
    key = hash;
    before = i + 1;
  }
  return bits;
}

}  // namespace codescan
