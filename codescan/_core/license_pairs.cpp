// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "license_pairs.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace codescan {
namespace {

std::size_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<u8>(c)) * 0x100000001b3ULL;
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}

}  // namespace

LicensePairs::LicensePairs(const u8* data, std::size_t size) {
  constexpr std::size_t kCounts = 6;
  const Numbers<u32> counts{data, kCounts};
  if (size < kCounts * sizeof(u32)) fail();
  const std::size_t words = counts[0], pairs = counts[1], rows = counts[2];
  std::size_t at = kCounts * sizeof(u32);
  const auto take = [&](std::size_t count, std::size_t width) {
    if (count > (size - at) / width) fail();
    return data + std::exchange(at, at + count * width);
  };
  sizes_ = {take(rows, sizeof(u32)), rows};
  telling_ends_ = {take(pairs, sizeof(u32)), pairs};
  seconds_ = {take(pairs, sizeof(std::uint16_t)), pairs};
  const Numbers<std::uint16_t> starting{take(words, sizeof(std::uint16_t)), words};
  telling_ = {take(counts[3], sizeof(std::uint16_t)), counts[3]};
  text_ = {reinterpret_cast<const char*>(take(counts[4], 1)), counts[4]};
  steps_ = {reinterpret_cast<const char*>(take(counts[5], 1)), counts[5]};
  if (at != size || rows > UINT16_MAX || words >= UINT16_MAX) fail();
  number_words();
  if (words_.size() != words) fail();
  firsts_.assign(2, 0);
  for (std::size_t i = 0; i < words; ++i) firsts_.push_back(firsts_.back() + starting[i]);
  if (firsts_.back() != pairs) fail();
  row_pairs_.resize(rows);
  row_starts_.reserve(rows);
  std::size_t byte = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    row_starts_.push_back(byte);
    for (std::size_t left = sizes_[row]; left > 0; ++byte) {
      if (byte >= steps_.size()) fail();
      left -= !(static_cast<u8>(steps_[byte]) & 0x80);
    }
  }
}

void LicensePairs::fail() { throw std::invalid_argument("the pairs of licenses are damaged"); }

void LicensePairs::number_words() {
  for (std::size_t start = 0; start < text_.size();) {
    const std::size_t end = std::min(text_.find(' ', start + 1), text_.size());
    words_.push_back(text_.substr(start + 1, end - start - 1));
    start = end;
  }
  std::size_t places = 16;
  while (places < 3 * words_.size()) places *= 2;
  table_.assign(places, 0);
  for (std::size_t i = 0; i < words_.size(); ++i) {
    std::size_t at = hash_of(words_[i]) & (places - 1);
    while (table_[at] != 0) at = (at + 1) & (places - 1);
    table_[at] = static_cast<std::uint16_t>(i + 1);
  }
}

std::span<const u32> LicensePairs::row(std::size_t number) const {
  if (number >= rows()) throw std::out_of_range("there is no such row");
  std::vector<u32>& own = row_pairs_[number];
  if (own.empty()) {
    own.reserve(sizes_[number]);
    u32 pair = 0;
    std::size_t at = row_starts_[number];
    for (std::size_t left = sizes_[number]; left > 0; --left) {
      u32 step = 0;
      for (int shift = 0;; shift += 7) {
        if (shift > 28) fail();
        const u8 byte = static_cast<u8>(steps_[at++]);
        step |= static_cast<u32>(byte & 0x7f) << shift;
        if (!(byte & 0x80)) break;
      }
      pair += step;
      if (pair >= pairs()) fail();
      own.push_back(pair);
    }
  }
  return own;
}

void LicensePairs::invert() const {
  std::vector<u32> ends(pairs() + 1, 0);
  for (std::size_t number = 0; number < rows(); ++number) {
    for (const u32 pair : row(number)) ++ends[pair + 1];
  }
  for (std::size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
  std::vector<u32> at(ends.begin(), ends.end() - 1);
  holders_.resize(ends.back());
  for (std::size_t number = 0; number < rows(); ++number) {
    for (const u32 pair : row(number)) holders_[at[pair]++] = static_cast<std::uint16_t>(number);
  }
  holder_ends_ = std::move(ends);
}

std::vector<u32> LicensePairs::counts(std::span<const u32> pairs) const {
  if (holder_ends_.empty()) invert();
  std::vector<u32> counts(rows(), 0);
  for (const u32 pair : pairs) {
    for (u32 i = holder_ends_[pair]; i < holder_ends_[pair + 1]; ++i) ++counts[holders_[i]];
  }
  return counts;
}

u32 LicensePairs::word(std::string_view text) const {
  for (std::size_t at = hash_of(text) & (table_.size() - 1); table_[at] != 0;
       at = (at + 1) & (table_.size() - 1)) {
    if (words_[table_[at] - 1] == text) return table_[at];
  }
  return 0;
}

std::int32_t LicensePairs::pair(u32 first, u32 second) const {
  if (first == 0 || second == 0) return -1;
  u32 from = firsts_[first], end = firsts_[first + 1];
  while (from < end) {
    const u32 middle = from + (end - from) / 2;
    if (seconds_[middle] < second) from = middle + 1;
    else end = middle;
  }
  return from < firsts_[first + 1] && seconds_[from] == second ? static_cast<std::int32_t>(from)
                                                               : -1;
}

PairMatch::PairMatch(const LicensePairs& table, const std::vector<u32>& words) : table_(table) {
  pairs_.reserve(words.size());
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    pairs_.push_back(table.pair(words[i], words[i + 1]));
    if (pairs_.back() < 0) {
      ++unknown_;
    } else {
      known_.push_back(static_cast<u32>(pairs_.back()));
    }
  }
  std::sort(known_.begin(), known_.end());
  known_.erase(std::unique(known_.begin(), known_.end()), known_.end());
  unexplained_ = known_.size();
}

std::vector<std::pair<u32, u32>> PairMatch::covering(double share) const {
  if (share < LicensePairs::kShare) throw std::invalid_argument("the share is too low");
  std::vector<u32> candidates;
  for (const u32 pair : known_) {
    table_.for_telling_holders(pair, [&](u32 row) {
      if (share * static_cast<double>(table_.size(row)) <= static_cast<double>(known())) {
        candidates.push_back(row);
      }
    });
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::vector<std::pair<u32, u32>> rows;
  for (const u32 row : candidates) {
    const double size = static_cast<double>(table_.size(row));
    const u32 count = static_cast<u32>(shared(row));
    if (static_cast<double>(count) / size >= share) rows.emplace_back(row, count);
  }
  return rows;
}

std::pair<u32, u32> PairMatch::best() const {
  const std::vector<u32> all = table_.counts(known_);
  const auto most = std::max_element(all.begin(), all.end());
  if (most == all.end()) return {0, 0};
  return {static_cast<u32>(most - all.begin()), *most};
}

std::vector<u8>& PairMatch::marks() const {
  if (marks_.empty()) {
    marks_.assign(table_.pairs(), 0);
    for (const u32 pair : known_) marks_[pair] = kKnown;
  }
  return marks_;
}

std::size_t PairMatch::shared(std::size_t row) const {
  const std::vector<u8>& marks = this->marks();
  std::size_t count = 0;
  for (const u32 pair : table_.row(row)) count += marks[pair] != 0;
  return count;
}

std::size_t PairMatch::unexplained_in(std::size_t row) const {
  const std::vector<u8>& marks = this->marks();
  std::size_t count = 0;
  for (const u32 pair : table_.row(row)) count += marks[pair] == kKnown;
  return count;
}

void PairMatch::explain(std::size_t row) {
  std::vector<u8>& marks = this->marks();
  for (const u32 pair : table_.row(row)) {
    unexplained_ -= marks[pair] == kKnown;
    if (marks[pair]) marks[pair] = kExplained;
  }
}

std::vector<u8> PairMatch::hits(std::size_t row) const {
  const std::span<const u32> own = table_.row(row);
  std::vector<u8> hits(pairs_.size());
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    hits[i] = pairs_[i] >= 0 &&
              std::binary_search(own.begin(), own.end(), static_cast<u32>(pairs_[i]));
  }
  return hits;
}

WordRange PairMatch::window(std::size_t row, const std::vector<u8>& covered, std::size_t size,
                            std::size_t wider, int miss) const {
  if (covered.size() < pairs_.size()) throw std::invalid_argument("too few words are marked");
  std::vector<u8> flags = hits(row);
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] &= !covered[i];
  std::size_t first = 0, end = flags.size();
  // Copies of one text stand side by side: only as many words are looked at as one may have.
  const std::size_t longest = size + size / 4 + wider;
  if (end > longest) {
    std::size_t count = std::count(flags.begin(), flags.begin() + size, 1), most = count, at = 0;
    for (std::size_t i = 1; i + size <= end; ++i) {
      count += flags[i + size - 1];
      count -= flags[i - 1];
      if (count > most) most = count, at = i;
    }
    first = at > wider / 2 ? at - wider / 2 : 0;
    end = std::min(first + longest, end);
  }
  std::int64_t sum = 0, lowest = 0, best = 0;
  std::size_t lowest_at = first, from = first, to = first;
  for (std::size_t i = first; i < end; ++i) {
    sum += flags[i] ? 1 : -miss;
    if (sum < lowest) lowest = sum, lowest_at = i + 1;
    if (sum - lowest > best) best = sum - lowest, from = lowest_at, to = i + 1;
  }
  return {from, to + 1};
}

std::vector<WordRange> PairMatch::long_runs(std::size_t row, std::size_t least) const {
  const std::vector<u8> flags = hits(row);
  std::vector<WordRange> runs;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (!flags[i]) continue;
    const std::size_t first = i;
    while (i < flags.size() && flags[i]) ++i;
    if (i - first >= least) runs.emplace_back(first, i);
  }
  return runs;
}

}  // namespace codescan
