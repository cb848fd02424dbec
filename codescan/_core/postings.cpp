// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "postings.hpp"

#include <algorithm>

namespace codescan {
namespace {

// About eight postings in a bucket: a bucket and its neighbor fit a cache line.
int choose_bucket_bits(u64 expected) {
  int bits = 16;
  while (bits < 28 && (expected >> bits) > 8) ++bits;
  return bits;
}

}  // namespace

const char* form_name(Form form) { return form == Form::exact ? "exact" : "renamed"; }

PostingsWriter::PostingsWriter(const std::string& folder, Form form, u64 expected,
                               std::function<Place(u32)> place)
    : bucket_bits_(choose_bucket_bits(expected)),
      place_(std::move(place)),
      directory_(folder + "/" + form_name(form) + ".directory", 4),
      remainders_(folder + "/" + form_name(form) + ".remainders", 3),
      positions_(folder + "/" + form_name(form) + ".positions", 4),
      frequent_(folder + "/" + form_name(form) + ".frequent", sizeof(FrequentRow)) {}

// Keeps at most kMaxPostings positions: first a few of every family, then whatever comes.
void PostingsWriter::thin(std::vector<u32>& positions) {
  std::unordered_map<u32, u32> by_content;
  std::unordered_map<u64, u32> by_family;
  std::vector<u32> spare;
  kept_.clear();
  for (const u32 position : positions) {
    const Place place = place_(position);
    if (by_content[place.content]++ >= kMaxPostingsPerContent) continue;
    if (kept_.size() < kMaxPostings && by_family[place.family]++ < kMaxPostingsPerFamily) {
      kept_.push_back(position);
    } else if (spare.size() < kMaxPostings) {
      spare.push_back(position);
    }
    if (kept_.size() == kMaxPostings) break;
  }
  for (const u32 position : spare) {
    if (kept_.size() == kMaxPostings) break;
    kept_.push_back(position);
  }
  std::sort(kept_.begin(), kept_.end());
  positions.swap(kept_);
}

void PostingsWriter::add(u64 key, const std::vector<u32>& given, u64 count) {
  std::vector<u32> positions = given;
  if (positions.size() > kMaxPostings) thin(positions);
  const u64 bucket = key >> (kKeyBits - bucket_bits_);
  const u32 at = static_cast<u32>(written_);
  for (; next_bucket_ <= bucket; ++next_bucket_) directory_.append(&at, 1);
  const u8 remainder[3] = {static_cast<u8>(key), static_cast<u8>(key >> 8),
                           static_cast<u8>(key >> 16)};
  for (std::size_t i = 0; i < positions.size(); ++i) remainders_.append(remainder, 1);
  positions_.append(positions.data(), positions.size());
  written_ += positions.size();
  if (written_ > 0xffffffffULL) throw FileError("a shard holds too many postings");
  if (count > positions.size()) {
    const FrequentRow row{key, count};
    frequent_.append(&row, 1);
  }
}

void PostingsWriter::close() {
  const u32 at = static_cast<u32>(written_);
  for (; next_bucket_ <= (1ULL << bucket_bits_); ++next_bucket_) directory_.append(&at, 1);
  directory_.close();
  remainders_.close();
  positions_.close();
  frequent_.close();
}

}  // namespace codescan
