// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "posting_sort.hpp"

#include <algorithm>
#include <bit>

#include "array_file.hpp"

namespace codescan {
namespace {

constexpr int kMaxBinBits = 13;  // the counts of all bins fit the first cache
constexpr u64 kMaxMoves = 16;    // for each posting; a quarter is usual

// Insertion sort. Few postings are out of order behind `distribute`, and by few places; where keys
// that very many postings have share a bin, it gives up in favor of a sort that doesn't mind.
void insert_all(std::span<Posting> postings) {
  u64 moves = 0;
  for (std::size_t i = 1; i < postings.size(); ++i) {
    if (postings[i - 1].key <= postings[i].key) continue;
    const Posting posting = postings[i];
    std::size_t to = i;
    do {
      postings[to] = postings[to - 1];
      --to;
    } while (to > 0 && postings[to - 1].key > posting.key);
    postings[to] = posting;
    moves += i - to;
    if (moves > kMaxMoves * postings.size()) {
      std::stable_sort(postings.begin(), postings.end(),
                       [](const Posting& a, const Posting& b) { return a.key < b.key; });
      return;
    }
  }
}

}  // namespace

// By `bits` bits of their keys, those above the low `shift`.
template <class Row>
void PostingSorter::distribute(std::span<const Row> rows, u64 prefix, int shift, int bits) {
  if (rows.size() > 0xffffffffULL) throw FileError("a shard holds too many postings");
  const u64 mask = (1ULL << bits) - 1;
  next_.assign(mask + 2, 0);  // place of each bin's next posting
  for (const Row& row : rows) ++next_[((row.key >> shift) & mask) + 1];
  for (u64 bin = 1; bin <= mask; ++bin) next_[bin] += next_[bin - 1];
  if (sorted_.size() < rows.size()) sorted_.resize(rows.size());
  for (const Row& row : rows) {
    sorted_[next_[(row.key >> shift) & mask]++] = {prefix | row.key, row.position, row.flanks};
  }
}

template <class Row>
std::span<const Posting> PostingSorter::sort_rows(std::span<const Row> rows, u64 prefix,
                                                  int key_bits) {
  const int size_bits = static_cast<int>(std::bit_width(rows.size()));
  const int bits = std::min({key_bits, kMaxBinBits, size_bits});
  distribute(rows, prefix, key_bits - bits, bits);
  const std::span<Posting> sorted(sorted_.data(), rows.size());
  insert_all(sorted);
  return sorted;
}

std::span<const Posting> PostingSorter::sort(std::span<const Posting> postings, int key_bits) {
  return sort_rows(postings, 0, key_bits);
}

std::span<const Posting> PostingSorter::sort(std::span<const PartPosting> postings, u64 prefix,
                                             int key_bits) {
  return sort_rows(postings, prefix, key_bits);
}

}  // namespace codescan
