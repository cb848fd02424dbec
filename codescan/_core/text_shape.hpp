// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What tells text that a person wrote from other files, counted in one pass over the content.
// codescan/sources/eligibility.py says what is made of it.
#pragma once

#include "hashing.hpp"

namespace codescan {

struct TextShape {
  bool has_nul;
  bool is_ascii;
  std::size_t line_feeds;
  std::size_t returns;
  std::size_t controls;  // in the head: control bytes that texts do not have
};

// The shape of a text; its head has at most `head` bytes.
TextShape shape_of(const u8* text, std::size_t size, std::size_t head);

}  // namespace codescan
