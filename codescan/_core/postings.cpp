// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "postings.hpp"

#include <algorithm>

namespace codescan {
namespace {

// Its entry takes 0.8 bytes for each of ten postings, and denies three of four absent keys.
constexpr u64 kPostingsPerBucket = 10;

u32 choose_buckets_per_prefix(u64 expected) {
  constexpr u64 unit = kPostingsPerBucket * kPrefixes;
  return static_cast<u32>(std::max<u64>(1, (expected + unit / 2) / unit));
}

}  // namespace

const char* form_name(Form form) {
  constexpr const char* kNames[kForms] = {"exact", "renamed", "bag"};
  return kNames[static_cast<int>(form)];
}

PostingsWriter::PostingsWriter(const std::string& folder, Form form, u64 expected,
                               std::function<Place(u32)> place)
    : form_(form),
      per_prefix_(choose_buckets_per_prefix(expected)),
      place_(std::move(place)),
      directory_(folder + "/" + form_name(form) + ".directory", sizeof(DirectoryEntry)),
      remainders_(folder + "/" + form_name(form) + ".remainders", 3),
      positions_(folder + "/" + form_name(form) + ".positions", 4),
      flanks_(folder + "/" + form_name(form) + ".flanks", 2),
      frequent_(folder + "/" + form_name(form) + ".frequent", sizeof(FrequentRow)) {}

// Writes the entries of all buckets before this one.
void PostingsWriter::enter(u64 bucket) {
  for (; bucket_ < bucket; ++bucket_) {
    directory_.append(&entry_, 1);
    entry_ = {static_cast<u32>(written_), 0};
  }
}

// Keeps at most as many as the form allows: first one of each surroundings, since what differs
// there is another passage; then one of each family that has them; then whatever comes.
void PostingsWriter::thin(std::vector<Posting>& postings) {
  std::unordered_map<u32, u32> by_content;
  std::unordered_set<u32> surroundings;
  std::unordered_set<u64> in_family;
  std::vector<Posting> of_family, others;
  kept_.clear();
  for (const Posting& posting : postings) {
    const Place place = place_(posting.position);
    if (by_content[place.content]++ >= kMaxPostingsPerContent) continue;
    if (surroundings.insert(posting.flanks).second) {
      kept_.push_back(posting);
    } else if (in_family.insert(mix(place.family) ^ posting.flanks).second) {
      of_family.push_back(posting);
    } else {
      others.push_back(posting);
    }
  }
  kept_.insert(kept_.end(), of_family.begin(), of_family.end());
  kept_.insert(kept_.end(), others.begin(), others.end());
  kept_.resize(std::min<std::size_t>(kept_.size(), max_postings(form_)));
  std::sort(kept_.begin(), kept_.end(),
            [](const Posting& a, const Posting& b) { return a.position < b.position; });
  postings.swap(kept_);
}

void PostingsWriter::add(std::vector<Posting>& postings, u64 count) {
  if (postings.size() > max_postings(form_)) thin(postings);
  const u64 key = postings.front().key;
  enter(bucket_of(key, per_prefix_));
  entry_.classes |= DirectoryEntry::class_of(key);
  const u8 remainder[3] = {static_cast<u8>(key), static_cast<u8>(key >> 8),
                           static_cast<u8>(key >> 16)};
  for (const Posting& posting : postings) {
    remainders_.append(remainder, 1);
    positions_.append(&posting.position, 1);
    flanks_.append(&posting.flanks, 1);
  }
  written_ += postings.size();
  if (written_ > 0xffffffffULL) throw FileError("a shard holds too many postings");
  if (count > postings.size()) {
    const FrequentRow row{key, count};
    frequent_.append(&row, 1);
  }
}

void PostingsWriter::close() {
  enter(u64{per_prefix_} * kPrefixes + 1);  // the last says where all postings end
  directory_.close();
  remainders_.close();
  positions_.close();
  flanks_.close();
  frequent_.close();
}

}  // namespace codescan
