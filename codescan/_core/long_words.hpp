// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Words as long as the lines of base64: letters, digits and its signs, without the padding. Few texts
// have any.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "hashing.hpp"

namespace codescan {

// Bytes from the first to behind the last of the first long word from a place on.
std::optional<std::pair<std::size_t, std::size_t>> long_word(const u8* text, std::size_t begin,
                                                             std::size_t end);

// Where all long words of a text begin.
std::vector<std::size_t> long_words(const u8* text, std::size_t size);

}  // namespace codescan
