// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "common_subsequence.hpp"

#include <algorithm>
#include <bit>

namespace codescan {
namespace {

constexpr u32 kBits = 64;

// For each distinct hash of a run a row of bits: where it stands.
class Positions {
 public:
  explicit Positions(TokenSpan run)
      : words_((static_cast<u32>(run.size()) + kBits - 1) / kBits),
        mask_(std::bit_ceil(2 * run.size() + 2) - 1),
        slots_(mask_ + 1) {
    for (u32 i = 0; i < run.size(); ++i) {
      Slot& slot = slot_of(run[i].hash);
      if (!slot.row) {
        bits_.resize(bits_.size() + words_, 0);
        slot = {run[i].hash, static_cast<u32>(bits_.size() / words_)};
      }
      bits_[(slot.row - 1) * std::size_t{words_} + i / kBits] |= u64{1} << i % kBits;
    }
  }

  u32 words() const { return words_; }
  // The row of a hash; null where it stands nowhere.
  const u64* of(u64 hash) {
    const Slot& slot = slot_of(hash);
    return slot.row ? bits_.data() + (slot.row - 1) * std::size_t{words_} : nullptr;
  }

 private:
  struct Slot {
    u64 hash = 0;
    u32 row = 0;  // from 1; 0 for a free slot
  };

  Slot& slot_of(u64 hash) {
    std::size_t at = mix(hash) & mask_;
    while (slots_[at].row && slots_[at].hash != hash) at = (at + 1) & mask_;
    return slots_[at];
  }

  u32 words_;
  std::size_t mask_;
  std::vector<Slot> slots_;
  std::vector<u64> bits_;
};

// For each token of `second` a row of bits over `first`: 0 where the subsequence of both up to there
// grows.
std::vector<u64> rows_of(TokenSpan first, TokenSpan second, u32& words) {
  Positions positions(first);
  words = positions.words();
  std::vector<u64> rows(std::size_t{words} * second.size());
  std::vector<u64> state(words, ~u64{0});
  for (std::size_t row = 0; row < second.size(); ++row) {
    if (const u64* matches = positions.of(second[row].hash)) {
      bool carry = false;
      for (u32 word = 0; word < words; ++word) {
        const u64 before = state[word], common = before & matches[word];
        const u64 sum = before + common, total = sum + carry;
        carry = (sum < before) | (total < sum);
        state[word] = total | (before - common);
      }
    }
    std::copy(state.begin(), state.end(), rows.begin() + row * words);
  }
  return rows;
}

// Appends a pair of equal tokens that stands before all others.
void prepend(std::vector<EqualBlock>& reversed, u32 first, u32 second) {
  if (!reversed.empty()) {
    EqualBlock& next = reversed.back();
    if (next.first == first + 1 && next.second == second + 1) {
      next = {first, second, next.length + 1};
      return;
    }
  }
  reversed.push_back({first, second, 1});
}

}  // namespace

std::vector<EqualBlock> equal_blocks(TokenSpan first, TokenSpan second, u32 least) {
  const u32 shorter = static_cast<u32>(std::min(first.size(), second.size()));
  u32 prefix = 0, suffix = 0;
  while (prefix < shorter && first[prefix].hash == second[prefix].hash) ++prefix;
  while (suffix < shorter - prefix && first[first.size() - 1 - suffix].hash ==
                                          second[second.size() - 1 - suffix].hash) {
    ++suffix;
  }
  std::vector<EqualBlock> reversed;
  for (u32 i = 1; i <= suffix; ++i) {
    prepend(reversed, static_cast<u32>(first.size()) - i, static_cast<u32>(second.size()) - i);
  }
  const TokenSpan inner = first.subspan(prefix, first.size() - prefix - suffix);
  const TokenSpan other = second.subspan(prefix, second.size() - prefix - suffix);
  if (!inner.empty() && !other.empty()) {
    u32 words = 0;
    const std::vector<u64> rows = rows_of(inner, other, words);
    const auto is_set = [&](u32 row, u32 column) {
      return rows[std::size_t{row} * words + column / kBits] >> column % kBits & 1;
    };
    u32 column = static_cast<u32>(inner.size()), row = static_cast<u32>(other.size());
    while (row && column) {
      if (is_set(row - 1, column - 1)) {
        --column;
        continue;
      }
      --row;
      if (row && !is_set(row - 1, column - 1)) continue;
      --column;
      prepend(reversed, prefix + column, prefix + row);
    }
  }
  for (u32 i = prefix; i-- > 0;) prepend(reversed, i, i);
  std::erase_if(reversed, [&](const EqualBlock& block) { return block.length < least; });
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace codescan
