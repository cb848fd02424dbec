// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the fuzzer requires of the functions that read a text.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "lookup.hpp"
#include "run_extension.hpp"

using namespace codescan;

namespace {

using Bytes = std::vector<u8>;

// SplitMix64: small, seeded, the same everywhere.
struct Random {
  u64 state;
  u64 next() {
    u64 z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  u64 below(u64 n) { return n ? next() % n : 0; }
};

Permutations make_permutations() {
  Random random{7};
  Permutations out;
  for (u32 i = 0; i < kPermutations; ++i) {
    out.a[i] = static_cast<u32>(random.next()) | 1;
    out.b[i] = static_cast<u32>(random.next());
  }
  return out;
}
const Permutations kPermuted = make_permutations();

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

void check_order(TokenSpan tokens, std::size_t size) {
  u32 last = 0;
  for (const Token& token : tokens) {
    require(token.start >= last && token.end > token.start && token.end <= size,
            "tokens lie in the text, in order");
    last = token.start + 1;
  }
}

void check_regions(const std::vector<Region>& regions, std::size_t size) {
  u32 last = 0;
  for (const Region& region : regions) {
    require(region.start >= last && region.end >= region.start && region.end <= size,
            "regions lie in the text, in order");
    last = region.end;
  }
}

bool is_same(TokenSpan a, TokenSpan b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Token& x, const Token& y) {
    return x.hash == y.hash && x.start == y.start && x.end == y.end;
  });
}

// What every reading of a text promises.
void check_streams(const u8* text, std::size_t size, const Rules& rules, const Tokens& code,
                   const Profile& profile) {
  Streams streams;
  lex_streams(text, size, rules, Side::corpus, streams);
  require(is_same(streams.code(), code), "the first part is the code");
  require(streams.tokens.size() <= 8 * size + 64, "readings are few");
  u32 next = 0;
  for (const StreamPart& part : streams.parts) {
    require(part.start == next && part.end <= streams.tokens.size(), "parts lie side by side");
    require(part.start == 0 || (part.end - part.start >= kMinPartTokens &&
                                streams.tokens[part.start - 1].hash == kBarrier),
            "a barrier stands before a part");
    check_order(streams.of(part), size);
    next = part.end + 1;
  }
  require(next == streams.tokens.size() + 1, "nothing lies behind the parts");
  std::vector<Fingerprint> found;
  std::vector<Seed> seeds;
  fingerprints(streams, Form::exact, profile.scheme[0], found);
  query_fingerprints(streams, Form::exact, profile.scheme[0], found);
  for (const Fingerprint& fp : found) seeds.push_back({fp.token, fp.token});
  for (const Run& run : extend(streams.tokens, streams.tokens, seeds, Form::exact)) {
    for (u32 i = 0; i < run.length; ++i) {
      require(streams.tokens[run.query_token + i].hash != kBarrier, "runs end at barriers");
    }
  }
}

// What the text functions promise for any bytes.
void check_text(const u8* text, std::size_t size, u32 family, u32 profile) {
  const Rules& rules = kLexerFamilies[family].rules;
  Tokens tokens, plain;
  Regions regions;
  lex(text, size, rules, tokens, &regions);
  lex(text, size, rules, plain, nullptr);
  require(tokens.size() == plain.size(), "regions change no token");
  check_order(tokens, size);
  check_regions(regions.comments, size);
  check_regions(regions.ambiguous, size);
  check_regions(regions.strings, size);
  check_streams(text, size, rules, tokens, kProfiles[profile]);
  lex_commented(text, size, rules, plain);
  check_order(plain, size);
  std::vector<Fingerprint> found;
  for (int form = 0; form < kTokenForms; ++form) {
    const Scheme& scheme = kProfiles[profile].scheme[form];
    found.clear();
    fingerprints(tokens, static_cast<Form>(form), scheme, found);
    u32 next = 0;
    for (const Fingerprint& fp : found) {
      require(fp.token >= next && fp.token + scheme.k <= tokens.size(), "keys lie in the text");
      require(fp.key >> kKeyBits == 0, "keys have 40 bits");
      next = fp.token + 1;
    }
    require(tokens.size() < scheme.guarantee() || !found.empty(), "a long text has a key");
    // A text against itself, from seeds anywhere.
    std::vector<Seed> seeds;
    for (const Fingerprint& fp : found) seeds.push_back({fp.token, fp.token});
    seeds.push_back({static_cast<u32>(size), 0});
    for (const Run& run : extend(tokens, tokens, seeds, static_cast<Form>(form))) {
      require(u64{run.query_token} + run.length <= tokens.size() &&
                  u64{run.content_token} + run.length <= tokens.size(),
              "runs lie in the texts");
      renamed_tokens(tokens, tokens, run);
    }
  }
  for (const Unit& unit : find_units(text, tokens)) {
    require(unit.start < unit.end && unit.end <= tokens.size(), "units lie in the text");
  }
  if (size % 8 == 0) {  // signatures take longer than all the rest
    found.clear();
    bag_fingerprints(text, tokens, kPermuted, found, size % 16 ? kQueryStride : kBlockTokens);
  }
}

}  // namespace
