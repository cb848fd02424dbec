// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What duplicates of documents, of their functions and blocks, and of their passages are found by,
// for many documents in one pass: token sequences, hashes of them, MinHash signatures with the keys
// of their bands, and fingerprints.
#pragma once

#include <array>
#include <vector>

#include "token_alignment.hpp"
#include "units.hpp"

namespace codescan {

// Two rows a band: documents of which a tenth of the tokens is edited have half of their shingles
// in common, and then share one of 32 bands with a chance of 0.9999.
constexpr u32 kFileRows = 2;
constexpr u32 kFileBands = kPermutations / kFileRows;
// Of the fingerprints up to renaming: a renamed document has all of them.
constexpr u32 kRenamedPermutations = 16;
constexpr u32 kRenamedBands = kRenamedPermutations / kFileRows;
constexpr u32 kUnitRows = 4;
constexpr u32 kUnitBands = 10;
constexpr u32 kUnitSignature = 32;  // permutations that are kept of a unit's signature
// Of fewer tokens nothing but equality says anything.
constexpr u32 kMinNearTokens = kMinUnitTokens;
// A text of fewer code tokens, such as one that is all comments, is compared by its words.
constexpr u32 kMinCodeTokens = 20;

constexpr u32 kTokenClasses = 1U << 16;
constexpr u32 token_class(u32 symbol) { return symbol >> 3 & (kTokenClasses - 1); }

class FeatureBuilder {
 public:
  // What is looked for beside files: units, and passages by this scheme.
  struct Levels {
    bool units, passages;
    Scheme scheme;
  };
  FeatureBuilder(const Permutations& permutations, const Levels& levels)
      : permutations_(permutations), levels_(levels), histogram(kTokenClasses, 0) {}

  // Takes a document and returns its number of tokens. Without `near`, it is only told whether it
  // equals another one.
  u32 add(const u8* text, std::size_t size, u32 lexer, bool near);

  std::size_t documents() const { return lengths.size(); }

 private:
  const Permutations permutations_;
  const Levels levels_;
  Tokens tokens_;
  std::vector<u32> mixed_, repeated_;

  void add_tokens(const u8* text);
  void add_signatures(const u8* text, u32 document);
  void add_renamed(u32 document);
  void add_passages(u32 document);

 public:
  std::vector<u32> symbols;     // of all documents, one after the other
  std::vector<u16> lines;       // line ends before each token, since the token before it; of
                                // parts of documents alone
  std::vector<u32> lengths;     // tokens of each document
  std::vector<u64> hashes;      // two of each document's tokens
  std::vector<u8> signatures;   // low bytes, kPermutations of each document
  std::vector<u8> renamed_signatures;
  std::vector<u64> file_keys, renamed_keys, unit_keys, passage_keys;
  std::vector<u32> file_owners, renamed_owners, unit_owners;  // documents; units
  std::vector<u32> passage_places;                            // document, token
  std::vector<u32> units;                                     // document, start, end
  std::vector<u64> unit_hashes;
  std::vector<u8> unit_signatures;
  std::vector<u64> histogram;  // of token classes
};

}  // namespace codescan
