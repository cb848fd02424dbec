// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "literals.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "code_bytes.hpp"

namespace codescan {
namespace {

constexpr std::size_t kLongestRegex = 1024;
constexpr std::size_t kLongestTemplate = 4096;
constexpr std::size_t kLongestInterpolated = 512;
constexpr int kDeepest = 16;

constexpr std::string_view kBeforeOperand[] = {
    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else",
    "yield", "await",
};

bool ends_line(u8 c) { return kClass[c] == kNewline; }
bool is_word(u8 c) { return kClass[c] == kLetter || kClass[c] == kDigit; }

// The quote that closes the plain string at `from`, or `limit`.
std::size_t plain_end(const u8* text, std::size_t limit, std::size_t from) {
  const u8 quote = text[from];
  for (std::size_t i = from + 1; i < limit && !ends_line(text[i]); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i;
    }
  }
  return limit;
}

// Whether the letters right before a quote, at most three, are a prefix of a literal; `formats`
// tells whether it is that of a Python literal with expressions.
bool has_prefix(const u8* text, std::size_t at, bool& formats) {
  formats = false;
  std::size_t from = at;
  while (from > 0 && is_word(text[from - 1]) && at - from < 4) --from;
  if (at - from == 0 || at - from > 3) return false;
  for (std::size_t i = from; i < at; ++i) {
    switch (text[i] | 0x20) {
      case 'f': case 't':
        formats = true;
        break;
      case 'r': case 'b': case 'u': case 'l': case '8':
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace

std::size_t regex_end(const u8* text, std::size_t size, std::size_t from) {
  const std::size_t limit = std::min(size, from + kLongestRegex);
  bool in_class = false;
  for (std::size_t i = from + 1; i < limit && !ends_line(text[i]); ++i) {
    switch (text[i]) {
      case '\\':
        ++i;
        break;
      case '[':
        in_class = true;
        break;
      case ']':
        in_class = false;
        break;
      case '/':
        if (!in_class) return i + 1;
        break;
      default:
        break;
    }
  }
  return 0;
}

bool expects_operand(const u8* text, std::size_t start, std::size_t end) {
  const u8 last = text[end - 1];
  const u8 before = end > 1 ? text[end - 2] : 0;
  switch (last) {
    case '(': case ',': case '=': case ':': case '[': case '!': case '&': case '|': case '?':
    case '{': case ';': case '*': case '%': case '~': case '^':
      return true;
    case '+': case '-':
      return before != last;  // not behind i++
    case '>':
      return before == '=';
    default:
      break;
  }
  const std::string_view word(reinterpret_cast<const char*>(text + start), end - start);
  return std::find(std::begin(kBeforeOperand), std::end(kBeforeOperand), word) !=
         std::end(kBeforeOperand);
}

std::size_t backtick_end(const u8* text, std::size_t size, std::size_t from,
                         std::size_t& searched) {
  const std::size_t limit = std::min(size, from + kLongestTemplate);
  std::array<int, kDeepest + 1> braces{};
  int depth = 0;  // even: in a literal, odd: in an expression
  std::size_t i = from + 1;
  for (; i < limit && !ends_line(text[i]); ++i) {
    const u8 c = text[i];
    if (depth % 2 == 0) {
      if (c == '\\') {
        ++i;
      } else if (c == '`') {
        if (depth == 0) return i + 1;
        --depth;
      } else if (c == '$' && i + 1 < limit && text[i + 1] == '{' && depth < kDeepest) {
        braces[++depth] = 0;
        ++i;
      }
    } else if (c == '{') {
      ++braces[depth];
    } else if (c == '}') {
      if (braces[depth]-- == 0) --depth;
    } else if (c == '`') {
      if (depth == kDeepest) break;
      ++depth;
    } else if (c == '"' || c == '\'') {
      const std::size_t close = plain_end(text, limit, i);
      if (close < limit) i = close;
    }
  }
  searched = std::min(i, size);
  return 0;
}

std::size_t interpolated_end(const u8* text, std::size_t size, std::size_t from) {
  const std::size_t limit = std::min(size, from + kLongestInterpolated);
  const u8 quote = text[from];
  bool formats;
  has_prefix(text, from, formats);
  int depth = 0;
  for (std::size_t i = from + 1; i < limit && !ends_line(text[i]); ++i) {
    const u8 c = text[i], next = i + 1 < limit ? text[i + 1] : 0;
    if (depth == 0) {
      if (c == quote) return i;
      if (c == '\\') {
        ++i;
        depth += next == '(';
      } else if ((c == '$' && (next == '{' || next == '(')) || (c == '#' && next == '{')) {
        ++i;
        ++depth;
      } else if (formats && c == '{') {
        if (next == '{') {
          ++i;
        } else {
          ++depth;
        }
      }
    } else if (c == '{' || c == '(') {
      ++depth;
    } else if (c == '}' || c == ')') {
      --depth;
    } else if (c == '"' || c == '\'') {
      const std::size_t close = plain_end(text, limit, i);
      if (close < limit) i = close;
    }
  }
  return 0;
}

bool may_open_string(const u8* text, std::size_t at) {
  if (at == 0) return true;
  const u8 before = text[at - 1];
  if (is_word(before)) {
    bool formats;
    return before == '$' || has_prefix(text, at, formats);
  }
  return before != ')' && before != ']' && before != '}' && before != '"' && before != '\'' &&
         before != '.';
}

bool may_close_string(const u8* text, std::size_t size, std::size_t at) {
  if (at + 1 >= size) return true;
  const u8 behind = text[at + 1];
  return !is_word(behind) && behind != '(' && behind != '{' && behind != '[' && behind != '"' &&
         behind != '\'' && behind != '\\';
}

}  // namespace codescan
