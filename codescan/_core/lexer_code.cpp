// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "code_lexer.hpp"
#include "literals.hpp"

namespace codescan {
namespace {

constexpr std::size_t kTellingString = 18;  // bytes of a string that may hold words

}  // namespace

CodeLexer::CodeLexer(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Regions* regions)
    : text_(text), size_(size), end_(text + size), rules_(rules), writer_(text, size, out),
      finder_(text, size), regions_(regions), firsts_(kFirsts) {
  const auto always = [this](std::string_view bytes) {
    for (const char c : bytes) firsts_[static_cast<u8>(c)] = kAlways;
  };
  if (rules.hash_line != HashLine::never || rules.lisp_block) always("#");
  if (rules.semicolon_line) always(";");
  if (rules.percent_line) always("%");
  if (rules.bang_line) always("!");
  if (has_slash_block() || rules.slash_line) firsts_['/'] = kSlash;
  if (rules.regex || rules.plus_block) always("/");
  if (has_slash_block()) firsts_['*'] = kStar;
  if (rules.paren_block || rules.paren_nested) {
    firsts_['('] = kSlash;  // which is followed by a slash or a star
    always("*");
  }
  if (rules.dash_line || rules.haskell_block || rules.markup_block) firsts_['-'] = kDash;
  if (rules.haskell_block) firsts_['{'] = kRare;
  if (rules.markup_block) firsts_['<'] = kRare;
  if (rules.angle_block) always("<");
  if (rules.lisp_block) always("|");
  if (rules.begin_block || rules.pod_block) always("=");
  if (rules.backticks) always("`");
  if (rules.rem_line) always(":rR");
  if (!rules.single_quotes && !rules.apostrophe_line) firsts_['\''] = kRare;
}

void CodeLexer::run() {
  Blocks blocks(text_, size_);
  for (std::size_t i = 0; i < size_;) {
    writer_.make_room();
    i = block(blocks.at(i), i);
  }
  writer_.finish();
}

std::size_t CodeLexer::block(const u8* bytes, std::size_t base) {
  const u64 word = block_bits(bytes, word_bytes);
  const u64 layout = block_bits(bytes, layout_bytes);
  // A word that reaches the end of the block is the begin of the next one.
  const unsigned limit = kBlock - static_cast<unsigned>(std::countl_one(word));
  if (limit == 0) return special(base);
  // The n-th token begins at the n-th of these places and ends behind the n-th of those.
  const u64 operators = ~(word | layout);
  u64 starts = ((word & ~(word << 1)) | operators) & (~0ULL >> (kBlock - limit));
  u64 ends = (word & ~(word >> 1)) | operators;
  u64 last = writer_.last();
  auto cursor = writer_.cursor;
  while (starts) {
    const unsigned at = static_cast<unsigned>(std::countr_zero(starts));
    const u8 c = bytes[at];
    if (firsts_[c] & kSeconds[bytes[at + 1]]) {
      writer_.cursor = cursor;
      const std::size_t next = special(base + at) - base;
      if (next >= limit) return base + next;
      starts = (starts & ~0ULL << next) | (word & 1ULL << next);
      ends &= ~0ULL << next;
      last = writer_.last();
      cursor = writer_.cursor;
      continue;
    }
    // A comma before a closing bracket is a formatter's choice.
    if (last == kComma && is_closing_bracket(c)) --cursor.next;
    last = kSingles[c];
    const unsigned end = static_cast<unsigned>(std::countr_zero(ends)) + 1;
    cursor.push(last, base + at, base + end, last == 0);
    starts &= starts - 1;
    ends &= ends - 1;
  }
  writer_.cursor = cursor;
  return base + limit;
}

std::size_t CodeLexer::special(std::size_t i) {
  switch (kClass[text_[i]]) {
    case kLetter:
      if (rules_.rem_line && is_rem(i)) return line_comment(i);
      return identifier(i);
    case kDigit:
      return number(i);
    case kQuote:
      return quote(i);
    default:
      return mark(i);
  }
}

std::size_t CodeLexer::identifier(std::size_t from) {
  if (text_[from] == 0xEF && at(from + 1) == 0xBB && at(from + 2) == 0xBF) return from + 3;
  const std::size_t to = find_byte(text_, size_, from, other_than_word);
  writer_.cursor.push(CodeWords::hash_long(text_ + from, to - from, end_), from, to, false);
  return to;
}

std::size_t CodeLexer::number(std::size_t from) {
  const bool hex = text_[from] == '0' && (at(from + 1) | 0x20) == 'x';
  const auto ends = [](Bytes16 c) { return other_than_word(c) | (c & 0x80); };
  std::size_t i = from;
  for (;;) {
    i = find_byte(text_, size_, i + 1, ends);
    const u8 c = at(i);
    const bool is_sign = (c == '+' || c == '-') && !hex && (text_[i - 1] | 0x20) == 'e';
    if ((c != '.' && !is_sign) || kClass[at(i + 1)] != kDigit) break;
  }
  push(hash_bytes(text_ + from, i - from, end_, kNumberSalt), from, i, Kind::number);
  return i;
}

bool CodeLexer::after_word(std::size_t i) const {
  if (i == 0 || kClass[text_[i - 1]] != kLetter) return false;
  std::size_t from = i - 1;
  while (from > 0 && kClass[text_[from - 1]] == kLetter && i - from < 3) --from;
  if (i - from > 2) return true;
  for (std::size_t j = from; j < i; ++j) {
    switch (text_[j] | 0x20) {
      case 'r': case 'b': case 'u': case 'f': case 'l': case 't':
        break;
      default:
        return true;
    }
  }
  return false;
}

std::size_t CodeLexer::quote(std::size_t from) {
  const u8 q = text_[from];
  if (at(from + 1) == q && at(from + 2) == q) {
    push(kTripleQuote, from, from + 3, Kind::op);
    return from + 3;
  }
  if (from < plain_until_) return op(from);
  if (q == '\'') {
    if (rules_.apostrophe_line) return line_comment(from);
    if (!rules_.single_quotes || after_word(from) || (rules_.lifetimes && is_lifetime(from))) {
      return op(from);
    }
  } else if (rules_.quote_line && finder_.is_head(from)) {
    return line_comment(from);
  }
  std::size_t close = string_close(from);
  const bool is_closed = close < size_ && text_[close] == q;
  if (!is_closed && rules_.quote_line && q == '"') return line_comment(from);
  if (!is_closed) return op(from);
  if (!may_close_string(text_, size_, close)) {
    // Behind an inner quote of an expression in the string, or one between two strings.
    if (const std::size_t outer = interpolated_end(text_, size_, from)) {
      close = outer;
    } else if (!may_open_string(text_, from)) {
      return op(from);
    }
  }
  const u64 h = hash_bytes(text_ + from + 1, close - from - 1, end_, kStringSalt);
  if (regions_ && close - from > kTellingString &&
      std::memchr(text_ + from, ' ', close - from)) {
    regions_->strings.push_back(region(from + 1, close));
  }
  push(h, from, close + 1, Kind::string);
  return close + 1;
}

std::size_t CodeLexer::string_close(std::size_t from) {
  const u8 q = text_[from];
  // C# has strings in which a backslash is itself.
  const bool escapes = rules_.escapes && (from == 0 || text_[from - 1] != '@');
  SearchedString& last = searched_[q == '"'];
  const bool is_kept = escapes && (q == '"' || q == '\'');
  // A mark within the string that was searched last is escaped there: what ends one ends both.
  if (is_kept && from > last.from && from < last.close) return last.close;
  const auto ends = [q, escapes](Bytes16 c) {
    return equals(c, q) | equals(c, escapes ? '\\' : q) | line_ends(c);
  };
  std::size_t i = find_byte(text_, size_, from + 1, ends);
  while (i < size_ && text_[i] == '\\') {
    do {
      const bool takes_next = i + 1 < size_ && kClass[text_[i + 1]] != kNewline;
      i += takes_next ? 2 : 1;
    } while (i < size_ && text_[i] == '\\');
    i = find_byte(text_, size_, i, ends);
  }
  if (is_kept) last = {from, i};
  return i;
}

bool CodeLexer::is_lifetime(std::size_t i) const {
  const u8 c = at(i + 1);
  if (kClass[c] != kLetter || c >= 128) return false;
  return at(i + 2) != '\'';
}

void lex_code(const u8* text, std::size_t size, const Rules& rules, Tokens& out,
              Regions* regions) {
  CodeLexer(text, size, rules, out, regions).run();
}

}  // namespace codescan
