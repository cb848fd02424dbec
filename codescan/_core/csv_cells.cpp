// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "csv_cells.hpp"

#include <algorithm>

namespace codescan {
namespace {

bool is_delimiter(char c) { return c == ',' || c == ';' || c == '\t' || c == '|'; }
bool is_line_end(char c) { return c == '\r' || c == '\n'; }

// Where the quote that closes a cell stands, given where its text begins.
std::size_t closing(std::string_view text, std::size_t begin) {
  std::size_t quote = text.find('"', begin);
  while (quote != text.npos && quote + 1 < text.size() && text[quote + 1] == '"') {
    quote = text.find('"', quote + 2);
  }
  return quote;
}

}  // namespace

std::vector<CsvCell> csv_cells(std::string_view text, std::size_t least) {
  std::vector<CsvCell> cells;
  std::size_t row = 1, column = 0, counted = 0;  // rows begin before `counted`
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at)) {
    const bool is_inner = at > 0 && is_delimiter(text[at - 1]);
    const bool is_first = at == 0 || text[at - 1] == '\n';
    const std::size_t begin = ++at;
    if (!is_inner && !is_first) continue;
    const std::size_t end = closing(text, begin);
    if (end == text.npos) continue;
    const bool is_last = end + 1 == text.size() || is_line_end(text[end + 1]);
    const bool has_next = end + 1 < text.size() && is_delimiter(text[end + 1]);
    if (!has_next && !(is_inner && is_last)) continue;
    const auto feeds = std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                  text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    if (feeds > 0) {
      row += static_cast<std::size_t>(feeds);
      column = 0;
    }
    ++column;
    counted = end;
    at = end + 1;
    const std::string_view cell = text.substr(begin, end - begin);
    const bool is_plain = cell.find('\n') == cell.npos && cell.find("\"\"") == cell.npos;
    if (cell.size() >= least && !is_plain) cells.push_back({{begin, end}, row, column});
  }
  return cells;
}

}  // namespace codescan
