// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether the leading comments of a file say all that the file says about rights.
#include <algorithm>

#include "leading_lines.hpp"
#include "notice_scan.hpp"

namespace codescan {
namespace {

bool any_in(const Words& words, std::string_view text) {
  return words.any_in(reinterpret_cast<const u8*>(text.data()), text.size());
}

std::string_view between(std::string_view text, std::size_t start, std::size_t end) {
  return start < std::min(end, text.size()) ? text.substr(start, end - start) : std::string_view();
}

}  // namespace

std::vector<std::size_t> NoticeScanner::body_places(std::string_view content, std::size_t end,
                                                    std::size_t head, bool is_prose) const {
  const std::string_view first = content.substr(0, head);
  if (end >= first.size()) return {};
  std::string_view behind = first.substr(end);
  const bool may_be_notice = (is_prose || any_in(lists_.telling, behind)) &&
                             any_in(lists_.strong, first);
  if (!may_be_notice) {
    if (end > 0) return {};
    std::size_t next;
    behind = behind.substr(0, paragraph_end(behind, 0, next));
  }
  return lists_.stating.places_in(reinterpret_cast<const u8*>(behind.data()), behind.size());
}

QuietHead NoticeScanner::quiet_head(std::string_view content, const Limits& limits,
                                    const Words& marks, bool is_prose) const {
  static const Words tags({"spdx-"}), variables({"__licen"});
  QuietHead quiet{leading_end(content), false, {}};
  if (quiet.end > limits.statements) return quiet;
  const std::string_view rest = content.substr(quiet.end);
  const std::string_view behind = between(content, quiet.end, limits.notices);
  if (any_in(tags, rest) || any_in(variables, behind)) return quiet;
  if (any_in(lists_.notes, content.substr(0, std::max(quiet.end, limits.notes)))) return quiet;
  if (!body_places(content, quiet.end, limits.notices, is_prose).empty()) return quiet;
  quiet.is_quiet = true;
  quiet.statements = statement_part(between(content, quiet.end, limits.statements), marks);
  return quiet;
}

}  // namespace codescan
