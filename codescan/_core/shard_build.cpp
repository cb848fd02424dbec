// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "postings.hpp"

namespace codescan {
namespace {

constexpr int kPositionBits = 24;
static_assert(ShardBuilder::kMaxTokens <= (1U << kPositionBits));
static_assert(kKeyBits + kPositionBits == 64);

// Least-significant-digit radix sort by the 40 key bits. Positions were appended in order and
// the sort is stable, so they stay sorted within a key.
void sort_by_key(std::vector<PackedPosting>& values, std::vector<PackedPosting>& scratch) {
  scratch.resize(values.size());
  for (int shift = kPositionBits; shift < 64; shift += 10) {
    std::array<u32, 1025> begin{};
    for (const PackedPosting& v : values) ++begin[((v.value >> shift) & 1023) + 1];
    for (int i = 0; i < 1024; ++i) begin[i + 1] += begin[i];
    for (const PackedPosting& v : values) scratch[begin[(v.value >> shift) & 1023]++] = v;
    values.swap(scratch);
  }
}

void write_array(const std::string& path, const void* data, std::size_t count, u32 element_size) {
  ArrayWriter writer(path, element_size);
  writer.append(data, count);
  writer.close();
}

void write_rows(const std::string& folder, const std::vector<u32>& starts,
                const std::vector<ContentRow>& contents, const std::vector<BlockRow>& blocks,
                const std::vector<u32>& frequencies) {
  write_array(folder + "/starts", starts.data(), starts.size(), 4);
  write_array(folder + "/contents", contents.data(), contents.size(), sizeof(ContentRow));
  write_array(folder + "/blocks", blocks.data(), blocks.size(), sizeof(BlockRow));
  write_array(folder + "/frequencies", frequencies.data(), frequencies.size(), 4);
}

u32 content_at(const std::vector<u32>& starts, u32 position) {
  return static_cast<u32>(std::upper_bound(starts.begin(), starts.end(), position) -
                          starts.begin() - 1);
}

u32 saturated_sum(u32 a, u32 b) { return a > ~b ? ~0U : a + b; }

}  // namespace

ShardBuilder::ShardBuilder(const Profile& profile, const Permutations& permutations)
    : profile_(profile), permutations_(permutations), frequencies_(kFrequencyClasses, 0) {
  // Somewhat more than is usual, so that few postings are ever moved. Memory that is never written
  // to is never taken from the system.
  for (int f = 0; f < kTokenForms; ++f) packed_[f].reserve(kMaxTokens / profile.scheme[f].w * 3 / 2);
  packed_[static_cast<int>(Form::bag)].reserve(kMaxTokens / kBlockTokens * kBands * 3 / 2);
}

std::int64_t ShardBuilder::add(const u8* text, std::size_t size, ContentRow row) {
  const LexerFamily& family = kLexerFamilies.at(row.lexer);
  lex(text, size, family.rules, tokens_);
  if (tokens_.size() > kMaxTokens - tokens()) return -1;
  const u32 base = tokens();
  for (const Token& token : tokens_) {
    u32& count = frequencies_[frequency_class(token.hash)];
    count = saturated_sum(count, 1);
  }
  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    if (form == Form::renamed && family.rules.prose) continue;  // prose has no identifiers
    fingerprints_.clear();
    if (form == Form::bag) {
      bag_fingerprints(text, tokens_, permutations_, fingerprints_);
    } else {
      fingerprints(tokens_, form, profile_.scheme[f], fingerprints_);
    }
    for (const Fingerprint& fp : fingerprints_) {
      packed_[f].push_back({fp.key << kPositionBits | (base + fp.token), fp.flanks});
    }
  }
  starts_.push_back(base + static_cast<u32>(tokens_.size()));
  contents_.push_back(row);
  return static_cast<std::int64_t>(tokens_.size());
}

void ShardBuilder::write(const std::string& folder) {
  write_rows(folder, starts_, contents_, blocks_, frequencies_);
  std::vector<PackedPosting> scratch;
  std::vector<Posting> postings;
  for (int f = 0; f < kForms; ++f) {
    std::vector<PackedPosting>& packed = packed_[f];
    sort_by_key(packed, scratch);
    PostingsWriter writer(folder, static_cast<Form>(f), packed.size(), [this](u32 position) {
      const u32 content = content_at(starts_, position);
      return Place{content, contents_[content].family};
    });
    for (std::size_t i = 0; i < packed.size();) {
      const u64 key = packed[i].value >> kPositionBits;
      postings.clear();
      for (; i < packed.size() && packed[i].value >> kPositionBits == key; ++i) {
        const u32 position = static_cast<u32>(packed[i].value & ((1U << kPositionBits) - 1));
        postings.push_back({key, position, static_cast<u16>(packed[i].flanks)});
      }
      writer.add(postings, postings.size());
    }
    writer.close();
    packed.clear();
    packed.shrink_to_fit();
  }
}

namespace {

// Where the positions of one input go: by content, or nowhere.
struct Mapping {
  bool whole = true;              // nothing dropped: one shift serves every position
  std::vector<std::int64_t> shift;  // by content; kDropped
  static constexpr std::int64_t kDropped = INT64_MIN;
};

// Sorts by key what is made of sorted stretches that begin at `begins`, merging neighbors. Of equal
// keys those of an earlier stretch stay first, so positions are sorted, too.
void merge_stretches(std::vector<Posting>& postings, std::vector<std::size_t>& begins,
                     std::vector<Posting>& scratch) {
  const auto by_key = [](const Posting& a, const Posting& b) { return a.key < b.key; };
  scratch.resize(postings.size());
  while (begins.size() > 1) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < begins.size(); i += 2) {
      const auto at = [&](std::size_t j) {
        return postings.begin() +
               static_cast<std::ptrdiff_t>(j < begins.size() ? begins[j] : postings.size());
      };
      std::merge(at(i), at(i + 1), at(i + 1), at(i + 2),
                 scratch.begin() + static_cast<std::ptrdiff_t>(begins[i]), by_key);
      begins[kept++] = begins[i];
    }
    begins.resize(kept);
    postings.swap(scratch);
  }
}

}  // namespace

void merge_shards(const std::vector<MergeInput>& inputs, const std::string& folder) {
  std::vector<u32> starts{0};
  std::vector<ContentRow> contents;
  std::vector<BlockRow> blocks;
  std::vector<u32> frequencies(kFrequencyClasses, 0);
  std::vector<Mapping> mappings;
  for (const MergeInput& input : inputs) {
    const Shard& shard = *input.shard;
    Mapping mapping;
    for (u64 i = 0; i < shard.contents(); ++i) {
      if (!input.keep.at(i)) {
        mapping.whole = false;
        mapping.shift.push_back(Mapping::kDropped);
        continue;
      }
      mapping.shift.push_back(std::int64_t{starts.back()} - shard.starts_at(i));
      ContentRow row = shard.content(i);
      row.block += input.first_block;
      contents.push_back(row);
      const u64 end = u64{starts.back()} + shard.content_tokens(i);
      if (end > 0xffffffffULL) throw FileError("a shard cannot hold more than 2^32 tokens");
      starts.push_back(static_cast<u32>(end));
    }
    for (u64 i = 0; i < shard.blocks(); ++i) {
      BlockRow row = shard.block(i);
      row.offset += input.store_offset;
      blocks.push_back(row);
    }
    const u8* counts = shard.frequencies();
    for (u32 i = 0; i < kFrequencyClasses; ++i) {
      u32 count;
      std::memcpy(&count, counts + 4 * i, 4);
      frequencies[i] = saturated_sum(frequencies[i], count);
    }
    mappings.push_back(std::move(mapping));
  }
  write_rows(folder, starts, contents, blocks, frequencies);

  for (int f = 0; f < kForms; ++f) {
    const Form form = static_cast<Form>(f);
    u64 expected = 0;
    std::unordered_map<u64, u64> lost;  // postings of a key that were capped in an input
    for (const MergeInput& input : inputs) {
      expected += input.shard->postings(form);
      input.shard->each_frequent(form, [&](FrequentRow row) { lost[row.key] += row.count; });
    }
    PostingsWriter writer(folder, form, expected, [&](u32 position) {
      const u32 content = content_at(starts, position);
      return Place{content, contents[content].family};
    });
    std::vector<Posting> batch, one, same, scratch;
    std::vector<std::size_t> begins;
    for (u32 prefix = 0; prefix < 65536; ++prefix) {
      // What was merged is not asked for again; it would fill the memory with all of the inputs.
      if (prefix % 4096 == 4095) {
        for (const MergeInput& input : inputs) input.shard->forget(form);
      }
      batch.clear();
      begins.clear();
      for (std::size_t s = 0; s < inputs.size(); ++s) {
        begins.push_back(batch.size());
        one.clear();
        inputs[s].shard->read_prefix(form, prefix, one);
        const Mapping& mapping = mappings[s];
        if (mapping.shift.empty()) continue;
        for (const Posting& posting : one) {
          const std::int64_t shift =
              mapping.whole ? mapping.shift[0]
                            : mapping.shift[inputs[s].shard->content_of(posting.position)];
          if (shift == Mapping::kDropped) continue;
          batch.push_back(
              {posting.key, static_cast<u32>(posting.position + shift), posting.flanks});
        }
      }
      merge_stretches(batch, begins, scratch);
      for (std::size_t i = 0; i < batch.size();) {
        const u64 key = batch[i].key;
        same.clear();
        for (; i < batch.size() && batch[i].key == key; ++i) same.push_back(batch[i]);
        u64 count = same.size();
        if (!lost.empty()) {
          const auto hit = lost.find(key);
          if (hit != lost.end()) count = std::max(count, hit->second);
        }
        writer.add(same, count);
      }
    }
    writer.close();
  }
}

}  // namespace codescan
