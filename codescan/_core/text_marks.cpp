// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "text_marks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "blocks.hpp"
#include "byte_marks.hpp"
#include "line_glance.hpp"
#include "line_marks.hpp"
#include "line_prefixes.hpp"
#include "literal_lines.hpp"
#include "long_words.hpp"

namespace codescan {
namespace {

constexpr std::size_t kLongestNumber = 420;  // bytes before a line number, as git blame has them

bool is_digit(u8 c) { return c >= '0' && c <= '9'; }

// Whether a text begins with a number and a dash, as after the name of a file in `grep -A`.
bool is_between_dashes(const u8* text, std::size_t size) {
  constexpr std::size_t kMostDigits = 7;
  std::size_t digits = 0;
  while (digits < size && digits < kMostDigits && is_digit(text[digits])) ++digits;
  return digits > 0 && digits < size && text[digits] == '-';
}

// Bytes at which a search behind the begin of a line stops.
constexpr auto kBeforeNumber = [] {
  auto table = bytes_of(" \t>*=-([#L");
  for (unsigned c = 0x80; c < 0x100; ++c) table[c] = true;
  return table;
}();
constexpr auto kEndsName = bytes_of(" \t\n\v\f\r(=;:-");

class Finder {
 public:
  Finder(const u8* text, std::size_t size, bool in_code)
      : text_(text), size_(size), in_code_(in_code) {}

  u32 run() {
    first_byte();
    if (size_ && !std::memchr(text_, '\n', size_) && std::memchr(text_, '\r', size_)) {
      set(Mark::odd_characters);
    }
    if (long_word(text_, 0, size_)) set(Mark::long_words);
    const ByteMarks bytes =
        in_code_ ? byte_marks<true>(text_, size_) : byte_marks<false>(text_, size_);
    marks_ |= bytes.marks;
    if (bytes.has_two_escapes) set(Mark::escaped_ends);
    if (bytes.may_name_code) name_code();
    if (!in_code_) look_for_signs();
    unsigned lines = 0;
    std::size_t begin = 0;
    Blocks blocks(text_, size_);
    LineGlance glance(in_code_ ? size_ : 0);
    for (std::size_t base = 0; in_code_ && base < size_; base += kBlock) {
      glance.add(base, blocks.at(base));
    }
    const auto line = [&](std::size_t from, std::size_t end) {
      if (!in_code_ || !glance.is_dull(text_, size_, from)) look_at_line(from, end);
    };
    for (std::size_t base = 0; base < size_; base += kBlock) {
      const u8* block = blocks.at(base);
      u64 feeds = block_bits(block, [](Bytes16 c) { return equals(c, '\n'); });
      u64 quotes = block_bits(
          block, [](Bytes16 c) { return equals(c, '"') | equals(c, '\'') | equals(c, '`'); });
      count_doubled(base, quotes & (quotes >> 1));
      count_numbers(block);
      for (; feeds; feeds &= feeds - 1) {
        const u64 before = (feeds & -feeds) - 1;  // bits of the bytes up to the line feed
        count_strings(quotes & before);
        quotes &= ~before;
        const std::size_t end = base + static_cast<std::size_t>(std::countr_zero(feeds));
        line(begin, end);
        begin = end + 1;
        ++lines;
      }
      has_string_ |= quotes != 0;
    }
    if (begin < size_) line(begin, size_);
    count_strings(0);
    if (numbered_ >= (in_code_ ? kLeastNumberedInCode : 3)) set(Mark::numbered);
    if (quoted_ > 0) set(Mark::quoted);
    if (plus_ >= 3) set(Mark::plus_lines);
    // Code is searched for a session only if half of its lines are one's.
    if (prompts_ >= 2 && (!in_code_ || 2 * prompts_ >= lines + 1)) set(Mark::prompts);
    return in_code_ ? marks_ & kMarksInCode : marks_;
  }

 private:
  static constexpr unsigned kLeastNumberedInCode = 5;  // _LEAST_IN_CODE of views/line_numbers.py
  // Of formats that views/wrappers.py looks for in code.
  static constexpr u32 kMarksInCode =
      static_cast<u32>(Mark::odd_characters) | static_cast<u32>(Mark::fences) |
      static_cast<u32>(Mark::brackets_first) | static_cast<u32>(Mark::hunks) |
      static_cast<u32>(Mark::numbered) | static_cast<u32>(Mark::references) |
      static_cast<u32>(Mark::escaped_ends) | static_cast<u32>(Mark::plus_lines) |
      static_cast<u32>(Mark::prompts) | static_cast<u32>(Mark::long_words) |
      static_cast<u32>(Mark::percents) | static_cast<u32>(Mark::string_lines) |
      static_cast<u32>(Mark::doubled_quotes) | static_cast<u32>(Mark::listed_bytes);

  static constexpr int kLeastNumbers = 8;       // in a block; views/number_lists.py looks for more

  void set(Mark mark) { marks_ |= static_cast<u32>(mark); }
  u8 at(std::size_t i) const { return i < size_ ? text_[i] : 0; }
  bool is(std::size_t i, const char* word) const {
    for (; *word; ++word, ++i) {
      if ((at(i) | 0x20) != (static_cast<u8>(*word) | 0x20)) return false;
    }
    return true;
  }
  static bool is_word(u8 c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
  }
  static bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void first_byte() {
    std::size_t i = 0;
    while (i < size_ && (is_space(text_[i]) || text_[i] >= 0x80)) ++i;
    const bool is_event = is(i, "data:") || is(i, "event:") || is(i, "id:") || at(i) == ':';
    if (at(i) == '{' || at(i) == '[' || is_event) set(Mark::brackets_first);
    if (at(i) == '<') set(Mark::tags);
  }

  void name_code() {
    for (std::size_t i = 0; i < size_; ++i) {
      if (opens_code(i)) {
        set(Mark::code_marks);
        return;
      }
    }
  }

  void look_for_signs() {
    const std::string_view text(reinterpret_cast<const char*>(text_), size_);
    const auto follows = [&](char sign, unsigned least, auto is_one) {
      unsigned count = 0;
      for (std::size_t i = text.find(sign); i != text.npos; i = text.find(sign, i + 1)) {
        if ((count += is_one(i)) == least) return true;
        i += sign == '\\';
      }
      return false;
    };
    const auto is_sign = [&](std::size_t i) {
      const u8 c = at(i + 1);
      const bool is_word = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      if (is_word) return is(i + 1, "texttt{") || is(i + 1, "code{") || is(i + 1, "mbox{") ||
                          (at(i + 1) == 'P' && at(i + 2) == 'Y');
      return c > ' ' && c < 0x7f && !is_digit(c) && c != '\\';
    };
    const auto is_listed = [&](std::size_t i) {
      const u8 quote = i > 0 ? text_[i - 1] : u8{0};
      const u8 next = at(i + 1) == ' ' ? at(i + 2) : at(i + 1);
      return (quote == '"' || quote == '\'') && (next == '"' || next == '\'');
    };
    if (follows('\\', 4, is_sign) || text.find("=3D") != text.npos ||
        follows('{', 2, [&](std::size_t i) { return at(i + 1) == '+'; })) {
      set(Mark::escaped_signs);
    }
    if (follows(',', 3, is_listed)) set(Mark::listed_strings);
  }

  // Whether a mark of views/delimited_blocks.py may stand at a place.
  bool opens_code(std::size_t i) const {
    switch (text_[i]) {
      case '[':
        return (i == 0 || text_[i - 1] == '\n') && (is(i + 1, "source") || is(i + 1, "listing"));
      case '#':
        return is(i + 1, "+begin_src");
      case '{':
        return is(i + 1, "lstlisting}") || is(i + 1, "minted}") || is(i + 1, "code:");
      case 'h': {
        if (!is(i, "highlight") || (at(i + 9) != ' ' && at(i + 9) != '\t')) return false;
        while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
        return i > 0 && (text_[i - 1] == '%' || text_[i - 1] == '{' || text_[i - 1] == '<');
      }
      default:
        return false;
    }
  }

  void look_at_line(std::size_t begin, std::size_t end) {
    std::size_t i = begin;
    while (i < end && (text_[i] == ' ' || text_[i] == '\t')) ++i;
    if (!in_code_) count_alike(i, end);
    if (!in_code_) count_alike_ends(i, end);
    if (i == end) return;
    const BareLine bare{text_ + i, end - i};
    const u8 c = text_[i];
    if (c == '+') ++plus_;
    if (c == '@' && at(i + 1) == '@') set(Mark::hunks);
    prompts_ += may_have_prompt(bare);
    number(i, end);
    if (in_code_) return;
    if (c == '"') set(Mark::quoted_cells);
    quoted_ += may_be_quoted(bare);
    if (may_open_block_scalar(bare)) set(Mark::block_scalars);
  }

  // Digits count as equal, since numbers before lines differ.
  void count_alike(std::size_t i, std::size_t end) {
    const auto byte = [&](std::size_t at) {
      if (at >= end) return u8{0};
      return is_digit(text_[at]) || text_[at] == ' ' ? u8{'0'} : text_[at];
    };
    const u8 first = byte(i);
    alike_ = first != 0 && first == alike_byte_ ? alike_ + 1 : 1;
    alike_byte_ = first;
    if (alike_ >= kLeastAlike) set(Mark::alike_lines);
  }

  // Counts a line that ends here, given the quotation marks of its last bytes.
  void count_strings(u64 quotes) {
    strings_ = has_string_ || quotes ? strings_ + 1 : 0;
    has_string_ = false;
    if (strings_ >= kLeastLiteralLines) set(Mark::string_lines);
  }

  // Quotation marks that are written twice, given the places in a block that have one behind them.
  // Those that begin in one block and end in the next are left out.
  void count_doubled(std::size_t base, u64 pairs) {
    for (; pairs; pairs &= pairs - 1) {
      const std::size_t i = base + static_cast<std::size_t>(std::countr_zero(pairs));
      const u8 quote = text_[i], before = i > 0 ? text_[i - 1] : u8{0}, behind = at(i + 2);
      if (quote == '`' || text_[i + 1] != quote || before == quote || behind == quote) continue;
      if (is_word(behind)) set(Mark::doubled_quotes);
    }
  }

  void count_numbers(const u8* block) {
    const u64 digits = block_bits(block, [](Bytes16 c) {
      return in_range(c, '0', '9') | in_range(c, 'a', 'f') | in_range(c, 'A', 'F');
    });
    const u64 signs =
        block_bits(block, [](Bytes16 c) { return equals(c, ',') | equals(c, ':'); });
    if (std::popcount(digits << 1 & signs) >= kLeastNumbers) set(Mark::listed_bytes);
  }

  void count_alike_ends(std::size_t i, std::size_t end) {
    while (end > i && is_space(text_[end - 1])) --end;
    const u8 last = end > i ? text_[end - 1] : u8{0};
    const u8 before = end > i + 1 ? text_[end - 2] : u8{0};
    if (last == '>' && (is_digit(before) || before == '.')) set(Mark::alike_ends);  // a callout
    const bool is_mark = last == '$' || last == '|' || last == '+' || last >= 0x80 ||
                         (last == 'M' && before == '^') || (last == '.' && before == '.') ||
                         (last == '>' && (before == '/' || (before | 0x20) == 'r'));
    ends_ = is_mark && last == end_byte_ ? ends_ + 1 : is_mark;
    end_byte_ = last;
    if (ends_ >= kLeastAlike) set(Mark::alike_ends);
  }

  // A revision behind a name, as in `hg annotate`.
  bool is_before_colon(std::size_t i, std::size_t limit) const {
    while (i < limit && text_[i] == ' ') ++i;
    const std::size_t start = i;
    while (i < limit && (is_digit(text_[i]) || (text_[i] >= 'a' && text_[i] <= 'f'))) ++i;
    return i > start && at(i) == ':';
  }

  // A number after arrows and brackets, after the name of a file or in the head of git blame.
  void number(std::size_t i, std::size_t end) {
    std::size_t j = i;
    while (j < end && kBeforeNumber[text_[j]]) ++j;
    if (j < end && is_digit(text_[j])) {
      ++numbered_;
      return;
    }
    const std::size_t limit = std::min(end, i + kLongestNumber);
    const bool is_blame = is_hash(i);
    for (j = i; j + 1 < limit; ++j) {
      const u8 b = text_[j];
      if (!kEndsName[b]) continue;
      if (!in_code_ && !is_blame && is_space(b) && is_before_colon(j + 1, limit)) {
        ++numbered_;
        return;
      }
      if (!is_blame && (is_space(b) || b == '(' || b == '=' || b == ';')) return;
      if (((b == ':' || is_space(b)) && is_digit(text_[j + 1])) ||
          (b == '-' && is_between_dashes(text_ + j + 1, limit - j - 1))) {
        ++numbered_;
        return;
      }
    }
  }

  bool is_hash(std::size_t i) const {
    i += at(i) == '^';
    for (std::size_t n = 0; n < 7; ++n) {
      const u8 c = at(i + n);
      if (!is_digit(c) && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
  }

  const u8* text_;
  std::size_t size_;
  bool in_code_;
  u32 marks_ = 0;
  unsigned numbered_ = 0, quoted_ = 0, plus_ = 0, prompts_ = 0, alike_ = 0, strings_ = 0, ends_ = 0;
  bool has_string_ = false;  // the line that is read has a quotation mark
  u8 end_byte_ = 0;          // how the last line ended
  u8 alike_byte_ = 0;  // how the last line began
};

// Whether a line may begin with a number as listings, grep, debuggers or git blame write them.
bool may_be_numbered(const u8* line, std::size_t size) {
  const auto at = [&](std::size_t i) { return i < size ? line[i] : u8{0}; };
  const auto is_number = [&](std::size_t i) {
    const u8 c = at(i);
    return is_digit(c) || ((c == 'L' || c == '#' || c == '(' || c == '[') && is_digit(at(i + 1)));
  };
  std::size_t i = 0;
  if (std::size_t hash = at(0) == '^'; true) {
    const std::size_t start = hash;
    while (is_digit(at(hash)) || (at(hash) >= 'a' && at(hash) <= 'f')) ++hash;
    if (hash - start >= 7 && at(hash) == ' ') return true;
  }
  // White space, an arrow; the name of a file and a colon.
  while (at(i) == ' ' || at(i) == '\t' || at(i) == '-' || at(i) == '=' || at(i) == '>' ||
         at(i) == '*' || at(i) >= 0x80) {
    ++i;
  }
  if (is_number(i)) return true;
  const auto is_named = [](u8 c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || c == '/' || c == '\\' || c == '+' || c == '-';
  };
  for (; is_named(at(i)); ++i) {
    if (at(i) == '-' && is_between_dashes(line + i + 1, size - i - 1)) return true;
  }
  return at(i) == ':' && is_number(i + 1);
}

}  // namespace

std::vector<std::size_t> numbered_lines(const u8* text, std::size_t size) {
  std::vector<std::size_t> starts;
  for (std::size_t begin = 0; begin < size;) {
    const void* feed = std::memchr(text + begin, '\n', size - begin);
    const std::size_t end =
        feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - text) : size;
    if (may_be_numbered(text + begin, end - begin)) starts.push_back(begin);
    begin = end + 1;
  }
  return starts;
}

u32 text_marks(const u8* text, std::size_t size, bool in_code) {
  return Finder(text, size, in_code).run();
}

}  // namespace codescan
