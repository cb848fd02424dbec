// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "posting_parts.hpp"

#include <algorithm>

namespace codescan {

void PostingParts::grow(u32 number) {
  Part& part = parts_[number];
  const auto move_to = [&](Memory& memory, std::size_t first, std::size_t room) {
    PartPosting* rows = memory.get() + first;
    std::copy_n(part.rows, part.count, rows);
    part.rows = rows;
    part.room = room;
  };
  if (part.room == 0) {
    if (!small_) small_ = std::make_unique_for_overwrite<PartPosting[]>(kParts * kSmall);
    move_to(small_, number * kSmall, kSmall);
  } else if (part.room < slot_) {
    if (!usual_) usual_ = std::make_unique_for_overwrite<PartPosting[]>(kParts * slot_);
    move_to(usual_, number * slot_, slot_);
  } else {
    const std::size_t room = 2 * part.room;
    larger_.push_back(std::make_unique_for_overwrite<PartPosting[]>(room));
    move_to(larger_.back(), 0, room);
  }
}

void PostingParts::clear() {
  parts_.fill({});
  small_.reset();
  usual_.reset();
  larger_.clear();
}

}  // namespace codescan
