// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A set of k-grams of tokens, as 32-bit hashes: which of them a text holds, and where.
//
// A filter by the upper bits of the hashes answers for nearly all k-grams of a text. The others are
// searched for among the few sorted hashes that share their upper bits.
#pragma once

#include <vector>

#include "lexer.hpp"

namespace codescan {

// Hash of the k-gram at each token that has one; `gram` is at least 1.
std::vector<u32> gram_hashes(TokenSpan tokens, u32 gram);

// Ascending hashes of their packed form: the differences, byte by byte in four columns of `count`.
std::vector<u32> unpacked_hashes(const u8* packed, std::size_t count);

// A stretch of a text whose k-grams are in a set.
struct GramStretch {
  u32 start, end;  // tokens
  u8 owner;        // of most of the k-grams, the first of equals
};

// How k-grams make a stretch.
struct StretchRules {
  const u8* owners;                   // of each k-gram of the set
  const std::vector<u32>& strides;    // by owner: one k-gram of this number is in the set
  u32 gap;                            // most tokens from one k-gram to the next, where all are
  u32 least_tokens;
  double least_share;                 // of the k-grams of the stretch that are in the set
};

class GramSet {
 public:
  // A k-gram of a text that is in the set.
  struct Found {
    u32 token;  // where it starts
    u32 place;  // in the set
  };

  // `ordered` ascends, each hash once; `gram` is at least 1.
  GramSet(std::vector<u32> ordered, u32 gram);

  std::size_t size() const { return ordered_.size(); }
  const std::vector<u32>& hashes() const { return ordered_; }
  u32 gram() const { return gram_; }
  void find(TokenSpan tokens, std::vector<Found>& out) const;
  // Stretches of at least two k-grams, in order; none overlaps another. Throws std::out_of_range for an
  // owner without a stride.
  std::vector<GramStretch> stretches(TokenSpan tokens, const StretchRules& rules) const;

 private:
  std::vector<u32> ordered_;
  std::vector<u64> filter_;  // a bit for the upper bits of each hash
  std::vector<u32> ends_;    // place behind the last hash of the buckets before each
  unsigned shift_;           // leaves the bits of a hash that tell its bucket
  u32 gram_;
};

}  // namespace codescan
