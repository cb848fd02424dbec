// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "postings.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

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

void thin(std::span<const Posting> postings, Form form, const Rows& rows,
          std::vector<Posting>& kept) {
  std::unordered_map<u32, u32> by_content;
  std::unordered_set<u32> surroundings;
  std::unordered_set<u64> in_family;
  std::vector<Posting> of_family, others;
  kept.clear();
  for (const Posting& posting : postings) {
    const Rows::Place place = rows.place(posting.position);
    if (by_content[place.content]++ >= kMaxPostingsPerContent) continue;
    if (surroundings.insert(posting.flanks).second) {
      kept.push_back(posting);
    } else if (in_family.insert(mix(place.family) ^ posting.flanks).second) {
      of_family.push_back(posting);
    } else {
      others.push_back(posting);
    }
  }
  kept.insert(kept.end(), of_family.begin(), of_family.end());
  kept.insert(kept.end(), others.begin(), others.end());
  kept.resize(std::min<std::size_t>(kept.size(), max_postings(form)));
  std::sort(kept.begin(), kept.end(),
            [](const Posting& a, const Posting& b) { return a.position < b.position; });
}

PostingsWriter::PostingsWriter(const std::string& folder, Form form, u64 expected, const Rows& rows,
                               std::vector<FrequentRow> lost, Sync sync)
    : form_(form),
      per_prefix_(choose_buckets_per_prefix(expected)),
      rows_(rows),
      lost_(std::move(lost)),
      directory_(folder + "/" + form_name(form) + ".directory", sizeof(DirectoryEntry), sync),
      postings_(folder + "/" + form_name(form) + ".postings", kPostingRow, sync, PageSums::no),
      frequent_(folder + "/" + form_name(form) + ".frequent", sizeof(FrequentRow), sync) {}

// Writes the entries of all buckets before this one, which begins at posting `first`.
void PostingsWriter::enter(u64 bucket, u64 first) {
  for (; bucket_ < bucket; ++bucket_) {
    entry_.sum = sum_.value();
    std::memcpy(directory_.extend(1), &entry_, sizeof entry_);
    entry_ = {static_cast<u32>(first), 0, 0};
    sum_ = BucketSum(bucket_ + 1);
  }
}

void PostingsWriter::add_frequent(std::span<const Posting> postings) {
  const u64 key = postings.front().key;
  FrequentRow row{key, postings.size()};
  while (next_lost() < key) ++lost_at_;
  if (next_lost() == key) row.count = std::max(row.count, lost_[lost_at_].count);
  if (postings.size() > max_postings(form_)) {
    thin(postings, form_, rows_, kept_);
    postings = kept_;
  }
  if (row.count > postings.size()) frequent_.append(&row, 1);
  write(postings);
}

// Almost all keys have few postings, so stretches of them are copied. Only keys that are, or were,
// in too many places are taken apart.
void PostingsWriter::add(std::span<const Posting> postings) {
  const std::size_t cap = max_postings(form_);
  std::size_t copied = 0;  // all before are written
  u64 lost = next_lost();
  for (std::size_t i = 0; i < postings.size(); ++i) {
    const u64 key = postings[i].key;
    const bool is_frequent = i + cap < postings.size() && postings[i + cap].key == key;
    if (key < lost && !is_frequent) continue;
    std::size_t end = i;
    while (end < postings.size() && postings[end].key == key) ++end;
    write(postings.subspan(copied, i - copied));
    add_frequent(postings.subspan(i, end - i));
    lost = next_lost();
    copied = end;
    i = end - 1;
  }
  write(postings.subspan(copied));
}

void PostingsWriter::write(std::span<const Posting> postings) {
  constexpr std::size_t kStep = ArrayWriter::kMaxRoom / kPostingRow;
  for (std::size_t begin = 0; begin < postings.size(); begin += kStep) {
    const auto some = postings.subspan(begin, std::min(kStep, postings.size() - begin));
    u8* row = postings_.extend(some.size());
    for (const Posting& posting : some) {
      enter(bucket_of(posting.key, per_prefix_), written_++);
      entry_.classes |= DirectoryEntry::class_of(posting.key);
      std::memcpy(row, &posting.key, 4);  // the position overwrites a byte
      std::memcpy(row + kPositionAt, &posting.position, 4);
      std::memcpy(row + kFlanksAt, &posting.flanks, 2);
      sum_.add(row);
      row += kPostingRow;
    }
  }
  if (written_ > 0xffffffffULL) throw FileError("a shard holds too many postings");
}

void PostingsWriter::close() {
  enter(u64{per_prefix_} * kPrefixes + 1, written_);  // the last says where all postings end
  directory_.close();
  postings_.close();
  frequent_.close();
}

}  // namespace codescan
