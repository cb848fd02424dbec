// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "form.hpp"

namespace codescan {
namespace {

u64 remainder_at(const u8* rows, u64 i) {
  const u8* p = rows + kPostingRow * i;
  return u64{p[0]} | u64{p[1]} << 8 | u64{p[2]} << 16;
}

constexpr u64 kPrefetched = 16;  // postings of a bucket: most buckets have no more

}  // namespace

FormFiles::FormFiles(const std::string& folder, const char* form)
    : directory_(folder + "/" + form + ".directory", sizeof(DirectoryEntry)),
      postings_(folder + "/" + form + ".postings", kPostingRow, PageSums::no),
      frequent_(folder + "/" + form + ".frequent", sizeof(FrequentRow)) {
  per_prefix_ = static_cast<u32>(directory_.count() / kPrefixes);
  if (per_prefix_ == 0 || u64{per_prefix_} * kPrefixes + 1 != directory_.count()) {
    directory_.fail("it has an impossible size");
  }
}

void FormFiles::prefetch_buckets(const std::vector<Fingerprint>& query) const {
  for (const Fingerprint& fp : query) directory_.prefetch(bucket_of(fp.key, per_prefix_));
}

void FormFiles::prefetch_keys(const std::vector<Fingerprint>& query) const {
  for (const Fingerprint& fp : query) {
    const u64 number = bucket_of(fp.key, per_prefix_);
    const auto entry = directory_.at<DirectoryEntry>(number);
    if (!entry.may_hold(fp.key)) continue;
    const u32 end = directory_.at<DirectoryEntry>(number + 1).first;
    postings_.prefetch(entry.first, std::min<u64>(end - entry.first, kPrefetched));
  }
}

void FormFiles::find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const {
  found.resize(query.size());
  for (std::size_t i = 0; i < query.size(); ++i) found[i] = find_one(query[i].key);
}

FormFiles::Bucket FormFiles::bucket_at(u64 bucket, const DirectoryEntry& entry) const {
  const u32 end = directory_.at<DirectoryEntry>(bucket + 1).first;
  if (entry.first > end) directory_.fail("its offsets decrease");
  const u64 count = end - entry.first;
  const Bucket found{entry.first, count, postings_.elements(entry.first, count)};
  if (is_trusted_) return found;
  BucketSum sum(bucket);
  for (u64 i = 0; i < found.count; ++i) sum.add(found.rows + kPostingRow * i);
  if (sum.value() != entry.sum) postings_.fail("its contents are damaged");
  return found;
}

FormReader::Range FormFiles::find_one(u64 key) const {
  const u64 number = bucket_of(key, per_prefix_);
  const auto entry = directory_.at<DirectoryEntry>(number);
  if (!entry.may_hold(key)) return {};
  const Bucket bucket = bucket_at(number, entry);
  const u64 wanted = key & kRemainderMask;
  u64 low = 0;
  for (u64 length = bucket.count; length > 16;) {  // then at most 16 are left to walk over
    const u64 half = length / 2;
    if (remainder_at(bucket.rows, low + half - 1) < wanted) low += half;
    length -= half;
  }
  while (low < bucket.count && remainder_at(bucket.rows, low) < wanted) ++low;
  u64 end = low;
  while (end < bucket.count && remainder_at(bucket.rows, end) == wanted) ++end;
  return {bucket.first + low, end - low};
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
  for (u64 number = u64{first} * per_prefix_; number < u64{end} * per_prefix_; ++number) {
    const Bucket bucket = bucket_at(number, directory_.at<DirectoryEntry>(number));
    const u64 prefix = number / per_prefix_;
    const u8* row = bucket.rows;
    for (u64 i = 0; i < bucket.count; ++i, row += kPostingRow) {
      Posting& posting = out.emplace_back();
      posting.key = prefix << kRemainderBits | remainder_at(row, 0);
      std::memcpy(&posting.position, row + kPositionAt, 4);
      std::memcpy(&posting.flanks, row + kFlanksAt, 2);
    }
  }
}

void FormFiles::read_frequent(std::vector<FrequentRow>& out) const {
  for (u64 i = 0; i < frequent_.count(); ++i) out.push_back(frequent_.at<FrequentRow>(i));
}

std::vector<const ArrayReader*> FormFiles::files() const {
  return {&directory_, &postings_, &frequent_};
}

void FormFiles::verify_all() const {
  directory_.verify_all();
  frequent_.verify_all();
  for (u64 number = 0; number < u64{per_prefix_} * kPrefixes; ++number) {
    bucket_at(number, directory_.at<DirectoryEntry>(number));
  }
}

void FormFiles::trust() const {
  for (const ArrayReader* file : files()) file->trust();
  is_trusted_ = true;
}

void FormFiles::forget() const {
  for (const ArrayReader* file : files()) file->forget();
}

}  // namespace codescan
