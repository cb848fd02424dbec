// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_form.hpp"

#include <algorithm>
#include <utility>

namespace codescan {
namespace {

constexpr int kPartShift = 32;  // of a range's first posting: its part, then its place there

// Where a key would be, as hashes are spread evenly: some sqrt(n) places from where it is.
std::size_t guess(std::size_t count, u32 rest) {
  return static_cast<std::size_t>(u64{count} * rest >> PostingParts::kRestBits);
}

// The first place whose key is not below `rest`: in steps that double, from the guess on.
std::size_t first_of(std::span<const PartPosting> rows, u32 rest) {
  std::size_t low = guess(rows.size(), rest), high = low, step = 8;
  if (low < rows.size() && rows[low].key < rest) {
    while (high < rows.size() && rows[high].key < rest) {
      low = high + 1;
      high = std::min(rows.size(), high + step);
      step *= 2;
    }
  } else {
    while (low > 0 && rows[low - 1].key >= rest) {
      high = low - 1;
      low -= std::min(low, step);
      step *= 2;
    }
  }
  const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(high);
  return static_cast<std::size_t>(
      std::lower_bound(begin, end, rest,
                       [](const PartPosting& row, u32 key) { return row.key < key; }) -
      rows.begin());
}

}  // namespace

FormInMemory::FormInMemory(PostingParts&& parts, Form form, const Rows& rows,
                           PostingSorter& sorter)
    : parts_(std::move(parts)) {
  const std::size_t cap = max_postings(form);
  std::vector<Posting> kept;
  for (u32 number = 0; number < PostingParts::kParts; ++number) {
    const std::span<PartPosting> part = parts_.part(number);
    const std::span<const Posting> sorted =
        sorter.sort(part, PostingParts::prefix_of(number), PostingParts::kRestBits);
    std::size_t to = 0;
    for (std::size_t i = 0; i < sorted.size();) {
      const u64 key = sorted[i].key;
      if (i + cap >= sorted.size() || sorted[i + cap].key != key) {
        part[to++] = PostingParts::packed(sorted[i++]);
        continue;
      }
      const std::size_t begin = i;
      while (i < sorted.size() && sorted[i].key == key) ++i;
      frequent_.push_back({key, i - begin});
      thin(sorted.subspan(begin, i - begin), form, rows, kept);
      for (const Posting& posting : kept) part[to++] = PostingParts::packed(posting);
    }
    parts_.cut(number, to);
  }
}

void FormInMemory::prefetch_buckets(const std::vector<Fingerprint>& query) const {
  for (const Fingerprint& fp : query) {
    const auto rows = parts_.part(PostingParts::number_of(fp.key));
    const u32 rest = static_cast<u32>(fp.key) & PostingParts::kRestMask;
    if (!rows.empty()) __builtin_prefetch(rows.data() + guess(rows.size(), rest));
  }
}

void FormInMemory::find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const {
  found.resize(query.size());
  for (std::size_t i = 0; i < query.size(); ++i) found[i] = find_one(query[i].key);
}

FormReader::Range FormInMemory::find_one(u64 key) const {
  const u32 number = PostingParts::number_of(key);
  const auto rows = parts_.part(number);
  const u32 rest = static_cast<u32>(key) & PostingParts::kRestMask;
  const std::size_t first = first_of(rows, rest);
  std::size_t end = first;
  while (end < rows.size() && rows[end].key == rest) ++end;
  return {u64{number} << kPartShift | first, end - first};
}

Places FormInMemory::places(const Range& range) const {
  const auto rows = parts_.part(static_cast<u32>(range.first >> kPartShift));
  const u8* row = reinterpret_cast<const u8*>(rows.data() + static_cast<u32>(range.first));
  constexpr u32 kStep = sizeof(PartPosting);
  return {row + offsetof(PartPosting, position), kStep, row + offsetof(PartPosting, flanks), kStep};
}

u64 FormInMemory::true_count(u64 key, u64 kept) const {
  const auto row =
      std::lower_bound(frequent_.begin(), frequent_.end(), key,
                       [](const FrequentRow& one, u64 wanted) { return one.key < wanted; });
  return row != frequent_.end() && row->key == key ? row->count : kept;
}

void FormInMemory::read_prefixes(u32 first, u32 end, std::vector<Posting>& out) const {
  const u64 begin_key = u64{first} << kRemainderBits, end_key = u64{end} << kRemainderBits;
  for (u32 number = PostingParts::number_of(begin_key);
       number < PostingParts::kParts && PostingParts::prefix_of(number) < end_key; ++number) {
    const u64 prefix = PostingParts::prefix_of(number);
    for (const PartPosting& row : parts_.part(number)) {
      const u64 key = prefix | row.key;
      if (key >= begin_key && key < end_key) out.push_back({key, row.position, row.flanks});
    }
  }
}

void FormInMemory::read_frequent(std::vector<FrequentRow>& out) const {
  out.insert(out.end(), frequent_.begin(), frequent_.end());
}

}  // namespace codescan
