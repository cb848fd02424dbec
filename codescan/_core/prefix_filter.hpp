// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Tables by which a processor picks the places of a text at which one of some words may start.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "hashing.hpp"

namespace codescan {

inline constexpr std::size_t kFiltered = 4;  // bytes of a word that the filter looks at

// For each half of a byte the groups of words that have it at one place of their first bytes.
struct PrefixNibbles {
  std::array<u8, 16> low{}, high{};
};

struct PrefixFilter {
  std::array<PrefixNibbles, kFiltered> nibbles{};
  bool is_useful = false;  // whether few places pass the filter
};

// The filter of words by their first bytes, case bits aside.
PrefixFilter prefix_filter(const std::vector<std::string>& words);

}  // namespace codescan
