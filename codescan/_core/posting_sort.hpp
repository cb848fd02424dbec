// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Sorts postings by key, stably. Keys are hashes: as many of their bits as a list is long tell most
// of its keys apart, so time is linear. A list that fits a cache is sorted in one pass and a bit.
#pragma once

#include <span>
#include <vector>

#include "shard.hpp"

namespace codescan {

// So many postings, before and after they are sorted, fit a processor's second cache.
constexpr u64 kCachedPostings = 4096;

// Distributes postings by `bits` bits of their keys, those above the low `shift`. Bin i then begins
// at begins[i] and ends at begins[i + 1]. There is room for all of them at `to`.
void distribute(std::span<const Posting> from, int shift, int bits, Posting* to,
                std::vector<u32>& begins);

class PostingSorter {
 public:
  // Sorts postings whose keys agree above the low `key_bits` bits. The result lives until the next
  // call.
  std::span<const Posting> sort(std::span<const Posting> postings, int key_bits);

 private:
  std::vector<Posting> sorted_;
  std::vector<u32> begins_;
};

}  // namespace codescan
