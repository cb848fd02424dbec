// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What a line may begin or end with where it belongs to a format that wraps other texts. Each test
// lets every such line pass, and few others.
#pragma once

#include <vector>

#include "text_map.hpp"
#include "text_marks.hpp"

namespace codescan {

// A line without its line feed, from its first byte that is neither a blank nor a tab.
struct BareLine {
  const u8* text;
  std::size_t size;  // at least 1

  u8 at(std::size_t i) const { return i < size ? text[i] : u8{0}; }
};

// Marks of quotes, also behind those of list items, and bars of boxes.
bool may_be_quoted(const BareLine& line);
// Prompts of interpreters and shells.
bool may_have_prompt(const BareLine& line);
// The head of a block scalar of YAML.
bool may_open_block_scalar(const BareLine& line);

// Where each line begins that may have a mark, one of quoted, prompts and block_scalars.
std::vector<std::size_t> lines_with(const u8* text, std::size_t size, Mark mark);

// Runs of lines with "+", "-" or a blank in a column, or without any text, of which at least
// `least` have a "+": the bytes of their lines.
std::vector<ByteRange> added_runs(const u8* text, std::size_t size, std::size_t column,
                                  std::size_t least);

}  // namespace codescan
