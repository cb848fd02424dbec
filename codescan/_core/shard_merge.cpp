// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "postings.hpp"

namespace codescan {
namespace {

// How far the positions of one input move. Neighbors mostly move equally far, so that is noted for
// stretches of them; where contents were dropped, it is looked up by content.
class Mapping {
 public:
  // Kept contents of the input follow one another in `rows`.
  Mapping(const MergeInput& input, Rows& rows) : shard_(*input.shard), tokens_(shard_.tokens()) {
    by_stretch_.assign((tokens_ >> kStretchBits) + 1, kMixed);
    u64 next = 0;  // stretch
    for (u64 i = 0; i < shard_.contents(); ++i) {
      const u32 begin = shard_.starts_at(i), end = shard_.starts_at(i + 1);
      std::int64_t distance = kDropped;
      if (input.keep.at(i)) {
        distance = std::int64_t{rows.starts.back()} - begin;
        const u64 new_end = u64{rows.starts.back()} + (end - begin);
        if (new_end > 0xffffffffULL) throw FileError("a shard cannot hold more than 2^32 tokens");
        rows.starts.push_back(static_cast<u32>(new_end));
        rows.contents.push_back(shard_.content(i));
        rows.contents.back().block += input.first_block;
      }
      by_content_.push_back(distance);
      if (begin == end) continue;
      const u32 of_stretch = distance == kDropped ? kMixed : static_cast<u32>(distance);
      if (next > begin >> kStretchBits && by_stretch_[next - 1] != of_stretch) {
        by_stretch_[next - 1] = kMixed;  // it began in the content before
      }
      for (; next <= (end - 1) >> kStretchBits; ++next) by_stretch_[next] = of_stretch;
    }
  }

  // Moves the postings from `begin` on, and takes out those of dropped contents.
  void apply(std::vector<Posting>& postings, std::size_t begin) const {
    Posting* kept = postings.data() + begin;
    for (std::size_t i = begin; i < postings.size(); ++i) {
      Posting posting = postings[i];
      if (posting.position >= tokens_) throw FormatError("a posting lies behind the last content");
      u32 distance = by_stretch_[posting.position >> kStretchBits];
      if (distance == kMixed) {
        const std::int64_t of_content = by_content_[shard_.content_of(posting.position)];
        if (of_content == kDropped) continue;
        distance = static_cast<u32>(of_content);
      }
      posting.position += distance;  // mod 2^32
      *kept++ = posting;
    }
    postings.resize(static_cast<std::size_t>(kept - postings.data()));
  }

 private:
  static constexpr std::int64_t kDropped = INT64_MIN;
  static constexpr u32 kMixed = 0x80000000;  // or by chance that distance: looked up as well

  const Shard& shard_;
  u64 tokens_;
  std::vector<std::int64_t> by_content_;
  std::vector<u32> by_stretch_;
};

// The keys that were capped in inputs, with the sums of their true numbers.
std::vector<FrequentRow> read_lost(const std::vector<MergeInput>& inputs, Form form) {
  std::vector<FrequentRow> rows, sums;
  for (const MergeInput& input : inputs) input.shard->form(form).read_frequent(rows);
  std::sort(rows.begin(), rows.end(),
            [](const FrequentRow& a, const FrequentRow& b) { return a.key < b.key; });
  for (const FrequentRow& row : rows) {
    if (sums.empty() || sums.back().key != row.key) sums.push_back({row.key, 0});
    sums.back().count += row.count;
  }
  return sums;
}

// This many postings fit a processor's second cache, before and after they are sorted.
constexpr u64 kCachedPostings = 4096;
constexpr u32 kForgetPrefixes = kPrefixes / 16;

}  // namespace

void merge_shards(const std::vector<MergeInput>& inputs, const std::string& folder) {
  Rows rows;
  std::vector<Mapping> mappings;
  for (const MergeInput& input : inputs) {
    const Shard& shard = *input.shard;
    mappings.emplace_back(input, rows);
    for (u64 i = 0; i < shard.blocks(); ++i) {
      rows.blocks.push_back(shard.block(i));
      rows.blocks.back().offset += input.store_offset;
    }
    const u8* counts = shard.frequencies();
    for (u32 i = 0; i < kFrequencyClasses; ++i) {
      u32 count;
      std::memcpy(&count, counts + 4 * i, 4);
      rows.count(i, count);
    }
  }
  rows.write(folder, Sync::yes);

  std::vector<Posting> batch;
  PostingSorter sorter;
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    u64 expected = 0;
    for (const MergeInput& input : inputs) expected += input.shard->postings(form);
    PostingsWriter writer(folder, form, expected, rows, read_lost(inputs, form));
    const int bits = std::min(16, static_cast<int>(std::bit_width(expected / kCachedPostings)));
    const u32 step = kPrefixes >> bits;
    for (u32 prefix = 0; prefix < kPrefixes; prefix += step) {
      batch.clear();
      for (std::size_t s = 0; s < inputs.size(); ++s) {
        const std::size_t begin = batch.size();
        inputs[s].shard->form(form).read_prefixes(prefix, prefix + step, batch);
        mappings[s].apply(batch, begin);
      }
      // Inputs come one after another, and so do their positions: a stable sort is a merge.
      writer.add(sorter.sort(batch, kKeyBits - bits));
      // What was merged is not asked for again; it would fill the memory with all of the inputs.
      if ((prefix + step) % kForgetPrefixes == 0) {
        for (const MergeInput& input : inputs) input.shard->form(form).forget();
      }
    }
    writer.close();
  }
}

}  // namespace codescan
