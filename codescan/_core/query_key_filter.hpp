// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The keys of all fingerprints that some queries are looked up by. A shard that is made for these
// queries alone needs no other: almost none of what it would hold is ever asked for.
#pragma once

#include <array>
#include <vector>

#include "fingerprint.hpp"

namespace codescan {

class QueryKeyFilter {
 public:
  explicit QueryKeyFilter(const Profile& profile) : profile_(profile) {}

  // Takes the keys of one more query.
  void add(const Streams& query) {
    for (int f = 0; f < kTokenForms; ++f) {
      find(query, f);
      std::vector<u64>& keys = sets_[f].keys;
      for (const Fingerprint& fp : found_) keys.push_back(fp.key);
      sets_[f].mark(found_.size());
    }
  }
  // Whether a key is among them; of the others one in sixteen at most seems to be.
  bool may_hold(Form form, u64 key) const {
    const Set& set = sets_[static_cast<int>(form)];
    return !set.bits.empty() && set.has(key);
  }
  // Whether a query was taken, or finds all that it is looked up by all the same.
  bool cover(const Streams& query) {
    for (int f = 0; f < kTokenForms; ++f) {
      find(query, f);
      for (const Fingerprint& fp : found_) {
        if (!may_hold(static_cast<Form>(f), fp.key)) return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t kBitsPerKey = 16;
  static constexpr std::size_t kLeastWords = 64;

  struct Set {
    std::vector<u64> keys;
    std::vector<u64> bits;  // by the low bits of keys, which are hashes

    bool has(u64 key) const { return bits[key >> 6 & (bits.size() - 1)] >> (key & 63) & 1; }
    // Marks the last `count` keys, or all of them in more room.
    void mark(std::size_t count) {
      std::size_t words = std::max(bits.size(), kLeastWords);
      while (words * 64 < keys.size() * kBitsPerKey) words *= 2;
      if (words > bits.size()) {
        bits.assign(words, 0);
        count = keys.size();
      }
      for (std::size_t i = keys.size() - count; i < keys.size(); ++i) {
        bits[keys[i] >> 6 & (words - 1)] |= u64{1} << (keys[i] & 63);
      }
    }
  };

  void find(const Streams& query, int form) {
    found_.clear();
    query_fingerprints(query, static_cast<Form>(form), profile_.scheme[form], found_);
  }

  const Profile& profile_;
  std::array<Set, kTokenForms> sets_;
  std::vector<Fingerprint> found_;
};

}  // namespace codescan
