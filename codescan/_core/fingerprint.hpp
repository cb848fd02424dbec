// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Which k-grams of a token sequence are stored: a local scheme that selects at least one k-gram
// from every window of w consecutive ones. Two texts that share t = w + k - 1 tokens therefore
// share a selected k-gram at the same place of the shared run.
//
// The scheme is the mod-minimizer (Groot Koerkamp and Pibiri, WABI 2024): find the smallest r-gram
// in the window and take the k-gram at its place modulo w. With r = k mod w it selects fewer
// k-grams than winnowing's 2 / (w + 1), and hashes only the small r-grams everywhere; the
// k-gram's own hash, the key, is computed where one is selected.
#pragma once

#include <vector>

#include "lexer.hpp"

namespace codescan {

// What a key is made of: tokens, tokens up to a renaming, or the bag of a unit (units.hpp).
enum class Form : u8 { exact = 0, renamed = 1, bag = 2 };
constexpr int kForms = 3;
constexpr int kTokenForms = 2;  // those with a scheme

struct Scheme {
  u32 k;  // tokens of a key
  u32 w;  // consecutive k-grams of which one is selected
  u32 r;  // tokens of the r-gram that decides; r = k mod w

  constexpr u32 guarantee() const { return w + k - 1; }
  constexpr u32 flank() const { return w / 2; }
};

// A profile fixes both forms' schemes and so the guarantee of an index; see docs/matching.md.
struct Profile {
  const char* name;
  Scheme scheme[kTokenForms];
};
extern const std::vector<Profile> kProfiles;

// `flanks` tells without the texts whether a shared run of t tokens can lie around a shared key. Such
// a run reaches at least flank() tokens beyond the key on one side. So one of the two bytes, hashes
// of as many tokens to the left and to the right, must agree. 0: the text ends before. In the renamed
// form they agree only where one renaming fits the key and that side.
struct Fingerprint {
  u64 key;  // 40 bits
  u32 token;
  u16 flanks;  // left in the low byte
};

// On how many sides they agree; on none, no run of t tokens lies around.
inline u32 agreeing_sides(u16 a, u16 b) {
  const u16 same = a ^ b;
  return ((same & 0xff) == 0 && (a & 0xff) != 0) + ((same >> 8) == 0 && (a >> 8) != 0);
}

constexpr int kKeyBits = 40;

// Appends the fingerprints of `tokens` to `out`, by increasing token. In the middle of a periodic
// stretch all selected keys are equal, and only those within w of its ends are kept. A shared run
// that reaches over an end still meets one, and a run inside has an equal one elsewhere.
void fingerprints(TokenSpan tokens, Form form, const Scheme& scheme,
                  std::vector<Fingerprint>& out);

// The same for a query: one of up to kDenseTokens tokens is looked up at each token, so that a
// selected k-gram is met wherever an edit left one whole. A longer one has more to be found by.
constexpr u32 kDenseTokens = 256;
void query_fingerprints(TokenSpan tokens, Form form, const Scheme& scheme,
                        std::vector<Fingerprint>& out);

// The fingerprints of every part of a text that has a form: prose has no identifiers to rename.
// Their tokens count from the begin of the list. Parts behind the first are looked up densely where
// they are short together.
void fingerprints(const Streams& streams, Form form, const Scheme& scheme,
                  std::vector<Fingerprint>& out);
void query_fingerprints(const Streams& streams, Form form, const Scheme& scheme,
                        std::vector<Fingerprint>& out);

}  // namespace codescan
