// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Words of several parts that a line break may separate, in a text with comment marks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace codescan {

// The bytes with which a text that has a word may start: those up to its first blank. If these are
// few, one start for each byte of white space.
std::vector<std::string> wrapped_starts(const std::string& word);

// Whether a word in lower case starts a text. Each blank within the word stands for any white space,
// also for a line break with the comment marks of the next line; one at its start or end for a
// single white space.
bool starts_wrapped(std::string_view text, std::string_view word);

}  // namespace codescan
