// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "posting_parts.hpp"

#include <algorithm>

#include "system_calls.hpp"

namespace codescan {
namespace {

constexpr std::size_t kPageRows = 2048;  // fill whole pages

}  // namespace

PostingParts::PostingParts(u64 usual) : slot_(usual * 3 / 2 / kParts) {
  if (slot_ > kPageRows) slot_ = (slot_ + kPageRows - 1) / kPageRows * kPageRows;
}

// Of the room between parts nothing is to be taken, as a huge page would do.
PostingParts::Memory PostingParts::allocate(std::size_t rows) {
  const std::size_t size = (rows * sizeof(PartPosting) + kPageBytes - 1) / kPageBytes * kPageBytes;
  void* const pages = ::operator new(size, std::align_val_t{kPageBytes});
  system_calls::use_small_pages(pages, size);
  return Memory(static_cast<PartPosting*>(pages));
}

void PostingParts::grow(u32 number) {
  Part& part = parts_[number];
  const auto move_to = [&](Memory& memory, std::size_t first, std::size_t room) {
    PartPosting* rows = memory.get() + first;
    std::copy_n(part.rows, part.count, rows);
    part.rows = rows;
    part.room = room;
  };
  if (part.room == 0) {
    if (!small_) small_ = allocate(kParts * kSmall);
    move_to(small_, number * kSmall, kSmall);
  } else if (part.room < slot_) {
    if (!usual_) usual_ = allocate(kParts * slot_);
    move_to(usual_, number * slot_, slot_);
  } else {
    const std::size_t room = 2 * part.room;
    larger_.push_back(allocate(room));
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
