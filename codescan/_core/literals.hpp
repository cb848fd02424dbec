// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a literal ends that may hold comment marks and quotes, judged from its own line alone. Each
// search is bounded, so that a line of many unclosed literals still takes linear time.
#pragma once

#include <cstddef>

#include "hashing.hpp"

namespace codescan {

// Behind the slash that closes the regular expression that opens at `from`, or 0.
std::size_t regex_end(const u8* text, std::size_t size, std::size_t from);

// Whether a slash at `at` may open a regular expression: an operand is expected behind the token
// text[start, end) before it.
bool expects_operand(const u8* text, std::size_t start, std::size_t end);

// Behind the back-tick that closes the one at `from` on the same line, or 0. Expressions in ${ }
// may hold further literals. `searched` is how far was looked.
std::size_t backtick_end(const u8* text, std::size_t size, std::size_t from,
                         std::size_t& searched);

// The quote that closes the one at `from`, where expressions in the literal hold quotes of their
// own: ${ }, #{ }, $( ), \( ), and { } behind a Python prefix. 0 if there is none on the line.
std::size_t interpolated_end(const u8* text, std::size_t size, std::size_t from);

// Whether a quote may open a string, or close one, by the byte before it or behind it. A pair of
// quotes of which neither does lies between two strings: a text that begins inside a string falls
// into step again there.
bool may_open_string(const u8* text, std::size_t at);
bool may_close_string(const u8* text, std::size_t size, std::size_t at);

}  // namespace codescan
