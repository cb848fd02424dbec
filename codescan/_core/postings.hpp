// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes the postings of one form in the order of their keys, and keeps the cap's promises.
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "shard.hpp"

namespace codescan {

// Says which content a position lies in, and which family that content belongs to.
struct Place {
  u32 content;
  u64 family;
};

class PostingsWriter {
 public:
  // `expected` bounds the number of postings and sizes the directory.
  PostingsWriter(const std::string& folder, Form form, u64 expected,
                 std::function<Place(u32 position)> place);

  // Takes every posting of one key, by position. `count` is the true number, at least as many.
  void add(std::vector<Posting>& postings, u64 count);
  void close();

 private:
  void enter(u64 bucket);
  void thin(std::vector<Posting>& postings);

  Form form_;
  u32 per_prefix_;  // buckets
  u64 bucket_ = 0;
  DirectoryEntry entry_{0, 0};  // of this bucket
  u64 written_ = 0;
  std::function<Place(u32)> place_;
  ArrayWriter directory_, remainders_, positions_, flanks_, frequent_;
  std::vector<Posting> kept_;
};

const char* form_name(Form form);

}  // namespace codescan
