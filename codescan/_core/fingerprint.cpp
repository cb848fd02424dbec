// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint.hpp"

#include <limits>

#include "grams.hpp"

namespace codescan {
namespace {

constexpr u64 kFormSalt[kTokenForms] = {0x13198a2e03707344ULL, 0xa4093822299f31d0ULL};

// Thins groups of consecutive fingerprints with one key, from `begin` on, as promised.
void thin_periodic(std::vector<Fingerprint>& out, std::size_t begin, u32 w) {
  std::size_t kept = begin;
  std::size_t group = begin;
  while (group < out.size()) {
    std::size_t end = group + 1;
    while (end < out.size() && out[end].key == out[group].key &&
           out[end].token - out[end - 1].token <= w) {
      ++end;
    }
    const u32 first = out[group].token, last = out[end - 1].token;
    for (std::size_t i = group; i < end; ++i) {
      if (out[i].token - first <= w || last - out[i].token <= w) out[kept++] = out[i];
    }
    group = end;
  }
  out.resize(kept);
}

constexpr std::size_t kRanks = 16;  // compared at a time
using Ranks4 = Rank __attribute__((vector_size(16)));

// The ranks of all r-grams, and as many behind them as may be read.
class Ranks {
 public:
  Rank* resize(std::size_t count) {
    ranks_.resize(count + kRanks);
    std::fill(ranks_.end() - kRanks, ranks_.end(), std::numeric_limits<Rank>::max());
    return ranks_.data();
  }

  // The first place in [from, to) of a rank below `bound`, or `to`.
  u32 first_below(u32 from, u32 to, Rank bound) const {
    return first(from, to, [bound](Ranks4 ranks) { return ranks < bound; });
  }

  // The first place of the smallest rank in [from, from + span), a multiple of 4.
  u32 smallest(u32 from, u32 span) const {
    Ranks4 low = load(from);
    for (u32 i = 4; i < span; i += 4) {
      const Ranks4 ranks = load(from + i);
      low = ranks < low ? ranks : low;
    }
    const Rank bound = std::min(std::min(low[0], low[1]), std::min(low[2], low[3]));
    return first(from, from + span, [bound](Ranks4 ranks) { return ranks <= bound; });
  }

 private:
  Ranks4 load(std::size_t i) const {
    Ranks4 ranks;
    std::memcpy(&ranks, &ranks_[i], sizeof ranks);
    return ranks;
  }
  template <class Test>
  u32 first(u32 from, u32 to, Test test) const {
    for (; from < to; from += kRanks) {
      const u32 bits = bits_of(test(load(from)), test(load(from + 4)), test(load(from + 8)),
                               test(load(from + 12)));
      if (bits) return std::min(to, from + static_cast<u32>(std::countr_zero(bits)));
    }
    return to;
  }
  static u32 bits_of(Ranks4 a, Ranks4 b, Ranks4 c, Ranks4 d) {
#ifdef __SSE2__
    const auto pack = [](Ranks4 x, Ranks4 y) {
      return _mm_packs_epi32(reinterpret_cast<__m128i>(x), reinterpret_cast<__m128i>(y));
    };
    return static_cast<u32>(_mm_movemask_epi8(_mm_packs_epi16(pack(a, b), pack(c, d))));
#else
    u32 bits = 0;
    for (u32 i = 0; i < 4; ++i) {
      bits |= (a[i] & 1U) << i | (b[i] & 16U) << i | (c[i] & 256U) << i | (d[i] & 4096U) << i;
    }
    return bits;
#endif
  }

  std::vector<Rank, Uninitialized<Rank>> ranks_;
};

Ranks& rank_memory() {  // kept between texts
  static thread_local Ranks memory;
  return memory;
}

template <class Grams>
Fingerprint fingerprint(const Grams& grams, u32 i, u32 tokens, Form form, const Scheme& scheme) {
  const Around around = grams.around(i);
  const auto byte = [](u64 hash) { return static_cast<u16>((mix(hash) >> 32) % 255 + 1); };
  const u32 n = scheme.flank();
  const u16 left = i >= n ? byte(around.left) : 0;
  const u16 right = i + scheme.k + n <= tokens ? byte(around.right) : 0;
  const u64 key = mix(around.key ^ kFormSalt[static_cast<int>(form)]) >> (64 - kKeyBits);
  return {key, i, static_cast<u16>(left | right << 8)};
}

// A window's smallest r-gram stays the same until a smaller one enters or it leaves itself, so one
// step is done for each change and not for each window.
template <class Grams>
void select_some(TokenSpan tokens, Form form, const Scheme& scheme,
                 std::vector<Fingerprint>& out) {
  const u32 n = static_cast<u32>(tokens.size());
  const u32 w = scheme.w;
  const u32 span = scheme.w + scheme.k - scheme.r;  // r-grams in a window of t tokens; 2 w
  const u32 count = n - scheme.r + 1;
  Ranks& ranks = rank_memory();
  Rank* const rank = ranks.resize(count);
  const Grams grams(tokens, scheme, kFormSalt[static_cast<int>(form)], rank);

  const std::size_t begin = out.size();
  out.reserve(begin + 3 * std::size_t{n} / (2 * w) + 16);  // what the scheme selects, and more
  u32 last = ~0U;
  u64 last_key = ~0ULL;
  bool repeats = false;
  const auto choose = [&](u32 place) {
    if (place == last) return;
    last = place;
    out.push_back(fingerprint(grams, place, n, form, scheme));
    repeats |= out.back().key == last_key;
    last_key = out.back().key;
  };
  u32 low = ranks.smallest(0, span);
  for (u32 start = 0;;) {  // of the first window whose smallest is `low`
    const u32 leaves = std::min(low + span, count);
    const u32 smaller = ranks.first_below(start + span, leaves, rank[low]);
    const u32 end = smaller - span + 1;  // of these windows
    // The place modulo w: that of the smallest itself, or w before while the window reaches there.
    if (low - start >= w) choose(low - w);
    if (low - (end - 1) < w) choose(low);
    if (end + span > count) break;
    low = smaller < leaves ? smaller : ranks.smallest(end, span);
    start = end;
  }
  if (repeats) thin_periodic(out, begin, w);
}

template <class Grams>
void select_all(TokenSpan tokens, Form form, const Scheme& scheme,
                std::vector<Fingerprint>& out) {
  const u32 n = static_cast<u32>(tokens.size());
  const Grams grams(tokens, scheme, 0, rank_memory().resize(n - scheme.r + 1));
  for (u32 i = 0; i + scheme.k <= n; ++i) out.push_back(fingerprint(grams, i, n, form, scheme));
}

}  // namespace

const std::vector<Profile> kProfiles = {
    {"default", {{14, 10, 4}, {20, 12, 8}}},
    {"precise", {{14, 10, 4}, {16, 10, 6}}},
    {"large", {{28, 24, 4}, {30, 22, 8}}},
};

void fingerprints(TokenSpan tokens, Form form, const Scheme& scheme,
                  std::vector<Fingerprint>& out) {
  if (tokens.size() < scheme.guarantee()) return;
  if (form == Form::exact) {
    select_some<ExactGrams>(tokens, form, scheme, out);
  } else {
    select_some<RenamedGrams>(tokens, form, scheme, out);
  }
}

void query_fingerprints(TokenSpan tokens, Form form, const Scheme& scheme,
                        std::vector<Fingerprint>& out) {
  if (tokens.size() > kDenseTokens || tokens.size() < scheme.guarantee()) {
    fingerprints(tokens, form, scheme, out);
  } else if (form == Form::exact) {
    select_all<ExactGrams>(tokens, form, scheme, out);
  } else {
    select_all<RenamedGrams>(tokens, form, scheme, out);
  }
}

namespace {

using Select = void (*)(TokenSpan, Form, const Scheme&, std::vector<Fingerprint>&);

void add_part(const Streams& streams, std::size_t part, Form form, const Scheme& scheme,
              Select select, std::vector<Fingerprint>& out) {
  const StreamPart& range = streams.parts[part];
  if (form == Form::renamed && range.stream == Stream::prose) return;
  const std::size_t begin = out.size();
  select(streams.of(range), form, scheme, out);
  if (range.start == 0) return;
  for (std::size_t i = begin; i < out.size(); ++i) out[i].token += range.start;
}

}  // namespace

void fingerprints(const Streams& streams, Form form, const Scheme& scheme,
                  std::vector<Fingerprint>& out) {
  for (std::size_t i = 0; i < streams.parts.size(); ++i) {
    add_part(streams, i, form, scheme, static_cast<Select>(fingerprints), out);
  }
}

void query_fingerprints(const Streams& streams, Form form, const Scheme& scheme,
                        std::vector<Fingerprint>& out) {
  const std::size_t further = streams.tokens.size() - streams.code().size();
  for (std::size_t i = 0; i < streams.parts.size(); ++i) {
    const bool is_dense = i == 0 || further <= kDenseTokens;
    add_part(streams, i, form, scheme,
             is_dense ? static_cast<Select>(query_fingerprints) : static_cast<Select>(fingerprints),
             out);
  }
}

}  // namespace codescan
