// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "literal_lines.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace codescan {
namespace {

constexpr std::size_t kLongestBefore = 160;  // bytes before the string of a line
constexpr std::size_t kLongestAfter = 80;    // and after it
constexpr std::size_t kLeastText = 20;       // bytes of all strings; MIN_BYTES of views/part.py
// At least one line in this number looks like code in a program; fewer do in lists of names.
constexpr std::size_t kLinesOfStatement = 4;
constexpr std::size_t kLeastBlanks = 3;  // mean number between the words of a line of sentences

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Line {
  LiteralLine at;
  std::string_view before, after;  // the string of the line, blanks at both ends left out
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Whether two characters are the same; of quotation marks, `repr` writes those that the text has not.
bool is_same(char one, char other) {
  return one == other || ((one == '"' || one == '\'') && (other == '"' || other == '\''));
}

// Whether two texts are the same but for the digits and the kinds of quotation marks in them.
bool is_alike(std::string_view one, std::string_view other) {
  std::size_t i = 0, j = 0;
  while (i < one.size() && j < other.size()) {
    if (is_digit(one[i]) && is_digit(other[j])) {
      while (i < one.size() && is_digit(one[i])) ++i;
      while (j < other.size() && is_digit(other[j])) ++j;
    } else if (!is_same(one[i++], other[j++])) {
      return false;
    }
  }
  return i == one.size() && j == other.size();
}

constexpr std::array<bool, 256> kQuotes = [] {
  std::array<bool, 256> table{};
  table['"'] = table['\''] = table['`'] = true;
  return table;
}();

std::optional<Line> line_of(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view line = text.substr(begin, end - begin);
  const std::size_t first = line.find_first_not_of(" \t");
  if (first < line.size() && line[first] == '<') return std::nullopt;  // an attribute of an element
  const std::size_t limit = std::min(line.size(), kLongestBefore);
  std::size_t opening = 0;
  while (opening < limit && !kQuotes[static_cast<u8>(line[opening])]) ++opening;
  if (opening == limit) return std::nullopt;
  const std::size_t closing = line.rfind(line[opening]);
  if (closing == opening || line.size() - closing > kLongestAfter) return std::nullopt;
  return Line{{begin, begin + opening + 1, begin + closing, end},
              trimmed(line.substr(0, opening + 1)),
              trimmed(line.substr(closing))};
}

// Whether a sign of code follows a word, perhaps after other signs.
bool is_statement(std::string_view text) {
  bool follows_word = false;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') {
      follows_word = true;
    } else if (c == '\n') {
      follows_word = false;
    } else if (follows_word && std::string_view("(){}[]=;<>").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

// Whether the strings of a run look like a program or like sentences, rather than a list of names.
bool is_text(std::string_view text, const std::vector<Line>& run) {
  std::size_t size = 0, statements = 0, blanks = 0;
  for (const Line& line : run) {
    const std::string_view own = text.substr(line.at.text, line.at.text_end - line.at.text);
    size += own.size();
    statements += is_statement(own);
    const std::string_view words = trimmed(own);
    blanks += static_cast<std::size_t>(std::count(words.begin(), words.end(), ' '));
  }
  return size >= kLeastText && (kLinesOfStatement * statements >= run.size() ||
                                blanks >= kLeastBlanks * run.size());
}

}  // namespace

std::vector<std::vector<LiteralLine>> literal_runs(const u8* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::vector<std::vector<LiteralLine>> runs;
  std::vector<Line> run;
  bool is_closed = false;  // the last line of the run ends otherwise
  const auto close = [&] {
    if (run.size() >= kLeastLiteralLines && is_text(text, run)) {
      std::vector<LiteralLine>& lines = runs.emplace_back();
      for (const Line& line : run) lines.push_back(line.at);
    }
    run.clear();
    is_closed = false;
  };
  for (std::size_t begin = 0; begin < size;) {
    const void* feed = std::memchr(bytes + begin, '\n', size - begin);
    const std::size_t end =
        feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - bytes) + 1 : size;
    const std::optional<Line> line = line_of(text, begin, end);
    begin = end;
    if (!line) {
      close();
      continue;
    }
    if (!run.empty() && !is_closed) {
      const bool begins_alike = is_alike(run.back().before, line->before);
      const bool ends_alike = is_alike(run.back().after, line->after);
      if (ends_alike ? begins_alike || run.size() == 1 : begins_alike && run.size() > 1) {
        is_closed = !ends_alike;
        run.push_back(*line);
        continue;
      }
    }
    close();
    run.push_back(*line);
  }
  close();
  return runs;
}

}  // namespace codescan
