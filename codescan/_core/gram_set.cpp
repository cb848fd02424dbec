// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "gram_set.hpp"

#include <algorithm>

namespace codescan {
namespace {

constexpr u64 kFactor = 0x9e3779b97f4a7c15ULL;
constexpr unsigned kFilterBits = 22;

u32 filter_bit(u32 hash) { return hash >> (32 - kFilterBits); }

u32 finished(u64 total) {
  total ^= total >> 29;
  return static_cast<u32>((total * kFactor) >> 32);
}

}  // namespace

std::vector<u32> gram_hashes(TokenSpan tokens, u32 gram) {
  std::vector<u32> hashes;
  for (std::size_t i = 0; i + gram <= tokens.size(); ++i) {
    hashes.push_back(hash_of(tokens.data() + i, gram));
  }
  return hashes;
}

std::vector<u32> unpacked_hashes(const u8* packed, std::size_t count) {
  std::vector<u32> hashes(count);
  u32 hash = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (int column = 0; column < 4; ++column) {
      hash += u32{packed[column * count + i]} << (8 * column);
    }
    hashes[i] = hash;
  }
  return hashes;
}

GramSet::GramSet(std::vector<u32> ordered, u32 gram)
    : ordered_(std::move(ordered)), filter_((std::size_t{1} << kFilterBits) / 64), gram_(gram) {
  for (const u32 hash : ordered_) filter_[filter_bit(hash) / 64] |= u64{1} << filter_bit(hash) % 64;
}

void GramSet::find(TokenSpan tokens, std::vector<Found>& out) const {
  if (tokens.size() < gram_) return;
  u64 total = 0, first = 1;  // of the k-gram, and the factor of its first token
  for (u32 i = 0; i + 1 < gram_; ++i) {
    total = total * kFactor + tokens[i].hash;
    first *= kFactor;
  }
  for (std::size_t i = 0; i + gram_ <= tokens.size(); ++i) {
    total = total * kFactor + tokens[i + gram_ - 1].hash;
    const u32 hash = finished(total);
    total -= first * tokens[i].hash;
    if (!(filter_[filter_bit(hash) / 64] >> filter_bit(hash) % 64 & 1)) continue;
    const auto at = std::lower_bound(ordered_.begin(), ordered_.end(), hash);
    if (at == ordered_.end() || *at != hash) continue;
    out.push_back({static_cast<u32>(i), static_cast<u32>(at - ordered_.begin())});
  }
}

}  // namespace codescan
