// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "form.hpp"

namespace codescan {
namespace {

u64 remainder_at(const u8* remainders, u64 i) {
  const u8* p = remainders + 3 * i;
  return u64{p[0]} | u64{p[1]} << 8 | u64{p[2]} << 16;
}

}  // namespace

FormFiles::FormFiles(const std::string& folder, const char* form)
    : directory_(folder + "/" + form + ".directory", sizeof(DirectoryEntry)),
      remainders_(folder + "/" + form + ".remainders", 3),
      positions_(folder + "/" + form + ".positions", 4),
      flanks_(folder + "/" + form + ".flanks", 2),
      frequent_(folder + "/" + form + ".frequent", sizeof(FrequentRow)) {
  per_prefix_ = static_cast<u32>(directory_.count() / kPrefixes);
  if (per_prefix_ == 0 || u64{per_prefix_} * kPrefixes + 1 != directory_.count()) {
    directory_.fail("it has an impossible size");
  }
  if (remainders_.count() != positions_.count() || flanks_.count() != positions_.count()) {
    remainders_.fail("it has an impossible size");
  }
}

void FormFiles::prefetch_buckets(const std::vector<Fingerprint>& query) const {
  for (const Fingerprint& fp : query) directory_.prefetch(bucket_of(fp.key, per_prefix_));
}

void FormFiles::prefetch_keys(const std::vector<Fingerprint>& query) const {
  for (const Fingerprint& fp : query) {
    const auto entry = directory_.at<DirectoryEntry>(bucket_of(fp.key, per_prefix_));
    if (entry.may_hold(fp.key)) remainders_.prefetch(entry.first);
  }
}

void FormFiles::find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const {
  found.resize(query.size());
  for (std::size_t i = 0; i < query.size(); ++i) {
    found[i] = find_one(query[i].key);
    if (found[i].count) positions_.prefetch(found[i].first);
  }
}

FormReader::Range FormFiles::find_one(u64 key) const {
  const u64 bucket = bucket_of(key, per_prefix_);
  const auto entry = directory_.at<DirectoryEntry>(bucket);
  if (!entry.may_hold(key)) return {};
  const u32 last = directory_.at<DirectoryEntry>(bucket + 1).first;
  if (entry.first > last) directory_.fail("its offsets decrease");
  const u64 size = last - entry.first;
  const u8* in_bucket = remainders_.elements(entry.first, size);
  const u64 wanted = key & kRemainderMask;
  u64 low = 0;
  for (u64 length = size; length > 16;) {  // then at most 16 are left to walk over
    const u64 half = length / 2;
    if (remainder_at(in_bucket, low + half - 1) < wanted) low += half;
    length -= half;
  }
  while (low < size && remainder_at(in_bucket, low) < wanted) ++low;
  u64 end = low;
  while (end < size && remainder_at(in_bucket, end) == wanted) ++end;
  return {entry.first + low, end - low};
}

u64 FormFiles::true_count(u64 key, u64 kept) const {
  u64 low = 0, high = frequent_.count();
  while (low < high) {
    const u64 middle = (low + high) / 2;
    const FrequentRow row = frequent_.at<FrequentRow>(middle);
    if (row.key == key) return std::max(row.count, kept);
    if (row.key < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return kept;
}

void FormFiles::read_prefixes(u32 first, u32 end, std::vector<Posting>& out) const {
  const auto begin_of = [&](u32 prefix) {
    return directory_.at<DirectoryEntry>(u64{prefix} * per_prefix_).first;
  };
  const u32 begin = begin_of(first), last = begin_of(end);
  if (begin > last) directory_.fail("its offsets decrease");
  const u32 count = last - begin;
  const u8* remainders = remainders_.elements(begin, count);
  const u8* positions = positions_.elements(begin, count);
  const u8* flanks = flanks_.elements(begin, count);
  out.resize(out.size() + count);
  Posting* to = out.data() + (out.size() - count);
  u32 i = 0;
  for (u32 prefix = first; prefix < end; ++prefix) {
    const u32 next = begin_of(prefix + 1);
    if (next < begin + i || next > last) directory_.fail("its offsets decrease");
    for (; i < next - begin; ++i) {
      to[i].key = u64{prefix} << kRemainderBits | remainder_at(remainders, i);
      std::memcpy(&to[i].position, positions + 4 * u64{i}, 4);
      std::memcpy(&to[i].flanks, flanks + 2 * u64{i}, 2);
    }
  }
}

void FormFiles::read_frequent(std::vector<FrequentRow>& out) const {
  for (u64 i = 0; i < frequent_.count(); ++i) out.push_back(frequent_.at<FrequentRow>(i));
}

std::vector<const ArrayReader*> FormFiles::files() const {
  return {&directory_, &remainders_, &positions_, &flanks_, &frequent_};
}

void FormFiles::forget() const {
  for (const ArrayReader* file : files()) file->forget();
}

}  // namespace codescan
