// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The postings of a form while they are collected: by the first bits of their keys, so that each
// part fits a cache, in which it is sorted.
#pragma once

#include <array>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "fingerprint.hpp"

namespace codescan {

struct Posting {
  u64 key;
  u32 position;
  u16 flanks;
};

// A posting of a part: the part tells the first bits of its key.
struct [[gnu::packed]] PartPosting {
  u32 key;
  u32 position;
  u16 flanks;
};
static_assert(sizeof(PartPosting) == 10);

class PostingParts {
 public:
  static constexpr int kBits = 9;
  static constexpr u32 kParts = 1U << kBits;
  static constexpr int kRestBits = kKeyBits - kBits;  // of a key, below the part's
  static constexpr u32 kRestMask = (1U << kRestBits) - 1;

  // Room is made for somewhat more postings than `usual`, so that they are hardly ever moved.
  // Memory that is never written to is never taken from the system.
  explicit PostingParts(u64 usual);

  void add(const Posting& posting) {
    const u32 number = number_of(posting.key);
    Part& part = parts_[number];
    if (part.count == part.room) grow(number);
    part.rows[part.count++] = packed(posting);
  }

  static u32 number_of(u64 key) { return static_cast<u32>(key >> kRestBits); }
  static u64 prefix_of(u32 number) { return u64{number} << kRestBits; }
  static PartPosting packed(const Posting& posting) {
    return {static_cast<u32>(posting.key) & kRestMask, posting.position, posting.flanks};
  }
  std::span<PartPosting> part(u32 number) { return {parts_[number].rows, parts_[number].count}; }
  std::span<const PartPosting> part(u32 number) const {
    return {parts_[number].rows, parts_[number].count};
  }
  // Leaves out all behind the first `count` of a part.
  void cut(u32 number, std::size_t count) { parts_[number].count = count; }
  u64 count() const {
    u64 count = 0;
    for (const Part& part : parts_) count += part.count;
    return count;
  }
  void clear();

 private:
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kSmall = 64;  // a small shard doesn't fill pages of each part

  struct Part {
    PartPosting* rows = nullptr;
    std::size_t count = 0;
    std::size_t room = 0;
  };
  struct Free {
    void operator()(PartPosting* rows) const {
      ::operator delete(rows, std::align_val_t{kPageBytes});
    }
  };
  using Memory = std::unique_ptr<PartPosting[], Free>;

  static Memory allocate(std::size_t rows);
  void grow(u32 number);

  std::size_t slot_;  // postings
  std::array<Part, kParts> parts_;
  Memory small_, usual_;        // of all parts
  std::vector<Memory> larger_;  // of parts that outgrew them
};

}  // namespace codescan
