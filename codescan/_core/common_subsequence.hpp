// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A longest common subsequence of two runs of tokens, as blocks of equal tokens.
//
// Bit-parallel (Hyyro 2004): cost is the product of both lengths over 64. Of several longest ones it
// is that of rapidfuzz's LCSseq.editops, whose rows of bits are walked back from the end.
#pragma once

#include <vector>

#include "lexer.hpp"

namespace codescan {

struct EqualBlock {
  u32 first;   // in the first run
  u32 second;  // in the second run
  u32 length;
};

// The blocks of at least `least` tokens, in order; offsets are within the spans.
std::vector<EqualBlock> equal_blocks(TokenSpan first, TokenSpan second, u32 least);

}  // namespace codescan
