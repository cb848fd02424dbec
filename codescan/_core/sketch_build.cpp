// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "posting_sort.hpp"
#include "sketch_grams.hpp"

namespace codescan {
namespace {

constexpr u64 kPostingsPerBucket = 64;

// The last gram of each stride: a part has as few keys as runs of the guaranteed length allow.
bool is_sampled(u32 place) { return place % kSketchStride == kSketchStride - 1; }

// Calls `take` with number, place and hash of every sampled gram.
template <class Take>
void each_sample(const Streams& streams, u32 ordinal, Take take) {
  bool is_later_part = false;
  for (const StreamPart& part : streams.parts) {
    bool is_first = true;
    each_gram(streams.of(part), [&](u32 place, u64 gram) {
      if (!is_sampled(place)) return;
      if (is_first && is_later_part) ordinal += kSketchReach;
      is_first = false;
      is_later_part = true;
      take(ordinal++, part.start + place, gram);
    });
  }
}

// Appends bits to bytes, the lowest first.
class BitWriter {
 public:
  explicit BitWriter(ArrayWriter& file) : file_(file) {}
  void add(u64 value, u32 count) {  // at most 56 bits
    word_ |= value << used_;
    for (used_ += count; used_ >= 8; used_ -= 8) {
      *file_.extend(1) = static_cast<u8>(word_);
      word_ >>= 8;
    }
  }
  void pad(u64 bytes) {
    if (used_) add(0, 8 - used_);
    for (u64 i = 0; i < bytes; ++i) add(0, 8);
  }

 private:
  ArrayWriter& file_;
  u64 word_ = 0;
  u32 used_ = 0;
};

}  // namespace

std::vector<u32> sketch_places(const Streams& streams) {
  std::vector<u32> places;
  each_sample(streams, 0, [&](u32 ordinal, u32 token, u64) {
    places.resize(ordinal, kNoPlace);
    places.push_back(token);
  });
  return places;
}

u64 SketchLayout::buckets_for(u64 postings) {
  return std::max<u64>(1, (postings + kPostingsPerBucket / 2) / kPostingsPerBucket);
}

SketchLayout::SketchLayout(u64 buckets, u64 ordinals) : buckets(buckets) {
  const u64 range = ((1ULL << kKeyBits) + buckets - 1) / buckets;
  const u64 range_bits = static_cast<u64>(std::bit_width(range - 1));
  low_bits = static_cast<u32>(range_bits > kUpperBits ? range_bits - kUpperBits : 0);
  ordinal_bits = static_cast<u32>(std::bit_width(ordinals));
}

SketchBuilder::SketchBuilder(u64 usual) : parts_(usual) {}

std::int64_t SketchBuilder::add(const u8* text, std::size_t size, const Rules& rules) {
  lex_streams(text, size, rules, Side::corpus, streams_);
  const u64 count = streams_.tokens.size();
  // Each key, and what is left out before it, is of at least a stride of tokens.
  if (count / kSketchStride * (1 + kSketchReach) + ordinals() > kMaxSketchKeys) return -1;
  u32 end = starts_.back();
  each_sample(streams_, end, [&](u32 ordinal, u32, u64 gram) {
    parts_.add({key_of(gram), ordinal, 0});
    end = ordinal + 1;
  });
  starts_.push_back(end);
  return static_cast<std::int64_t>(count);
}

bool SketchBuilder::add(const SketchShard& shard, const std::vector<u8>& keep) {
  constexpr u32 kGone = ~0U;
  std::vector<u32> moved(shard.ordinals(), kGone);
  u64 total = ordinals();
  for (u64 i = 0; i < shard.contents(); ++i) {
    if (keep.at(i)) total += shard.starts_at(i + 1) - shard.starts_at(i);
  }
  if (total > kMaxSketchKeys) return false;
  for (u64 i = 0; i < shard.contents(); ++i) {
    if (!keep.at(i)) continue;
    u32 ordinal = starts_.back();
    for (u32 from = shard.starts_at(i); from < shard.starts_at(i + 1); ++from) {
      moved[from] = ordinal++;
    }
    starts_.push_back(ordinal);
  }
  shard.each([&](u64 key, u32 ordinal) {
    if (moved[ordinal] != kGone) parts_.add({key, moved[ordinal], 0});
  });
  return true;
}

void SketchBuilder::write(const std::string& folder) {
  ArrayWriter starts(folder + "/sketch.starts", 4);
  starts.append(starts_.data(), starts_.size());
  starts.close();

  const SketchLayout layout(SketchLayout::buckets_for(parts_.count()), ordinals());
  ArrayWriter directory(folder + "/sketch.directory", 4), postings(folder + "/sketch.postings", 1);
  BitWriter bits(postings);
  u64 bucket = 0;
  u32 written = 0;
  std::vector<Posting> of_bucket;
  const auto close_bucket = [&] {
    directory.append(&written, 1);
    std::size_t next = 0;
    for (u64 upper = 0; upper < SketchLayout::kUpper; ++upper) {
      const u64 base = layout.first_key(bucket);
      for (; next < of_bucket.size() && (of_bucket[next].key - base) >> layout.low_bits == upper;
           ++next) {
        bits.add(1, 1);
      }
      bits.add(0, 1);
    }
    for (const Posting& posting : of_bucket) {
      const u64 offset = posting.key - layout.first_key(bucket);
      bits.add(offset & ((1ULL << layout.low_bits) - 1), layout.low_bits);
      bits.add(posting.position, layout.ordinal_bits);
    }
    written += static_cast<u32>(of_bucket.size());
    of_bucket.clear();
    ++bucket;
  };
  // Ordinals were appended in order and sorting is stable, so they stay sorted within a key.
  PostingSorter sorter;
  for (u32 part = 0; part < PostingParts::kParts; ++part) {
    for (const Posting& posting : sorter.sort(parts_.part(part), PostingParts::prefix_of(part),
                                              PostingParts::kRestBits)) {
      while (bucket < layout.bucket_of(posting.key)) close_bucket();
      of_bucket.push_back(posting);
    }
  }
  while (bucket < layout.buckets) close_bucket();
  directory.append(&written, 1);
  bits.pad(SketchLayout::kPadding);
  directory.close();
  postings.close();
  parts_.clear();
}

}  // namespace codescan
