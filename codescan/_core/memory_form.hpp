// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The postings of one form where they were collected: sorted in place, never written.
#pragma once

#include "form.hpp"
#include "postings.hpp"

namespace codescan {

class FormInMemory final : public FormReader {
 public:
  // Takes the postings over, and keeps the cap's promises. `rows` say where positions lie.
  FormInMemory(PostingParts&& parts, Form form, const Rows& rows, PostingSorter& sorter);

  u64 count() const override { return parts_.count(); }
  void prefetch_buckets(const std::vector<Fingerprint>& query) const override;
  void prefetch_keys(const std::vector<Fingerprint>&) const override {}
  void find(const std::vector<Fingerprint>& query, std::vector<Range>& found) const override;
  Places places(const Range& range) const override;
  u64 true_count(u64 key, u64 kept) const override;
  void read_prefixes(u32 first, u32 end, std::vector<Posting>& out) const override;
  void read_frequent(std::vector<FrequentRow>& out) const override;
  std::vector<const ArrayReader*> files() const override { return {}; }
  void forget() const override {}
  void verify_all() const override {}
  void trust() const override {}

 private:
  Range find_one(u64 key) const;

  PostingParts parts_;
  std::vector<FrequentRow> frequent_;
};

}  // namespace codescan
