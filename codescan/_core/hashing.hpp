// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Stable 64-bit hashes. Every value here is part of the index format and pinned by known-answer
// tests: changing a constant means a new format version.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace codescan {

static_assert(std::endian::native == std::endian::little, "the index format is little-endian");

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

constexpr u64 kSalt0 = 0xa0761d6478bd642fULL;
constexpr u64 kSalt1 = 0xe7037ed1a0b428dbULL;
constexpr u64 kSalt2 = 0x8ebc6af09c88c6e3ULL;

// Folded 64x64 -> 128 bit product: the mixing step of the wyhash family.
constexpr u64 fold_multiply(u64 a, u64 b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
}

// Finalizer of MurmurHash3: a bijection on 64 bits.
constexpr u64 mix(u64 x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  x ^= x >> 33;
  return x;
}

// One of two numbers, without a branch whatever the compiler thinks of its chances.
inline u64 select(bool condition, u64 yes, u64 no) {
  return no ^ ((yes ^ no) & (0 - static_cast<u64>(condition)));
}

// Reads 1 to 8 bytes as a little-endian number. `end` bounds what may be touched.
inline u64 load_tail(const u8* p, std::size_t n, const u8* end) {
  u64 word = 0;
  if (p + 8 <= end) {
    std::memcpy(&word, p, 8);
    return word & (~0ULL >> ((64 - 8 * n) & 63));
  }
  std::memcpy(&word, p, n);
  return word;
}

// Sets the ASCII lower-case bit of every A-Z byte in a word.
inline u64 ascii_lower(u64 word) {
  const u64 heptets = word & 0x7f7f7f7f7f7f7f7fULL;
  const u64 above_z = heptets + 0x2525252525252525ULL;  // high bit set where byte > 'Z'
  const u64 from_a = heptets + 0x3f3f3f3f3f3f3f3fULL;   // high bit set where byte >= 'A'
  const u64 is_upper = (from_a & ~above_z & ~word) & 0x8080808080808080ULL;
  return word | (is_upper >> 2);
}

template <bool kFoldCase = false>
inline u64 hash_bytes(const u8* p, std::size_t n, const u8* end, u64 salt) {
  u64 h = salt ^ (n * kSalt2);
  while (n > 8) {
    u64 word;
    std::memcpy(&word, p, 8);
    if constexpr (kFoldCase) word = ascii_lower(word);
    h = fold_multiply(h ^ word ^ kSalt0, kSalt1);
    p += 8;
    n -= 8;
  }
  u64 word = n == 0 ? 0 : load_tail(p, n, end);
  if constexpr (kFoldCase) word = ascii_lower(word);
  return fold_multiply(h ^ word ^ kSalt1, kSalt0 ^ salt);
}

// The same for 1 to 8 bytes. Of more, some number, since a test for that would be a branch.
template <bool kFoldCase = false>
inline u64 hash_short(const u8* p, std::size_t n, const u8* end, u64 salt) {
  u64 word = load_tail(p, n, end);
  if constexpr (kFoldCase) word = ascii_lower(word);
  return fold_multiply((salt ^ n * kSalt2) ^ word ^ kSalt1, kSalt0 ^ salt);
}

// Of a text of any length, under a key that nobody knows, so that nobody can prepare two texts with
// one hash. No part of the index format.
inline u64 keyed_hash(const u8* p, std::size_t n, u64 key, u64 second_key) {
  u64 lane[4], factor[4];  // independent of each other, so that the multiplier is kept busy
  for (u64 j = 0; j < 4; ++j) {
    lane[j] = mix(key + j);
    factor[j] = mix(second_key + j) | 1;
  }
  const auto take = [&](const u8* block) {
    for (int j = 0; j < 4; ++j) {
      u64 word;
      std::memcpy(&word, block + 8 * j, 8);
      lane[j] = fold_multiply(lane[j] ^ word, factor[j]);
    }
  };
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32) take(p + i);
  u8 rest[32] = {};
  if (i < n) std::memcpy(rest, p + i, n - i);
  take(rest);
  u64 h = key ^ n;
  for (int j = 0; j < 4; ++j) h = fold_multiply(h ^ lane[j], factor[j]);
  return mix(h);
}

// The same as hash_bytes for use at compile time.
constexpr u64 hash_literal(std::string_view text, u64 salt) {
  u64 h = salt ^ (text.size() * kSalt2);
  const auto load = [&](std::size_t from, std::size_t n) {
    u64 word = 0;
    for (std::size_t i = 0; i < n; ++i) word |= u64{static_cast<u8>(text[from + i])} << (8 * i);
    return word;
  };
  std::size_t from = 0;
  for (; text.size() - from > 8; from += 8) {
    h = fold_multiply(h ^ load(from, 8) ^ kSalt0, kSalt1);
  }
  return fold_multiply(h ^ load(from, text.size() - from) ^ kSalt1, kSalt0 ^ salt);
}

}  // namespace codescan
