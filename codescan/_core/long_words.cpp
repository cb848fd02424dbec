// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "long_words.hpp"

namespace codescan {
namespace {

constexpr std::size_t kLongWord = 56;  // bytes; the lines of base64 are longer

bool is_digit(u8 c) { return c >= '0' && c <= '9'; }
bool is_encoded(u8 c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

}  // namespace

// Every word of that length holds one of the bytes that are looked at.
std::optional<std::pair<std::size_t, std::size_t>> long_word(const u8* text, std::size_t begin,
                                                             std::size_t end) {
  for (std::size_t i = begin + kLongWord - 1; i < end; i += kLongWord) {
    std::size_t first = i, last = i;
    while (last < end && is_encoded(text[last])) ++last;
    if (last == i) continue;
    while (first > begin && is_encoded(text[first - 1])) --first;
    if (last - first >= kLongWord) return std::pair{first, last};
  }
  return std::nullopt;
}

std::vector<std::size_t> long_words(const u8* text, std::size_t size) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < size;) {
    const auto word = long_word(text, at, size);
    if (!word) break;
    starts.push_back(word->first);
    at = word->second;
  }
  return starts;
}

}  // namespace codescan
