// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "tag_lines.hpp"

#include <algorithm>

#include "words.hpp"

namespace codescan {

std::string tag_lines(std::string_view content, std::size_t most_around, std::size_t most_lines) {
  static const Words tags({"spdx-"});
  std::string lines;
  std::size_t behind = 0, count = 0;
  for (const std::size_t at :
       tags.places_in(reinterpret_cast<const u8*>(content.data()), content.size())) {
    if (at < behind) continue;
    if (count++ == most_lines) break;
    const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
    const std::size_t first = at < most_around ? 0 : at - most_around;
    std::size_t start = at;
    while (start > first && !is_break(content[start - 1])) --start;
    const std::size_t last = std::min(content.size(), at + most_around);
    std::size_t end = at;
    while (end < last && !is_break(content[end])) ++end;
    if (count > 1) lines.push_back('\n');
    lines.append(content.substr(start, end - start));
    behind = end;
  }
  return lines;
}

}  // namespace codescan
