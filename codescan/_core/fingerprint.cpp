// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint.hpp"

#include <algorithm>
#include <array>

namespace codescan {
namespace {

constexpr u64 kBase = 0x9e3779b97f4a7c15ULL;  // odd, so that powers never vanish mod 2^64
constexpr u64 kFirstUse = 0x243f6a8885a308d3ULL;
constexpr u64 kFormSalt[kTokenForms] = {0x13198a2e03707344ULL, 0xa4093822299f31d0ULL};
constexpr u64 kRankFactor = 0x9fb21c651e98df25ULL;  // spreads every bit into the upper half
constexpr u32 kMaxK = 64;

// The code of an identifier that was last used `distance` tokens before; 0 means not before.
inline u64 use_code(u32 distance) { return distance == 0 ? kFirstUse : mix(kFirstUse + distance); }

// The distance of each identifier to its previous use, up to a limit; else 0.
class Uses {
 public:
  // Expected constant time for each token: a small table remembers the last place of a name.
  // Names that share a slot with another recent one are searched for among the recent names.
  void prepare(const Tokens& tokens, u32 limit) {
    const u32 n = static_cast<u32>(tokens.size());
    previous_.assign(n, 0);
    recent_.clear();
    slots_.fill({0, 0});
    std::size_t oldest = 0;
    for (u32 i = 0; i < n; ++i) {
      if (tokens[i].kind() != Kind::identifier) continue;
      const u64 hash = tokens[i].hash;
      Slot& slot = slots_[(hash >> 8) & (kSlots - 1)];
      const bool is_live = slot.end != 0 && slot.end + limit > i;
      if (is_live && slot.hash == hash) {
        previous_[i] = static_cast<u8>(i + 1 - slot.end);
      } else if (is_live) {
        while (recent_[oldest] + limit < i) ++oldest;
        for (std::size_t j = recent_.size(); j-- > oldest;) {
          if (tokens[recent_[j]].hash == hash) {
            previous_[i] = static_cast<u8>(i - recent_[j]);
            break;
          }
        }
      }
      slot = {hash, i + 1};
      recent_.push_back(i);
    }
  }
  u32 previous(u32 i) const { return previous_[i]; }

 private:
  static constexpr std::size_t kSlots = 256;
  struct Slot {
    u64 hash;
    u32 end;  // one behind the last place; 0 when the slot is empty
  };
  std::array<Slot, kSlots> slots_;
  std::vector<u8> previous_;
  std::vector<u32> recent_;
};

struct Powers {
  std::array<u64, kMaxK> value;
  constexpr Powers() : value{} {
    value[0] = 1;
    for (u32 i = 1; i < kMaxK; ++i) value[i] = value[i - 1] * kBase;
  }
  constexpr u64 operator[](u32 i) const { return value[i]; }
};
constexpr Powers kPower;

std::array<u64, kMaxK> make_use_codes() {
  std::array<u64, kMaxK> codes;
  for (u32 d = 0; d < kMaxK; ++d) codes[d] = use_code(d);
  return codes;
}

// Hashes of consecutive exact tokens, each from two prefix hashes (Karp and Rabin 1987).
class ExactGrams {
 public:
  ExactGrams(const Tokens& tokens, const Scheme& scheme)
      : tokens_(tokens.data()), count_(tokens.size()), r_(scheme.r), prefix_(memory()) {
    prefix_.resize(count_ + 1);
    prefix_[0] = 0;
    for (u32 i = 0; i < r_; ++i) extend(i);
  }
  u64 rank() const { return hash_ - prefix_[at_] * kPower[r_]; }
  void advance(u32 i) {  // from r-gram i to i + 1
    at_ = i + 1;
    extend(i + r_);
  }
  // Of tokens up to the end of the r-gram that was reached.
  u64 gram(u32 i, u32 length) const { return prefix_[i + length] - prefix_[i] * kPower[length]; }

 private:
  void extend(u32 i) {
    hash_ = hash_ * kBase + tokens_[i].hash;
    prefix_[i + 1] = hash_;
  }
  // Kept between texts, so that it is allocated once for each thread.
  static std::vector<u64>& memory() {
    static thread_local std::vector<u64> memory;
    return memory;
  }

  const Token* tokens_;
  std::size_t count_;
  u32 r_;
  u32 at_ = 0;
  u64 hash_ = 0;
  std::vector<u64>& prefix_;
};

// The same with each identifier replaced by the distance to its previous use inside the gram, so
// that a one-to-one renaming changes nothing (Baker, "Parameterized pattern matching", 1996).
// What a gram loses and wins as it moves is tabulated, so that moving it has no branch.
class RenamedGrams {
 public:
  RenamedGrams(const Tokens& tokens, const Scheme& scheme)
      : scheme_(scheme), memory_(memory()) {
    static const std::array<u64, kMaxK> codes = make_use_codes();
    const std::size_t n = tokens.size();
    const u32 r = scheme.r;
    memory_.uses.prepare(tokens, scheme.k);
    memory_.rows.resize(n);
    Row* rows = memory_.rows.data();
    for (u32 i = 0; i < n; ++i) {
      const bool is_name = tokens[i].kind() == Kind::identifier;
      const u32 d = memory_.uses.previous(i);
      const u64 first = is_name ? codes[0] : tokens[i].hash;
      const u64 again = d != 0 ? codes[d] : first;
      const u64 entering = d < r ? again : first;
      rows[i] = {first, again, entering, first * kPower[r - 1], d != 0 ? d : kMaxK};
      // When its previous use leaves a gram, a use in the same gram becomes a first use.
      if (d != 0 && d < r) rows[i - d].leaving += (again - first) * kPower[r - 1 - d];
    }
    for (u32 j = 0; j < r; ++j) rolling_ = rolling_ * kBase + rows[j].code(j);
  }
  u64 rank() const { return rolling_; }
  void advance(u32 i) {
    const Row* rows = memory_.rows.data();
    rolling_ = (rolling_ - rows[i].leaving) * kBase + rows[i + scheme_.r].entering;
  }
  u64 gram(u32 i, u32 length) const {
    const Row* rows = memory_.rows.data() + i;
    u64 h = 0;
    for (u32 j = 0; j < length; ++j) h = h * kBase + rows[j].code(j);
    return h;
  }

 private:
  struct Row {
    u64 first;     // code of the token where no use of its name lies before it in the gram
    u64 again;     // code where one does
    u64 entering;  // code at the end of an r-gram
    u64 leaving;   // what an r-gram loses with it
    u32 distance;  // to the previous use; kMaxK: there is none near

    // The code at place j of a gram.
    u64 code(u32 j) const { return distance <= j ? again : first; }
  };
  struct Memory {
    Uses uses;
    std::vector<Row> rows;
  };
  // Kept between texts, so that it is allocated once for each thread.
  static Memory& memory() {
    static thread_local Memory memory;
    return memory;
  }

  const Scheme& scheme_;
  Memory& memory_;
  u64 rolling_ = 0;
};

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

// Smallest element of each window of `span` places, by van Herk's and Gil and Werman's method:
// prefix minima and suffix minima of blocks as long as the window, three comparisons an element
// and no branch that depends on the data.
class SlidingMinimum {
 public:
  // `values` hold the place in their low half, so equal ranks are won by the leftmost.
  void prepare(const std::vector<u64>& values, u32 span) {
    span_ = span;
    const std::size_t n = values.size();
    prefix_.resize(n);
    suffix_.resize(n);
    for (std::size_t begin = 0; begin < n; begin += span) {
      const std::size_t end = std::min(n, begin + span);
      u64 low = ~0ULL;
      for (std::size_t i = begin; i < end; ++i) prefix_[i] = low = std::min(low, values[i]);
      low = ~0ULL;
      for (std::size_t i = end; i-- > begin;) suffix_[i] = low = std::min(low, values[i]);
    }
  }
  u32 place(std::size_t start) const {
    return static_cast<u32>(std::min(suffix_[start], prefix_[start + span_ - 1]));
  }

 private:
  u32 span_ = 0;
  std::vector<u64> prefix_, suffix_;
};

template <class Grams>
u16 flanks(const Grams& grams, u32 i, u32 tokens, const Scheme& scheme) {
  const u32 n = scheme.flank();
  const auto byte = [&](u32 from) {  // 1 to 255
    return static_cast<u16>((mix(grams.gram(from, n)) >> 32) % 255 + 1);
  };
  const u16 left = i >= n ? byte(i - n) : 0;
  const u16 right = i + scheme.k + n <= tokens ? byte(i + scheme.k) : 0;
  return static_cast<u16>(left | right << 8);
}

template <class Grams>
Fingerprint fingerprint(const Grams& grams, u32 i, u32 tokens, Form form, const Scheme& scheme) {
  const u64 salt = kFormSalt[static_cast<int>(form)];
  const u64 key = mix(grams.gram(i, scheme.k) ^ salt) >> (64 - kKeyBits);
  return {key, i, flanks(grams, i, tokens, scheme)};
}

template <class Grams>
void select(const Tokens& tokens, Form form, const Scheme& scheme, std::vector<Fingerprint>& out) {
  if (tokens.size() < scheme.guarantee()) return;
  static thread_local std::vector<u64> ranks;
  static thread_local SlidingMinimum minimum;
  const u64 salt = kFormSalt[static_cast<int>(form)];
  const std::size_t count = tokens.size() - scheme.r + 1;
  Grams grams(tokens, scheme);
  ranks.resize(count);
  for (std::size_t i = 0;;) {
    ranks[i] = (((grams.rank() ^ salt) * kRankFactor) & ~0xffffffffULL) | i;
    if (++i == count) break;
    grams.advance(static_cast<u32>(i - 1));
  }
  const u32 span = scheme.w + scheme.k - scheme.r;  // r-grams in a window of t tokens
  minimum.prepare(ranks, span);

  const u32 n = static_cast<u32>(tokens.size());
  const std::size_t begin = out.size();
  out.reserve(begin + 3 * std::size_t{n} / (2 * scheme.w) + 16);  // what the scheme selects, and more
  u32 last = ~0U;
  for (std::size_t start = 0; start + span <= count; ++start) {
    u32 offset = minimum.place(start) - static_cast<u32>(start);
    while (offset >= scheme.w) offset -= scheme.w;
    const u32 chosen = static_cast<u32>(start) + offset;
    if (chosen == last) continue;
    last = chosen;
    out.push_back(fingerprint(grams, chosen, n, form, scheme));
  }
  thin_periodic(out, begin, scheme.w);
}

template <class Grams>
void select_all(const Tokens& tokens, Form form, const Scheme& scheme,
                std::vector<Fingerprint>& out) {
  const u32 n = static_cast<u32>(tokens.size());
  if (n < scheme.guarantee()) return;
  Grams grams(tokens, scheme);
  for (u32 i = 0; i + scheme.r < n; ++i) grams.advance(i);
  for (u32 i = 0; i + scheme.k <= n; ++i) out.push_back(fingerprint(grams, i, n, form, scheme));
}

}  // namespace

const std::vector<Profile> kProfiles = {
    {"default", {{14, 10, 4}, {20, 12, 8}}},
    {"precise", {{14, 10, 4}, {16, 10, 6}}},
    {"large", {{28, 24, 4}, {30, 22, 8}}},
};

void fingerprints(const Tokens& tokens, Form form, const Scheme& scheme,
                  std::vector<Fingerprint>& out) {
  if (form == Form::exact) {
    select<ExactGrams>(tokens, form, scheme, out);
  } else {
    select<RenamedGrams>(tokens, form, scheme, out);
  }
}

void query_fingerprints(const Tokens& tokens, Form form, const Scheme& scheme,
                        std::vector<Fingerprint>& out) {
  if (tokens.size() > kDenseTokens) {
    fingerprints(tokens, form, scheme, out);
  } else if (form == Form::exact) {
    select_all<ExactGrams>(tokens, form, scheme, out);
  } else {
    select_all<RenamedGrams>(tokens, form, scheme, out);
  }
}

}  // namespace codescan
