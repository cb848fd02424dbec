// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "plain_symbols.hpp"

#include <algorithm>
#include <string_view>

#include "hashing.hpp"

namespace codescan {
namespace {

struct Symbol {
  std::size_t length;      // bytes of the sign; 0 for none
  std::string_view plain;  // what takes its place
};

u8 byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<u8>(text[at]) : 0;
}

// The sign at the start of a text: U+2010 to U+2026 and the like.
Symbol general_punctuation(u8 last) {
  if (last >= 0x80 && last <= 0x8a) return {3, " "};
  if (last >= 0x8b && last <= 0x8d) return {3, ""};  // joiners without width
  if (last >= 0x90 && last <= 0x95) return {3, "-"};
  if (last >= 0x98 && last <= 0x9b) return {3, "'"};
  if (last >= 0x9c && last <= 0x9f) return {3, "\""};
  if (last == 0xa2) return {3, "*"};
  if (last == 0xa6) return {3, "..."};
  return {last == 0xaf ? std::size_t{3} : 0, " "};
}

Symbol symbol_at(std::string_view text) {
  const u8 first = byte_at(text, 0), second = byte_at(text, 1), third = byte_at(text, 2);
  if (first == 0xc2 && second == 0xa0) return {2, " "};
  if (first == 0xc2 && second == 0xad) return {2, ""};  // a soft hyphen
  if (third < 0x80 || third > 0xbf) return {0, ""};
  if (first == 0xe2 && second == 0x80) return general_punctuation(third);
  if (first == 0xe2 && second >= 0x86 && second <= 0xaf) return {3, " "};  // U+2180 to U+2BFF
  if (first == 0xef && second == 0xb8 && third == 0x8f) return {3, ""};    // an emoji's variant
  if (first == 0xf0 && second == 0x9f && byte_at(text, 3) >= 0x80) return {4, " "};  // emoji
  return {0, ""};
}

}  // namespace

std::string with_plain_symbols(std::string text) {
  const auto is_high = [](char c) { return static_cast<u8>(c) >= 0x80; };
  if (std::none_of(text.begin(), text.end(), is_high)) return text;
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Symbol symbol =
        is_high(text[at]) ? symbol_at(std::string_view(text).substr(at)) : Symbol{0, ""};
    if (symbol.length == 0) {
      plain.push_back(text[at++]);
    } else {
      plain.append(symbol.plain);
      at += symbol.length;
    }
  }
  return plain;
}

}  // namespace codescan
