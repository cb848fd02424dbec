// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "postings.hpp"

namespace codescan {
namespace {

constexpr u64 kRemainderMask = (1ULL << 24) - 1;

u64 remainder_at(const u8* remainders, u64 i) {
  const u8* p = remainders + 3 * i;
  return u64{p[0]} | u64{p[1]} << 8 | u64{p[2]} << 16;
}

struct Hit {
  u32 content;
  u32 query_token;
  u32 content_token;
  bool may_be_long;
  bool is_rare;

  std::int64_t diagonal() const { return std::int64_t{content_token} - query_token; }
};

}  // namespace

Shard::FormFiles::FormFiles(const std::string& folder, const char* form)
    : directory(folder + "/" + form + ".directory", 4),
      remainders(folder + "/" + form + ".remainders", 3),
      positions(folder + "/" + form + ".positions", 4),
      flanks(folder + "/" + form + ".flanks", 2),
      frequent(folder + "/" + form + ".frequent", sizeof(FrequentRow)) {
  bucket_bits = 0;
  while (bucket_bits < 32 && (1ULL << bucket_bits) + 1 < directory.count()) ++bucket_bits;
  if ((1ULL << bucket_bits) + 1 != directory.count() || bucket_bits < 16) {
    directory.fail("it has an impossible size");
  }
  if (remainders.count() != positions.count() || flanks.count() != positions.count()) {
    remainders.fail("it has an impossible size");
  }
}

std::pair<u64, u64> Shard::FormFiles::find(u64 key) const {
  const u64 bucket = key >> (kKeyBits - bucket_bits);
  u32 range[2];
  std::memcpy(range, directory.elements(bucket, 2), sizeof range);
  if (range[0] > range[1]) directory.fail("its offsets decrease");
  const u64 size = range[1] - range[0];
  if (size == 0) return {0, 0};
  const u8* in_bucket = remainders.elements(range[0], size);
  const u64 wanted = key & kRemainderMask;
  u64 low = 0;
  for (u64 length = size; length > 16;) {  // then at most 16 are left to walk over
    const u64 half = length / 2;
    if (remainder_at(in_bucket, low + half - 1) < wanted) low += half;
    length -= half;
  }
  while (low < size && remainder_at(in_bucket, low) < wanted) ++low;
  u64 end = low;
  while (end < size && remainder_at(in_bucket, end) == wanted) ++end;
  return {range[0] + low, end - low};
}

u64 Shard::FormFiles::true_count(u64 key, u64 kept) const {
  u64 low = 0, high = frequent.count();
  while (low < high) {
    const u64 middle = (low + high) / 2;
    const FrequentRow row = frequent.at<FrequentRow>(middle);
    if (row.key == key) return std::max(row.count, kept);
    if (row.key < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return kept;
}

Shard::Shard(const std::string& folder)
    : starts_(folder + "/starts", 4),
      contents_(folder + "/contents", sizeof(ContentRow)),
      blocks_(folder + "/blocks", sizeof(BlockRow)),
      frequencies_(folder + "/frequencies", 4),
      forms_{{folder, form_name(Form::exact)},
             {folder, form_name(Form::renamed)},
             {folder, form_name(Form::bag)}} {
  if (starts_.count() != contents_.count() + 1) starts_.fail("it has an impossible size");
  if (frequencies_.count() != kFrequencyClasses) frequencies_.fail("it has an impossible size");
  starts_.verify_all();  // searched without further tests
}

u32 Shard::content_of(u32 position) const {
  const u8* starts = starts_.elements(0, 0);
  u64 low = 0, high = contents();  // the answer lies in [low, high)
  while (high - low > 1) {
    const u64 middle = (low + high) / 2;
    u32 start;
    std::memcpy(&start, starts + 4 * middle, 4);
    if (start <= position) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return static_cast<u32>(low);
}

void Shard::search(const std::vector<Fingerprint>& query, Form form, const Scheme& scheme,
                   std::vector<Candidate>& candidates, std::vector<KeyUse>& uses) const {
  const FormFiles& files = this->files(form);
  if (contents() == 0) return;
  // Three rounds, each asking for the memory of the next: cache misses overlap.
  const int shift = kKeyBits - files.bucket_bits;
  for (const Fingerprint& fp : query) files.directory.prefetch(fp.key >> shift);
  for (const Fingerprint& fp : query) {
    files.remainders.prefetch(files.directory.at<u32>(fp.key >> shift));
  }
  std::vector<std::pair<u64, u64>> ranges(query.size());
  for (std::size_t i = 0; i < query.size(); ++i) {
    ranges[i] = files.find(query[i].key);
    if (ranges[i].second) files.positions.prefetch(ranges[i].first);
  }
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const auto [first, count] = ranges[i];
    if (count == 0) continue;
    const u64 total = files.true_count(query[i].key, count);
    uses.push_back({query[i].token, static_cast<u32>(std::min<u64>(total, ~0U))});
    const u8* positions = files.positions.elements(first, count);
    const u8* flanks = files.flanks.elements(first, count);
    for (u64 j = 0; j < count; ++j) {
      u32 position;
      u16 around;
      std::memcpy(&position, positions + 4 * j, 4);
      std::memcpy(&around, flanks + 2 * j, 2);
      const u32 content = content_of(position);
      hits.push_back({content, query[i].token, position - starts_at(content),
                      may_be_long(around, query[i].flanks), total <= kRarePostings});
    }
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    if (a.content != b.content) return a.content < b.content;
    if (a.diagonal() != b.diagonal()) return a.diagonal() < b.diagonal();
    return a.query_token < b.query_token;
  });
  for (std::size_t i = 0; i < hits.size();) {
    const bool is_alone = (i == 0 || hits[i - 1].content != hits[i].content) &&
                          (i + 1 == hits.size() || hits[i + 1].content != hits[i].content);
    if (is_alone && !hits[i].may_be_long) {
      if (hits[i].is_rare) {
        const Hit& hit = hits[i];
        candidates.push_back({hit.content, hit.query_token, hit.content_token, hit.query_token, 0});
      }
      ++i;
      continue;
    }
    Candidate c{hits[i].content, hits[i].query_token, hits[i].content_token,
                hits[i].query_token, 0};
    std::size_t j = i;
    for (; j < hits.size() && hits[j].content == c.content &&
           hits[j].diagonal() == hits[i].diagonal() &&
           hits[j].query_token - c.last_query_token <= scheme.w;
         ++j) {
      c.last_query_token = hits[j].query_token;
      c.hits += 1;
    }
    candidates.push_back(c);
    i = j;
  }
}

void Shard::search_bags(const std::vector<Fingerprint>& query,
                        std::vector<BagCandidate>& candidates) const {
  const FormFiles& bags = files(Form::bag);
  if (contents() == 0) return;
  const auto same_pair = [](const BagCandidate& a, const BagCandidate& b) {
    return a.query_token == b.query_token && a.content == b.content &&
           a.content_token == b.content_token;
  };
  std::vector<BagCandidate> hits;
  for (const Fingerprint& fp : query) {
    const auto [first, count] = bags.find(fp.key);
    if (count == 0) continue;
    const u8* positions = bags.positions.elements(first, count);
    const u8* lengths = bags.flanks.elements(first, count);
    for (u64 j = 0; j < count; ++j) {
      u32 position;
      u16 length;
      std::memcpy(&position, positions + 4 * j, 4);
      std::memcpy(&length, lengths + 2 * j, 2);
      const u32 content = content_of(position);
      hits.push_back({content, fp.token, position - starts_at(content), length, 1});
    }
  }
  std::sort(hits.begin(), hits.end(), [](const BagCandidate& a, const BagCandidate& b) {
    return std::tie(a.query_token, a.content, a.content_token) <
           std::tie(b.query_token, b.content, b.content_token);
  });
  const std::size_t begin = candidates.size();
  for (const BagCandidate& hit : hits) {
    if (candidates.size() > begin && same_pair(candidates.back(), hit)) {
      ++candidates.back().hits;
    } else {
      candidates.push_back(hit);
    }
  }
  std::stable_sort(candidates.begin() + static_cast<std::ptrdiff_t>(begin), candidates.end(),
                   [](const BagCandidate& a, const BagCandidate& b) { return a.hits > b.hits; });
}

void Shard::read_prefix(Form form, u32 prefix, std::vector<Posting>& out) const {
  const FormFiles& files = this->files(form);
  const u64 step = 1ULL << (files.bucket_bits - 16);
  const u32 first = files.directory.at<u32>(prefix * step);
  const u32 last = files.directory.at<u32>((prefix + 1ULL) * step);
  if (first > last) files.directory.fail("its offsets decrease");
  const u64 count = last - first;
  const u8* remainders = files.remainders.elements(first, count);
  const u8* positions = files.positions.elements(first, count);
  const u8* flanks = files.flanks.elements(first, count);
  for (u64 i = 0; i < count; ++i) {
    u32 position;
    u16 around;
    std::memcpy(&position, positions + 4 * i, 4);
    std::memcpy(&around, flanks + 2 * i, 2);
    out.push_back({u64{prefix} << 24 | remainder_at(remainders, i), position, around});
  }
}

void Shard::each_frequent(Form form, const std::function<void(FrequentRow)>& visit) const {
  const ArrayReader& frequent = forms_[static_cast<int>(form)].frequent;
  for (u64 i = 0; i < frequent.count(); ++i) visit(frequent.at<FrequentRow>(i));
}

void Shard::verify_all() const {
  for (const ArrayReader* file : {&starts_, &contents_, &blocks_, &frequencies_}) {
    file->verify_all();
  }
  for (const FormFiles& files : forms_) {
    for (const ArrayReader* file :
         {&files.directory, &files.remainders, &files.positions, &files.flanks, &files.frequent}) {
      file->verify_all();
    }
  }
}

}  // namespace codescan
