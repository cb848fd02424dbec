// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <stdexcept>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "processor.hpp"
#include "wrapped_words.hpp"

namespace codescan {
namespace {

constexpr std::size_t kBlock = 64;  // places that are looked at together
constexpr u8 kCase = 0x20;          // the bit by which ASCII letters differ in case
constexpr u64 kCases = 0x2020202020202020;  // the same for eight bytes
constexpr std::size_t kFew = 12;    // words up to which each is compared at a place
constexpr std::size_t kPrefix = 3;  // bytes of a word that are hashed
constexpr unsigned kHashBits = 13;
constexpr std::size_t kLane = 32;   // places that the filter looks at together

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

Words::Words(std::vector<std::string> words, bool is_wrapped)
    : given_(std::move(words)), is_wrapped_(is_wrapped) {
  std::vector<std::string> firsts;  // the bytes that a text with each of `words_` starts with
  for (std::string& word : given_) {
    if (word.empty()) throw std::invalid_argument("a word is empty");
    for (char& c : word) c = static_cast<char>(lower(static_cast<u8>(c)));
    for (std::string& first : is_wrapped_ ? wrapped_starts(word) : std::vector{word}) {
      firsts.push_back(std::move(first));
      words_.push_back(word);
      order_.push_back(static_cast<std::size_t>(&word - given_.data()));
    }
  }
  const bool has_prefixes = std::all_of(firsts.begin(), firsts.end(), [](const std::string& first) {
    return first.size() >= kPrefix;
  });
  if (words_.size() > kFew && words_.size() <= UINT16_MAX && has_prefixes) make_table(firsts);
  for (const std::string& first : firsts) {
    WordStart& start = starts_.emplace_back();
    std::memset(&start.mask, 0xff, std::min(first.size(), sizeof start.mask));
    start.bytes =
        first_bytes(reinterpret_cast<const u8*>(first.data()), first.size()) & start.mask;
  }
  filter_ = prefix_filter(firsts);
}

bool Words::starts(const u8* text, std::size_t size, const std::string& word) const {
  if (is_wrapped_) return starts_wrapped({reinterpret_cast<const char*>(text), size}, word);
  return word.size() <= size && starts_with(text, word);
}

void Words::make_table(std::vector<std::string>& firsts) {
  const auto hash = [](const std::string& first) {
    return prefix_hash(prefix_bytes(reinterpret_cast<const u8*>(first.data())));
  };
  std::vector<std::size_t> by_hash(words_.size()), places;
  std::iota(by_hash.begin(), by_hash.end(), std::size_t{0});
  std::stable_sort(by_hash.begin(), by_hash.end(), [&](std::size_t a, std::size_t b) {
    return hash(firsts[a]) < hash(firsts[b]);
  });
  std::vector<std::string> words, starts;
  for (const std::size_t place : by_hash) {
    words.push_back(std::move(words_[place]));
    starts.push_back(std::move(firsts[place]));
    places.push_back(order_[place]);
  }
  words_ = std::move(words);
  order_ = std::move(places);
  firsts = std::move(starts);
  ends_.assign((std::size_t{1} << kHashBits) + 1, 0);
  begins_.assign((std::size_t{1} << kHashBits) / 64, 0);
  for (const std::string& first : firsts) {
    ++ends_[hash(first) + 1];
    begins_[hash(first) >> 6] |= u64{1} << (hash(first) & 63);
  }
  for (std::size_t i = 1; i < ends_.size(); ++i) {
    ends_[i] = static_cast<std::uint16_t>(ends_[i] + ends_[i - 1]);
  }
}

Words Words::joined(const Words& first, const Words& second) {
  std::vector<std::string> words = first.given_;
  words.insert(words.end(), second.given_.begin(), second.given_.end());
  return Words(std::move(words), first.is_wrapped_ || second.is_wrapped_);
}

bool Words::is_at(const u8* text, std::size_t size, std::size_t first, std::size_t last) const {
  const u64 bytes = first_bytes(text, size);
  for (std::size_t w = first; w < last; ++w) {
    if ((bytes & starts_[w].mask) != starts_[w].bytes) continue;
    if (starts(text, size, words_[w])) return true;
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
  if (filter_.is_useful && has_avx2()) {
    if (any_candidate(text, size, filter_.nibbles, take)) return true;
    return places && !places->empty();
  }
#endif
  if (ends_.empty() && !is_wrapped_) return search(text, size, words_, places);
  for (std::size_t at = 0; at < size; ++at) {
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
      if (!is_present[w] && starts(text + at, size - at, words_[w])) is_present[w] = 1;
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
  present.erase(std::unique(present.begin(), present.end()), present.end());
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
