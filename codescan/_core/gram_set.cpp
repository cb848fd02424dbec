// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "gram_set.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace codescan {
namespace {

constexpr u64 kFactor = 0x9e3779b97f4a7c15ULL;

// Number of upper bits by which the hashes are divided. Both tables are small: a command that scans
// a few texts spends more on the memory that it touches first than on the search.
unsigned clamped_bits(std::size_t size, int more) {
  return static_cast<unsigned>(std::clamp(static_cast<int>(std::bit_width(size)) + more, 6, 24));
}
// One bit in some 12 is set.
unsigned filter_bits(std::size_t size) { return clamped_bits(size, 3); }
// A bucket has about six hashes, which share a cache line.
unsigned bucket_bits(std::size_t size) { return clamped_bits(size, -3); }

u32 finished(u64 total) {
  total ^= total >> 29;
  return static_cast<u32>((total * kFactor) >> 32);
}

// Calls `then` with the place and the hash of each k-gram; `gram` is at least 1.
template <class Then>
void each_gram(TokenSpan tokens, u32 gram, Then&& then) {
  if (tokens.size() < gram) return;
  u64 total = 0, first = 1;  // of the k-gram, and the factor of its first token
  for (u32 i = 0; i + 1 < gram; ++i) {
    total = total * kFactor + tokens[i].hash;
    first *= kFactor;
  }
  for (std::size_t i = 0; i + gram <= tokens.size(); ++i) {
    total = total * kFactor + tokens[i + gram - 1].hash;
    then(static_cast<u32>(i), finished(total));
    total -= first * tokens[i].hash;
  }
}

}  // namespace

std::vector<u32> gram_hashes(TokenSpan tokens, u32 gram) {
  std::vector<u32> hashes;
  each_gram(tokens, gram, [&](u32, u32 hash) { hashes.push_back(hash); });
  return hashes;
}

GramSet::GramSet(std::span<const u32> ordered, u32 gram, std::shared_ptr<void> owner)
    : owner_(std::move(owner)), ordered_(ordered), gram_(gram) {
  filter_shift_ = 32 - filter_bits(ordered_.size());
  filter_.resize((std::size_t{1} << (32 - filter_shift_)) / 64);
  shift_ = 32 - bucket_bits(ordered_.size());
  ends_.resize((std::size_t{1} << (32 - shift_)) + 1);
  for (const u32 hash : ordered_) {
    filter_[filter_bit(hash) / 64] |= u64{1} << filter_bit(hash) % 64;
    ++ends_[(hash >> shift_) + 1];
  }
  for (std::size_t i = 1; i < ends_.size(); ++i) ends_[i] += ends_[i - 1];
}

void GramSet::find(TokenSpan tokens, std::vector<Found>& out) const {
  each_gram(tokens, gram_, [&](u32 token, u32 hash) {
    if (!(filter_[filter_bit(hash) / 64] >> filter_bit(hash) % 64 & 1)) return;
    const u32 end = ends_[(hash >> shift_) + 1];
    for (u32 place = ends_[hash >> shift_]; place < end; ++place) {
      if (ordered_[place] == hash) out.push_back({token, place});
    }
  });
}

std::vector<GramStretch> GramSet::stretches(TokenSpan tokens, const StretchRules& rules) const {
  std::vector<Found> found;
  find(tokens, found);
  std::vector<GramStretch> out;
  const auto owner_of = [&](const Found& each) { return rules.owners[each.place]; };
  const auto add = [&](std::size_t from, std::size_t to) {
    const u32 start = found[from].token, end = found[to - 1].token + gram_;
    if (to - from < 2 || end - start < rules.least_tokens) return;
    std::array<u32, 256> counts{};
    u64 covered = 0;
    for (std::size_t i = from; i < to; ++i) {
      ++counts[owner_of(found[i])];
      covered += rules.strides.at(owner_of(found[i]));
    }
    u8 most = owner_of(found[from]);
    for (std::size_t i = from; i < to; ++i) {
      if (counts[owner_of(found[i])] > counts[most]) most = owner_of(found[i]);
    }
    const double share = static_cast<double>(covered) / (end - start - gram_ + 1);
    if (counts[most] > 1 && share >= rules.least_share) out.push_back({start, end, most});
  };
  std::size_t first = 0;
  for (std::size_t i = 1; i <= found.size(); ++i) {
    if (i < found.size()) {
      // What is not the owner's, and k-grams that are not in the set.
      const u32 gap = rules.gap + 4 * (rules.strides.at(owner_of(found[i])) - 1);
      if (found[i].token - found[i - 1].token <= gap) continue;
    }
    add(first, i);
    first = i;
  }
  return out;
}

}  // namespace codescan
