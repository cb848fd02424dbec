// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Units and their bags: functions of a text and blocks of the rest, as sets of shingles, for copies
// with edits all over. At build a full parse would cost thirty times as much as everything else,
// so functions are delimited by braces, or by the indentation under a `def` or `class`.
#pragma once

#include <array>
#include <vector>

#include "fingerprint.hpp"

namespace codescan {

// Tokens [start, end) of a text.
struct Unit {
  u32 start;
  u32 end;
};

constexpr u32 kMinUnitTokens = 40;   // fewer are found by their runs
constexpr u32 kMaxUnitTokens = 400;  // more are cut into blocks
constexpr u32 kBlockTokens = 128;
constexpr u32 kQueryStride = 64;  // of a query's blocks; those of an index lie side by side
constexpr u32 kShingleTokens = 4;
constexpr u32 kBands = 16;
constexpr u32 kRows = 4;  // of a band
constexpr u32 kPermutations = kBands * kRows;

// Functions and blocks, by start; no two begin at the same token. A new block begins every `stride`
// tokens: a query's overlap, so that one lies nearly like that of the origin, at no cost in bytes.
std::vector<Unit> find_units(const u8* text, TokenSpan tokens, u32 stride = kBlockTokens);

// The MinHash permutations h -> a * h + b mod 2^32, a odd: scheme "affine32" of datasketch 2, whose
// parameters come from index/minhash.py, so that signatures of both programs are the same.
struct Permutations {
  std::array<u32, kPermutations> a, b;
};

using Signature = std::array<u32, kPermutations>;

// The 32-bit hashes of a unit's shingles, before the scheme's own mixing.
void shingles(TokenSpan tokens, Unit unit, std::vector<u32>& out);
Signature signature(const std::vector<u32>& shingles, const Permutations& permutations);
// The two steps of it, for ranges of one text: the scheme's mixing, and lowering each element of
// `low` to the smallest value of its permutation.
void mix_shingles(u32* hashes, std::size_t count);
void lower_signature(const u32* mixed, std::size_t count, const Permutations& permutations,
                     Signature& low);

// One key for each band of each unit: fingerprints whose token is the unit's start and whose
// flanks are its length.
void bag_fingerprints(const u8* text, TokenSpan tokens, const Permutations& permutations,
                      std::vector<Fingerprint>& out, u32 stride = kBlockTokens);

}  // namespace codescan
