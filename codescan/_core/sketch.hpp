// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The arrays of a sketch: an index of the exact form that is a fiftieth of its corpus, without
// texts. A content is sampled at a fixed stride, a query at each token. So one key in 36 tokens is
// kept, the least with which a shared run of 64 tokens holds one and a run of 100 tokens holds two
// neighbors. Keys that are neighbors in both texts are a match.
//
// Keys are numbered; between two parts of a content some numbers are left out, so that keys with
// neighboring numbers lie a stride apart.
//
//   sketch.starts      u32[n + 1]  the first number of content i
//   sketch.directory   u32[b + 1]  number of postings before each bucket of keys
//   sketch.postings    u8[]        buckets of bits, see SketchLayout
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "array_file.hpp"
#include "lexer.hpp"
#include "posting_parts.hpp"

namespace codescan {

constexpr u32 kSketchGram = 29;           // tokens of a key
constexpr u32 kSketchStride = 36;         // tokens between two keys of a content
constexpr u32 kSketchReach = 4;           // strides between two keys of one match, at most
constexpr u32 kMaxSketchKeys = 1U << 25;  // of a shard; about 6 GB of source code
// Postings of a key that a search begins with. Further ones are asked for beside a hit alone.
constexpr u32 kSketchHits = 64;

// The token of a content at which each key begins, by number; kNoPlace where a number is left out.
constexpr u32 kNoPlace = ~0U;
std::vector<u32> sketch_places(const Streams& streams);

// How a posting is written. Keys are cut into `buckets` equal ranges. A bucket holds, for its keys
// in their order, first the upper 6 bits of each offset in the range in unary (a 1 for each key, a
// 0 behind the last of each value: Elias 1974, Fano 1971), then its lower bits and its ordinal.
struct SketchLayout {
  SketchLayout(u64 buckets, u64 ordinals);

  static u64 buckets_for(u64 postings);
  u64 bucket_of(u64 key) const { return key * buckets >> kKeyBits; }
  u64 first_key(u64 bucket) const { return ((bucket << kKeyBits) + buckets - 1) / buckets; }
  u64 bits_before(u64 bucket, u64 postings) const {
    return postings * (1 + low_bits + ordinal_bits) + bucket * kUpper;
  }

  static constexpr u64 kUpperBits = 6;
  static constexpr u64 kUpper = 1 << kUpperBits;
  static constexpr u64 kPadding = 16;  // bytes behind the last bucket that may be read

  u64 buckets;
  u32 low_bits;
  u32 ordinal_bits;
};

class SketchShard;

class SketchBuilder {
 public:
  // `usual`: how many keys to make room for.
  explicit SketchBuilder(u64 usual);

  // Lexes and samples a text. Returns its number of tokens, or -1 where the shard is full.
  std::int64_t add(const u8* text, std::size_t size, const Rules& rules);
  // Takes those contents of a shard that `keep` has a flag for. False where they do not fit.
  bool add(const SketchShard& shard, const std::vector<u8>& keep);
  u64 contents() const { return starts_.size() - 1; }
  u64 ordinals() const { return starts_.back(); }
  void write(const std::string& folder);

 private:
  std::vector<u32> starts_{0};
  PostingParts parts_;
  Streams streams_;
};

// Neighboring keys that a query and a content share.
struct SketchMatch {
  u32 content;
  u32 ordinal;      // of the first among the content's keys
  u32 query_token;  // where the first begins
  u32 last_query_token;
  u32 hits;     // keys that are shared
  u32 missing;  // keys between them that are not
};

// What a query shares with the shards. Matches have two hits or more, candidates one.
struct SketchAnswer {
  std::vector<SketchMatch> matches;
  std::vector<SketchMatch> candidates;
};

class SketchShard {
 public:
  explicit SketchShard(const std::string& folder);

  u64 contents() const { return starts_.count() - 1; }
  u64 ordinals() const { return ordinals_; }
  u64 keys() const { return postings_count_; }
  u32 starts_at(u64 content) const { return starts_.at<u32>(content); }

  void search(const Streams& query, u32 base, SketchAnswer& answer) const;
  // Calls `take` with key and ordinal of each posting, by key.
  void each(const std::function<void(u64, u32)>& take) const;

  std::vector<const ArrayReader*> files() const { return {&starts_, &directory_, &postings_}; }
  void verify_all() const;

 private:
  friend class SketchBuilder;

  // Postings of a bucket, numbered from 0.
  struct Bucket {
    u64 number;
    u64 first_bit;
    u64 count;
  };
  // Those of one key, by ordinal.
  struct Range {
    Bucket bucket;
    u64 first;
    u64 count;
  };
  Bucket bucket(u64 number) const;
  u64 bits(u64 from, u32 count) const;
  u64 low(const Bucket& bucket, u64 i) const;
  u32 ordinal(const Bucket& bucket, u64 i) const;
  u64 skip_ones(const Bucket& bucket, u64 at, u64 length) const;
  Range find(u64 key) const;
  bool holds(const Range& range, u32 ordinal) const;
  u32 content_of(u32 ordinal) const;

  ArrayReader starts_, directory_, postings_;
  u32 ordinals_;
  u64 postings_count_;
  SketchLayout layout_;
};

// The answer of several shards; contents of shard s are numbered from bases[s] on.
SketchAnswer search_sketches(const std::vector<const SketchShard*>& shards,
                             const std::vector<u32>& bases, const Streams& query);

}  // namespace codescan
