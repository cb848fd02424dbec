// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What each byte means in code, for the lexer of code alone.
#pragma once

#include <array>

#include "blocks.hpp"

namespace codescan {

enum Class : u8 { kSpace, kNewline, kLetter, kDigit, kQuote, kOperator };

constexpr std::array<u8, 256> make_classes() {
  std::array<u8, 256> t{};
  for (int c = 0; c < 256; ++c) t[c] = kOperator;
  for (int c = 0; c <= 32; ++c) t[c] = kSpace;  // control characters and NUL are layout
  t['\n'] = t['\r'] = kNewline;
  t[127] = kSpace;
  for (int c = 'a'; c <= 'z'; ++c) t[c] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) t[c] = kLetter;
  t['_'] = t['$'] = kLetter;
  for (int c = 128; c < 256; ++c) t[c] = kLetter;
  for (int c = '0'; c <= '9'; ++c) t[c] = kDigit;
  t['"'] = t['\''] = kQuote;
  return t;
}
constexpr auto kClass = make_classes();

// The same, of a block.
inline Bytes16 word_bytes(Bytes16 c) {
  return ascii_letters(c) | ascii_digits(c) | equals(c, '_') | equals(c, '$') | (c & 0x80);
}
inline Bytes16 other_than_word(Bytes16 c) { return ~word_bytes(c); }
inline Bytes16 layout_bytes(Bytes16 c) { return in_range(c, 0, 32) | equals(c, 127); }
inline Bytes16 line_ends(Bytes16 c) { return equals(c, '\n') | equals(c, '\r'); }

// Bytes that may begin more than a token of one byte, or a word, do so only before certain others:
// those that have a bit in common with them.
enum Pair : u8 {
  kAlways = 1, kNumber = 2, kFraction = 4, kSlash = 8, kStar = 16, kDash = 32, kRare = 64,
};

constexpr std::array<u8, 256> make_firsts() {
  std::array<u8, 256> t{};
  t['"'] = t['\''] = kAlways;
  for (int c = '0'; c <= '9'; ++c) t[c] = kNumber;
  t['.'] = kFraction;
  t['\\'] = kRare;  // a line continuation
  t[0xEF] = kRare;  // a byte order mark
  return t;
}
constexpr auto kFirsts = make_firsts();

constexpr std::array<u8, 256> make_seconds() {
  std::array<u8, 256> t{};
  for (int c = 0; c < 256; ++c) t[c] = kAlways | (kClass[c] == kLetter ? kNumber : 0);
  for (int c = '0'; c <= '9'; ++c) t[c] |= kNumber | kFraction;
  t['.'] |= kNumber;
  t['/'] |= kSlash | kStar;
  t['*'] |= kSlash;
  t['-'] |= kDash;
  t['}'] |= kDash;
  for (u8 c : {'\n', '\r', '\'', '\xBB', '-', '!'}) t[c] |= kRare;
  return t;
}
constexpr auto kSeconds = make_seconds();

constexpr u64 kIdentifierSalt = kWordSalt;
constexpr u64 kNumberSalt = 0x5be0cd19137e2179ULL;
constexpr u64 kStringSalt = 0x6a09e667f3bcc908ULL;
constexpr u64 kTripleQuote = 0x3c6ef372fe94f82bULL;

// The hashes of tokens of one byte, and 0 for bytes of words.
constexpr std::array<u64, 256> make_singles() {
  std::array<u64, 256> t{};
  for (int c = 0; c < 256; ++c) {
    const char digit[] = {static_cast<char>(c)};
    if (kClass[c] == kDigit) {
      t[c] = tag(hash_literal({digit, 1}, kNumberSalt), Kind::number);
    } else if (kClass[c] != kLetter) {
      t[c] = operator_hash(static_cast<u8>(c));
    }
  }
  return t;
}
constexpr auto kSingles = make_singles();
constexpr u64 kComma = operator_hash(',');

inline bool is_closing_bracket(u8 c) { return c == ')' || c == ']' || c == '}'; }

}  // namespace codescan
