// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The grams of a text that the keys of a sketch are hashes of; for sketch_build.cpp and
// sketch_read.cpp alone.
#pragma once

#include "sketch.hpp"

namespace codescan {

constexpr u64 kBase = 0x9e3779b97f4a7c15ULL;  // odd, so that powers never vanish mod 2^64
constexpr u64 kSalt = 0x082efa98ec4e6c89ULL;

constexpr u64 leaving_weight() {
  u64 power = 1;
  for (u32 i = 0; i < kSketchGram; ++i) power *= kBase;
  return power;
}

inline u64 key_of(u64 gram) { return mix(gram ^ kSalt) >> (64 - kKeyBits); }

// Calls `take` with place and hash of every gram (Karp and Rabin 1987).
template <class Take>
void each_gram(TokenSpan tokens, Take take) {
  constexpr u64 kLeaving = leaving_weight();
  if (tokens.size() < kSketchGram) return;
  u64 hash = 0;
  for (u32 i = 0; i < kSketchGram; ++i) hash = hash * kBase + tokens[i].hash;
  take(0U, hash);
  for (u32 i = kSketchGram; i < tokens.size(); ++i) {
    hash = hash * kBase + tokens[i].hash - tokens[i - kSketchGram].hash * kLeaving;
    take(i - kSketchGram + 1, hash);
  }
}

}  // namespace codescan
