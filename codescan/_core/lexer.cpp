// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

namespace codescan {
namespace {

constexpr HashLine kAnywhere = HashLine::anywhere;
constexpr HashLine kAfterSpace = HashLine::after_space;

}  // namespace

// New families come last: their numbers are in the indexes, and the model of tokens knows the first
// thirteen.
const std::vector<LexerFamily> kLexerFamilies = {
    {"c", {.slash_line = true, .slash_block = true, .backticks = true}},
    {"python", {.hash_line = kAnywhere}, 1},
    {"hash", {.hash_line = kAfterSpace}, 2},
    {"rust", {.slash_line = true, .slash_nested = true, .lifetimes = true}, 3},
    {"sql", {.dash_line = true, .slash_block = true}, 4},
    {"lua", {.dash_line = true, .lua_block = true}, 5},
    {"haskell", {.dash_line = true, .haskell_block = true}, 6},
    {"lisp", {.semicolon_line = true, .lisp_block = true, .single_quotes = false}, 7},
    {"percent", {.percent_line = true, .single_quotes = false}, 8},
    {"markup", {.markup_block = true, .single_quotes = false}, 9},
    {"css", {.slash_block = true}, 10},
    {"php", {.hash_line = kAfterSpace, .slash_line = true, .slash_block = true}, 11},
    {"prose", {.prose = true}, 12},
    {"javascript", {.slash_line = true, .slash_block = true, .backticks = true, .regex = true}},
    {"component",
     {.slash_line = true,
      .slash_block = true,
      .markup_block = true,
      .backticks = true,
      .regex = true}},
    {"nested", {.slash_line = true, .slash_nested = true, .backticks = true}},
    {"d", {.slash_line = true, .slash_block = true, .plus_block = true, .backticks = true}},
    {"ocaml", {.paren_nested = true, .lifetimes = true}, 3},
    {"fsharp", {.slash_line = true, .paren_nested = true, .lifetimes = true}, 3},
    {"pascal", {.slash_line = true, .paren_block = true, .escapes = false}},
    {"ruby", {.hash_line = kAfterSpace, .begin_block = true}, 2},
    {"perl", {.hash_line = kAfterSpace, .pod_block = true}, 2},
    {"julia", {.hash_line = kAfterSpace, .equals_block = true}, 2},
    {"nim", {.hash_line = kAfterSpace, .bracket_block = true}, 2},
    {"cmake", {.hash_line = kAfterSpace, .cmake_block = true}, 2},
    {"powershell", {.hash_line = kAfterSpace, .angle_block = true}, 2},
    {"nix", {.hash_line = kAfterSpace, .slash_block = true}, 2},
    {"matlab", {.percent_line = true, .percent_block = true, .single_quotes = false}, 8},
    {"prolog", {.percent_line = true, .slash_block = true}, 8},
    {"fortran", {.bang_line = true, .escapes = false}, 5},
    {"basic", {.apostrophe_line = true, .single_quotes = false, .escapes = false}, 5},
    {"vim", {.quote_line = true}, 5},
    {"batch", {.rem_line = true, .single_quotes = false, .escapes = false}, 5},
    {"scss", {.slash_line = true, .slash_block = true}, 10},
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

void lex(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Regions* regions) {
  if (regions) *regions = {};
  if (rules.prose) {
    lex_prose(text, size, out);
    return;
  }
  // Chat programs put no-break spaces into code. They are blanked in a copy, byte for byte, since
  // a test for them inside of words would slow every text down.
  if (std::size_t at = find_no_break_space(text, size, 0); at < size) {
    std::vector<u8> copy(text, text + size);
    for (; at < size; at = find_no_break_space(text, size, at + 2)) copy[at] = copy[at + 1] = ' ';
    lex_code(copy.data(), size, rules, out, regions);
    return;
  }
  lex_code(text, size, rules, out, regions);
}

}  // namespace codescan
