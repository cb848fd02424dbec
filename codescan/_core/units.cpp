// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "units.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "blocks.hpp"
#include "processor.hpp"

namespace codescan {
namespace {

constexpr u64 kShingleSalt = 0x082efa98ec4e6c89ULL;
constexpr u64 kBandSalt = 0x3f84d5b5b5470917ULL;
constexpr u64 kBase = 0x9e3779b97f4a7c15ULL;
constexpr u32 kHeaderTokens = 40;  // how far before its brace a function may begin

constexpr u64 kOpen = operator_hash('{'), kClose = operator_hash('}'), kEnd = operator_hash(';');
constexpr u64 kAt = operator_hash('@');

struct Word {
  std::string_view text;
  u64 hash = hash_literal(text, kWordSalt) & ~7ULL;  // of any kind: prose has no keywords
};
constexpr Word kDef{"def"}, kClass{"class"}, kAsync{"async"};

bool is_word(const u8* text, const Token& token, const Word& word) {
  return (token.hash & ~7ULL) == word.hash && token.end - token.start == word.text.size() &&
         std::memcmp(text + token.start, word.text.data(), word.text.size()) == 0;
}

// The first bytes of the hashes of what begins or ends units; few other tokens have one of them.
constexpr std::array<bool, 256> kMayBound = [] {
  std::array<bool, 256> may{};
  for (const u64 hash : {kOpen, kClose, kEnd, kDef.hash, kClass.hash, kAsync.hash}) {
    may[hash >> 56] = true;
  }
  return may;
}();

using Places = std::vector<u32, Uninitialized<u32>>;

// The places in [from, to) for which `test` holds, without a branch for each.
template <class Test>
void find_places(u32 from, u32 to, Places& out, Test test) {
  out.resize(to - from + 1);
  u32* end = out.data();
  for (u32 i = from; i < to; ++i) {
    *end = i;
    end += test(i);
  }
  out.resize(static_cast<std::size_t>(end - out.data()));
}

bool is_unit_size(u32 tokens) { return tokens >= kMinUnitTokens && tokens <= kMaxUnitTokens; }

// The widest brace blocks of the right size, with the header before the brace. All braces and
// semicolons are among the `bounds`.
void braced_units(TokenSpan tokens, const Places& bounds, std::vector<Unit>& out) {
  struct Open {
    u32 start;         // of the header
    std::size_t units;  // found before it
  };
  std::vector<Open> open;
  u32 statement = 0;  // begin of the statement that may turn out to be a header
  for (const u32 i : bounds) {
    const u64 hash = tokens[i].hash;
    if (hash == kOpen) {
      open.push_back({i - statement <= kHeaderTokens ? statement : i, out.size()});
      statement = i + 1;
    } else if (hash == kClose) {
      if (!open.empty()) {
        const Open block = open.back();
        open.pop_back();
        if (is_unit_size(i + 1 - block.start)) {
          out.resize(block.units);  // it holds the units found inside of it
          out.push_back({block.start, i + 1});
        }
      }
      statement = i + 1;
    } else if (hash == kEnd) {
      statement = i + 1;
    }
  }
}

// Behind the last line end in text[from, to), or 0.
u32 line_begin(const u8* text, u32 from, u32 to) {
  for (; to > from && to >= 16; to -= std::min(to - from, 16U)) {
    const Bytes16 c = load16(text + to - 16);
    const u64 ends = high_bits(equals(c, '\n') | equals(c, '\r'));
    if (ends == 0) continue;
    const u32 behind = to - 16 + static_cast<u32>(std::bit_width(ends));
    return behind > from ? behind : 0;
  }
  while (to > from && text[to - 1] != '\n' && text[to - 1] != '\r') --to;
  return to > from ? to : 0;
}

// Bodies that are indented under a line that begins with `def`, `class` or `async def`.
void indented_units(const u8* text, TokenSpan tokens, const Places& bounds,
                    std::vector<Unit>& out) {
  const u32 count = static_cast<u32>(tokens.size());
  const auto opens = [&](u32 i) {
    const bool is_async = is_word(text, tokens[i], kAsync) && i + 1 < count &&
                          is_word(text, tokens[i + 1], kDef);
    return is_async || is_word(text, tokens[i], kDef) || is_word(text, tokens[i], kClass);
  };
  const auto first = std::find_if(bounds.begin(), bounds.end(), opens);
  if (first == bounds.end()) return;  // most texts have braces
  struct Open {
    u32 start, column;
  };
  std::vector<Open> open;
  const auto close = [&](u32 column, u32 end) {
    while (!open.empty() && open.back().column >= column) {
      const u32 start = open.back().start;
      open.pop_back();
      if (!is_unit_size(end - start)) continue;
      while (!out.empty() && out.back().start >= start) out.pop_back();
      out.push_back({start, end});
    }
  };
  // Where a line may begin: between two tokens of a line there is mostly one space, if any.
  const Token* token = tokens.data();
  static thread_local Places places;
  find_places(std::max(*first, 1U), count, places, [text, token](u32 i) {
    const u32 before = token[i - 1].end;
    return (token[i].start - before > 1) | (text[before] < ' ');
  });
  if (*first == 0) places.insert(places.begin(), 0);
  for (const u32 i : places) {
    if (open.empty() && !opens(i)) continue;
    const u32 line = line_begin(text, i == 0 ? 0 : tokens[i - 1].end, tokens[i].start);
    if (line == 0 && i != 0) continue;
    // A bracket at the begin of a line goes on with a statement; a decorator begins one.
    if (tokens[i].kind() == Kind::op && tokens[i].hash != kAt) continue;
    const u32 column = tokens[i].start - line;
    close(column, i);
    if (opens(i)) open.push_back({i, column});
  }
  close(0, count);
}

// Blocks over tokens [from, to) that lie in no unit.
void add_blocks(u32 from, u32 to, u32 stride, std::vector<Unit>& out) {
  if (to - from < kMinUnitTokens) return;
  for (u32 start = from;; start += stride) {
    const u32 end = std::min(to, start + kBlockTokens);
    if (end - start >= kMinUnitTokens) out.push_back({start, end});
    if (end == to) break;
  }
}

}  // namespace

std::vector<Unit> find_units(const u8* text, TokenSpan tokens, u32 stride) {
  static thread_local Places bounds;
  const Token* token = tokens.data();
  find_places(0, static_cast<u32>(tokens.size()), bounds,
              [token](u32 i) { return kMayBound[token[i].hash >> 56]; });
  std::vector<Unit> braced, indented;
  braced_units(tokens, bounds, braced);
  indented_units(text, tokens, bounds, indented);
  // A text is written in one of the two manners; dictionaries in Python have braces, too.
  std::vector<Unit>& functions = indented.size() * 2 >= braced.size() ? indented : braced;
  std::sort(functions.begin(), functions.end(),
            [](const Unit& a, const Unit& b) { return a.start < b.start; });
  std::vector<Unit> units;
  u32 covered = 0;
  for (const Unit& unit : functions) {
    if (unit.start < covered) continue;
    add_blocks(covered, unit.start, stride, units);
    units.push_back(unit);
    covered = unit.end;
  }
  add_blocks(covered, static_cast<u32>(tokens.size()), stride, units);
  return units;
}

void shingles(TokenSpan tokens, Unit unit, std::vector<u32>& out) {
  out.clear();
  if (unit.end - unit.start < kShingleTokens) return;
  out.resize(unit.end - unit.start - kShingleTokens + 1);
  const Token* token = tokens.data() + unit.start;
  const auto pair = [token](std::size_t i) { return token[i].hash * kBase + token[i + 1].hash; };
  static_assert(kShingleTokens == 4);
  u64 here = pair(0), next = pair(1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const u64 last = pair(i + 2);
    out[i] = static_cast<u32>(mix((here * (kBase * kBase) + last) ^ kShingleSalt));
    here = next;
    next = last;
  }
}

// The MurmurHash3 finalizer, which datasketch applies before it permutes.
void mix_shingles(u32* hashes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    u32 h = hashes[i];
    h ^= h >> 16;
    h *= 0x85ebca6bU;
    h ^= h >> 13;
    h *= 0xc2b2ae35U;
    hashes[i] = h ^ h >> 16;
  }
}

namespace {

// Lowers each element of `low` to the smallest value of its permutation. As many permutations as
// fit stay in registers while all shingles pass.
template <class Lanes>
[[gnu::always_inline]] inline void lower_lanes(const u32* hashes, std::size_t count,
                                               const Permutations& permutations, Signature& low) {
  constexpr u32 kVectors = 4, kLanes = kVectors * sizeof(Lanes) / sizeof(u32);
  for (u32 p = 0; p < kPermutations; p += kLanes) {
    Lanes a[kVectors], b[kVectors], least[kVectors];
    std::memcpy(a, &permutations.a[p], sizeof a);
    std::memcpy(b, &permutations.b[p], sizeof b);
    std::memcpy(least, &low[p], sizeof least);
    for (std::size_t i = 0; i < count; ++i) {
      for (u32 v = 0; v < kVectors; ++v) {
        const Lanes value = a[v] * hashes[i] + b[v];
        least[v] = value < least[v] ? value : least[v];
      }
    }
    std::memcpy(&low[p], least, sizeof least);
  }
}

using Lanes4 = u32 __attribute__((vector_size(16)));

#ifdef __x86_64__
using Lanes8 = u32 __attribute__((vector_size(32)));

[[gnu::target("avx2")]] void lower_avx2(const u32* hashes, std::size_t count,
                                        const Permutations& permutations, Signature& low) {
  lower_lanes<Lanes8>(hashes, count, permutations, low);
}
#endif

void lower(const u32* hashes, std::size_t count, const Permutations& permutations,
           Signature& low) {
#ifdef __x86_64__
  if (has_avx2()) return lower_avx2(hashes, count, permutations, low);
#endif
  lower_lanes<Lanes4>(hashes, count, permutations, low);
}

constexpr Signature kHighest = [] {
  Signature highest{};
  highest.fill(~0U);
  return highest;
}();

void add_bands(const Signature& low, Unit unit, std::vector<Fingerprint>& out) {
  for (u32 band = 0; band < kBands; ++band) {
    u64 h = kBandSalt + band;
    for (u32 row = 0; row < kRows; ++row) h = fold_multiply(h ^ low[band * kRows + row], kSalt1);
    out.push_back(
        {mix(h) >> (64 - kKeyBits), unit.start, static_cast<u16>(unit.end - unit.start)});
  }
}

}  // namespace

void lower_signature(const u32* mixed, std::size_t count, const Permutations& permutations,
                     Signature& low) {
  lower(mixed, count, permutations, low);
}

Signature signature(const std::vector<u32>& shingles, const Permutations& permutations) {
  std::vector<u32> mixed = shingles;
  mix_shingles(mixed.data(), mixed.size());
  Signature low = kHighest;
  lower(mixed.data(), mixed.size(), permutations, low);
  return low;
}

void bag_fingerprints(const u8* text, TokenSpan tokens, const Permutations& permutations,
                      std::vector<Fingerprint>& out, u32 stride) {
  const std::vector<Unit> units = find_units(text, tokens, stride);
  if (units.empty()) return;
  static thread_local std::vector<u32> hashes;
  shingles(tokens, {0, static_cast<u32>(tokens.size())}, hashes);
  mix_shingles(hashes.data(), hashes.size());
  const auto lower_over = [&](u32 from, u32 to, Signature& low) {
    lower(hashes.data() + from, to - from, permutations, low);
  };
  out.reserve(out.size() + units.size() * kBands);
  // What a unit has in common with the one before, [begin, end) of the shingles, is read once.
  struct {
    u32 begin = 0, end = 0;
    Signature low = kHighest;
  } common;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const u32 end = units[i].end - kShingleTokens + 1;
    const u32 next = i + 1 < units.size() ? std::min(units[i + 1].start, end) : end;
    const bool goes_on = common.begin == units[i].start && common.end <= next;
    Signature low = goes_on ? common.low : kHighest;
    lower_over(goes_on ? common.end : units[i].start, next, low);
    common = {next, end, kHighest};
    lower_over(next, end, common.low);
    for (u32 p = 0; p < kPermutations; ++p) low[p] = std::min(low[p], common.low[p]);
    add_bands(low, units[i], out);
  }
}

}  // namespace codescan
