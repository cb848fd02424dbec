// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "documentation.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace codescan {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::size_t count_first(std::string_view line, std::string_view bytes) {
  return std::min(line.find_first_not_of(bytes), line.size());
}

bool is_at(std::string_view line, std::size_t i, std::string_view bytes) {
  return i < line.size() && bytes.find(line[i]) != std::string_view::npos;
}

// The length of what begins a line of a comment, given the line from there on; 0 for a line that is
// drawn, such as a row of dashes, and for any other text.
std::size_t mark_size(std::string_view line) {
  if (line.empty()) return 0;
  const char first = line[0];
  const std::size_t count = count_first(line, line.substr(0, 1));
  const auto with_one_of = [&](std::size_t size, std::string_view bytes) {
    return is_at(line, size, bytes) && !is_at(line, size + 1, line.substr(0, 1)) ? size + 1 : size;
  };
  switch (first) {
    case '/':
      if (count == 1) {
        const std::size_t stars = count_first(line.substr(1), "*");
        return stars ? 1 + stars + is_at(line, 1 + stars, "!") : 0;
      }
      if (count == 2) return with_one_of(2, "!");
      return count == 3 ? 3 : 0;
    case '#': {
      std::size_t size = 1;
      while (size < 3 && is_at(line, size, "#'!|")) ++size;
      return is_at(line, size, "#") ? 0 : size;
    }
    case '*':
      return count <= 2 && !is_at(line, count, "/") ? count : 0;
    case '-':
      if (count == 2) return with_one_of(2, "|");
      return count == 3 ? 3 : 0;
    case ';':
    case '%':
      return count <= 3 ? count : 0;
    case '{':
      return is_at(line, 1, "-") ? 2 : 0;
    case '(':
      return is_at(line, 1, "*") ? 2 : 0;
    case '<':
      return line.starts_with("<!--") ? 4 : 0;
    case '!':
      return count <= 2 ? with_one_of(count, "<>") : 0;
    case '\'':
      return std::min<std::size_t>(count, 3);
    case '"':
      return 1;
    default:
      for (const std::string_view word : {"REM", "rem", "Rem", "dnl"}) {
        if (line.starts_with(word) && (line.size() == 3 || !is_word(line[3]))) return 3;
      }
      return 0;
  }
}

// Whether a text is long enough, is not drawn, and does not state a license: such notices are common
// text, which a query finds by its own comments.
bool is_documentation(std::string_view text) {
  return text.size() >= kLeastDocumentation &&
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_word)) >=
             kLeastDocumentation / 2 &&
         (text.find("opyright") == text.npos || text.find("icense") == text.npos);
}

// Comments with nothing but blanks between them, together, if they are long.
std::vector<ByteRange> long_blocks(std::string_view text, const std::vector<Region>& comments) {
  std::vector<ByteRange> blocks;
  for (const Region& comment : comments) {
    const auto is_next = [&](const ByteRange& before) {
      const auto between = text.substr(before.second, comment.start - before.second);
      return between.find_first_not_of(" \t\n\r\v\f") == std::string_view::npos;
    };
    if (!blocks.empty() && is_next(blocks.back())) {
      blocks.back().second = comment.end;
    } else {
      blocks.push_back({comment.start, comment.end});
    }
  }
  std::erase_if(blocks, [&](const ByteRange& block) {
    return !is_documentation(text.substr(block.first, block.second - block.first));
  });
  return blocks;
}

// Where the text of a line ends: before the mark that closes a comment of one line, if one does.
std::size_t end_of_words(std::string_view text, std::size_t start, std::size_t end) {
  std::size_t last = end;
  while (last > start && is_blank(text[last - 1])) --last;
  if (last >= start + 2 && text[last - 2] == '*' && text[last - 1] == '/') {
    return last - 2;
  }
  return end;
}

void add_words(std::string_view text, ByteRange block, CommentWords& words) {
  std::vector<std::string_view> marks;  // a line of the comment may begin with any other sign
  for (std::size_t begin = block.first; begin < block.second;) {
    const std::size_t feed = text.find('\n', begin);
    const std::size_t end = std::min(feed == text.npos ? feed : feed + 1, block.second);
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t indent = count_first(line, kBlanks);
    const std::string_view mark = line.substr(indent, mark_size(line.substr(indent)));
    const bool is_known = std::find(marks.begin(), marks.end(), mark) != marks.end();
    if (!mark.empty() && !is_known && begin == block.first) {
      marks.push_back(mark);
      if (mark.starts_with("/*") || mark.starts_with("(*")) marks.push_back("*");
    }
    std::size_t start = begin;
    if (mark.empty() || is_known || begin == block.first) {
      start += indent + mark.size();
      start += is_at(line, start - begin, kBlanks);
      words.has_word_marks |= !mark.empty() && is_word(mark[0]);
    }
    const std::size_t text_end = end_of_words(text, start, end);
    if (start < text_end) words.ranges.push_back({start, text_end});
    if (text_end < end) words.ranges.push_back({end, end});
    begin = end;
  }
  words.ranges.push_back({block.second, block.second});
}

// Where a string ends whose text begins at a place.
std::size_t string_end(std::string_view text, std::size_t begin, std::string_view quotes) {
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quotes[0] && text.substr(i, quotes.size()) == quotes) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

CommentWords comment_words(const u8* bytes, std::size_t size, const Rules& rules) {
  CommentWords words;
  if (size < kLeastDocumentation) return words;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  Tokens tokens;
  Regions regions;
  lex(bytes, size, rules, tokens, &regions);
  for (const ByteRange& block : long_blocks(text, regions.comments)) add_words(text, block, words);
  return words;
}

std::vector<ByteRange> long_strings(const u8* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::vector<ByteRange> strings;
  std::size_t doubled = text.find("\"\"\""), single = text.find("'''");
  while (doubled != text.npos || single != text.npos) {
    const std::size_t open = std::min(doubled, single), begin = open + 3;
    const std::size_t end = string_end(text, begin, text.substr(open, 3));
    if (is_documentation(text.substr(begin, end - begin))) strings.push_back({begin, end});
    const std::size_t next = std::min(end + 3, text.size());
    if (doubled < next) doubled = text.find("\"\"\"", next);
    if (single < next) single = text.find("'''", next);
  }
  return strings;
}

}  // namespace codescan
