// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "license_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace codescan {
namespace {

std::size_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<u8>(c)) * 0x100000001b3ULL;
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}

// Numbers whose bytes lie in four planes, the lowest bytes first.
std::vector<u32> unshuffled(const u8* planes, std::size_t count) {
  std::vector<u32> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    numbers[i] = planes[i] | static_cast<u32>(planes[count + i]) << 8 |
                 static_cast<u32>(planes[2 * count + i]) << 16 |
                 static_cast<u32>(planes[3 * count + i]) << 24;
  }
  return numbers;
}

}  // namespace

LicensePairs::LicensePairs(std::string words, const std::vector<u32>& sizes, std::size_t pairs,
                           const u8* body, std::size_t size)
    : words_(std::move(words)) {
  std::size_t total = 0;
  for (const u32 each : sizes) total += each;
  if (size % 4 != 0 || size / 4 < pairs || size / 4 - pairs != total || sizes.size() > UINT16_MAX) {
    throw std::invalid_argument("the pairs of licenses do not fit their sizes");
  }
  number_words();
  const std::uint64_t base = texts_.size() + 1;
  firsts_.assign(base + 1, 0);
  seconds_.reserve(pairs);
  std::uint64_t at = 0;
  for (const u32 step : unshuffled(body, pairs)) {
    at += step;
    if (at / base >= base) throw std::invalid_argument("a pair has no such word");
    ++firsts_[at / base + 1];
    seconds_.push_back(static_cast<u32>(at % base));
  }
  for (std::size_t i = 1; i < firsts_.size(); ++i) firsts_[i] += firsts_[i - 1];
  // The steps of each row begin at zero.
  row_pairs_ = unshuffled(body + 4 * pairs, total);
  row_ends_.assign(1, 0);
  for (const u32 each : sizes) {
    u32 pair = 0;
    for (std::size_t i = row_ends_.back(); i < row_ends_.back() + each; ++i) {
      pair += row_pairs_[i];
      if (pair >= pairs) throw std::invalid_argument("a license has no such pair");
      row_pairs_[i] = pair;
    }
    row_ends_.push_back(row_ends_.back() + each);
  }
  invert();
}

void LicensePairs::number_words() {
  texts_.emplace_back();
  for (std::size_t start = 0; start < words_.size();) {
    const std::size_t end = std::min(words_.find(' ', start), words_.size());
    if (end > start) texts_.push_back(std::string_view(words_).substr(start, end - start));
    start = end + 1;
  }
  std::size_t places = 16;
  while (places < 3 * texts_.size()) places *= 2;
  table_.assign(places, 0);
  for (u32 number = 1; number < texts_.size(); ++number) {
    std::size_t at = hash_of(texts_[number]) & (places - 1);
    while (table_[at] != 0) at = (at + 1) & (places - 1);
    table_[at] = number;
  }
  texts_.erase(texts_.begin());
}

LicensePairs::Holders LicensePairs::inverted(std::size_t pairs, const std::vector<u32>& list,
                                             const std::vector<u32>& ends) {
  Holders holders;
  holders.ends.assign(pairs + 1, 0);
  for (const u32 pair : list) ++holders.ends[pair + 1];
  for (std::size_t i = 1; i < holders.ends.size(); ++i) holders.ends[i] += holders.ends[i - 1];
  std::vector<u32> at(holders.ends.begin(), holders.ends.end() - 1);
  holders.rows.resize(list.size());
  for (std::size_t row = 0; row + 1 < ends.size(); ++row) {
    for (u32 i = ends[row]; i < ends[row + 1]; ++i) {
      holders.rows[at[list[i]]++] = static_cast<std::uint16_t>(row);
    }
  }
  return holders;
}

void LicensePairs::invert() {
  all_ = inverted(pairs(), row_pairs_, row_ends_);
  std::vector<u32> telling, ends{0}, rarest;
  for (std::size_t number = 0; number < rows(); ++number) {
    const auto own = row(number);
    rarest.assign(own.begin(), own.end());
    const auto others = static_cast<std::size_t>(std::ceil(kShare * double(own.size())));
    // Whoever has none of these has less than the share.
    const std::size_t count = std::min(own.size(), own.size() - others + 1);
    std::nth_element(rarest.begin(), rarest.begin() + count, rarest.end(), [&](u32 a, u32 b) {
      return all_.of(a).size() < all_.of(b).size();
    });
    telling.insert(telling.end(), rarest.begin(), rarest.begin() + count);
    ends.push_back(static_cast<u32>(telling.size()));
  }
  telling_ = inverted(pairs(), telling, ends);
}

std::span<const u32> LicensePairs::row(std::size_t number) const {
  if (number >= rows()) throw std::out_of_range("there is no such row");
  return {row_pairs_.data() + row_ends_[number], row_pairs_.data() + row_ends_[number + 1]};
}

u32 LicensePairs::word(std::string_view text) const {
  for (std::size_t at = hash_of(text) & (table_.size() - 1); table_[at] != 0;
       at = (at + 1) & (table_.size() - 1)) {
    if (texts_[table_[at] - 1] == text) return table_[at];
  }
  return 0;
}

std::int32_t LicensePairs::pair(u32 first, u32 second) const {
  if (first == 0 || second == 0) return -1;
  const auto begin = seconds_.begin() + firsts_[first], end = seconds_.begin() + firsts_[first + 1];
  const auto found = std::lower_bound(begin, end, second);
  return found != end && *found == second ? static_cast<std::int32_t>(found - seconds_.begin())
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

std::vector<u32> PairMatch::counts() const {
  std::vector<u32> counts(table_.rows(), 0);
  for (const u32 pair : known_) {
    for (const std::uint16_t row : table_.holders(pair)) ++counts[row];
  }
  return counts;
}

std::vector<std::pair<u32, u32>> PairMatch::covering(double share) const {
  if (share < LicensePairs::kShare) throw std::invalid_argument("the share is too low");
  std::vector<u32> candidates;
  for (const u32 pair : known_) {
    for (const std::uint16_t row : table_.telling_holders(pair)) {
      if (share * static_cast<double>(table_.row(row).size()) <= static_cast<double>(known())) {
        candidates.push_back(row);
      }
    }
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::vector<std::pair<u32, u32>> rows;
  for (const u32 row : candidates) {
    const double size = static_cast<double>(table_.row(row).size());
    const u32 count = static_cast<u32>(shared(row));
    if (static_cast<double>(count) / size >= share) rows.emplace_back(row, count);
  }
  return rows;
}

std::pair<u32, u32> PairMatch::best() const {
  const std::vector<u32> all = counts();
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
