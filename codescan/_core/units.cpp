// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "units.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace codescan {
namespace {

constexpr u64 kShingleSalt = 0x082efa98ec4e6c89ULL;
constexpr u64 kBandSalt = 0x3f84d5b5b5470917ULL;
constexpr u64 kBase = 0x9e3779b97f4a7c15ULL;
constexpr u32 kHeaderTokens = 40;  // how far before its brace a function may begin

bool is_mark(const u8* text, const Token& token, char mark) {
  return token.kind() == Kind::op && token.end - token.start == 1 && text[token.start] == mark;
}

bool is_word(const u8* text, const Token& token, std::string_view word) {
  return token.end - token.start == word.size() &&
         std::memcmp(text + token.start, word.data(), word.size()) == 0;
}

bool is_unit_size(u32 tokens) { return tokens >= kMinUnitTokens && tokens <= kMaxUnitTokens; }

// The widest brace blocks of the right size, with the header before the brace.
void braced_units(const u8* text, const Tokens& tokens, std::vector<Unit>& out) {
  struct Open {
    u32 start;         // of the header
    std::size_t units;  // found before it
  };
  std::vector<Open> open;
  u32 statement = 0;  // begin of the statement that may turn out to be a header
  for (u32 i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind() != Kind::op) continue;
    if (is_mark(text, tokens[i], '{')) {
      open.push_back({i - statement <= kHeaderTokens ? statement : i, out.size()});
      statement = i + 1;
    } else if (is_mark(text, tokens[i], '}')) {
      if (!open.empty()) {
        const Open block = open.back();
        open.pop_back();
        if (is_unit_size(i + 1 - block.start)) {
          out.resize(block.units);  // it holds the units found inside of it
          out.push_back({block.start, i + 1});
        }
      }
      statement = i + 1;
    } else if (is_mark(text, tokens[i], ';')) {
      statement = i + 1;
    }
  }
}

// Bodies that are indented under a line that begins with `def`, `class` or `async def`.
void indented_units(const u8* text, const Tokens& tokens, std::vector<Unit>& out) {
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
  const auto opens = [&](u32 i) {
    const bool is_async = is_word(text, tokens[i], "async") && i + 1 < tokens.size() &&
                          is_word(text, tokens[i + 1], "def");
    return is_async || is_word(text, tokens[i], "def") || is_word(text, tokens[i], "class");
  };
  u32 line = 0;  // begin of the line, in bytes
  for (u32 i = 0; i < tokens.size(); ++i) {
    if (open.empty() && !opens(i)) continue;  // most texts have braces
    const u32 from = i == 0 ? 0 : tokens[i - 1].end;
    bool is_first = i == 0;
    for (u32 at = tokens[i].start; at-- > from;) {
      if (text[at] == '\n' || text[at] == '\r') {
        line = at + 1;
        is_first = true;
        break;
      }
    }
    // A bracket at the begin of a line goes on with a statement; a decorator begins one.
    if (!is_first || (tokens[i].kind() == Kind::op && !is_mark(text, tokens[i], '@'))) continue;
    const u32 column = tokens[i].start - line;
    close(column, i);
    if (opens(i)) {
      open.push_back({i, column});
    }
  }
  close(0, static_cast<u32>(tokens.size()));
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

std::vector<Unit> find_units(const u8* text, const Tokens& tokens, u32 stride) {
  std::vector<Unit> braced, indented;
  braced_units(text, tokens, braced);
  indented_units(text, tokens, indented);
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

void shingles(const Tokens& tokens, Unit unit, std::vector<u32>& out) {
  out.clear();
  for (u32 i = unit.start; i + kShingleTokens <= unit.end; ++i) {
    u64 h = 0;
    for (u32 j = 0; j < kShingleTokens; ++j) h = h * kBase + tokens[i + j].hash;
    out.push_back(static_cast<u32>(mix(h ^ kShingleSalt)));
  }
}

// The loop over the permutations is vector code; a clone for AVX2 is chosen at run time where the
// processor has it, so that one build serves every x86-64.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default")))
#endif
Signature signature(const std::vector<u32>& shingles, const Permutations& permutations) {
  Signature low;
  low.fill(~0U);
  for (const u32 shingle : shingles) {
    // The MurmurHash3 finalizer, which datasketch applies before it permutes.
    u32 h = shingle;
    h ^= h >> 16;
    h *= 0x85ebca6bU;
    h ^= h >> 13;
    h *= 0xc2b2ae35U;
    h ^= h >> 16;
    for (u32 p = 0; p < kPermutations; ++p) {
      const u32 value = permutations.a[p] * h + permutations.b[p];
      low[p] = value < low[p] ? value : low[p];
    }
  }
  return low;
}

void bag_fingerprints(const u8* text, const Tokens& tokens, const Permutations& permutations,
                      std::vector<Fingerprint>& out, u32 stride) {
  static thread_local std::vector<u32> bag;
  for (const Unit& unit : find_units(text, tokens, stride)) {
    shingles(tokens, unit, bag);
    const Signature low = signature(bag, permutations);
    for (u32 band = 0; band < kBands; ++band) {
      u64 h = kBandSalt + band;
      for (u32 row = 0; row < kRows; ++row) h = fold_multiply(h ^ low[band * kRows + row], kSalt1);
      out.push_back({mix(h) >> (64 - kKeyBits), unit.start,
                     static_cast<u16>(unit.end - unit.start)});
    }
  }
}

}  // namespace codescan
