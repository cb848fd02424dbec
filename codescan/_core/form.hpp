// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The postings of one form, wherever they are kept: looked up by key, read in the order of keys.
#pragma once

#include <string>
#include <vector>

#include "array_file.hpp"
#include "posting_parts.hpp"

namespace codescan {

// A bucket of a form's directory. Most keys of a query are in no shard; `classes` says so of most
// of them, and memory that is far away is read once for such a key, not twice.
struct DirectoryEntry {
  u32 first;    // posting
  u32 classes;  // bit i: a key of the bucket has i as its low five bits
  u32 sum;      // a BucketSum of its postings

  static u32 class_of(u64 key) { return 1U << (key & 31); }
  bool may_hold(u64 key) const { return classes & class_of(key); }
};
static_assert(sizeof(DirectoryEntry) == 12);

constexpr int kRemainderBits = 24;  // of a key, below its prefix
constexpr u32 kPrefixes = 1U << (kKeyBits - kRemainderBits);
constexpr u64 kRemainderMask = (1ULL << kRemainderBits) - 1;

// The bucket of a key, where each prefix has `per_prefix` of them.
inline u64 bucket_of(u64 key, u32 per_prefix) {
  return (key >> kRemainderBits) * per_prefix +
         ((key & kRemainderMask) * per_prefix >> kRemainderBits);
}

// A row of FORM.postings: the low 24 bits of the key, the position, the flanks. What a search reads
// of a posting lies together, since nearly all of its cost is the wait for memory.
constexpr u32 kPositionAt = 3;
constexpr u32 kFlanksAt = 7;
constexpr u32 kPostingRow = 9;

// The checksum of a bucket's rows. It stands in the directory, whose pages have checksums: a search
// reads the whole bucket anyway, and nothing else to test it.
class BucketSum {
 public:
  explicit BucketSum(u64 bucket) : state_(mix(bucket + 1)) {}
  void add(const u8* row) {
    u64 word;
    std::memcpy(&word, row, sizeof word);
    state_ = fold_multiply(state_ ^ word, kSalt1 + 2 * u64{row[8]});
  }
  u32 value() const { return static_cast<u32>(mix(state_) >> 32); }

 private:
  static_assert(kPostingRow == 9);
  u64 state_;
};

struct FrequentRow {
  u64 key;
  u64 count;
};

// Where and between what a key's postings are.
class Places {
 public:
  Places(const u8* positions, u32 position_step, const u8* flanks, u32 flank_step)
      : positions_(positions),
        flanks_(flanks),
        position_step_(position_step),
        flank_step_(flank_step) {}
  u32 position(u64 i) const {
    u32 position;
    std::memcpy(&position, positions_ + i * position_step_, sizeof position);
    return position;
  }
  u16 flanks(u64 i) const {
    u16 flanks;
    std::memcpy(&flanks, flanks_ + i * flank_step_, sizeof flanks);
    return flanks;
  }

 private:
  const u8 *positions_, *flanks_;
  u32 position_step_, flank_step_;
};

class FormReader {
 public:
  // The postings of a key: `count` from `first` on, which `places` understands.
  struct Range {
    u64 first = 0;
    u64 count = 0;
  };

  virtual ~FormReader() = default;
  virtual u64 count() const = 0;

  // Ask for the memory that a search will read, in two rounds, so that cache misses overlap: first
  // the directory of the keys' buckets, then the buckets. Each is one call for all keys of a query,
  // which are hundreds.
  virtual void prefetch_buckets(const std::vector<Fingerprint>& query) const = 0;
  virtual void prefetch_keys(const std::vector<Fingerprint>& query) const = 0;
  virtual void find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const = 0;
  virtual Places places(const Range& range) const = 0;
  // Postings of a key before the cap, where `kept` are left.
  virtual u64 true_count(u64 key, u64 kept) const = 0;

  // Appends the postings of keys whose top 16 bits are in [first, end), sorted by key and position.
  virtual void read_prefixes(u32 first, u32 end, std::vector<Posting>& out) const = 0;
  // Appends the keys that lost postings, in order.
  virtual void read_frequent(std::vector<FrequentRow>& out) const = 0;
  // The files that they are kept in, if any.
  virtual std::vector<const ArrayReader*> files() const = 0;
  // Gives back the memory of what was read, if it can be read again.
  virtual void forget() const = 0;
  // Tests everything that can be damaged.
  virtual void verify_all() const = 0;
  // Takes everything for tested: to measure what the tests cost.
  virtual void trust() const = 0;
};

// As `PostingsWriter` leaves them in a folder.
class FormFiles final : public FormReader {
 public:
  FormFiles(const std::string& folder, const char* form);

  u64 count() const override { return postings_.count(); }
  void prefetch_buckets(const std::vector<Fingerprint>& query) const override;
  void prefetch_keys(const std::vector<Fingerprint>& query) const override;
  void find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const override;
  Places places(const Range& range) const override {
    const u8* rows = postings_.elements(range.first, range.count);
    return {rows + kPositionAt, kPostingRow, rows + kFlanksAt, kPostingRow};
  }
  u64 true_count(u64 key, u64 kept) const override;
  void read_prefixes(u32 first, u32 end, std::vector<Posting>& out) const override;
  void read_frequent(std::vector<FrequentRow>& out) const override;
  std::vector<const ArrayReader*> files() const override;
  void forget() const override;
  void verify_all() const override;
  void trust() const override;

 private:
  // The postings of a bucket, whose checksum is tested.
  struct Bucket {
    u64 first;
    u64 count;
    const u8* rows;
  };

  Range find_one(u64 key) const;
  Bucket bucket_at(u64 bucket, const DirectoryEntry& entry) const;

  ArrayReader directory_, postings_, frequent_;
  u32 per_prefix_;  // buckets
  mutable bool is_trusted_ = false;
};

}  // namespace codescan
