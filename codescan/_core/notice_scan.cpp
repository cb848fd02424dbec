// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "notice_scan.hpp"

#include <algorithm>

#include "leading_lines.hpp"
#include "plain_symbols.hpp"

namespace codescan {
namespace {

constexpr std::size_t kMaxHead = 96 * 1024;
constexpr std::size_t kMaxScanned = 128 * 1024;
constexpr std::size_t kContinued = 4;  // lines on which a copyright statement may go on
constexpr std::size_t kMaxLine = 300;     // bytes of a copyright notice
constexpr std::size_t kMaxBefore = 30;    // bytes without letters in front of it
constexpr std::size_t kMaxReserved = 10;  // the same behind "All rights reserved"
constexpr std::size_t kNoted = 512;  // bytes in which a note about the end of the file stands
constexpr std::size_t kLettered = 3;  // lines from which on a letter is taken for a mark
constexpr std::string_view kBom = "\xef\xbb\xbf";

bool is_space(char c) { return (c >= '\t' && c <= '\r') || c == ' '; }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_space(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_space(c); });
}

bool any_in(const Words& words, std::string_view text) {
  return words.any_in(reinterpret_cast<const u8*>(text.data()), text.size());
}

// A byte of a word, in any encoding that extends ASCII.
bool is_word(char c) {
  return static_cast<u8>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

std::size_t skip_bom(std::string_view text, std::size_t at) {
  return text.substr(at, kBom.size()) == kBom ? at + kBom.size() : at;
}

// A byte of a name as Python's regular expressions for bytes see it.
bool is_name_byte(char c) { return c == '_' || (is_word(c) && static_cast<u8>(c) < 0x80); }

bool has(std::string_view text, std::size_t at, std::string_view word) {
  return at <= text.size() && text.size() - at >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin() + at, [](char w, char c) {
           return w == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
         });
}

// Bytes of "(c)" or the sign for copyright at a place; 0 for neither.
std::size_t sign_length(std::string_view text, std::size_t at) {
  return has(text, at, "(c)") ? 3 : has(text, at, "\xc2\xa9") ? 2 : 0;
}

bool is_year(std::string_view text, std::size_t at) {
  return text.size() - at >= 4 && std::all_of(text.begin() + at, text.begin() + at + 4,
                                              [](char c) { return c >= '0' && c <= '9'; });
}

// Whether "Copyright (c)", "Copyright 2020", "(c) 2020" or the like is at a place.
bool is_copyright_start(std::string_view line, std::size_t at) {
  constexpr std::string_view kWord = "copyright";
  const bool is_spelled = has(line, at, kWord);
  const std::size_t length = is_spelled ? kWord.size() : sign_length(line, at);
  if (length == 0) return false;
  const std::size_t most = at + length + (is_spelled ? 8 : 4);
  for (std::size_t next = at + length; next < line.size() && next <= most; ++next) {
    if (is_year(line, next) || (is_spelled ? sign_length(line, next) > 0 : has(line, next, kWord))) {
      return true;
    }
    if (is_name_byte(line[next])) return false;
  }
  return false;
}

// Whether an SPDX tag is at a place.
bool is_tag(std::string_view line, std::size_t at) {
  if (!has(line, at, "spdx-")) return false;
  std::size_t end = at + 5;
  while (end < line.size() && (line[end] == '-' || (line[end] >= 'a' && line[end] <= 'z') ||
                               (line[end] >= 'A' && line[end] <= 'Z'))) {
    ++end;
  }
  return end > at + 5 && end - at <= 45 && end < line.size() && line[end] == ':';
}

// The end of a line or a block comment at a place, behind a byte order mark; kNone for neither.
std::size_t element_end(std::string_view text, std::size_t at) {
  const std::size_t behind = skip_bom(text, at);
  std::size_t end = leading_line_end(text, behind);
  if (end == kNone) end = leading_block_end(text, behind);
  if (end == kNone && behind != at) {  // a byte order mark may be missing
    end = leading_line_end(text, at);
    if (end == kNone) end = leading_block_end(text, at);
  }
  return end;
}

// The end of a line, or of a block behind a byte order mark; kNone for neither.
std::size_t run_element_end(std::string_view text, std::size_t at) {
  const std::size_t behind = skip_bom(text, at);
  std::size_t end = leading_line_end(text, behind);
  if (end == kNone && behind != at) end = leading_line_end(text, at);
  if (end == kNone && behind != at) end = leading_block_end(text, behind);
  return end;
}

// The mark of letters that each line of a comment begins with, as in fixed-form Fortran and
// Texinfo; empty for none. Few lines may begin with the word "c" by chance.
std::string_view lettered_mark(std::string_view block) {
  for (const std::string_view mark : {"c", "C", "@c"}) {
    if (block.substr(0, mark.size()) != mark) continue;
    std::size_t lines = 0;
    bool is_each = true;
    for (std::size_t at = 0; at < block.size() && is_each;) {
      const std::size_t end = std::min(block.find_first_of("\r\n", at), block.size());
      const std::string_view line = block.substr(at, end - at);
      at = end + 1;
      if (is_space(line)) continue;
      ++lines;
      is_each = line.substr(0, mark.size()) == mark &&
                (line.size() == mark.size() || is_blank(line[mark.size()]));
    }
    if (is_each && lines >= kLettered) return mark;
  }
  return {};
}

// The runs of lines of [start, end) between preprocessor lines.
void add_runs(std::string_view head, std::size_t start, std::size_t end,
              const Words& stating, const Words& clauses, std::vector<ByteRange>& pieces) {
  const auto add = [&](std::size_t first, std::size_t last) {
    if (first < last && !is_space(head.substr(first, last - first))) pieces.emplace_back(first, last);
  };
  std::size_t first = start;
  for (std::size_t at = start; at < end;) {
    const std::size_t feed = head.find('\n', at);
    const std::size_t stop = std::min(end, feed == std::string_view::npos ? end : feed + 1);
    const std::string_view line = head.substr(at, stop - at);
    if (is_preprocessor_line(line) && !any_in(stating, line) && !any_in(clauses, line)) {
      add(first, at);
      first = stop;
    }
    at = stop;
  }
  add(first, end);
}

}  // namespace

std::size_t paragraph_end(std::string_view text, std::size_t at, std::size_t& next) {
  for (;;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::size_t feeds = 0;
    for (next = end; next < text.size() && is_space(text[next]); ++next) {
      feeds += text[next] == '\n';
    }
    if (feeds != 1) return end;
    at = next;
  }
}

std::size_t leading_end(std::string_view content) {
  const std::string_view text = content.substr(0, kMaxScanned);
  std::size_t at = 0;
  while (at < kMaxHead) {
    const std::size_t end = element_end(text, at);
    if (end == kNone || end == at) break;
    at = end;
  }
  return at;
}

std::vector<ByteRange> leading_pieces(std::string_view head, const Words& stating,
                                      const Words& clauses) {
  std::vector<ByteRange> pieces;
  std::size_t start = 0, at = 0;
  while (at < head.size()) {
    const std::size_t block = leading_block_end(head, at);
    if (block != kNone) {
      add_runs(head, start, at, stating, clauses, pieces);
      pieces.emplace_back(at, block);
      start = at = block;
      continue;
    }
    std::size_t end = at;
    for (std::size_t next; end < head.size(); end = next) {
      next = run_element_end(head, end);
      if (next == kNone || next == end) break;
    }
    if (end == at) break;
    at = end;
  }
  add_runs(head, start, head.size(), stating, clauses, pieces);
  return pieces;
}

std::string unmarked(std::string_view block) {
  const std::string_view lettered = lettered_mark(block);
  std::string text;
  text.reserve(block.size());
  for (std::size_t at = 0; at < block.size();) {
    std::size_t end = at;
    while (end < block.size() && block[end] != '\n' && block[end] != '\r') ++end;
    const std::string_view line = block.substr(at, end - at);
    text.append(line.substr(lettered.empty() ? marks_length(line, end < block.size())
                                             : std::min(line.size(), lettered.size() + 1)));
    if (end < block.size()) {
      text.push_back('\n');
      end += block[end] == '\r' && end + 1 < block.size() && block[end + 1] == '\n' ? 2 : 1;
    }
    at = end;
  }
  return with_plain_symbols(std::move(text));
}

bool is_copyright_line(std::string_view line, const Words& endings) {
  if (line.size() > kMaxLine) return false;
  std::size_t at = 0;
  while (at < line.size() && at < kMaxBefore && !is_name_byte(line[at])) {
    if (sign_length(line, at)) break;
    ++at;
  }
  constexpr std::string_view kReserved = "all rights reserved";
  if (has(line, at, kReserved)) {
    std::size_t end = at + kReserved.size();
    if (end < line.size() && line[end] == '.') ++end;
    return line.size() - end <= kMaxReserved &&
           std::none_of(line.begin() + end, line.end(), is_name_byte);
  }
  const bool is_tagged = is_tag(line, at);
  if (!is_tagged && !is_copyright_start(line, at)) return false;
  const bool has_blanks = line.find_first_of("[{") != std::string_view::npos ||
                          (line.find('<') != std::string_view::npos &&
                           (line.find('@') == std::string_view::npos ||
                            line.find('<') != line.rfind('<')));
  return !has_blanks && (is_tagged || !any_in(endings, line));
}

std::string_view statement_lines(std::string_view text, const Words& marks) {
  const std::vector<std::size_t> places =
      marks.places_in(reinterpret_cast<const u8*>(text.data()), text.size());
  if (places.empty()) return {};
  const auto line_end = [&](std::size_t at) {
    const std::size_t end = text.find_first_of("\r\n", at);
    return end == std::string_view::npos ? text.size() : end;
  };
  std::size_t start = places.front();
  while (start > 0 && text[start - 1] != '\n' && text[start - 1] != '\r') --start;
  std::size_t end = line_end(places.back());
  for (std::size_t count = 0; count < kContinued && end < text.size(); ++count) {
    const std::size_t next = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    const std::size_t stop = line_end(next);
    const std::string_view line = text.substr(next, stop - next);
    // Nothing goes on behind a line without words, or with one of the preprocessor.
    if (is_preprocessor_line(line) || std::none_of(line.begin(), line.end(), is_word)) break;
    end = stop;
  }
  return text.substr(start, end - start);
}

std::string_view statement_part(std::string_view text, const Words& marks) {
  const std::string_view lines = statement_lines(text, marks);
  if (lines.empty()) return lines;
  static const Words items({"(b)"});
  return any_in(items, text) ? text : lines;
}

std::pair<std::string_view, std::string_view> statement_parts(std::string_view head,
                                                              const Words& marks) {
  const std::size_t end = std::min(leading_end(head), head.size());
  return {statement_part(head.substr(0, end), marks), statement_part(head.substr(end), marks)};
}

NoticeScanner::NoticeScanner(const Lists& lists)
    : lists_(lists),
      about_(Words::joined(Words::joined(lists.stating, lists.clauses),
                           Words::joined(lists.may_state, lists.texts))) {}

bool NoticeScanner::may_be_short(std::string_view block) const {
  return any_in(block.size() <= kMaxShort ? lists_.may_state : lists_.owning, block);
}

bool NoticeScanner::is_stating(std::string_view block) const {
  return any_in(lists_.stating, block) || may_be_short(block);
}

HeadScan NoticeScanner::scan(std::string_view content, std::size_t head,
                             std::size_t most_places, bool is_prose) const {
  static const Words tags({"spdx-"}), ignored({"reuse-ignore"}), variables({"__licen"});
  HeadScan found{};
  found.is_tagged = any_in(tags, content);
  found.end = leading_end(content);
  const std::string_view leading = content.substr(0, found.end);
  found.is_ignoring = any_in(ignored, leading);
  found.is_assigned = any_in(variables, content.substr(0, std::max(head, found.end)));
  found.is_noted = any_in(lists_.notes, content.substr(0, std::max(found.end, kNoted)));
  for (const std::string_view each : comments(leading)) {
    found.notices.push_back(bare_notice(each, found.is_cut));
  }
  found.places = body_places(content, found.end, head, is_prose);
  if (found.places.size() > most_places) found.places.resize(most_places);
  return found;
}

std::vector<std::string_view> NoticeScanner::comments(std::string_view head) const {
  std::vector<std::string_view> comments;
  if (!is_stating(head)) return comments;
  for (const auto& [start, end] : leading_pieces(head, lists_.stating, lists_.clauses)) {
    const std::string_view piece = head.substr(start, end - start);
    if (is_stating(piece)) comments.push_back(piece);
  }
  return comments;
}

}  // namespace codescan
