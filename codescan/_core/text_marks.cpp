// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "text_marks.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "line_marks.hpp"
#include "line_prefixes.hpp"

namespace codescan {
namespace {

constexpr std::size_t kLongestNumber = 420;  // bytes before a line number, as git blame has them

constexpr std::array<bool, 256> telling() {
  std::array<bool, 256> table{};
  for (const char c : {'`', '~', '<', '@', '&', '\\', ':', '"', '[', '#', '{', '\x1b', '\b', '-'}) {
    table[static_cast<u8>(c)] = true;
  }
  table['h'] = true;  // highlight
  for (unsigned c = 0x80; c < 0x100; ++c) table[c] = true;
  return table;
}
constexpr auto kTelling = telling();

bool is_digit(u8 c) { return c >= '0' && c <= '9'; }

// Whether a text begins with a number and a dash, as after the name of a file in `grep -A`.
bool is_between_dashes(const u8* text, std::size_t size) {
  constexpr std::size_t kMostDigits = 7;
  std::size_t digits = 0;
  while (digits < size && digits < kMostDigits && is_digit(text[digits])) ++digits;
  return digits > 0 && digits < size && text[digits] == '-';
}

class Finder {
 public:
  Finder(const u8* text, std::size_t size) : text_(text), size_(size) {}

  u32 run() {
    first_byte();
    for (std::size_t begin = 0; begin < size_;) {
      const void* feed = std::memchr(text_ + begin, '\n', size_ - begin);
      const std::size_t end =
          feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - text_) : size_;
      line(begin, end);
      for (std::size_t i = begin; i < end; ++i) {
        if (kTelling[text_[i]]) byte(i);
      }
      begin = end + 1;
    }
    if (numbered_ >= 3) set(Mark::numbered);
    if (escaped_ >= 2) set(Mark::escaped_ends);
    if (quoted_ >= 2) set(Mark::quoted);
    if (plus_ >= 3) set(Mark::plus_lines);
    if (prompts_ >= 2) set(Mark::prompts);
    return marks_;
  }

 private:
  void set(Mark mark) { marks_ |= static_cast<u32>(mark); }
  u8 at(std::size_t i) const { return i < size_ ? text_[i] : 0; }
  bool is(std::size_t i, const char* word) const {
    for (; *word; ++word, ++i) {
      if ((at(i) | 0x20) != (static_cast<u8>(*word) | 0x20)) return false;
    }
    return true;
  }
  static bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void first_byte() {
    std::size_t i = 0;
    while (i < size_ && (is_space(text_[i]) || text_[i] >= 0x80)) ++i;
    const bool is_event = is(i, "data:") || is(i, "event:") || is(i, "id:") || at(i) == ':';
    if (at(i) == '{' || at(i) == '[' || is_event) set(Mark::brackets_first);
    if (at(i) == '<') set(Mark::tags);
  }

  void line(std::size_t begin, std::size_t end) {
    std::size_t i = begin;
    while (i < end && (text_[i] == ' ' || text_[i] == '\t')) ++i;
    count_alike(i, end);
    if (i == end) return;
    const BareLine bare{text_ + i, end - i};
    const u8 c = text_[i];
    if (c == '+') ++plus_;
    if (c == '@' && at(i + 1) == '@') set(Mark::hunks);
    if (c == '"') set(Mark::quoted_cells);
    quoted_ += may_be_quoted(bare);
    prompts_ += may_have_prompt(bare);
    if (may_open_block_scalar(bare)) set(Mark::block_scalars);
    number(i, end);
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

  // A number after arrows and brackets, after the name of a file or in the head of git blame.
  void number(std::size_t i, std::size_t end) {
    std::size_t j = i;
    while (j < end && (text_[j] == ' ' || text_[j] == '\t' || text_[j] == '>' || text_[j] == '*' ||
                       text_[j] == '=' || text_[j] == '-' || text_[j] == '(' || text_[j] == '[' ||
                       text_[j] == '#' || text_[j] == 'L' || text_[j] >= 0x80)) {
      ++j;
    }
    if (j < end && is_digit(text_[j])) {
      ++numbered_;
      return;
    }
    const std::size_t limit = std::min(end, i + kLongestNumber);
    const bool is_blame = is_hash(i);
    for (j = i; j + 1 < limit; ++j) {
      const u8 b = text_[j];
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

  void byte(std::size_t i) {
    const u8 next = at(i + 1);
    switch (text_[i]) {
      case '`':
      case '~':
        if (next == text_[i] && at(i + 2) == text_[i]) set(Mark::fences);
        break;
      case '<':
        if (next == '/') set(Mark::tags);
        if (next == 'p' || next == 'P') set(Mark::tags);  // an element that is never closed
        break;
      case '@':
        break;
      case '&':
        if (next == '#' || (next | 0x20) >= 'a') set(Mark::references);
        break;
      case '\\':
        if (next == 'n') ++escaped_;
        break;
      case ':':
        if (next == ':') set(Mark::colons);
        if (next == ' ' && (at(i + 2) == '\'' || at(i + 2) == '"')) set(Mark::quoted_values);
        break;
      case '-':
        if (next == ' ' && (at(i + 2) == '\'' || at(i + 2) == '"')) set(Mark::quoted_values);
        break;
      case '"':
        if (next == '"' || (i > 0 && (text_[i - 1] == ',' || text_[i - 1] == ';' ||
                                      text_[i - 1] == '\t'))) {
          set(Mark::quoted_cells);
        }
        break;
      case '[':
        if (is(i + 1, "source") || is(i + 1, "listing")) set(Mark::code_marks);
        break;
      case '#':
        if (next == '+') set(Mark::code_marks);
        break;
      case '{':
        if (is(i + 1, "lstlisting") || is(i + 1, "minted") || is(i + 1, "code:")) {
          set(Mark::code_marks);
        }
        break;
      case 'h':
        if (is(i, "highlight")) set(Mark::code_marks);
        break;
      default:
        set(Mark::odd_characters);
    }
  }

  const u8* text_;
  std::size_t size_;
  u32 marks_ = 0;
  unsigned numbered_ = 0, escaped_ = 0, quoted_ = 0, plus_ = 0, prompts_ = 0, alike_ = 0;
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

u32 text_marks(const u8* text, std::size_t size) { return Finder(text, size).run(); }

}  // namespace codescan
