// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstring>
#include <numeric>
#include <stdexcept>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "processor.hpp"

namespace codescan {
namespace {

constexpr std::size_t kBlock = 64;  // places that are looked at together
constexpr u8 kCase = 0x20;          // the bit by which ASCII letters differ in case
constexpr u64 kCases = 0x2020202020202020;  // the same for eight bytes
constexpr std::size_t kFew = 12;    // words up to which each is compared at a place
constexpr std::size_t kPrefix = 3;  // bytes of a word that are hashed
constexpr unsigned kHashBits = 13;
constexpr std::size_t kGroups = 8;  // of words that share the tables of the filter
constexpr std::size_t kLane = 32;   // places that the filter looks at together
constexpr double kMostCandidates = 0.4;  // at a place of random letters, where the filter helps

u8 lower(u8 c) { return c >= 'A' && c <= 'Z' ? c | kCase : c; }

// Whether a word may start at one of the kBlock places from `text`: has its first, middle and last
// byte there, case bits aside.
[[gnu::always_inline]] inline bool may_start(const u8* text, const std::string& word) {
  const std::size_t middle = word.size() / 2, last = word.size() - 1;
  const u8 a = static_cast<u8>(word[0]) | kCase, b = static_cast<u8>(word[middle]) | kCase,
           c = static_cast<u8>(word[last]) | kCase;
  u8 found = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<u8>(((text[i] | kCase) == a) & ((text[i + middle] | kCase) == b) &
                             ((text[i + last] | kCase) == c));
  }
  return found != 0;
}

// The hash of three bytes, case bits aside.
std::uint32_t prefix_hash(std::uint32_t bytes) {
  return ((bytes | 0x202020u) * 0x9E3779B1u) >> (32 - kHashBits);
}

std::uint32_t prefix_bytes(const u8* text) {
  return text[0] | static_cast<std::uint32_t>(text[1]) << 8 |
         static_cast<std::uint32_t>(text[2]) << 16;
}

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

bool starts_with(const u8* text, const std::string& word) {
  return std::equal(word.begin(), word.end(), text,
                    [](char c, u8 t) { return static_cast<u8>(c) == lower(t); });
}

using Places = std::vector<std::size_t>;

// The first eight bytes of a text, case bits set; bytes behind its end are 0x20.
u64 first_bytes(const u8* text, std::size_t size) {
  u64 bytes = 0;
  if (size >= sizeof bytes) {
    std::memcpy(&bytes, text, sizeof bytes);
  } else {
    std::memcpy(&bytes, text, size);
  }
  return bytes | kCases;
}

#ifdef __x86_64__
using Filter = std::array<PrefixNibbles, kFiltered>;

// The tables of a filter in registers.
struct FilterLanes {
  __m256i low[kFiltered], high[kFiltered];
};

[[gnu::target("avx2"), gnu::always_inline]] inline FilterLanes lanes_of(const Filter& filter) {
  FilterLanes lanes;
  for (std::size_t i = 0; i < kFiltered; ++i) {
    lanes.low[i] = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(filter[i].low.data())));
    lanes.high[i] = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(filter[i].high.data())));
  }
  return lanes;
}

// A bit for each of kLane places from `text`: whether one of the groups has words that may start
// there. Reads kFiltered - 1 bytes behind the last place.
[[gnu::target("avx2"), gnu::always_inline]] inline std::uint32_t candidates(
    const u8* text, const FilterLanes& lanes) {
  const __m256i nibble = _mm256_set1_epi8(0x0f), folding = _mm256_set1_epi8(kCase);
  __m256i groups = _mm256_set1_epi8(-1);
  for (std::size_t i = 0; i < kFiltered; ++i) {
    const __m256i bytes = _mm256_or_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + i)), folding);
    const __m256i low = _mm256_shuffle_epi8(lanes.low[i], _mm256_and_si256(bytes, nibble));
    const __m256i high = _mm256_shuffle_epi8(
        lanes.high[i], _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    groups = _mm256_and_si256(groups, _mm256_and_si256(low, high));
  }
  const __m256i none = _mm256_cmpeq_epi8(groups, _mm256_setzero_si256());
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(none));
}

// Calls `take` with each place at which the filter sees the start of a word, in order, until it
// answers true; tells whether it did.
template <typename Take>
[[gnu::target("avx2")]] bool any_candidate(const u8* text, std::size_t size, const Filter& filter,
                                           Take take) {
  const FilterLanes lanes = lanes_of(filter);
  std::size_t at = 0;
  for (; at + kLane + kFiltered - 1 <= size; at += kLane) {
    for (std::uint32_t found = candidates(text + at, lanes); found != 0; found &= found - 1) {
      if (take(at + static_cast<std::size_t>(__builtin_ctz(found)))) return true;
    }
  }
  std::array<u8, 2 * kLane + kFiltered> tail{};  // the bytes that are left, with zeros behind them
  std::memcpy(tail.data(), text + at, size - at);
  for (std::size_t lane = 0; at + lane < size; lane += kLane) {
    for (std::uint32_t found = candidates(tail.data() + lane, lanes); found != 0;
         found &= found - 1) {
      const std::size_t place = at + lane + static_cast<std::size_t>(__builtin_ctz(found));
      if (place < size && take(place)) return true;
    }
  }
  return false;
}
#endif

// Whether a word starts somewhere. With `places` it notes each place, block by block, and goes on.
[[gnu::always_inline]] inline bool search_blocks(const u8* text, std::size_t size,
                                                 const std::vector<std::string>& words,
                                                 Places* places) {
  for (std::size_t start = 0; start < size; start += kBlock) {
    for (const std::string& word : words) {
      const std::size_t starts = size < word.size() ? 0 : size - word.size() + 1;
      if (start >= starts) continue;
      // The last block is whole as well: it begins in the one before.
      const std::size_t begin = starts < kBlock ? 0 : std::min(start, starts - kBlock);
      if (starts >= kBlock && !may_start(text + begin, word)) continue;
      for (std::size_t at = start; at < std::min(begin + kBlock, starts); ++at) {
        if (!starts_with(text + at, word)) continue;
        if (!places) return true;
        places->push_back(at);
      }
    }
  }
  return places && !places->empty();
}

#ifdef __x86_64__
[[gnu::target("avx2")]] bool search_avx2(const u8* text, std::size_t size,
                                         const std::vector<std::string>& words, Places* places) {
  return search_blocks(text, size, words, places);
}
#endif

bool search(const u8* text, std::size_t size, const std::vector<std::string>& words,
            Places* places) {
#ifdef __x86_64__
  if (has_avx2()) return search_avx2(text, size, words, places);
#endif
  return search_blocks(text, size, words, places);
}

}  // namespace

Words::Words(std::vector<std::string> words) : words_(std::move(words)) {
  for (std::string& word : words_) {
    if (word.empty()) throw std::invalid_argument("a word is empty");
    for (char& c : word) c = static_cast<char>(lower(static_cast<u8>(c)));
  }
  order_.resize(words_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  const bool has_prefixes = std::all_of(words_.begin(), words_.end(), [](const std::string& word) {
    return word.size() >= kPrefix;
  });
  if (words_.size() > kFew && words_.size() <= UINT16_MAX && has_prefixes) make_table();
  for (const std::string& word : words_) {
    const auto* bytes = reinterpret_cast<const u8*>(word.data());
    WordStart& start = starts_.emplace_back();
    std::memset(&start.mask, 0xff, std::min(word.size(), sizeof start.mask));
    start.bytes = first_bytes(bytes, word.size()) & start.mask;
  }
  make_filter();
}

void Words::make_table() {
  const auto hash = [](const std::string& word) {
    return prefix_hash(prefix_bytes(reinterpret_cast<const u8*>(word.data())));
  };
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return hash(words_[a]) < hash(words_[b]);
  });
  std::vector<std::string> ordered;
  ordered.reserve(words_.size());
  for (const std::size_t place : order_) ordered.push_back(std::move(words_[place]));
  words_ = std::move(ordered);
  ends_.assign((std::size_t{1} << kHashBits) + 1, 0);
  begins_.assign((std::size_t{1} << kHashBits) / 64, 0);
  for (const std::string& word : words_) {
    ++ends_[hash(word) + 1];
    begins_[hash(word) >> 6] |= u64{1} << (hash(word) & 63);
  }
  for (std::size_t i = 1; i < ends_.size(); ++i) {
    ends_[i] = static_cast<std::uint16_t>(ends_[i] + ends_[i - 1]);
  }
}

void Words::make_filter() {
  std::vector<Prefix> prefixes;
  for (const std::string& word : words_) {
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
        if (groups[group][i].low >> nibble & 1) filter_[i].low[nibble] |= bit;
        if (groups[group][i].high >> nibble & 1) filter_[i].high[nibble] |= bit;
      }
    }
  }
  is_filtered_ = std::accumulate(shares.begin(), shares.end(), 0.0) < kMostCandidates;
}

Words Words::joined(const Words& first, const Words& second) {
  std::vector<std::string> words = first.words_;
  words.insert(words.end(), second.words_.begin(), second.words_.end());
  return Words(std::move(words));
}

bool Words::is_at(const u8* text, std::size_t size, std::size_t first, std::size_t last) const {
  const u64 bytes = first_bytes(text, size);
  for (std::size_t w = first; w < last; ++w) {
    if ((bytes & starts_[w].mask) != starts_[w].bytes) continue;
    const std::string& word = words_[w];
    if (word.size() <= size && starts_with(text, word)) return true;
  }
  return false;
}

bool Words::starts_at(const u8* text, std::size_t size, std::size_t at) const {
  if (ends_.empty()) return is_at(text + at, size - at, 0, words_.size());
  if (size - at < kPrefix) return false;
  const std::uint32_t hash = prefix_hash(prefix_bytes(text + at));
  if ((begins_[hash >> 6] >> (hash & 63) & 1) == 0) return false;
  return is_at(text + at, size - at, ends_[hash], ends_[hash + 1]);
}

bool Words::search_words(const u8* text, std::size_t size, Places* places) const {
  const auto take = [&](std::size_t at) {
    if (!starts_at(text, size, at)) return false;
    if (places) places->push_back(at);
    return !places;
  };
#ifdef __x86_64__
  if (is_filtered_ && has_avx2()) {
    if (any_candidate(text, size, filter_, take)) return true;
    return places && !places->empty();
  }
#endif
  if (ends_.empty()) return search(text, size, words_, places);
  for (std::size_t at = 0; at + kPrefix <= size; ++at) {
    if (take(at)) return true;
  }
  return places && !places->empty();
}

bool Words::any_in(const u8* text, std::size_t size) const {
  return search_words(text, size, nullptr);
}

std::vector<std::size_t> Words::present_in(const u8* text, std::size_t size) const {
  std::vector<u8> is_present(words_.size(), 0);
  const auto look = [&](std::size_t at, std::size_t first, std::size_t last) {
    for (std::size_t w = first; w < last; ++w) {
      const std::string& word = words_[w];
      if (!is_present[w] && word.size() <= size - at && starts_with(text + at, word)) {
        is_present[w] = 1;
      }
    }
  };
  const bool has_pairs = std::all_of(words_.begin(), words_.end(),
                                     [](const std::string& word) { return word.size() >= 2; });
  if (ends_.empty() && has_pairs) {
    std::vector<bool> may_begin(1U << 16);  // two bytes, case bits aside
    const auto pair_at = [](const u8* pair) { return (pair[0] | pair[1] << 8) | 0x2020; };
    for (const std::string& word : words_) {
      may_begin[pair_at(reinterpret_cast<const u8*>(word.data()))] = true;
    }
    for (std::size_t at = 0; at + 1 < size; ++at) {
      if (may_begin[pair_at(text + at)]) look(at, 0, words_.size());
    }
  } else if (ends_.empty()) {
    for (std::size_t at = 0; at < size; ++at) look(at, 0, words_.size());
  } else {
    for (std::size_t at = 0; at + kPrefix <= size; ++at) {
      const std::uint32_t hash = prefix_hash(prefix_bytes(text + at));
      look(at, ends_[hash], ends_[hash + 1]);
    }
  }
  std::vector<std::size_t> present;
  for (std::size_t w = 0; w < words_.size(); ++w) {
    if (is_present[w]) present.push_back(order_[w]);
  }
  std::sort(present.begin(), present.end());
  return present;
}

std::vector<std::size_t> Words::places_in(const u8* text, std::size_t size) const {
  Places places;
  search_words(text, size, &places);
  // Blocks note the places of one word after the other, and those of two words twice.
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace codescan
