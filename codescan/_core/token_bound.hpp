// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells texts that are too short to match from others, without lexing them in each of their languages.
#pragma once

#include "hashing.hpp"

namespace codescan {

// Whether a text may have `least` tokens in some language; false is certain. Every sign, every run of
// letters or of digits, and every character beyond ASCII may be a token.
inline bool may_have_tokens(const u8* text, std::size_t size, std::size_t least) {
  enum class Run : u8 { none, letters, digits };
  std::size_t count = 0;
  Run last = Run::none;
  for (std::size_t i = 0; i < size && count < least; ++i) {
    const u8 c = text[i];
    Run run = Run::none;
    if (c >= '0' && c <= '9') {
      run = Run::digits;
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
      run = Run::letters;
    } else if (c > ' ' && c != 0x7f && (c & 0xc0) != 0x80) {
      ++count;
    }
    count += run != Run::none && run != last;
    last = run;
  }
  return count >= least;
}

}  // namespace codescan
