// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of a comment that may be about rights. What is left out differs from file to file, what
// is left repeats within a package and is read once.
#include <algorithm>

#include "notice_scan.hpp"
#include "plain_text.hpp"

namespace codescan {
namespace {

constexpr std::size_t kMaxNotice = 96 * 1024;
constexpr std::size_t kForeign = 4;  // words of the shortest sentence whose language is seen
// First words of lines for interpreters, editors and linters.
constexpr std::string_view kTechnical[] = {"-*-",     "from __future__ import", "/usr/bin/", "/bin/",
                                           "vim:",    "pylint:",                "flake8:",   "noqa",
                                           "eslint-", "PYTHON_ARGCOMPLETE_OK",  "mypy:",     "isort:"};

bool any_in(const Words& words, std::string_view text) {
  return words.any_in(reinterpret_cast<const u8*>(text.data()), text.size());
}

// A byte of a word, in any encoding that extends ASCII.
bool is_word(char c) {
  return static_cast<u8>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool is_technical_line(std::string_view line) {
  const std::size_t start = line.find_first_not_of(" \t!");
  if (start == std::string_view::npos) return false;
  return std::any_of(std::begin(kTechnical), std::end(kTechnical), [&](std::string_view word) {
    return line.substr(start, word.size()) == word;
  });
}

// Whether one of the words begins a word of a text.
bool any_starts_word(const Words& words, std::string_view text) {
  const std::vector<std::size_t> places =
      words.places_in(reinterpret_cast<const u8*>(text.data()), text.size());
  return std::any_of(places.begin(), places.end(),
                     [&](std::size_t at) { return at == 0 || !is_word(text[at - 1]); });
}

}  // namespace

bool NoticeScanner::is_about_rights(std::string_view paragraph, bool is_text) const {
  if (any_in(about_, paragraph)) return true;
  const bool is_ascii = std::none_of(paragraph.begin(), paragraph.end(),
                                     [](char c) { return static_cast<u8>(c) >= 0x80; });
  if (!is_ascii || any_starts_word(lists_.leads, paragraph) ||
      (paragraph.size() <= kMaxName && lists_.names.any_in(paragraph))) {
    return true;
  }
  const std::string words = plain_words(paragraph);
  if (any_in(lists_.doubts, words)) return true;
  if (!is_text) return false;
  return any_in(lists_.modal, words) || is_foreign(words);
}

// Whether words are those of a sentence in another language than English.
bool NoticeScanner::is_foreign(std::string_view words) const {
  const auto spaces = static_cast<std::size_t>(std::count(words.begin(), words.end(), ' '));
  return spaces > kForeign && !any_in(lists_.english, words);
}

Notice NoticeScanner::cut(std::string text, bool may_be_short) const {
  const bool is_long = text.size() > kMaxShort;
  const bool is_text = is_long || any_in(lists_.texts, text);
  const std::string_view all = text;
  std::size_t first = all.size(), last = 0;
  for (std::size_t at = 0, next; at < all.size(); at = next) {
    const std::size_t end = paragraph_end(all, at, next);
    if (!is_about_rights(all.substr(at, end - at), is_text)) continue;
    first = std::min(first, at);
    last = is_long ? all.size() : end;  // a license text may end with a paragraph about anything
    if (is_long) break;
  }
  return {first < last ? text.substr(first, last - first) : std::string(), may_be_short};
}

Notice NoticeScanner::notice(std::string_view block) const {
  return cut(unmarked(block.substr(0, kMaxNotice)), may_be_short(block));
}

Notice NoticeScanner::bare_notice(std::string_view block, bool& is_cut) const {
  const std::string text = unmarked(block.substr(0, kMaxNotice));
  std::string kept;
  kept.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (is_copyright_line(line, lists_.endings)) {
      is_cut = true;
    } else if (!is_technical_line(line) || any_in(about_, line)) {
      kept.append(line);
    }
    if (end < text.size()) kept.push_back('\n');
    at = end + 1;
  }
  return cut(std::move(kept), may_be_short(block));
}

}  // namespace codescan
