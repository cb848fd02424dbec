// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include <array>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "keywords.hpp"

namespace codescan {
namespace {

enum Class : u8 { kSpace, kNewline, kLetter, kDigit, kQuote, kMark, kOperator };

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
  // Marks that may open a comment in some family, or whose neighbors matter.
  for (char c : {'#', '/', '-', '{', ';', '%', '<', '*', ']', '\\', ')', '}', '>', '.'}) {
    t[static_cast<u8>(c)] = kMark;
  }
  return t;
}
constexpr auto kClass = make_classes();

constexpr u64 kIdentifierSalt = kWordSalt;
constexpr u64 kNumberSalt = 0x5be0cd19137e2179ULL;
constexpr u64 kStringSalt = 0x6a09e667f3bcc908ULL;
constexpr u64 kOperatorSalt = 0xbb67ae8584caa73bULL;

constexpr std::array<u64, 256> make_operators() {
  std::array<u64, 256> t{};
  for (u64 c = 0; c < 256; ++c) {
    u64 x = (c + 1) * kSalt0 ^ kOperatorSalt;
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33;
    t[c] = x;
  }
  return t;
}
constexpr auto kOperatorHash = make_operators();
constexpr u64 kTripleQuote = 0x3c6ef372fe94f82bULL;

class Lexer {
 public:
  Lexer(const u8* text, std::size_t size, const Rules& rules, Tokens& out, Tokens* comments)
      : text_(text), size_(size), end_(text + size), rules_(rules), out_(out),
        comments_(comments) {}

  void run() {
    std::size_t i = 0;
    while (i < size_) {
      const u8 c = text_[i];
      switch (kClass[c]) {
        case kSpace:
        case kNewline:
          do ++i;
          while (i < size_ && kClass[text_[i]] <= kNewline);
          break;
        case kLetter:
          i = identifier(i);
          break;
        case kDigit:
          i = number(i);
          break;
        case kQuote:
          i = quote(i);
          break;
        case kMark:
          i = mark(i);
          break;
        default:
          op(i);
          ++i;
      }
    }
  }

 private:
  u8 at(std::size_t i) const { return i < size_ ? text_[i] : 0; }

  void push(u64 hash, std::size_t from, std::size_t to, Kind kind) {
    out_.push_back({tag(hash, kind), static_cast<u32>(from), static_cast<u32>(to)});
  }

  void op(std::size_t i) { push(kOperatorHash[text_[i]], i, i + 1, Kind::op); }

  // The end of the letters and digits from i on.
  std::size_t word_end(std::size_t i) const {
#ifdef __SSE2__  // part of every x86-64; sixteen bytes at a time without a branch for each
    while (i + 16 <= size_) {
      const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_ + i));
      const __m128i folded = _mm_or_si128(c, _mm_set1_epi8(0x20));
      // Signed comparison: bytes from 128 on are negative, and letters.
      const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(folded, _mm_set1_epi8('a' - 1)),
                                           _mm_cmplt_epi8(folded, _mm_set1_epi8('z' + 1)));
      const __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, _mm_set1_epi8('0' - 1)),
                                          _mm_cmplt_epi8(c, _mm_set1_epi8('9' + 1)));
      const __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('_')),
                                        _mm_cmpeq_epi8(c, _mm_set1_epi8('$')));
      const __m128i high = _mm_cmplt_epi8(c, _mm_setzero_si128());
      const __m128i word = _mm_or_si128(_mm_or_si128(letter, digit), _mm_or_si128(mark, high));
      const unsigned other = ~static_cast<unsigned>(_mm_movemask_epi8(word)) & 0xffffU;
      if (other) return i + static_cast<std::size_t>(std::countr_zero(other));
      i += 16;
    }
#endif
    while (i < size_ && (kClass[text_[i]] == kLetter || kClass[text_[i]] == kDigit)) ++i;
    return i;
  }

  std::size_t identifier(std::size_t from) {
    std::size_t i = from;
    if (text_[i] == 0xEF && at(i + 1) == 0xBB && at(i + 2) == 0xBF) return i + 3;  // a BOM
    i = word_end(i + 1);
    const u64 h = hash_bytes(text_ + from, i - from, end_, kIdentifierSalt);
    push(h, from, i, is_keyword(h) ? Kind::keyword : Kind::identifier);
    return i;
  }

  std::size_t number(std::size_t from) {
    std::size_t i = from;
    const bool hex = text_[i] == '0' && (at(i + 1) | 0x20) == 'x';
    while (++i < size_) {
      const u8 c = text_[i];
      if (kClass[c] == kDigit || (kClass[c] == kLetter && c < 128)) continue;
      if (c == '.' && kClass[at(i + 1)] == kDigit && i + 1 < size_) continue;
      if ((c == '+' || c == '-') && !hex && (text_[i - 1] | 0x20) == 'e' &&
          kClass[at(i + 1)] == kDigit) {
        continue;
      }
      break;
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
        op(from);
        return from + 1;
      }
    }
    std::size_t i = from + 1;
    while (i < size_) {
      const u8 c = text_[i];
      if (c == q || c == '\n' || c == '\r') break;
      i += (c == '\\' && i + 1 < size_ && kClass[text_[i + 1]] != kNewline) ? 2 : 1;
    }
    if (i > size_) i = size_;
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
    while (i < size_ && kClass[text_[i]] != kNewline) ++i;
    return i;
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
      op(i);
      return i + 1;
    }
    out_.clear();
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
      const std::size_t before = out_.size();
      const std::size_t behind = stray_close(i, 2);
      if (opened_) return behind;
      out_.resize(before);
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
      case ')':
      case ']':
      case '}':
        // A comma before a closing bracket is a formatter's choice.
        if (!out_.empty() && out_.back().hash == tag(kOperatorHash[','], Kind::op)) out_.pop_back();
        break;
      default:
        break;
    }
    op(i);
    return i + 1;
  }

  bool after_value(std::size_t i) const {
    return i > 0 && (kClass[text_[i - 1]] == kLetter || kClass[text_[i - 1]] == kDigit);
  }

  const u8* text_;
  std::size_t size_;
  const u8* end_;
  const Rules& rules_;
  Tokens& out_;
  Tokens* comments_;
  bool opened_ = false;  // a block comment was opened, so a stray close is code
};

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
  out.clear();
  // About as many tokens as code has; growing would copy them several times.
  out.reserve(std::min<std::size_t>(size / 3 + 16, 1U << 20));
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
    Lexer(copy.data(), size, rules, out, comments).run();
    return;
  }
  Lexer(text, size, rules, out, comments).run();
}

}  // namespace codescan
