// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "leading_lines.hpp"

#include <algorithm>

namespace codescan {
namespace {

constexpr std::size_t kMaxTag = 200;  // bytes of an opening tag or a document type
constexpr auto npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_break(char c) { return c == '\n' || c == '\r'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_';
}

// Whether a text has a word at a place, letter case aside; `word` is in lower case.
bool has(std::string_view text, std::size_t at, std::string_view word) {
  return at <= text.size() && text.size() - at >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin() + at,
                    [](char w, char c) { return w == lower(c); });
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// Behind the line end at a place; kNone where there is none.
std::size_t behind_break(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_break(text[at])) return kNone;
  return at + (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1);
}

std::size_t skip_line(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_break(text[at])) ++at;
  return at;
}

// Behind the mark of a line comment at a place; kNone where there is none.
std::size_t behind_line_mark(std::string_view text, std::size_t at) {
  if (at >= text.size()) return kNone;
  const char c = text[at];
  if (c == '#' || c == ';' || c == '%') return at + 1;
  if (text.substr(at, 2) == "//" || text.substr(at, 2) == "--") return at + 2;
  if (c == '!') return at + 1 < text.size() && text[at + 1] == '[' ? kNone : at + 1;
  for (const std::string_view word : {"dnl", "@rem", "rem"}) {
    const std::size_t end = at + word.size();
    if (has(text, at, word) && end < text.size() && (is_blank(text[end]) || is_break(text[end]))) {
      return end + 1;
    }
  }
  return kNone;
}

// `<?php`, `<?xml ... ?>` and the like, up to the line end or in front of a block comment.
std::size_t tag_end(std::string_view text, std::size_t start) {
  std::size_t most = start;
  while (most < text.size() && most - start < kMaxTag && !is_break(text[most]) && text[most] != '>') {
    ++most;
  }
  for (std::size_t at = most + 1; at-- > start;) {
    const bool is_closed = text.substr(at, 2) == "?>";
    for (std::size_t end : {is_closed ? at + 2 : at, at}) {
      const std::size_t stop = skip_blanks(text, end);
      if (const std::size_t behind = behind_break(text, stop); behind != kNone) return behind;
      if (text.substr(stop, 2) == "/*") return stop;
    }
  }
  return kNone;
}

std::size_t opening_tag_end(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "<?") return kNone;
  at += 2;
  if (has(text, at, "php") || has(text, at, "xml")) {
    const std::size_t end = tag_end(text, at + 3);
    if (end != kNone) return end;
  }
  return tag_end(text, at);
}

std::size_t use_strict_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kWords = "use strict";
  const auto is_quote = [&](std::size_t place) {
    return place < text.size() && (text[place] == '"' || text[place] == '\'');
  };
  if (!is_quote(at) || !has(text, at + 1, kWords) || !is_quote(at + 1 + kWords.size())) return kNone;
  at += 2 + kWords.size();
  if (at < text.size() && text[at] == ';') ++at;
  return behind_break(text, skip_blanks(text, at));
}

std::size_t clause_end(std::string_view text, std::size_t at) {
  if (has(text, at, "from __future__ import")) return behind_break(text, skip_line(text, at));
  if (!has(text, at, "package")) return kNone;
  const std::size_t name = skip_blanks(text, at + 7);
  std::size_t end = name;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
  if (name == at + 7 || end == name) return kNone;
  end = skip_blanks(text, end);
  if (end < text.size() && text[end] == ';') ++end;
  return behind_break(text, skip_blanks(text, end));
}

std::size_t doctype_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kOpening = "<!doctype";
  if (!has(text, at, kOpening)) return kNone;
  std::size_t end = at + kOpening.size();
  while (end < text.size() && end - at - kOpening.size() < kMaxTag && !is_break(text[end]) &&
         text[end] != '>') {
    ++end;
  }
  return end < text.size() && text[end] == '>' ? skip_blanks(text, end + 1) : kNone;
}

// Behind the quotes that close a string opened by three of them.
std::size_t string_end(std::string_view text, std::size_t at, char quote) {
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote && at + 2 < text.size() && text[at + 1] == quote &&
               text[at + 2] == quote) {
      return at + 3;
    }
  }
  return kNone;
}

struct Marks {
  std::string_view opening, closing;
};

constexpr Marks kBlocks[] = {{"/*", "*/"}, {"<!--", "-->"}, {"(*", "*)"}, {"{-", "-}"}};

// The mark that a line has at a place, in bytes; 0 for none.
std::size_t mark_at(std::string_view line, std::size_t at, bool has_end) {
  const auto starts = [&](std::string_view mark) { return line.substr(at, mark.size()) == mark; };
  const auto run = [&](char c) {
    std::size_t end = at;
    while (end < line.size() && line[end] == c) ++end;
    return end - at;
  };
  const auto next = [&](std::size_t offset) {
    return at + offset < line.size() ? line[at + offset] : '\0';
  };
  switch (line[at]) {
    case '/':
      if (next(1) == '*') return next(2) == '*' || next(2) == '!' ? 3 : 2;
      if (next(1) == '/') return next(2) == '/' || next(2) == '!' ? 3 : 2;
      return 0;
    case '*': return next(1) == '/' ? 2 : 1;
    case '#': {
      const std::size_t length = run('#');
      return length + (next(length) == '!');
    }
    case '-': return next(1) == '-' ? run('-') : next(1) == '}' ? 2 : 0;
    case ';': case '%': case '!': return run(line[at]);
    case '<': return starts("<!--") ? 4 : 0;
    case '(': return next(1) == '*' ? 2 : 0;
    case '\'': return next(1) != '\'' ? 1 : starts("'''") ? 3 : 0;
    case '"': return starts("\"\"\"") ? 3 : 0;
    case '.': return starts(".\\\"") ? 3 : 0;
    case '{': return next(1) == '-' || next(1) == '#' ? 2 : 0;
    default: break;
  }
  for (const std::string_view word : {"dnl", "@rem", "rem"}) {
    const std::size_t end = at + word.size();
    if (has(line, at, word) && (end < line.size() ? is_blank(line[end]) : has_end)) {
      return word.size();
    }
  }
  return lower(line[at]) == 'c' && is_blank(next(1)) && is_blank(next(2)) ? 1 : 0;
}

constexpr std::string_view kDirectives[] = {
    "include", "ifndef", "ifdef", "if",    "elif",  "else",    "endif",
    "define",  "undef",  "pragma", "error", "import", "warning",
};

}  // namespace

std::size_t leading_line_end(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start < text.size() &&
         (is_blank(text[start]) || text[start] == '\x0b' || text[start] == '\x0c')) {
    ++start;
  }
  if (const std::size_t end = behind_break(text, start); end != kNone) return end;
  at = skip_blanks(text, at);
  if (const std::size_t mark = behind_line_mark(text, at); mark != kNone) {
    const std::size_t end = skip_line(text, mark);
    return end == text.size() ? end : behind_break(text, end);
  }
  for (const auto end_of : {opening_tag_end, use_strict_end, clause_end, doctype_end}) {
    if (const std::size_t end = end_of(text, at); end != kNone) return end;
  }
  return kNone;
}

std::size_t leading_block_end(std::string_view text, std::size_t at) {
  at = skip_blanks(text, at);
  for (const auto& [opening, closing] : kBlocks) {
    if (text.substr(at, opening.size()) != opening) continue;
    std::size_t end = text.find(closing, at + opening.size());
    if (end == npos) return kNone;
    end += closing.size();
    while (end < text.size() && (is_blank(text[end]) || (opening == "/*" && text[end] == ';'))) {
      ++end;
    }
    return end;
  }
  if (at < text.size() && std::string_view("rub").find(lower(text[at])) != npos) ++at;
  for (const char quote : {'"', '\''}) {
    const char quotes[] = {quote, quote, quote};
    if (text.substr(at, 3) == std::string_view(quotes, 3)) return string_end(text, at + 3, quote);
  }
  return kNone;
}

std::size_t marks_length(std::string_view line, bool has_end) {
  const std::size_t start = skip_blanks(line, 0);
  std::size_t at = start;
  while (at < line.size()) {
    const std::size_t length = mark_at(line, at, has_end);
    if (length == 0) break;
    at += length;
  }
  if (at == start) return 0;
  return at < line.size() && is_blank(line[at]) ? at + 1 : at;
}

bool is_preprocessor_line(std::string_view line) {
  std::size_t at = skip_blanks(line, 0);
  if (at >= line.size() || line[at] != '#') return false;
  ++at;
  for (const std::string_view word : kDirectives) {
    if (line.substr(at, word.size()) != word) continue;
    const std::size_t end = at + word.size();
    return end == line.size() || !is_word(line[end]);
  }
  return false;
}

}  // namespace codescan
