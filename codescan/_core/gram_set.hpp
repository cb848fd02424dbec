// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A set of k-grams of tokens, as 32-bit hashes: which of them a text holds, and where.
//
// A filter by the upper bits of the hashes answers for nearly all k-grams of a text. The others are
// searched for among the few sorted hashes that share their upper bits.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "lexer.hpp"

namespace codescan {

// Hash of the k-gram at each token that has one; `gram` is at least 1.
std::vector<u32> gram_hashes(TokenSpan tokens, u32 gram);

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

  // `ordered` ascends, each hash once, and lives as long as `owner`; `gram` is at least 1.
  GramSet(std::span<const u32> ordered, u32 gram, std::shared_ptr<void> owner);

  std::size_t size() const { return ordered_.size(); }
  std::span<const u32> hashes() const { return ordered_; }
  u32 gram() const { return gram_; }
  void find(TokenSpan tokens, std::vector<Found>& out) const;
  // Stretches of at least two k-grams, in order; none overlaps another. Throws std::out_of_range for an
  // owner without a stride.
  std::vector<GramStretch> stretches(TokenSpan tokens, const StretchRules& rules) const;

 private:
  u32 filter_bit(u32 hash) const { return hash >> filter_shift_; }

  std::shared_ptr<void> owner_;
  std::span<const u32> ordered_;
  std::vector<u64> filter_;  // a bit for the upper bits of each hash
  std::vector<u32> ends_;    // place behind the last hash of the buckets before each
  unsigned filter_shift_;    // leaves the bits of a hash that tell its bit of the filter
  unsigned shift_;           // leaves the bits of a hash that tell its bucket
  u32 gram_;
};

}  // namespace codescan
