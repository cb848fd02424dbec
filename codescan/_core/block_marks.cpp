// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "block_marks.hpp"

namespace codescan {
namespace {

bool is_one_of(u8 c, std::string_view bytes) {
  return c != 0 && bytes.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_word(u8 c) { return kClass[c] == kLetter || kClass[c] == kDigit; }

}  // namespace

bool BlockFinder::looks_open(std::size_t i, const BlockMarks& marks) const {
  if (marks.id != kSlashMarks.id) return true;
  const u8 before = i > 0 ? text_[i - 1] : '\n';
  const u8 behind = i + 2 < size_ ? text_[i + 2] : ' ';
  const bool is_free =
      kClass[before] == kSpace || kClass[before] == kNewline || is_one_of(before, "(){};,=]<>&");
  return is_free && !is_one_of(behind, "\"'`]),;|/.");
}

bool BlockFinder::looks_closed(std::size_t from, std::size_t close,
                               const BlockMarks& marks) const {
  if (marks.id != kSlashMarks.id) return true;
  const u8 before = text_[close - 1];
  const u8 behind = close + 2 < size_ ? text_[close + 2] : '\n';
  if (!is_one_of(before, ".)]|?+\\\"'`(") && !is_word(behind) && !is_one_of(behind, "*`\"'")) {
    return true;
  }
  // Both marks on one line: what is at stake is a part of it.
  return find_byte(text_, close, from, line_ends) == close;
}

std::size_t BlockFinder::balanced_end(std::size_t from, const BlockMarks& marks) {
  if (unbalanced_) return 0;
  const u8 open = static_cast<u8>(marks.open[0]), close = static_cast<u8>(marks.close[0]);
  const auto marked = [open, close](Bytes16 c) { return equals(c, open) | equals(c, close); };
  std::size_t depth = 0;
  for (std::size_t i = from; (i = find_byte(text_, size_, i, marked)) < size_;) {
    if (starts_with(i, marks.open)) {
      ++depth;
      i += marks.open.size();
    } else if (starts_with(i, marks.close)) {
      i += marks.close.size();
      if (--depth == 0) return i;
    } else {
      ++i;
    }
  }
  unbalanced_ = true;
  return 0;
}

const NextClose& BlockFinder::next_close(std::size_t inside, const BlockMarks& marks) {
  NextClose& next = next_[marks.id];
  if (next.from <= inside && inside <= next.at) return next;
  next = {inside, size_, 0};
  const u8 first = static_cast<u8>(marks.close[0]);
  for (std::size_t i = inside; i < size_; ++i) {
    const void* hit = std::memchr(text_ + i, first, size_ - i);
    if (!hit) return next;
    i = static_cast<std::size_t>(static_cast<const u8*>(hit) - text_);
    if (starts_with(i, marks.close) && stands_right(i, marks.on_line)) {
      next.at = i;
      break;
    }
  }
  if (marks.open.empty() || next.at == size_ || marks.id == kPodMarks.id) return next;
  const u8 open = static_cast<u8>(marks.open[0]);
  const auto opens = [open](Bytes16 c) { return equals(c, open); };
  for (std::size_t i = inside; (i = find_byte(text_, next.at, i, opens)) < next.at; ++i) {
    // The last byte of a mark may be the first of the closing one, as in /*/.
    if (i + marks.open.size() <= next.at && starts_with(i, marks.open) &&
        stands_right(i, marks.on_line) && looks_open(i, marks)) {
      next.last_open = i;
    }
  }
  return next;
}

}  // namespace codescan
