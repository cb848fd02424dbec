// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The lexer of code: words, numbers, strings and operators in lexer_code.cpp, comments and marks in
// lexer_marks.cpp. A function that takes a place and returns one lexes what stands there.
#pragma once

#include <string_view>

#include "block_marks.hpp"
#include "blocks.hpp"
#include "keywords.hpp"

namespace codescan {

struct CodeWords {
  static u64 hash_short(const u8* p, std::size_t n, const u8* end) {
    return tagged(codescan::hash_short(p, n, end, kIdentifierSalt));
  }
  static u64 hash_long(const u8* p, std::size_t n, const u8* end) {
    return tagged(hash_bytes(p, n, end, kIdentifierSalt));
  }
  static u64 tagged(u64 h) { return (h & ~7ULL) | static_cast<u64>(is_keyword(h)); }
};
static_assert(static_cast<int>(Kind::identifier) == 0 && static_cast<int>(Kind::keyword) == 1);

class CodeLexer {
 public:
  CodeLexer(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Regions* regions);
  void run();

 private:
  // Lexes the block that begins at `base`; returns where the next one begins. Words and operators
  // take no branch to distinguish, since no processor can predict which comes next.
  std::size_t block(const u8* bytes, std::size_t base);
  // What may be more than a word or an operator. Returns the place behind it.
  std::size_t special(std::size_t i);
  u8 at(std::size_t i) const { return i < size_ ? text_[i] : 0; }
  void push(u64 hash, std::size_t from, std::size_t to, Kind kind) {
    writer_.cursor.push(tag(hash, kind), from, to, false);
  }
  std::size_t op(std::size_t i) {
    writer_.cursor.push(operator_hash(text_[i]), i, i + 1, false);
    return i + 1;
  }
  // A word that is longer than any keyword, or in another script.
  std::size_t identifier(std::size_t from);
  bool has_slash_block() const { return rules_.slash_block || rules_.slash_nested; }
  std::size_t number(std::size_t from);
  // Whether a quote right after a word belongs to it: a literal prefix as in rb"", u8"" or L"".
  bool after_word(std::size_t i) const;
  std::size_t quote(std::size_t from);
  // The quote that closes the string at `from`, or the end of its line.
  std::size_t string_close(std::size_t from);
  bool is_lifetime(std::size_t i) const;
  std::size_t line_end(std::size_t i) const {
    return find_byte(text_, size_, i, line_ends);
  }
  Region region(std::size_t from, std::size_t to) const {
    return {static_cast<u32>(from), static_cast<u32>(to), static_cast<u32>(writer_.size())};
  }
  std::size_t line_comment(std::size_t from);
  void comment(std::size_t from, std::size_t to) {
    if (regions_) regions_->comments.push_back(region(from, to));
  }
  // Notes a region that is lexed as code but may be a comment.
  void maybe_comment(std::size_t from, std::size_t to);
  void note_block_mark() {
    if (regions_) regions_->has_block_mark = true;
  }
  // Returns the place behind the comment that opens at `from` with a mark of `open_size` bytes, or
  // `from` if what follows is lexed as code, whatever it may be.
  std::size_t block_comment(std::size_t from, std::size_t open_size, const BlockMarks& marks);
  // A closing mark that nothing opened: the text may begin inside a comment.
  void stray_close(std::size_t from, const BlockMarks& marks);
  // Whether a comment of a kind opens at a place; `i` is moved behind it. A closing mark is noted.
  bool is_block(std::size_t& i, const BlockMarks& marks);
  // The same for --[==[ and #[==[, whose bracket stands at `bracket`.
  bool is_long_bracket(std::size_t& i, std::size_t bracket, bool of_lua);
  std::size_t mark(std::size_t i);
  std::size_t hash(std::size_t i);
  std::size_t slash(std::size_t i);
  // Whether two slashes belong to a link: https://...
  bool is_link(std::size_t i) const;
  std::size_t equals_sign(std::size_t i);
  // The rest of the line of a closing mark belongs to the comment.
  std::size_t rest_of_line(std::size_t i);
  std::size_t backtick(std::size_t i);
  bool is_rem(std::size_t i) const;
  bool after_value(std::size_t i) const {
    return i > 0 && (kClass[text_[i - 1]] == kLetter || kClass[text_[i - 1]] == kDigit);
  }

  // Where the last string that was searched for its end begins and ends.
  struct SearchedString {
    std::size_t from = 0, close = 0;
  };

  const u8* text_;
  std::size_t size_;
  const u8* end_;
  const Rules& rules_;
  TokenWriter<CodeWords> writer_;
  BlockFinder finder_;
  Regions* regions_;
  std::array<u8, 256> firsts_;
  std::size_t plain_until_ = 0;        // marks and quotes before it are operators
  std::size_t no_backtick_until_ = 0;  // back-ticks before it close nothing
  std::size_t long_line_end_ = 0;      // comment marks before it open nothing
  std::array<SearchedString, 2> searched_;  // of ' and of "; a long line is searched once
  bool has_tail_ = false;              // a comment was opened that nothing closes
};

}  // namespace codescan
