// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The words in code: of comments, and of string literals on several lines. Shorter ones are left out,
// as they have fewer words than tell a copy from chance, and so are license notices and comments that
// are drawn for the most part.
#pragma once

#include <vector>

#include "lexer.hpp"
#include "text_map.hpp"

namespace codescan {

inline constexpr std::size_t kLeastDocumentation = 160;  // bytes of a comment or string

struct CommentWords {
  std::vector<ByteRange> ranges;  // an empty one ends each comment
  bool has_word_marks = false;    // lines began with marks that are words, such as REM
};

// The long comments of a text in code without the marks of their lines. Comments that follow each
// other at once are one.
CommentWords comment_words(const u8* text, std::size_t size, const Rules& rules);

// The long strings between three quotation marks; one that is not closed ends with the text.
std::vector<ByteRange> long_strings(const u8* text, std::size_t size);

}  // namespace codescan
