// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Hashes of runs of tokens in both forms, for fingerprint.cpp alone: of every r-gram a rank, and of
// any k-gram and the tokens beside it what a fingerprint is made of. A gram's hash is a polynomial
// over its tokens, so it follows from the hashes of two prefixes of the text (Karp and Rabin 1987).
#pragma once

#include <array>

#include "blocks.hpp"
#include "fingerprint.hpp"

namespace codescan {

using Rank = std::int32_t;

constexpr u64 kBase = 0x9e3779b97f4a7c15ULL;  // odd, so that powers never vanish mod 2^64
constexpr u32 kMaxK = 64;

struct Powers {
  std::array<u64, kMaxK> value;
  constexpr Powers() : value{} {
    value[0] = 1;
    for (u32 i = 1; i < kMaxK; ++i) value[i] = value[i - 1] * kBase;
  }
  constexpr u64 operator[](u32 i) const { return value[i]; }
};
constexpr Powers kPower;

// The upper half of a product into which each bit of the hash goes, made signed: vector units of
// x86-64 compare signed numbers.
inline Rank rank_of(u64 hash) {
  constexpr u64 kFactor = 0x9fb21c651e98df25ULL;
  return static_cast<Rank>(static_cast<u32>(hash * kFactor >> 32) ^ 0x80000000U);
}

// Of a k-gram and of as many tokens as a flank has to both sides; 0 where the text ends before.
struct Around {
  u64 left, key, right;
};

class ExactGrams {
 public:
  // Writes the rank of each r-gram. `tokens` hold at least one.
  ExactGrams(TokenSpan tokens, const Scheme& scheme, u64 salt, Rank* ranks)
      : scheme_(scheme), count_(static_cast<u32>(tokens.size())), prefix_(memory()) {
    prefix_.resize(count_ + 1);
    u64* prefix = prefix_.data();
    const u64 power = kPower[scheme.r];
    const u32 r = scheme.r;
    u64 h = prefix[0] = 0;
    for (u32 i = 0; i < r; ++i) prefix[i + 1] = h = h * kBase + tokens[i].hash;
    ranks[0] = rank_of(h ^ salt);
    for (u32 i = r; i < count_; ++i) {
      prefix[i + 1] = h = h * kBase + tokens[i].hash;
      ranks[i - r + 1] = rank_of((h - prefix[i - r + 1] * power) ^ salt);
    }
  }
  Around around(u32 i) const {
    const u32 k = scheme_.k, flank = scheme_.flank();
    return {i >= flank ? gram(i - flank, flank) : 0, gram(i, k),
            i + k + flank <= count_ ? gram(i + k, flank) : 0};
  }

 private:
  u64 gram(u32 i, u32 length) const { return prefix_[i + length] - prefix_[i] * kPower[length]; }

  using Prefix = std::vector<u64, Uninitialized<u64>>;
  // Kept between texts, so that it is allocated once for each thread.
  static Prefix& memory() {
    static thread_local Prefix memory;
    return memory;
  }

  const Scheme& scheme_;
  u32 count_;
  Prefix& prefix_;
};

// The same with each identifier replaced by the distance to its previous use inside the gram, so
// that a one-to-one renaming changes nothing (Baker, "Parameterized pattern matching", 1996).
//
// Prefixes are hashed as if every identifier were a new one. Most are: a gram's hash is corrected
// for those whose previous use lies in the gram, too.
class RenamedGrams {
 public:
  RenamedGrams(TokenSpan tokens, const Scheme& scheme, u64 salt, Rank* ranks)
      : scheme_(scheme), count_(static_cast<u32>(tokens.size())), memory_(memory()) {
    find_uses(tokens);
    correct_ranks();
    hash_prefixes(tokens, salt, ranks);
    prepare_windows();
  }

  Around around(u32 i) const {
    const u32 k = scheme_.k, flank = scheme_.flank();
    const u64* prefix = memory_.prefix.data() + i;
    const bool has_left = i >= flank, has_right = i + k + flank <= count_;
    std::array<u64, 3> hash = {
        has_left ? prefix[0] - prefix[-static_cast<std::ptrdiff_t>(flank)] * kPower[flank] : 0,
        prefix[k] - prefix[0] * kPower[k],
        has_right ? prefix[k + flank] - prefix[k] * kPower[flank] : 0};
    // What is to be corrected in the three grams, all at once: one loop, whose end can't be
    // predicted, and not three.
    const u8* distances = memory_.distances.data() + kPadding + i - flank;
    u64 repeated = 0, in_flank = 0;
    for (u32 j = 0; j < k + 2 * flank; j += 16) {
      const Bytes16 before = load16(distances + j) - 1;  // 0 becomes the largest
      repeated |= high_bits(reinterpret_cast<Bytes16>(before < load16(&place_[j]))) << j;
      in_flank |= high_bits(reinterpret_cast<Bytes16>(before < load16(&reach_[j]))) << j;
    }
    in_flank &= ~repeated;
    for (u64 bits = repeated | in_flank; bits; bits &= bits - 1) {
      const u32 j = static_cast<u32>(std::countr_zero(bits));
      const bool is_left = in_flank >> j & 1;
      hash[is_left ? 0 : gram_[j]] += kCorrection[distances[j]] * (is_left ? kPower[j] : power_[j]);
    }
    return {hash[0], hash[1], hash[2]};
  }

 private:
  static constexpr u64 kFirstUse = 0x243f6a8885a308d3ULL;
  static constexpr std::size_t kPadding = kMaxK;
  static constexpr u32 kSlots = 1024;

  // From the code of a first use to that of a use d tokens after the last one.
  static constexpr std::array<u64, kMaxK> kCorrection = [] {
    std::array<u64, kMaxK> corrections{};
    for (u32 d = 1; d < kMaxK; ++d) corrections[d] = mix(kFirstUse + d) - kFirstUse;
    return corrections;
  }();

  // The distance from each identifier to its previous use, up to k; else 0. A small table remembers
  // the last place of a name. Names that share a slot with another recent one are searched for
  // among the last k tokens.
  void find_uses(TokenSpan tokens) {
    const Token* token = tokens.data();
    memory_.names.resize(count_ + 1);
    u32* end = memory_.names.data();
    for (u32 i = 0, count = count_; i < count; ++i) {
      *end = i;
      end += token[i].kind() == Kind::identifier;
    }
    memory_.names.resize(static_cast<std::size_t>(end - memory_.names.data()));
    memory_.distances.assign(count_ + 2 * kPadding, 0);
    u8* distances = memory_.distances.data() + kPadding;
    const u32 k = scheme_.k;
    std::array<u32, kSlots> slots{};
    for (const u32 i : memory_.names) {
      const u64 hash = token[i].hash;
      u32& slot = slots[(hash >> 8) % kSlots];
      u64 d = select(i - slot <= k, i - slot, 0);
      slot = i;
      if (token[i - d].hash != hash) [[unlikely]] {
        const u32 most = std::min(i, k);
        for (d = 1; d <= most && token[i - d].hash != hash;) ++d;
        if (d > most) d = 0;
      }
      distances[i] = static_cast<u8>(d);
    }
  }

  // What is added to the hash of an r-gram as it moves: a correction where the second use enters
  // it, and the end of that where the first one leaves it.
  void correct_ranks() {
    const u32 r = scheme_.r;
    std::array<u64, kMaxK> entering{}, leaving{};
    for (u32 d = 1; d < r; ++d) {
      entering[d] = kCorrection[d];
      leaving[d] = kCorrection[d] * kPower[r - d];
    }
    memory_.corrections.assign(count_ + r, 0);
    u64* corrections = memory_.corrections.data();
    const u8* distances = memory_.distances.data() + kPadding;
    for (const u32 i : memory_.names) {
      const u8 d = distances[i];
      corrections[i] += entering[d];
      corrections[i + r - d] -= leaving[d];
    }
  }

  void hash_prefixes(TokenSpan tokens, u64 salt, Rank* ranks) {
    const u32 r = scheme_.r;
    const Token* token = tokens.data();
    const u64* corrections = memory_.corrections.data();
    memory_.prefix.resize(count_ + 1);
    u64* prefix = memory_.prefix.data();
    u64 h = prefix[0] = 0;
    u64 correction = 0;
    const auto step = [&](u32 i) {
      const bool is_name = token[i].kind() == Kind::identifier;
      prefix[i + 1] = h = h * kBase + select(is_name, kFirstUse, token[i].hash);
      correction = correction * kBase + corrections[i];
    };
    for (u32 i = 0; i + 1 < r; ++i) step(i);
    for (u32 i = r - 1, count = count_; i < count; ++i) {
      step(i);
      const u32 first = i - (r - 1);
      ranks[first] = rank_of((h - prefix[first] * kPower[r] + correction) ^ salt);
    }
  }

  // For each token from the left flank to the right one: its gram, its weight in that, and how far
  // back lie the tokens whose repetition counts there. A flank's hash also holds the
  // repetitions between it and the k-gram, so that it agrees only where one renaming fits both.
  // Those of the right flank begin where the k-gram begins; those of the left flank end with it.
  void prepare_windows() {
    const u32 k = scheme_.k, flank = scheme_.flank();
    place_.fill(0);
    reach_.fill(0);
    for (u32 j = 0; j < k + 2 * flank; ++j) {
      gram_[j] = static_cast<u8>((j >= flank) + (j >= flank + k));
      place_[j] = static_cast<u8>(j < flank ? j : j - flank);
      if (gram_[j] == 1) reach_[j] = static_cast<u8>(j);
      const u32 end = j < flank ? flank : j < flank + k ? flank + k : k + 2 * flank;
      power_[j] = kPower[end - 1 - j];
    }
  }

  struct Memory {
    std::vector<u32, Uninitialized<u32>> names;
    std::vector<u8, Uninitialized<u8>> distances;
    std::vector<u64, Uninitialized<u64>> corrections, prefix;
  };
  // Kept between texts, so that it is allocated once for each thread.
  static Memory& memory() {
    static thread_local Memory memory;
    return memory;
  }

  const Scheme& scheme_;
  u32 count_;
  Memory& memory_;
  std::array<u8, kMaxK> place_, reach_, gram_;
  std::array<u64, kMaxK> power_;
};

}  // namespace codescan
