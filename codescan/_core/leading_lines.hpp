// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Lines and block comments that stand at the head of files, in any language, and the marks of
// comments at the start of lines.
#pragma once

#include <cstddef>
#include <string_view>

namespace codescan {

inline constexpr std::size_t kNone = ~std::size_t{0};

// Where a line that may stand at the head of a file ends, its line end included. Such lines are empty
// lines, line comments, `<?php`, `"use strict"`, package clauses, imports from `__future__` and
// document types. kNone where none starts at the place.
std::size_t leading_line_end(std::string_view text, std::size_t at);

// The same of a block comment or docstring, with the blanks behind it.
std::size_t leading_block_end(std::string_view text, std::size_t at);

// Bytes of the marks of comments and the blanks around them that a line begins with; 0 for none.
// `has_end`: whether a line end follows the line.
std::size_t marks_length(std::string_view line, bool has_end);

// Whether a line is one of the C preprocessor, by its "#" and the word behind it.
bool is_preprocessor_line(std::string_view line);

}  // namespace codescan
