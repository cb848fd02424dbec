// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What tells text that a person wrote from other files, counted in one pass over the content.
// codescan/sources/eligibility.py says what is made of it.
#pragma once

#include "words.hpp"

namespace codescan {

struct TextShape {
  bool has_nul;
  bool is_utf8;  // as RFC 3629 has it: nothing overlong, no surrogates
  std::size_t line_feeds;
  std::size_t returns;
  std::size_t controls;  // in the head: control bytes that texts do not have
};

// The shape of a text; its head has at most `head` bytes.
TextShape shape_of(const u8* text, std::size_t size, std::size_t head);

// Whether a text is ASCII with more than white space, and without control bytes that texts do not have.
bool is_ascii_text(const u8* text, std::size_t size);

// Whether a text is what most are: UTF-8 that begins with more than white space, without control
// bytes or any of the words in its head, with lines of at most `mean` bytes on average unless it is
// no longer than the head.
bool is_plain(const u8* text, std::size_t size, const Words& words, std::size_t head,
              std::size_t mean);

}  // namespace codescan
