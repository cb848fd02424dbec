// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// How surprising the tokens of a text are: the score, in bits, of a passage that two texts share.
//
// A token's code length is that of a context model trained on packages (interpolated counts of
// hashed contexts, as in language models; Witten and Bell 1991), so that boilerplate is cheap and
// rare text is dear. Two lengths are kept for each token. `structure` is what a renamed copy still
// shares: operators, keywords, kinds, which name is used again, and literals. `full` adds the names.
#pragma once

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <vector>

#include "lexer.hpp"

namespace codescan {

class Shard;

// Tokens that structure contexts look back; names and literals that name contexts look back.
inline constexpr std::array<u32, 4> kStructureOrders = {1, 2, 4, 7};
inline constexpr std::array<u32, 2> kNameOrders = {1, 2};
constexpr u32 kReuseClasses = 8;  // of how long ago a name was used last

// Log-scale counts of one context order in hashed slots. A slot keeps the tag of one context, that
// of a frequent one (Misra and Gries 1982); a context without a slot counts as never seen.
class ContextTable {
 public:
  static constexpr u32 kBits = 17;
  static constexpr u32 kSlots = 1U << kBits;
  static constexpr std::size_t kBytes = 2 * std::size_t{kSlots};

  explicit ContextTable(const u8* bytes) : bytes_(bytes) {}
  float count(u64 hash) const {
    const u8* slot = bytes_ + 2 * (hash >> (64 - kBits));
    return slot[0] == tag_of(hash) ? kCounts[slot[1]] : 0.0F;
  }
  void prefetch(u64 hash) const { __builtin_prefetch(bytes_ + 2 * (hash >> (64 - kBits))); }
  static u8 tag_of(u64 hash) { return static_cast<u8>(hash >> 8); }
  static u8 quantized(u64 count);

 private:
  static const std::array<float, 256> kCounts;
  const u8* bytes_;
};

// Counts contexts; frozen into the bytes of a TokenModel.
class ModelTrainer {
 public:
  ModelTrainer();
  // Counts the tokens of a text of one lexer family.
  void add(TokenSpan tokens, u32 lexer);
  std::vector<u8> bytes() const;

 private:
  struct Slot {
    u32 tag = 0;
    u32 count = 0;
  };
  std::vector<std::vector<Slot>> tables_;
  std::vector<u32> names_;  // by frequency class
};

class TokenModel {
 public:
  // Two tables (contexts, contexts with what follows) for each order and for the reuse of names,
  // then the quantized frequency of each class of names.
  static constexpr std::size_t kTables =
      2 * (kStructureOrders.size() + kNameOrders.size() + 1);
  static constexpr u32 kNameClasses = 65536;
  static constexpr std::size_t kBytes = kTables * ContextTable::kBytes + kNameClasses;

  // `bytes` has kBytes. The shards are those of an index, or none. `owner` keeps both alive.
  TokenModel(const u8* bytes, std::vector<const Shard*> shards, std::shared_ptr<void> owner);

  // Writes the sums of the code lengths of all tokens before each token, in bits: tokens + 1 values.
  // `text` is what the tokens are of.
  void score(const u8* text, TokenSpan tokens, u32 lexer, std::vector<double>& structure,
             std::vector<double>& full) const;

 private:
  // Probability of a class of names.
  float name_share(u32 name_class) const;

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  std::shared_ptr<void> owner_;
  const u8* names_;  // quantized frequency of each class
  std::vector<ContextTable> tables_;
  std::vector<const Shard*> shards_;
  double counted_;  // names of all classes, as the shares take them
  // Of the classes that were asked for; 0 for the others. A text has a few hundred of them.
  std::unique_ptr<std::atomic<float>[], Free> shares_;
};

}  // namespace codescan
