// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A context-free lexer: a fragment of a file gives the same tokens as the file around it.
//
// To keep that promise, what a line means depends on the line alone, with one exception (block
// comments). A quoted string ends at the end of its line. Delimiters of multi-line strings
// (triple quotes, back-ticks) are tokens of their own and the text between them is lexed like
// code, so a fragment that begins inside a docstring reads it as the file does. A fragment that
// begins inside a block comment sees the closing mark without an opening one, and then everything
// before it was comment.
#pragma once

#include <memory>
#include <vector>

#include "hashing.hpp"

namespace codescan {

enum class Kind : u8 { identifier = 0, keyword = 1, number = 2, string = 3, op = 4, word = 5 };

// Which marks start comments and strings. One value for each lexer family of text/languages.py.
struct Rules {
  bool hash_line = false;       // # ...
  bool slash_line = false;      // // ...
  bool slash_block = false;     // /* ... */
  bool dash_line = false;       // -- ...
  bool lua_block = false;       // --[[ ... ]]
  bool haskell_block = false;   // {- ... -}
  bool semicolon_line = false;  // ; ...
  bool percent_line = false;    // % ...
  bool markup_block = false;    // <!-- ... -->
  bool single_quotes = true;    // '...' is a string
  bool lifetimes = false;       // 'a is no string unless it closes after one character (Rust)
  bool prose = false;           // words only
};

// One token. The low three bits of `hash` are its kind, so that one comparison tests both.
struct Token {
  u64 hash;
  u32 start;  // byte offsets into the text, half open
  u32 end;

  Kind kind() const { return static_cast<Kind>(hash & 7); }
};
static_assert(sizeof(Token) == 16);

constexpr u64 tag(u64 hash, Kind kind) { return (hash & ~7ULL) | static_cast<u64>(kind); }

// Leaves what it makes room for as it is: tokens are written once.
template <class T>
struct Uninitialized : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = Uninitialized<U>;
  };
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
};

using Tokens = std::vector<Token, Uninitialized<Token>>;

// The lexer families by name; their order is part of the index format.
struct LexerFamily {
  const char* name;
  Rules rules;
};
extern const std::vector<LexerFamily> kLexerFamilies;

// Appends the tokens of text[0, size) to `out` (cleared first). Comments and layout are dropped.
// If `comments` is given, the byte ranges of comments are written there.
// Any bytes are safe; size must be below 2^32.
void lex(const u8* text, std::size_t size, const Rules& rules, Tokens& out,
         Tokens* comments = nullptr);

// The two lexers behind it: the words of prose, without case and punctuation, and code without
// no-break spaces.
void lex_prose(const u8* text, std::size_t size, Tokens& out);
void lex_code(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Tokens* comments);

// Of the operator tokens; each byte has its own.
constexpr u64 operator_hash(u8 c) {
  constexpr u64 kOperatorSalt = 0xbb67ae8584caa73bULL;
  return tag(mix((c + 1ULL) * kSalt0 ^ kOperatorSalt), Kind::op);
}

constexpr u64 kWordSalt = 0x1f83d9abfb41bd6bULL;  // of names in code and of words in prose

}  // namespace codescan
