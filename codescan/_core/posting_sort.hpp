// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Sorts postings by key, stably. Keys are hashes: as many of their bits as a list is long tell most
// of its keys apart, so time is linear. A list that fits a cache is sorted in one pass and a bit.
#pragma once

#include <span>
#include <vector>

#include "posting_parts.hpp"

namespace codescan {

class PostingSorter {
 public:
  // Sorts postings whose keys agree above the low `key_bits` bits. The result lives until the next
  // call.
  std::span<const Posting> sort(std::span<const Posting> postings, int key_bits);
  // The same for those of a part, whose keys have the bits of `prefix` above.
  std::span<const Posting> sort(std::span<const PartPosting> postings, u64 prefix, int key_bits);

 private:
  template <class Row>
  std::span<const Posting> sort_rows(std::span<const Row> rows, u64 prefix, int key_bits);
  template <class Row>
  void distribute(std::span<const Row> rows, u64 prefix, int shift, int bits);

  std::vector<Posting> sorted_;
  std::vector<u32> next_;
};

}  // namespace codescan
