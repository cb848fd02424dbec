// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <unordered_map>

#include "sketch_grams.hpp"

namespace codescan {
namespace {

constexpr std::size_t kMaxCandidates = 256;
constexpr std::size_t kMaxMatchesPerContent = 64;

// The place of a set bit of `word`, of which `rank` more are set below it. No branch depends on data.
u32 place_of_bit(u64 word, u32 rank) {
  u32 place = 0;
  for (u32 width = 32; width > 0; width /= 2) {
    const u64 low = word >> place & ((1ULL << width) - 1);
    const u32 count = static_cast<u32>(std::popcount(low));
    const u32 is_above = rank >= count;
    rank -= is_above * count;
    place += is_above * width;
  }
  return place;
}

}  // namespace

SketchShard::SketchShard(const std::string& folder)
    : starts_(folder + "/sketch.starts", 4),
      directory_(folder + "/sketch.directory", 4),
      postings_(folder + "/sketch.postings", 1),
      ordinals_(0),
      postings_count_(0),
      layout_(1, 1) {
  if (starts_.count() == 0 || starts_.count() > 1ULL << 31) starts_.fail("it has an impossible size");
  starts_.verify_all();  // searched without further tests
  for (u64 i = 0; i + 1 < starts_.count(); ++i) {
    if (starts_at(i) > starts_at(i + 1)) starts_.fail("its offsets decrease");
  }
  if (starts_at(0) != 0) starts_.fail("it does not begin at 0");
  ordinals_ = starts_at(contents());
  if (ordinals_ > kMaxSketchKeys) starts_.fail("it has too many keys");
  if (directory_.count() < 2) directory_.fail("it has an impossible size");
  postings_count_ = directory_.at<u32>(directory_.count() - 1);
  if (postings_count_ > ordinals_ || directory_.count() - 1 != SketchLayout::buckets_for(postings_count_)) {
    directory_.fail("it has an impossible size");
  }
  layout_ = SketchLayout(directory_.count() - 1, ordinals_);
  const u64 bits = layout_.bits_before(layout_.buckets, postings_count_);
  if (postings_.count() != (bits + 7) / 8 + SketchLayout::kPadding) {
    postings_.fail("it has an impossible size");
  }
}

SketchShard::Bucket SketchShard::bucket(u64 number) const {
  const u32 first = directory_.at<u32>(number), end = directory_.at<u32>(number + 1);
  if (first > end || end > postings_count_) directory_.fail("its offsets decrease");
  return {number, layout_.bits_before(number, first), end - first};
}

// `count` bits from bit `from` on, at most 56.
u64 SketchShard::bits(u64 from, u32 count) const {
  u64 word;
  std::memcpy(&word, postings_.elements(from / 8, 8), 8);
  return word >> (from % 8) & ((1ULL << count) - 1);
}

// The lower bits of a key's offset in its bucket.
u64 SketchShard::low(const Bucket& bucket, u64 i) const {
  const u64 row = bucket.first_bit + SketchLayout::kUpper + bucket.count +
                  i * (layout_.low_bits + layout_.ordinal_bits);
  return bits(row, layout_.low_bits);
}

u32 SketchShard::ordinal(const Bucket& bucket, u64 i) const {
  const u64 row = bucket.first_bit + SketchLayout::kUpper + bucket.count +
                  i * (layout_.low_bits + layout_.ordinal_bits) + layout_.low_bits;
  const u32 ordinal = static_cast<u32>(bits(row, layout_.ordinal_bits));
  if (ordinal >= ordinals_) postings_.fail("a posting lies behind the last content");
  return ordinal;
}

// The place of the first zero among the first `length` bits of a bucket, from `at` on.
u64 SketchShard::skip_ones(const Bucket& bucket, u64 at, u64 length) const {
  while (at < length) {
    const u32 step = static_cast<u32>(std::min<u64>(56, length - at));
    const u64 gaps = ~bits(bucket.first_bit + at, step) & ((1ULL << step) - 1);
    if (gaps) return at + static_cast<u64>(std::countr_zero(gaps));
    at += step;
  }
  postings_.fail("a bucket has no end");
}

SketchShard::Range SketchShard::find(u64 key) const {
  const u64 number = layout_.bucket_of(key);
  const Bucket bucket = this->bucket(number);
  if (bucket.count == 0) return {bucket, 0, 0};
  const u64 offset = key - layout_.first_key(number);
  const u64 upper = offset >> layout_.low_bits;
  const u64 wanted = offset & ((1ULL << layout_.low_bits) - 1);
  // The keys before the zero that ends the value before, and before the one that ends this.
  u64 zeros = 0, at = 0;
  const u64 length = SketchLayout::kUpper + bucket.count;
  while (zeros < upper) {
    if (at >= length) postings_.fail("a bucket has no end");
    const u32 step = static_cast<u32>(std::min<u64>(56, length - at));
    const u64 gaps = ~bits(bucket.first_bit + at, step) & ((1ULL << step) - 1);
    const u64 count = static_cast<u64>(std::popcount(gaps));
    if (zeros + count < upper) {
      zeros += count;
      at += step;
    } else {
      at += place_of_bit(gaps, static_cast<u32>(upper - zeros - 1)) + 1;
      zeros = upper;
    }
  }
  const u64 first = at - upper, end = skip_ones(bucket, at, length) - upper;
  if (end > bucket.count) postings_.fail("a bucket has too many keys");
  // The first row from `from` on whose lower bits are not below `bound`.
  const auto lower_bound = [&](u64 from, u64 bound) {
    u64 until = end;
    while (from < until) {
      const u64 middle = (from + until) / 2;
      if (low(bucket, middle) < bound) {
        from = middle + 1;
      } else {
        until = middle;
      }
    }
    return from;
  };
  const u64 begin = lower_bound(first, wanted);
  if (begin == end || low(bucket, begin) != wanted) return {bucket, 0, 0};
  return {bucket, begin, lower_bound(begin, wanted + 1) - begin};
}

bool SketchShard::holds(const Range& range, u32 wanted) const {
  u64 from = range.first, until = range.first + range.count;
  while (from < until) {
    const u64 middle = (from + until) / 2;
    const u32 at = ordinal(range.bucket, middle);
    if (at == wanted) return true;
    if (at < wanted) {
      from = middle + 1;
    } else {
      until = middle;
    }
  }
  return false;
}

void SketchShard::each(const std::function<void(u64, u32)>& take) const {
  for (u64 number = 0; number < layout_.buckets; ++number) {
    const Bucket bucket = this->bucket(number);
    const u64 base = layout_.first_key(number);
    u64 i = 0, upper = 0;
    for (u64 at = 0; at < SketchLayout::kUpper + bucket.count; ++at) {
      if (bits(bucket.first_bit + at, 1) == 0) {
        ++upper;
      } else if (upper >= SketchLayout::kUpper) {
        postings_.fail("a bucket has no end");
      } else {
        const u64 key = base + (upper << layout_.low_bits | low(bucket, i));
        if (key >> kKeyBits || layout_.bucket_of(key) != number) {
          postings_.fail("a key lies outside of its bucket");
        }
        take(key, ordinal(bucket, i));
        ++i;
      }
    }
    if (i != bucket.count) postings_.fail("a bucket has the wrong number of keys");
  }
}

u32 SketchShard::content_of(u32 ordinal) const {
  u64 low = 0, high = contents();  // the last content that begins at or before it
  while (high - low > 1) {
    const u64 middle = (low + high) / 2;
    if (starts_at(middle) <= ordinal) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return static_cast<u32>(low);
}

void SketchShard::verify_all() const {
  for (const ArrayReader* file : files()) file->verify_all();
  each([](u64, u32) {});
}

void SketchShard::search(const Streams& query, u32 base, SketchAnswer& answer) const {
  if (ordinals_ == 0) return;
  struct Asked {
    u64 key;
    u32 token;
    u32 part;
  };
  struct Hit {
    u64 diagonal;
    u32 ordinal;
    u32 token;
    u32 part;
  };
  std::vector<Asked> asked;
  for (u32 number = 0; number < query.parts.size(); ++number) {
    const StreamPart& part = query.parts[number];
    each_gram(query.of(part), [&](u32 place, u64 gram) {
      asked.push_back({key_of(gram), part.start + place, number});
      directory_.prefetch(layout_.bucket_of(asked.back().key));
    });
  }
  for (const Asked& ask : asked) {
    const u64 number = layout_.bucket_of(ask.key);
    postings_.prefetch(layout_.bits_before(number, directory_.at<u32>(number)) / 8);
  }
  std::vector<Hit> hits;
  std::unordered_map<u32, Range> frequent;  // by token
  for (const Asked& ask : asked) {
    const Range range = find(ask.key);
    if (range.count > kSketchHits) frequent.emplace(ask.token, range);
    for (u64 i = 0; i < std::min<u64>(range.count, kSketchHits); ++i) {
      const u32 ordinal = this->ordinal(range.bucket, range.first + i);
      const u64 diagonal = u64{ordinal} * kSketchStride + (1ULL << 32) - ask.token;
      hits.push_back({diagonal, ordinal, ask.token, ask.part});
    }
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.diagonal != b.diagonal ? a.diagonal < b.diagonal : a.ordinal < b.ordinal;
  });
  // Whether a content has the key of a token there, which a search does not begin with.
  const auto has_frequent = [&](u32 token, u32 ordinal) {
    const auto range = frequent.find(token);
    return range != frequent.end() && holds(range->second, ordinal);
  };
  for (std::size_t i = 0; i < hits.size();) {
    const Hit& first = hits[i];
    const u32 content = content_of(first.ordinal);
    const u32 begin = starts_at(content), end = starts_at(content + 1);
    const StreamPart& part = query.parts[first.part];
    SketchMatch match{base + content, first.ordinal - begin, first.token, first.token, 1, 0};
    u32 last = first.ordinal;
    const auto extend = [&] {
      while (match.last_query_token + kSketchStride + kSketchGram <= part.end && last + 1 < end &&
             has_frequent(match.last_query_token + kSketchStride, last + 1)) {
        match.last_query_token += kSketchStride;
        ++last;
        ++match.hits;
      }
    };
    while (match.query_token >= part.start + kSketchStride && match.ordinal > 0 &&
           has_frequent(match.query_token - kSketchStride, begin + match.ordinal - 1)) {
      match.query_token -= kSketchStride;
      --match.ordinal;
      ++match.hits;
    }
    extend();
    for (++i; i < hits.size() && hits[i].diagonal == first.diagonal &&
              hits[i].part == first.part && hits[i].ordinal < end;
         ++i) {
      if (hits[i].ordinal <= last) continue;
      if (hits[i].ordinal - last > kSketchReach) break;
      match.missing += hits[i].ordinal - last - 1;
      last = hits[i].ordinal;
      match.last_query_token = hits[i].token;
      ++match.hits;
      extend();
    }
    (match.hits > 1 ? answer.matches : answer.candidates).push_back(match);
  }
}

SketchAnswer search_sketches(const std::vector<const SketchShard*>& shards,
                             const std::vector<u32>& bases, const Streams& query) {
  SketchAnswer answer;
  for (std::size_t s = 0; s < shards.size(); ++s) shards[s]->search(query, bases[s], answer);
  const auto by_strength = [](const SketchMatch& a, const SketchMatch& b) {
    if (a.hits != b.hits) return a.hits > b.hits;
    if (a.content != b.content) return a.content < b.content;
    return a.query_token != b.query_token ? a.query_token < b.query_token : a.ordinal < b.ordinal;
  };
  std::sort(answer.matches.begin(), answer.matches.end(), by_strength);
  // A periodic text matches itself at each period: keep only the strongest matches of a content.
  std::unordered_map<u32, std::size_t> by_content;
  std::vector<u8> covered(query.tokens.size(), 0);
  std::erase_if(answer.matches, [&](const SketchMatch& match) {
    return by_content[match.content]++ >= kMaxMatchesPerContent;
  });
  for (const SketchMatch& match : answer.matches) {
    std::fill(covered.begin() + match.query_token,
              covered.begin() + std::min<std::size_t>(match.last_query_token + kSketchGram,
                                                      covered.size()), u8{1});
  }
  std::erase_if(answer.candidates,
                [&](const SketchMatch& match) { return covered[match.query_token] != 0; });
  std::sort(answer.candidates.begin(), answer.candidates.end(), by_strength);
  if (answer.candidates.size() > kMaxCandidates) answer.candidates.resize(kMaxCandidates);
  return answer;
}

}  // namespace codescan
