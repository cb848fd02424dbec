// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A context-free lexer: a fragment of a file gives the same tokens as the file around it, and no
// byte of a text is lost, whatever literals its language has.
//
// What a line means depends on the line alone. A quoted string ends at the end of its line; a quote
// that does not close there is an operator. Delimiters of multi-line strings are tokens, and the
// text between them is lexed like code, so a fragment that begins inside a docstring reads it as
// the file does. Block comments are the exception: a mark that may stand in a literal does not
// decide what follows. Such a region is lexed twice, as code and as comment (`lex_streams`).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "hashing.hpp"

namespace codescan {

enum class Kind : u8 {
  identifier = 0, keyword = 1, number = 2, string = 3, op = 4, word = 5, barrier = 6,
};

// Where `#` begins a comment.
enum class HashLine : u8 { never, anywhere, after_space };

// Which marks start comments and strings. One value for each lexer family of text/languages.py.
struct Rules {
  HashLine hash_line = HashLine::never;  // # ...
  bool slash_line = false;               // // ...
  bool dash_line = false;                // -- ...
  bool semicolon_line = false;           // ; ...
  bool percent_line = false;             // % ...
  bool bang_line = false;                // ! ...
  bool apostrophe_line = false;          // ' ...
  bool quote_line = false;               // " ... at the begin of a line, or not closed on it
  bool rem_line = false;                 // REM ... and :: ... at the begin of a line

  bool slash_block = false;       // /* ... */
  bool slash_nested = false;      // the same, nested
  bool plus_block = false;        // /+ ... +/, nested
  bool paren_block = false;       // (* ... *)
  bool paren_nested = false;      // the same, nested
  bool lua_block = false;         // --[[ ... ]], --[=[ ... ]=]
  bool haskell_block = false;     // {- ... -}, nested
  bool lisp_block = false;        // #| ... |#, nested
  bool equals_block = false;      // #= ... =#, nested
  bool bracket_block = false;     // #[ ... ]#, nested
  bool cmake_block = false;       // #[[ ... ]], #[=[ ... ]=]
  bool angle_block = false;       // <# ... #>
  bool markup_block = false;      // <!-- ... -->
  bool percent_block = false;     // %{ ... %}, each on a line of its own
  bool begin_block = false;       // =begin ... =end, each at the begin of a line
  bool pod_block = false;         // =word ... =cut, each at the begin of a line

  bool single_quotes = true;  // '...' is a string
  bool escapes = true;        // a backslash in a string takes the next byte with it
  bool lifetimes = false;     // 'a is a string only if it closes after one character (Rust)
  bool backticks = false;     // `...` on one line hides the marks in it
  bool regex = false;         // so does /.../ where an operand is expected
  bool prose = false;         // words only
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
using TokenSpan = std::span<const Token>;

// The lexer families by name; their order is part of the index format.
struct LexerFamily {
  const char* name;
  Rules rules;
  u32 statistics = 0;  // the family by whose token statistics its texts are scored
};
constexpr u32 kProseLexer = 12;
extern const std::vector<LexerFamily> kLexerFamilies;

// Bytes [start, end) of a text, and how many tokens of code were read before them.
struct Region {
  u32 start;
  u32 end;
  u32 token;
};

// What a text holds beside its code, in the order of the text.
struct Regions {
  std::vector<Region> comments;     // that are certainly comments
  std::vector<Region> ambiguous;    // lexed as code; may be comments. They do not overlap
  std::vector<Region> strings;      // of more than a few bytes
  bool has_block_mark = false;      // else the whole text may lie inside of a block comment
};

// What a part of a token list was lexed from.
enum class Stream : u8 {
  code = 0,       // everything but comments; also code around ambiguous comments, without these
  commented = 1,  // code in comments, or in a document
  prose = 2,      // the words of comments and of strings, or of a text in prose
};

// Tokens [start, end) of a list; between two parts stands a barrier.
struct StreamPart {
  u32 start;
  u32 end;
  Stream stream;
};

// Every reading of a text: the tokens of its code, and behind them further parts of the same text.
struct Streams {
  Tokens tokens;
  std::vector<StreamPart> parts;  // the first is that of the code

  TokenSpan of(const StreamPart& part) const {
    return TokenSpan(tokens).subspan(part.start, part.end - part.start);
  }
  TokenSpan code() const { return parts.empty() ? TokenSpan(tokens) : of(parts.front()); }
};

constexpr u64 kBarrier = tag(0x510e527fade682d1ULL, Kind::barrier);
// Shorter parts are left out: no profile guarantees to find less.
constexpr u32 kMinPartTokens = 23;
// How far code around an ambiguous comment is repeated without it: the guarantee of any profile.
constexpr u32 kAroundTokens = 64;

// Appends the tokens of text[0, size) to `out` (cleared first). Comments and layout are dropped.
// What else the text holds is written to `regions`, if given.
// Any bytes are safe; size must be below 2^32.
void lex(const u8* text, std::size_t size, const Rules& rules, Tokens& out,
         Regions* regions = nullptr);

// Where a text comes from. Of a text that is checked, text/views finds the code in documents; of a
// document in an index the lexer does.
enum class Side : bool { query, corpus };

// The same, with every further part that is long enough.
void lex_streams(const u8* text, std::size_t size, const Rules& rules, Side side, Streams& out);

// The tokens of a text that stands inside of a comment: the marks that begin its lines are layout.
void lex_commented(const u8* text, std::size_t size, const Rules& rules, Tokens& out);

// The two lexers behind it: the words of prose, without case and punctuation, and code without
// no-break spaces.
void lex_prose(const u8* text, std::size_t size, Tokens& out);
void lex_code(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Regions* regions);

// Of the operator tokens; each byte has its own.
constexpr u64 operator_hash(u8 c) {
  constexpr u64 kOperatorSalt = 0xbb67ae8584caa73bULL;
  return tag(mix((c + 1ULL) * kSalt0 ^ kOperatorSalt), Kind::op);
}

constexpr u64 kWordSalt = 0x1f83d9abfb41bd6bULL;  // of names in code and of words in prose

}  // namespace codescan
