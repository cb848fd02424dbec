// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "prefix_filter.hpp"

#include <algorithm>
#include <bit>
#include <compare>
#include <cstdint>
#include <numeric>

namespace codescan {
namespace {

constexpr u8 kCase = 0x20;          // the bit by which ASCII letters differ in case
constexpr std::size_t kGroups = 8;  // of words that share the tables of the filter
constexpr double kMostCandidates = 0.4;  // at a place of random letters, where the filter helps

// The halves that a byte of the words of a group may have: a bit for each value.
struct Halves {
  std::uint16_t low = 0xffff, high = 0xffff;

  auto operator<=>(const Halves&) const = default;
};

// The halves of the first bytes of words.
using Prefix = std::array<Halves, kFiltered>;

constexpr Prefix kNoPrefix = [] {
  Prefix prefix{};
  prefix.fill({0, 0});
  return prefix;
}();

Prefix both(const Prefix& first, const Prefix& second) {
  Prefix prefix;
  for (std::size_t i = 0; i < kFiltered; ++i) {
    prefix[i].low = first[i].low | second[i].low;
    prefix[i].high = first[i].high | second[i].high;
  }
  return prefix;
}

// About the share of places in a text that look like the start of a word of a group: letters and
// blanks are common, other bytes are not.
double share_of(const Prefix& prefix) {
  constexpr unsigned kLow[] = {0xfffe, 0x07ff};  // low halves of "a" to "o" and of "p" to "z"
  constexpr double kOther = 0.05;                // weight of a byte, where that of a letter is 1
  double share = 1;
  for (const Halves& halves : prefix) {
    int letters = (halves.high >> 2 & 1) & (halves.low & 1);  // the blank
    for (unsigned high = 0; high < 2; ++high) {
      if (halves.high >> (6 + high) & 1) letters += std::popcount(halves.low & kLow[high]);
    }
    const int all = std::popcount(halves.low) * std::popcount(halves.high);
    share *= (letters + kOther * all) / (27 + kOther * 256);
  }
  return share;
}

}  // namespace

PrefixFilter prefix_filter(const std::vector<std::string>& words) {
  PrefixFilter filter;
  std::vector<Prefix> prefixes;
  for (const std::string& word : words) {
    Prefix& prefix = prefixes.emplace_back();
    for (std::size_t i = 0; i < kFiltered; ++i) {
      if (i >= word.size()) continue;  // any byte may stand there
      const u8 byte = static_cast<u8>(word[i]) | kCase;
      prefix[i] = {static_cast<std::uint16_t>(1U << (byte & 15)),
                   static_cast<std::uint16_t>(1U << (byte >> 4))};
    }
  }
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  std::array<Prefix, kGroups> groups;
  groups.fill(kNoPrefix);
  std::array<double, kGroups> shares{};
  const std::size_t seeds = std::min(kGroups, prefixes.size());
  for (std::size_t group = 0; group < seeds; ++group) {  // far from each other in the order
    groups[group] = prefixes[group * prefixes.size() / seeds];
    shares[group] = share_of(groups[group]);
  }
  for (const Prefix& prefix : prefixes) {  // where it adds the fewest candidates
    std::size_t best = 0;
    double least = 2;
    for (std::size_t group = 0; group < seeds; ++group) {
      const double more = share_of(both(groups[group], prefix)) - shares[group];
      if (more < least) {
        least = more;
        best = group;
      }
    }
    groups[best] = both(groups[best], prefix);
    shares[best] = share_of(groups[best]);
  }
  for (std::size_t group = 0; group < seeds; ++group) {
    const u8 bit = static_cast<u8>(1U << group);
    for (std::size_t i = 0; i < kFiltered; ++i) {
      for (unsigned nibble = 0; nibble < 16; ++nibble) {
        if (groups[group][i].low >> nibble & 1) filter.nibbles[i].low[nibble] |= bit;
        if (groups[group][i].high >> nibble & 1) filter.nibbles[i].high[nibble] |= bit;
      }
    }
  }
  filter.is_useful = std::accumulate(shares.begin(), shares.end(), 0.0) < kMostCandidates;
  return filter;
}

}  // namespace codescan
