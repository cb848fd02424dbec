// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// How many tokens two sequences have in common, in order: what verifies a near-duplicate. A token
// is 32 bits here, 29 of its hash above the 3 bits of its kind.
#pragma once

#include <array>
#include <span>

#include "lexer.hpp"

namespace codescan {

using Symbols = std::span<const u32>;

constexpr u32 symbol_of(const Token& token) {
  return static_cast<u32>(token.hash >> 35) << 3 | static_cast<u32>(token.hash & 7);
}
constexpr bool is_identifier(u32 symbol) {
  return static_cast<Kind>(symbol & 7) == Kind::identifier;
}

// Tokens of a sequence, counted by a hash of 12 bits: tells at a small part of an alignment's cost
// that another sequence cannot have as many tokens in common.
class TokenBag {
 public:
  // With `names_are_equal`, all identifiers are taken for equal.
  void assign(Symbols symbols, bool names_are_equal);
  // False only where fewer than `least` tokens are in common.
  bool may_share(Symbols other, u32 least) const;

 private:
  static constexpr u32 kSlots = 1U << 12;
  u32 slot(u32 symbol) const;

  std::array<u32, kSlots> counts_{};  // two tokens in one slot only raise the bound
  bool names_are_equal_ = false;
};

// The length of a longest common subsequence, or 0 where it is below `least`. Where both texts are
// so long and repetitive that the exact length would take minutes, a lower bound.
// Bit-parallel (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004), by the words that
// hold a match.
u32 common_tokens(Symbols a, Symbols b, u32 least);

struct RenamedAlignment {
  u32 matched = 0;  // tokens that are equal, or names that are renamed one to one, at least twice
  u32 renamed = 0;  // of them, names that differ
};

// The same up to a one-to-one renaming of identifiers. Tokens are aligned with all identifiers
// taken for equal (Myers, "An O(ND) difference algorithm", 1986); a pair of names counts where each
// is the other's most frequent partner. Nothing where fewer than `least` tokens match, or fewer
// than a fifth of the names and literals are equal: any two lists of names are renamings.
RenamedAlignment renamed_tokens_in_common(Symbols a, Symbols b, u32 least);

}  // namespace codescan
