// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "blocks.hpp"
#include "code_bytes.hpp"
#include "keywords.hpp"

namespace codescan {
namespace {

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
  CodeLexer(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Tokens* comments)
      : text_(text), size_(size), end_(text + size), rules_(rules), writer_(text, size, out),
        comments_(comments), firsts_(kFirsts) {
    if (rules.hash_line) firsts_['#'] = kAlways;
    if (rules.semicolon_line) firsts_[';'] = kAlways;
    if (rules.percent_line) firsts_['%'] = kAlways;
    if (rules.slash_line || rules.slash_block) firsts_['/'] = kSlash;
    if (rules.slash_block) firsts_['*'] = kStar;
    if (rules.dash_line || rules.haskell_block || rules.markup_block) firsts_['-'] = kDash;
    if (rules.haskell_block) firsts_['{'] = kRare;
    if (rules.markup_block) firsts_['<'] = kRare;
    if (!rules.single_quotes) firsts_['\''] = kRare;
  }

  void run() {
    Blocks blocks(text_, size_);
    for (std::size_t i = 0; i < size_;) {
      writer_.make_room();
      i = block(blocks.at(i), i);
    }
    writer_.finish();
  }

 private:
  // Lexes the block that begins at `base`; returns where the next one begins. Words and operators
  // are told apart without a branch, since no processor can predict which comes next.
  std::size_t block(const u8* bytes, std::size_t base) {
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

  // What may be more than a word or an operator. Returns the place behind it.
  std::size_t special(std::size_t i) {
    switch (kClass[text_[i]]) {
      case kLetter:
        return identifier(i);
      case kDigit:
        return number(i);
      case kQuote:
        return quote(i);
      default:
        return mark(i);
    }
  }

  u8 at(std::size_t i) const { return i < size_ ? text_[i] : 0; }

  void push(u64 hash, std::size_t from, std::size_t to, Kind kind) {
    writer_.cursor.push(tag(hash, kind), from, to, false);
  }

  std::size_t op(std::size_t i) {
    writer_.cursor.push(operator_hash(text_[i]), i, i + 1, false);
    return i + 1;
  }

  // A word that is longer than any keyword, or in another script.
  std::size_t identifier(std::size_t from) {
    if (text_[from] == 0xEF && at(from + 1) == 0xBB && at(from + 2) == 0xBF) return from + 3;
    const std::size_t to = find_byte(text_, size_, from, other_than_word);
    push(hash_bytes(text_ + from, to - from, end_, kIdentifierSalt), from, to, Kind::identifier);
    return to;
  }

  std::size_t number(std::size_t from) {
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

  // Whether a quote right after a word belongs to it: a literal prefix as in rb"", u8"" or L"".
  bool after_word(std::size_t i) const {
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

  std::size_t quote(std::size_t from) {
    const u8 q = text_[from];
    if (at(from + 1) == q && at(from + 2) == q) {
      push(kTripleQuote, from, from + 3, Kind::op);
      return from + 3;
    }
    if (q == '\'') {
      if (!rules_.single_quotes || after_word(from) || (rules_.lifetimes && is_lifetime(from))) {
        return op(from);
      }
    }
    const auto ends = [q](Bytes16 c) { return equals(c, q) | equals(c, '\\') | line_ends(c); };
    std::size_t i = find_byte(text_, size_, from + 1, ends);
    while (i < size_ && text_[i] == '\\') {
      do {
        const bool escapes = i + 1 < size_ && kClass[text_[i + 1]] != kNewline;
        i += escapes ? 2 : 1;
      } while (i < size_ && text_[i] == '\\');
      i = find_byte(text_, size_, i, ends);
    }
    const bool closed = i < size_ && text_[i] == q;
    if (!closed) {
      if (const std::size_t behind = hidden_close(from, i)) return behind;
      while (i > from + 1 && kClass[text_[i - 1]] == kSpace) --i;  // white space ends the line
    }
    const u64 h = hash_bytes(text_ + from + 1, i - from - 1, end_, kStringSalt);
    push(h, from, closed ? i + 1 : i, Kind::string);
    return closed ? i + 1 : i;
  }

  bool is_lifetime(std::size_t i) const {
    const u8 c = at(i + 1);
    if (kClass[c] != kLetter || c >= 128) return false;
    return at(i + 2) != '\'';
  }

  std::size_t line_end(std::size_t i) const {
    return find_byte(text_, size_, i, line_ends);
  }

  std::size_t line_comment(std::size_t from) {
    const std::size_t to = line_end(from);
    // Only a link's slashes hide an end: "// */" is a line comment that quotes one.
    if (from > 0 && text_[from - 1] == ':') {
      if (const std::size_t behind = hidden_close(from, to)) return behind;
    }
    comment(from, to);
    return to;
  }

  void comment(std::size_t from, std::size_t to) {
    if (comments_) comments_->push_back({0, static_cast<u32>(from), static_cast<u32>(to)});
  }

  // Skips to just behind `close`, or to the end of the text.
  std::size_t block_comment(std::size_t from, std::size_t inside, const char* close,
                            std::size_t n) {
    std::size_t i = inside;
    while (i + n <= size_) {
      const void* hit = std::memchr(text_ + i, close[0], size_ - i);
      if (!hit) break;
      i = static_cast<std::size_t>(static_cast<const u8*>(hit) - text_);
      if (i + n <= size_ && std::memcmp(text_ + i, close, n) == 0) {
        comment(from, i + n);
        opened_ = true;
        return i + n;
      }
      ++i;
    }
    comment(from, size_);
    return size_;
  }

  // A closing mark that nothing opened: the text began inside a comment. Comments end behind a
  // space or a star, which tells them from the end of a pattern such as /a.*/.
  std::size_t stray_close(std::size_t i, std::size_t n) {
    const u8 before = i > 0 ? text_[i - 1] : ' ';
    if (opened_ || (kClass[before] != kSpace && kClass[before] != kNewline && before != '*')) {
      return op(i);
    }
    writer_.cut(0);
    if (comments_) {
      comments_->clear();
      comment(0, i + n);
    }
    opened_ = true;
    return i + n;
  }

  // In a text that begins inside a block comment, the "//" of a link or an apostrophe may hide
  // the comment's end on the same line. Returns the place behind that end, or 0.
  std::size_t hidden_close(std::size_t from, std::size_t to) {
    if (opened_ || !rules_.slash_block) return 0;
    for (std::size_t i = from + 1; i + 1 < to; ++i) {
      if (text_[i] != '*' || text_[i + 1] != '/') continue;
      const std::size_t before = writer_.size();
      const std::size_t behind = stray_close(i, 2);
      if (opened_) return behind;
      writer_.cut(before);
    }
    return 0;
  }

  std::size_t mark(std::size_t i) {
    const u8 c = text_[i];
    const u8 next = at(i + 1);
    switch (c) {
      case '#':
        if (rules_.hash_line) return line_comment(i);
        break;
      case '/':
        if (rules_.slash_line && next == '/') return line_comment(i);
        if (rules_.slash_block && next == '*') return block_comment(i, i + 2, "*/", 2);
        break;
      case '*':
        if (rules_.slash_block && next == '/') return stray_close(i, 2);
        break;
      case '-':
        if (rules_.dash_line && next == '-') {
          if (rules_.lua_block && at(i + 2) == '[' && at(i + 3) == '[') {
            return block_comment(i, i + 4, "]]", 2);
          }
          return line_comment(i);
        }
        if (rules_.haskell_block && next == '}') return stray_close(i, 2);
        if (rules_.markup_block && next == '-' && at(i + 2) == '>') return stray_close(i, 3);
        break;
      case '{':
        if (rules_.haskell_block && next == '-') return block_comment(i, i + 2, "-}", 2);
        break;
      case ';':
        if (rules_.semicolon_line) return line_comment(i);
        break;
      case '%':
        if (rules_.percent_line) return line_comment(i);
        break;
      case '<':
        if (rules_.markup_block && next == '!' && at(i + 2) == '-' && at(i + 3) == '-') {
          return block_comment(i, i + 4, "-->", 3);
        }
        break;
      case '\\':  // a line continuation is layout
        if (kClass[next] == kNewline && i + 1 < size_) return i + 1;
        break;
      case '.':
        if (kClass[next] == kDigit && i + 1 < size_ && !after_value(i)) return number(i);
        break;
      default:
        break;
    }
    return op(i);
  }

  bool after_value(std::size_t i) const {
    return i > 0 && (kClass[text_[i - 1]] == kLetter || kClass[text_[i - 1]] == kDigit);
  }

  const u8* text_;
  std::size_t size_;
  const u8* end_;
  const Rules& rules_;
  TokenWriter<CodeWords> writer_;
  Tokens* comments_;
  std::array<u8, 256> firsts_;
  bool opened_ = false;  // a block comment was opened, so a stray close is code
};

}  // namespace

void lex_code(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Tokens* comments) {
  CodeLexer(text, size, rules, out, comments).run();
}

}  // namespace codescan
