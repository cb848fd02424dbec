// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a text holds the words that a name begins with, as whole words and next to each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hashing.hpp"

namespace codescan {

class NameStarts {
 public:
  // `starts` holds one or two words each, in lower case with a single space between them. `loose`
  // words are written or left out at will, so they part no name.
  NameStarts(const std::vector<std::string>& starts, const std::vector<std::string>& loose);

  // Whether one of the starts is in a text. Words are runs of ASCII letters and digits, letter case
  // aside; "v2" is "2". Another text may have the hash of a start: a true answer may be wrong.
  bool any_in(std::string_view text) const;

 private:
  std::vector<u64> singles_, pairs_, loose_;  // hashes, ascending
};

}  // namespace codescan
