// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <array>
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
constexpr std::size_t kFew = 12;    // words up to which blocks are faster than the table
constexpr std::size_t kPrefix = 3;  // bytes of a word that are hashed
constexpr unsigned kHashBits = 13;
constexpr std::size_t kGroups = 8;  // of words that share the tables of the filter
constexpr std::size_t kLane = 32;   // places that the filter looks at together
constexpr double kMostCandidates = 0.25;  // at a place of random letters, where the filter helps

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

bool starts_with(const u8* text, const std::string& word) {
  return std::equal(word.begin(), word.end(), text,
                    [](char c, u8 t) { return static_cast<u8>(c) == lower(t); });
}

using Places = std::vector<std::size_t>;

#ifdef __x86_64__
// A bit for each of kLane places from `text`: whether one of the groups has words that may start
// there. Reads kPrefix - 1 bytes behind the last place.
[[gnu::target("avx2")]] std::uint32_t candidates(const u8* text,
                                                 const std::array<PrefixNibbles, kPrefix>& tables) {
  const __m256i nibble = _mm256_set1_epi8(0x0f), folding = _mm256_set1_epi8(kCase);
  __m256i groups = _mm256_set1_epi8(-1);
  for (std::size_t i = 0; i < kPrefix; ++i) {
    const __m256i bytes = _mm256_or_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + i)), folding);
    const __m256i lows = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(tables[i].low.data())));
    const __m256i highs = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(tables[i].high.data())));
    const __m256i low = _mm256_shuffle_epi8(lows, _mm256_and_si256(bytes, nibble));
    const __m256i high =
        _mm256_shuffle_epi8(highs, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    groups = _mm256_and_si256(groups, _mm256_and_si256(low, high));
  }
  const __m256i none = _mm256_cmpeq_epi8(groups, _mm256_setzero_si256());
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(none));
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
  if (words_.size() <= kFew || words_.size() > UINT16_MAX || !has_prefixes) return;
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
  make_filter();
}

void Words::make_filter() {
  std::vector<std::string> prefixes;
  for (const std::string& word : words_) {
    std::string& prefix = prefixes.emplace_back(word.substr(0, kPrefix));
    for (char& c : prefix) c = static_cast<char>(c | kCase);
  }
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  double share = 0;  // of places of random letters at which a word may start
  for (std::size_t group = 0; group < kGroups; ++group) {
    const u8 bit = static_cast<u8>(1U << group);
    double own = 1;
    for (std::size_t i = 0; i < kPrefix; ++i) {
      PrefixNibbles& table = filter_[i];
      for (std::size_t w = group * prefixes.size() / kGroups;
           w < (group + 1) * prefixes.size() / kGroups; ++w) {
        const u8 byte = static_cast<u8>(prefixes[w][i]);
        table.low[byte & 15] |= bit;
        table.high[byte >> 4] |= bit;
      }
      double letters = 0;
      for (u8 c = 'a'; c <= 'z'; ++c) letters += (table.low[c & 15] & table.high[c >> 4] & bit) != 0;
      own *= letters / 26;
    }
    share += own;
  }
  is_filtered_ = share < kMostCandidates;
}

Words Words::joined(const Words& first, const Words& second) {
  std::vector<std::string> words = first.words_;
  words.insert(words.end(), second.words_.begin(), second.words_.end());
  return Words(std::move(words));
}

bool Words::starts_at(const u8* text, std::size_t size, std::size_t at) const {
  const std::uint32_t hash = prefix_hash(prefix_bytes(text + at));
  if ((begins_[hash >> 6] >> (hash & 63) & 1) == 0) return false;
  for (std::size_t w = ends_[hash]; w < ends_[hash + 1]; ++w) {
    const std::string& word = words_[w];
    if (word.size() <= size - at && starts_with(text + at, word)) return true;
  }
  return false;
}

bool Words::search_table(const u8* text, std::size_t size, Places* places) const {
  std::size_t at = 0;
#ifdef __x86_64__
  if (is_filtered_ && has_avx2()) {
    for (; at + kLane + kPrefix - 1 <= size; at += kLane) {
      for (std::uint32_t found = candidates(text + at, filter_); found != 0; found &= found - 1) {
        const std::size_t place = at + static_cast<std::size_t>(__builtin_ctz(found));
        if (!starts_at(text, size, place)) continue;
        if (!places) return true;
        places->push_back(place);
      }
    }
  }
#endif
  for (; at + kPrefix <= size; ++at) {
    if (!starts_at(text, size, at)) continue;
    if (!places) return true;
    places->push_back(at);
  }
  return places && !places->empty();
}

bool Words::any_in(const u8* text, std::size_t size) const {
  if (!ends_.empty()) return search_table(text, size, nullptr);
  return search(text, size, words_, nullptr);
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
  if (!ends_.empty()) {
    search_table(text, size, &places);  // in order, each once
    return places;
  }
  search(text, size, words_, &places);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace codescan
