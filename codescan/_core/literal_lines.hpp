// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Lines that each hold a string between the same words: a text that a program prints or adds line
// by line, lists as strings, or that a document shows as inline code.
#pragma once

#include <vector>

#include "hashing.hpp"

namespace codescan {

struct LiteralLine {
  std::size_t start;
  std::size_t text;      // behind the opening quotation mark
  std::size_t text_end;  // before the closing one
  std::size_t end;       // behind the line feed
};

// Runs of at least `kLeastLiteralLines` lines, each with the same text before its first quotation
// mark (" ' or `) and after its last one; digits may differ. The first line of a run may begin
// otherwise, the last one may end otherwise. Only runs whose strings look like code or sentences.
inline constexpr std::size_t kLeastLiteralLines = 4;
std::vector<std::vector<LiteralLine>> literal_runs(const u8* text, std::size_t size);

}  // namespace codescan
