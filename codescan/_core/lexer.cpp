// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

namespace codescan {
namespace {

constexpr Rules kC{.slash_line = true, .slash_block = true};
constexpr Rules kHash{.hash_line = true};

}  // namespace

const std::vector<LexerFamily> kLexerFamilies = {
    {"c", kC},
    {"python", kHash},
    {"hash", kHash},
    {"rust", {.slash_line = true, .slash_block = true, .lifetimes = true}},
    {"sql", {.slash_block = true, .dash_line = true}},
    {"lua", {.dash_line = true, .lua_block = true}},
    {"haskell", {.dash_line = true, .haskell_block = true}},
    {"lisp", {.semicolon_line = true, .single_quotes = false}},
    {"percent", {.percent_line = true, .single_quotes = false}},
    {"markup", {.markup_block = true, .single_quotes = false}},
    {"css", {.slash_block = true}},
    {"php", {.hash_line = true, .slash_line = true, .slash_block = true}},
    {"prose", {.prose = true}},
};

namespace {

// The first no-break space (U+00A0) from a place on, or the end.
std::size_t find_no_break_space(const u8* text, std::size_t size, std::size_t from) {
  for (std::size_t i = from; i + 1 < size; ++i) {
    const void* hit = std::memchr(text + i, 0xC2, size - i - 1);
    if (!hit) return size;
    i = static_cast<std::size_t>(static_cast<const u8*>(hit) - text);
    if (text[i + 1] == 0xA0) return i;
  }
  return size;
}

}  // namespace

void lex(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Tokens* comments) {
  if (comments) comments->clear();
  if (rules.prose) {
    lex_prose(text, size, out);
    return;
  }
  // Chat programs put no-break spaces into code. They are blanked in a copy, byte for byte, since
  // a test for them inside of words would slow every text down.
  if (std::size_t at = find_no_break_space(text, size, 0); at < size) {
    std::vector<u8> copy(text, text + size);
    for (; at < size; at = find_no_break_space(text, size, at + 2)) copy[at] = copy[at + 1] = ' ';
    lex_code(copy.data(), size, rules, out, comments);
    return;
  }
  lex_code(text, size, rules, out, comments);
}

}  // namespace codescan
