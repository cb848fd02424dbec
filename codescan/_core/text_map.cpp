// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "text_map.hpp"

#include <algorithm>
#include <stdexcept>

namespace codescan {

std::size_t TextMap::piece_at(std::size_t place) const {
  const auto behind =
      std::upper_bound(pieces_.begin(), pieces_.end(), place,
                       [](std::size_t at, const TextPiece& piece) { return at < piece.start; });
  return static_cast<std::size_t>(behind - pieces_.begin()) - 1;
}

ByteRange TextMap::outer(ByteRange range) const {
  const std::size_t first = piece_at(range.first);
  std::size_t start = pieces_[first].outer_start;
  if (is_plain(first)) start += range.first - pieces_[first].start;
  if (range.second <= range.first) return {start, start};
  const std::size_t last = piece_at(range.second - 1);
  std::size_t end = pieces_[last].outer_end;
  if (is_plain(last)) end = pieces_[last].outer_start + range.second - pieces_[last].start;
  return {start, std::max(start, end)};
}

void TextBuilder::append(std::size_t length, std::size_t outer_start, std::size_t outer_end,
                         std::size_t start) {
  if (!pieces_.empty()) {
    TextPiece& last = pieces_.back();
    if (length == outer_end - outer_start && last.outer_end == outer_start &&
        start - last.start == outer_start - last.outer_start) {
      last.outer_end = outer_end;
      return;
    }
  }
  pieces_.push_back({start, outer_start, outer_end});
}

void TextBuilder::keep(ByteRange range) {
  auto [at, end] = range;
  if (end <= at) return;
  if (end > content_.size()) throw std::out_of_range("the source has no such bytes");
  std::size_t size = text_.size();
  text_.append(content_.substr(at, end - at));
  for (std::size_t piece = source_.piece_at(at); at < end; ++piece) {
    const TextPiece& from = source_.pieces()[piece];
    const std::size_t high = std::min(source_.end_of(piece), end);
    std::size_t outer_start = from.outer_start, outer_end = from.outer_end;
    if (source_.is_plain(piece)) {
      outer_end = outer_start + high - from.start;
      outer_start += at - from.start;
    }
    append(high - at, outer_start, outer_end, size);
    size += high - at;
    at = high;
  }
}

void TextBuilder::replace(ByteRange range, std::string_view decoded) {
  if (decoded.empty()) return;
  const auto [start, end] = source_.outer(range);
  pieces_.push_back({text_.size(), start, end});
  text_.append(decoded);
}

TextMap TextBuilder::map() const {
  return pieces_.empty() ? TextMap(0) : TextMap(pieces_, text_.size());
}

}  // namespace codescan
