// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What a number token says, so that tables of numbers that count are known as such.
#pragma once

#include "lexer.hpp"

namespace codescan {

// The value of a decimal or hexadecimal number; of any other a hash.
inline u64 number_at(const u8* text, const Token& token) {
  const u8* p = text + token.start;
  u32 size = token.end - token.start;
  u32 base = 10;
  if (size > 2 && p[0] == '0' && (p[1] | 32) == 'x') {
    base = 16;
    p += 2;
    size -= 2;
  }
  u64 value = 0;
  if (size > 12) return token.hash;
  for (u32 i = 0; i < size; ++i) {
    const u8 low = p[i] | 32;
    const u32 digit = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' : low >= 'a' ? low - 'a' + 10U : 99U;
    if (digit >= base) return token.hash;
    value = value * base + digit;
  }
  return value;
}

}  // namespace codescan
