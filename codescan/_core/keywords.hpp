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

class KeywordTable {
 public:
  KeywordTable() {
    for (std::string_view word : kKeywords) {
      const u8* p = reinterpret_cast<const u8*>(word.data());
      const u64 h = hash_bytes(p, word.size(), p + word.size(), kKeywordSalt);
      std::size_t slot = h & kMask;
      while (slots_[slot]) slot = (slot + 1) & kMask;
      slots_[slot] = h;
    }
  }
  bool contains(u64 h) const {
    for (std::size_t slot = h & kMask; slots_[slot]; slot = (slot + 1) & kMask) {
      if (slots_[slot] == h) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kMask = 1023;
  std::array<u64, kMask + 1> slots_{};
};

inline bool is_keyword(u64 identifier_hash) {
  static const KeywordTable table;
  return table.contains(identifier_hash);
}

}  // namespace codescan
