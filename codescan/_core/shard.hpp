// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A shard: a folder of array files that maps fingerprints to places in its contents.
//
//   starts        u32[n + 1]     number of tokens before content i
//   contents      ContentRow[n]  where the text of content i lies in the store, its family
//   blocks        BlockRow[m]    the compressed blocks of the store (written by index/content_store.py)
//   frequencies   u32[65538]     how often each class of tokens occurs (by the hash's top 16 bits),
//                                  then the low and the high half of their sum
//   FORM.directory   DirectoryEntry[b + 1]  where the postings of each bucket of keys begin, and
//                                  which classes of keys it has
//   FORM.postings    u8[9]         by key: the low 24 bits of the key; the token (u32), counted over
//                                  the whole shard; what lies around it (u16), see Fingerprint
//   FORM.frequent    FrequentRow   keys that lost postings to the cap, with their true count
//
// Keys have 40 bits. Each of their 65536 prefixes of 16 bits is cut into equally many buckets, so
// shards are merged prefix by prefix, whatever their number of buckets.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query_key_filter.hpp"
#include "form.hpp"
#include "units.hpp"

namespace codescan {

struct ContentRow {
  u64 family;  // hash of the family key: versions, forks and mirrors of one project share it
  u32 block;
  u32 offset;  // bytes into the uncompressed block
  u32 size;    // bytes
  u32 lexer;   // index into kLexerFamilies
  u32 language;  // index into the manifest's list of languages
  u32 reserved;
};
static_assert(sizeof(ContentRow) == 32);

struct BlockRow {
  u64 offset;
  u32 size;
  u32 raw_size;
  u64 checksum;  // of the compressed bytes
};
static_assert(sizeof(BlockRow) == 24);

constexpr u32 kMaxPostings = 256;          // kept for each key of a form of tokens
constexpr u32 kMaxBagPostings = 64;        // kept for each key of a bag
constexpr u32 kMaxPostingsPerContent = 4;  // of these
// A key that more places have is so common that one of them is proposed only where its
// surroundings agree.
constexpr u32 kCommonPostings = 16;
constexpr u32 max_postings(Form form) {
  return form == Form::bag ? kMaxBagPostings : kMaxPostings;
}
// A lone fingerprint whose surroundings differ is not a run of t tokens, but may be left over from an
// edited copy. It is proposed where no more places than these hold it.
constexpr u32 kRarePostings = 4;
constexpr u32 kFrequencyClasses = 65536;
constexpr int kStretchBits = 10;

inline u32 frequency_class(u64 token_hash) { return static_cast<u32>(token_hash >> 48); }

// What a shard says of its contents, while it is made.
struct Rows {
  // Which content a position lies in, and which family that content belongs to.
  struct Place {
    u32 content;
    u64 family;
  };

  std::vector<u32> starts{0};
  std::vector<ContentRow> contents;
  std::vector<BlockRow> blocks;
  std::vector<u32> frequencies = std::vector<u32>(kFrequencyClasses, 0);

  Place place(u32 position) const;
  void count(u32 frequency_class, u32 times);  // at most 2^32 - 1 in all
  std::vector<u32> counts() const;  // the frequencies, and their sum in two numbers
  void write(const std::string& folder, Sync sync) const;
};

// Collects contents in memory and writes them as one shard. The number of tokens it may hold bounds
// its memory: about 8 bytes for each.
class ShardBuilder {
 public:
  static constexpr u32 kMaxContentTokens = 1U << 24;

  // Without permutations there are no signatures: the form of bags stays empty. With `query_keys`, which
  // must live as long, only postings that these queries ask for are kept.
  ShardBuilder(const Profile& profile, const std::optional<Permutations>& permutations,
               u32 max_tokens, const QueryKeyFilter* query_keys = nullptr);
  ShardBuilder(const ShardBuilder&) = delete;
  ShardBuilder& operator=(const ShardBuilder&) = delete;

  // Lexes and fingerprints a text. Returns its number of tokens, or -1 when it does not fit any
  // more, or has more tokens than a content may have (nothing is added then).
  std::int64_t add(const u8* text, std::size_t size, ContentRow row);
  void add_block(BlockRow row) { rows_.blocks.push_back(row); }
  u32 tokens() const { return rows_.starts.back(); }
  std::size_t contents() const { return rows_.contents.size(); }
  void write(const std::string& folder, Sync sync = Sync::yes);

 private:
  friend class Shard;  // which takes everything

  const Profile& profile_;
  const std::optional<Permutations> permutations_;
  const u32 max_tokens_;
  const QueryKeyFilter* const query_keys_;
  Rows rows_;
  std::vector<PostingParts> parts_;  // by form
  Streams streams_;
  std::vector<Fingerprint> fingerprints_;
};

// A run that a query may share with a content: fingerprints on one diagonal, each at most w
// tokens behind the one before. Between two runs on a diagonal lie more than k > w tokens.
struct Candidate {
  u32 content;
  u32 query_token;    // of the first fingerprint
  u32 content_token;  // of the same
  u32 last_query_token;
  u32 hits;   // 0: a lone and rare fingerprint whose surroundings differ
  u32 sides;  // most sides, 0 to 2, on which the surroundings of one of them agree
};

// The candidates of one content: rows [first, end) of the list.
struct CandidateGroup {
  u32 content;
  u32 first;
  u32 end;
  u32 shared;         // different fingerprints of the query that they hold; 0: a lone, rare one
  u32 sides;          // most of a candidate's
  u32 content_token;  // where the one that is first in the query begins
  u32 length;         // tokens between first and last fingerprints, summed
};

// A unit of a content whose bag shares bands with that of a unit of the query.
struct BagCandidate {
  u32 content;
  u32 query_token;
  u32 content_token;
  u32 content_length;
  u32 hits;  // shared bands
};

// How common a fingerprint of the query is.
struct KeyUse {
  u32 token;
  u32 postings;  // true number, before the cap
};

// What a candidate must be able to score to be proposed (token_model.hpp).
struct ScoreBound {
  const double* sums;  // of code lengths before each token of the query, and of all
  u32 tokens;          // of the query
  double least;        // bits

  // The most that a run with its first and last fingerprints at these tokens can score.
  double best(u32 first, u32 last, const Scheme& scheme) const {
    return sums[std::min(tokens, last + scheme.k + scheme.w)] -
           sums[first > scheme.w ? first - scheme.w : 0];
  }
};

// Gives the bounds of all forms of tokens. It is called only when something was found, since most
// texts are like nothing in an index and their code lengths need not be known.
using LazyBounds = std::function<const ScoreBound*()>;

// Tokens [start, end) of a query in which something may be shared that scores too little.
struct Weak {
  u32 start;
  u32 end;
};

class Shard {
 public:
  explicit Shard(const std::string& folder);
  // What a builder has collected, which is left with nothing.
  explicit Shard(ShardBuilder&& builder);

  u64 contents() const { return contents_.count(); }
  u64 tokens() const { return starts_.count() ? starts_at(contents()) : 0; }
  u64 postings(Form form) const { return this->form(form).count(); }
  ContentRow content(u64 i) const { return contents_.at<ContentRow>(i); }
  BlockRow block(u64 i) const { return blocks_.at<BlockRow>(i); }
  u64 blocks() const { return blocks_.count(); }
  u32 content_tokens(u64 i) const { return starts_at(i + 1) - starts_at(i); }
  const u8* frequencies() const { return frequencies_.elements(0, kFrequencyClasses); }
  u32 frequency(u32 frequency_class) const { return frequencies_.at<u32>(frequency_class); }
  u64 frequency_sum() const {
    u64 sum;
    std::memcpy(&sum, frequencies_.elements(kFrequencyClasses, 2), sizeof sum);
    return sum;
  }

  const FormReader& form(Form form) const { return *forms_[static_cast<int>(form)]; }
  // Candidates by content, then diagonal; and the use of every fingerprint that is in the shard.
  // Those that cannot score what `bounds` asks for are left out, and `weak` says where they lie.
  void search(const std::vector<Fingerprint>& query, Form form, const Scheme& scheme,
              std::vector<Candidate>& candidates, std::vector<CandidateGroup>& groups,
              std::vector<KeyUse>& uses, const LazyBounds& bounds = nullptr,
              std::vector<Weak>* weak = nullptr) const;
  // Units with a similar bag, most shared bands first.
  void search_bags(const std::vector<Fingerprint>& query,
                   std::vector<BagCandidate>& candidates) const;
  void verify_all() const;
  // Takes everything for tested: to measure what the tests cost.
  void trust() const;
  // Every file of the shard, in a fixed order.
  std::vector<const ArrayReader*> files() const;

  u32 content_of(u32 position) const;
  u32 starts_at(u64 i) const { return starts_.at<u32>(i); }

 private:
  void check();
  std::vector<const ArrayReader*> own_files() const;  // without those of the forms

  std::array<std::unique_ptr<FormReader>, kForms> forms_;
  ArrayReader starts_, contents_, blocks_, frequencies_;
  std::vector<u32> first_content_;  // of each stretch of 2^kStretchBits tokens
};

// Which contents of a shard go into a merged one: the rest are dropped.
struct MergeInput {
  const Shard* shard;
  std::vector<u8> keep;    // one for each content
  u32 first_block;         // where the shard's blocks begin among the merged store's
  u64 store_offset;        // and its bytes
};

// Writes one shard with the kept contents of all inputs, in order. Memory is bounded by the
// largest run of keys with one 16-bit prefix.
void merge_shards(const std::vector<MergeInput>& inputs, const std::string& folder);

}  // namespace codescan
