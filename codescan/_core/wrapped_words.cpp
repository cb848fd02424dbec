// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "wrapped_words.hpp"

#include <algorithm>

namespace codescan {
namespace {

constexpr std::size_t kStart = 3;  // the last byte of a word that may be part of its start
constexpr std::size_t kNear = 2;   // bytes of a word among which a blank is a single byte
constexpr char kSpaces[] = {' ', '\t', '\n', '\r', '\xa0', '\xc2'};  // first bytes of white space
constexpr std::string_view kMarks = "*#/-;%!\"'|\\";
constexpr std::string_view kLetterMarks[] = {"dnl", "rem", "c"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Bytes of the white space at a place, in UTF-8 or Latin-1; 0 for none.
std::size_t space_length(std::string_view text) {
  if (text.empty()) return 0;
  if (is_space(text[0]) || text[0] == '\xa0') return 1;
  return text.substr(0, 2) == "\xc2\xa0" ? 2 : 0;
}

// Bytes of a comment mark of letters with the white space behind it; 0 for none.
std::size_t letter_mark_length(std::string_view text) {
  for (const std::string_view mark : kLetterMarks) {
    if (text.size() <= mark.size() || !is_space(text[mark.size()])) continue;
    if (std::equal(mark.begin(), mark.end(), text.begin(),
                   [](char m, char c) { return m == lower(c); })) {
      return mark.size() + 1;
    }
  }
  return 0;
}

// Bytes of the white space at the start of a text, with the comment marks behind line breaks.
std::size_t layout_length(std::string_view text) {
  std::size_t at = 0;
  bool is_broken = false;
  while (at < text.size()) {
    std::size_t length = space_length(text.substr(at));
    if (length == 0 && is_broken) {
      length = kMarks.find(text[at]) != std::string_view::npos ? 1
                                                               : letter_mark_length(text.substr(at));
    }
    if (length == 0) break;
    is_broken = is_broken || text[at] == '\n' || text[at] == '\r';
    at += length;
  }
  return at;
}

}  // namespace

std::vector<std::string> wrapped_starts(const std::string& word) {
  const std::size_t blank = word.find(' ');
  const std::size_t second = blank == std::string::npos ? blank : word.find(' ', blank + 1);
  if (blank > kStart) return {word.substr(0, blank)};
  std::vector<std::string> starts;
  for (const char space : kSpaces) {
    // What follows white space within the word may be more of it, but not near the start.
    starts.push_back(word.substr(0, blank < kNear ? second : blank + 1));
    starts.back()[blank] = space;
  }
  return starts;
}

bool starts_wrapped(std::string_view text, std::string_view word) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == ' ') {
      const std::string_view rest = text.substr(at);
      const bool is_inside = i > 0 && i + 1 < word.size();
      const std::size_t length = is_inside ? layout_length(rest) : space_length(rest);
      if (length == 0) return false;
      at += length;
    } else if (at < text.size() && word[i] == lower(text[at])) {
      ++at;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace codescan
