// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes the postings of one form in the order of their keys, and keeps the cap's promises.
#pragma once

#include <span>
#include <vector>

#include "posting_sort.hpp"
#include "shard.hpp"

namespace codescan {

class PostingsWriter {
 public:
  // `expected` bounds the number of postings and sizes the directory. `lost`: true numbers of keys
  // that were capped before, sorted by key. `rows` say where positions lie.
  PostingsWriter(const std::string& folder, Form form, u64 expected, const Rows& rows,
                 std::vector<FrequentRow> lost = {}, Sync sync = Sync::yes);

  // Takes all postings of some keys, sorted by key and position, behind all keys that it has.
  void add(std::span<const Posting> postings);
  void close();

 private:
  void enter(u64 bucket, u64 first);
  void add_frequent(std::span<const Posting> of_one_key);
  void write(std::span<const Posting> postings);
  u64 next_lost() const { return lost_at_ < lost_.size() ? lost_[lost_at_].key : ~0ULL; }

  Form form_;
  u32 per_prefix_;  // buckets
  u64 bucket_ = 0;
  DirectoryEntry entry_{0, 0, 0};  // of this bucket
  BucketSum sum_{0};
  u64 written_ = 0;
  const Rows& rows_;
  std::vector<FrequentRow> lost_;
  std::size_t lost_at_ = 0;
  ArrayWriter directory_, postings_, frequent_;
  std::vector<Posting> kept_;
};

const char* form_name(Form form);

// At most as many postings of one key as its form allows: first one of each surroundings, since what
// differs there is another passage; then one of each family that has them; then whatever comes.
// Sorted by position, as they are given.
void thin(std::span<const Posting> postings, Form form, const Rows& rows,
          std::vector<Posting>& kept);

}  // namespace codescan
