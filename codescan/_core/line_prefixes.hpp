// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Lines that begin alike: what a logger, a container or a tracker puts before each line of a text.
#pragma once

#include <vector>

#include "hashing.hpp"

namespace codescan {

struct PrefixedLine {
  std::size_t start;
  std::size_t text;  // where it goes on after its prefix
  std::size_t end;   // behind its line feed
};

// Runs of at least `kLeastAlike` lines with one prefix: the same words and signs, with any numbers,
// blanks and log levels between. A prefix ends at a sign and a blank; after a time of day, also at a
// word. Marks of lists and comments, such as "- " and "// ", are none.
inline constexpr std::size_t kLeastAlike = 4;
std::vector<std::vector<PrefixedLine>> prefixed_runs(const u8* text, std::size_t size);

}  // namespace codescan
