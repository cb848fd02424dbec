// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace codescan {
namespace {

// Each byte as it stands in a word, in lower case; 0 where it is in none.
constexpr std::array<char, 256> kWordBytes = [] {
  std::array<char, 256> bytes{};
  for (int c = '0'; c <= '9'; ++c) bytes[c] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) bytes[c] = bytes[c - 0x20] = static_cast<char>(c);
  return bytes;
}();

constexpr std::string_view kMarks[] = {"dnl", "rem", "c"};
constexpr std::string_view kShortened[] = {"e.g.", "i.e.", "v.",    "ver.", "no.",
                                           "inc.", "co.",  "corp.", "ltd."};
constexpr std::string_view kRule = "-=*_~#";
constexpr std::size_t kRuleLength = 4;

char word_byte(char c) { return kWordBytes[static_cast<std::uint8_t>(c)]; }

bool is_space(char c) { return (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= ' '); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_word(char c) { return word_byte(c) != 0 || c == '_'; }

void spell_license(std::string& words) {
  for (std::size_t at = words.find("licence"); at != std::string::npos;
       at = words.find("licence", at + 7)) {
    words[at + 5] = 's';
  }
}

// Bytes of the mark of a comment that a line begins with, before other words; 0 for none.
std::size_t mark_length(std::string_view line) {
  for (const std::string_view mark : kMarks) {
    if (line.size() <= mark.size()) continue;
    const bool is_mark = std::equal(mark.begin(), mark.end(), line.begin(),
                                    [](char m, char c) { return m == word_byte(c); });
    const char behind = line[mark.size()];
    if (is_mark && !word_byte(behind) && behind != '\n' && behind != '\r') return mark.size();
  }
  return 0;
}

std::string words_of(std::string_view text, bool is_marked) {
  std::string words;
  words.reserve(text.size() + 2);
  words.push_back(' ');
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const char c = word_byte(text[i])) {
      words.push_back(c);
      continue;
    }
    if (words.back() != ' ') words.push_back(' ');
    if (is_marked && (text[i] == '\n' || text[i] == '\r')) i += mark_length(text.substr(i + 1));
  }
  if (words.back() != ' ' || words.size() == 1) words.push_back(' ');
  spell_license(words);
  return words;
}

bool ends_with_shortened(std::string_view text) {
  return std::any_of(std::begin(kShortened), std::end(kShortened), [&](std::string_view word) {
    if (text.size() < word.size()) return false;
    const std::size_t start = text.size() - word.size();
    const bool is_it = std::equal(word.begin(), word.end(), text.begin() + start, [](char w, char c) {
      return w == (word_byte(c) ? word_byte(c) : c);
    });
    return is_it && (start == 0 || !is_word(text[start - 1]));
  });
}

// Whether a sentence ends before a place.
bool ends_at(std::string_view text, std::size_t at) {
  if (at < 2) return false;
  const char mark = text[at - 1], before = text[at - 2];
  if (mark != '.' && mark != '!' && mark != '?') return false;
  if (!word_byte(before) && std::string_view(")]\"'>").find(before) == std::string_view::npos) {
    return false;
  }
  return (at == text.size() || is_space(text[at])) && !ends_with_shortened(text.substr(0, at));
}

// Where the empty line, or the rule, that starts with the line feed at a place ends before the next
// line feed; 0 for none.
std::size_t gap_end(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_blank(text[end])) ++end;
  if (end < text.size() && text[end] == '\n') return end;
  const std::size_t rule = end;
  while (end < text.size() && kRule.find(text[end]) != std::string_view::npos) ++end;
  if (end - rule < kRuleLength) return 0;
  while (end < text.size() && is_blank(text[end])) ++end;
  return end < text.size() && text[end] == '\n' ? end : 0;
}

}  // namespace

std::string plain_words(std::string_view text) { return words_of(text, false); }

std::string unmarked_words(std::string_view text) { return words_of(text, true); }

std::vector<std::pair<std::size_t, std::size_t>> sentences(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  std::size_t start = 0;
  const auto add = [&](std::size_t end) {
    if (!std::all_of(text.begin() + start, text.begin() + end, is_space)) {
      found.emplace_back(start, end);
    }
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (ends_at(text, at)) {
      add(at);
      start = at;
    }
    if (text[at] != '\n') continue;
    if (const std::size_t end = gap_end(text, at)) {
      add(at);
      start = end;
      at = end - 1;
    }
  }
  add(text.size());
  return found;
}

}  // namespace codescan
