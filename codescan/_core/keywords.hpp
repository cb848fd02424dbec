// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Words that a renaming cannot touch. One set for all languages keeps the lexer context-free: a
// fragment need not say which language it is for its tokens to be the same. Words that are names in
// some language (type, match, string, end, func) are left out: a keyword that counts as a name is
// renamed to itself, while a name that counts as a keyword ends a renamed run.
#pragma once

#include <array>
#include <string_view>

#include "hashing.hpp"

namespace codescan {

inline constexpr u64 kKeywordSalt = 0x1f83d9abfb41bd6bULL;  // that of identifiers

inline constexpr std::string_view kKeywords[] = {
    "abstract", "and", "as", "assert", "async", "auto", "await", "break", "case", "catch", "char",
    "class", "const", "constexpr", "continue", "def", "defer", "delete", "do", "double", "elif",
    "else", "elsif", "enum", "esac", "except", "export", "extends", "extern", "false", "False",
    "finally", "float", "fn", "for", "foreach", "goto", "if", "impl", "implements", "import",
    "instanceof", "int", "interface", "lambda", "let", "long", "mut", "new", "nil", "None",
    "nonlocal", "not", "null", "NULL", "nullptr", "or", "pass", "private", "protected", "pub",
    "public", "raise", "return", "self", "short", "signed", "sizeof", "static", "struct", "super",
    "switch", "template", "this", "throw", "throws", "true", "True", "try", "typedef", "typename",
    "typeof", "undefined", "union", "unless", "unsafe", "unsigned", "until", "var", "virtual",
    "void", "volatile", "where", "while", "with", "yield",
};

// A perfect hash: each keyword has a slot of its own, so that a look-up has no branch.
class KeywordTable {
 public:
  consteval KeywordTable() {
    for (const std::string_view word : kKeywords) {
      const u64 h = hash_literal(word, kKeywordSalt);
      if (slots_[slot(h)] != 0) throw "two keywords share a slot: try other odd factors";
      slots_[slot(h)] = h;
    }
  }
  constexpr bool contains(u64 h) const { return slots_[slot(h)] == h; }

 private:
  static constexpr int kBits = 9;
  static constexpr u64 kFactor = 16555;  // the first odd number that keeps them apart

  static constexpr std::size_t slot(u64 h) { return h * kFactor >> (64 - kBits); }

  std::array<u64, 1 << kBits> slots_{};
};
inline constexpr KeywordTable kKeywordTable;

inline bool is_keyword(u64 identifier_hash) { return kKeywordTable.contains(identifier_hash); }

}  // namespace codescan
