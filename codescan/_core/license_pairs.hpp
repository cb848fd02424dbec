// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Pairs of neighboring words of every license, and which of them a text has.
//
// A pair has a number, its place among all pairs in the order of (first word, second word). A row
// is the set of pairs of one license. Rows that share pairs with a text are counted by an inverted
// list, so that the cost is that of the text's own pairs.
//
// The table is read in place from a file that is mapped: a program that reads one notice touches
// little of it. Its numbers are little-endian. In order:
// - u32: words, pairs, rows, telling holders, bytes of text, bytes of steps.
// - u32: size of each row, in pairs.
// - u32: end of each pair's telling holders.
// - u16: second word of each pair.
// - u16: number of pairs that begin with each word, from 1 on.
// - u16: telling holders, by pair.
// - text: the words in ascending order, each behind a space. The first has the number 1.
// - steps between the pairs of each row, from 0 on: seven bits to a byte, the lowest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "hashing.hpp"

namespace codescan {

class LicensePairs {
 public:
  static constexpr double kShare = 0.75;

  // `data` must outlive this. Throws std::invalid_argument where it is not as described above.
  LicensePairs(const u8* data, std::size_t size);
  LicensePairs(const LicensePairs&) = delete;
  LicensePairs& operator=(const LicensePairs&) = delete;

  std::size_t rows() const { return sizes_.count; }
  std::size_t pairs() const { return seconds_.count; }
  std::size_t size(std::size_t row) const { return sizes_[row]; }
  // The pairs of a row, ascending. Throws std::invalid_argument where they are damaged.
  std::span<const u32> row(std::size_t number) const;
  // How many of some pairs, ascending, each row has.
  std::vector<u32> counts(std::span<const u32> pairs) const;
  // The rows of which a pair is among the rarest: whoever has kShare of a row's pairs has one of
  // those (prefix filter: Chaudhuri, Ganti and Kaushik 2006).
  template <class Visit>
  void for_telling_holders(u32 pair, Visit visit) const {
    for (u32 i = pair > 0 ? telling_ends_[pair - 1] : 0; i < telling_ends_[pair]; ++i) {
      if (i >= telling_.count || telling_[i] >= rows()) fail();
      visit(telling_[i]);
    }
  }

  // The number of a word; 0 for words that no license has.
  u32 word(std::string_view text) const;
  // The number of a pair; -1 where no license has it.
  std::int32_t pair(u32 first, u32 second) const;

 private:
  // Numbers of the file, which need not be aligned.
  template <class T>
  struct Numbers {
    const u8* data = nullptr;
    std::size_t count = 0;

    T operator[](std::size_t i) const {
      T value;
      std::memcpy(&value, data + i * sizeof value, sizeof value);
      return value;
    }
  };

  [[noreturn]] static void fail();
  void number_words();
  void invert() const;

  std::string_view text_, steps_;
  Numbers<u32> sizes_, telling_ends_;
  Numbers<std::uint16_t> seconds_, telling_;
  std::vector<std::string_view> words_;
  std::vector<std::uint16_t> table_;     // numbers of words by hash, 0 for free places
  std::vector<u32> firsts_;              // for each first word the place of its first pair
  std::vector<std::size_t> row_starts_;  // in steps_
  // Rows that were asked for, and for each pair the rows that hold it, once asked for.
  mutable std::vector<std::vector<u32>> row_pairs_;
  mutable std::vector<std::uint16_t> holders_;
  mutable std::vector<u32> holder_ends_;
};

// A stretch of words [first, last).
using WordRange = std::pair<std::size_t, std::size_t>;

// The pairs of one text, and which of them no license explains yet.
class PairMatch {
 public:
  // `words` are numbers of `table`, which must outlive this.
  PairMatch(const LicensePairs& table, const std::vector<u32>& words);

  // Distinct known pairs, and distinct pairs in all; each pair with an unknown word counts as one.
  std::size_t known() const { return known_.size(); }
  std::size_t total() const { return known_.size() + unknown_; }
  // Known pairs that `explain` has not been told of.
  std::size_t unexplained() const { return unexplained_; }

  // (row, how many of its pairs the text has) of each row of which it has at least a share, which
  // is not below LicensePairs::kShare.
  std::vector<std::pair<u32, u32>> covering(double share) const;
  // The first row of those that have most pairs of the text, and how many.
  std::pair<u32, u32> best() const;
  // How many of a row's pairs the text has, and how many of these are not explained.
  std::size_t shared(std::size_t row) const;
  std::size_t unexplained_in(std::size_t row) const;

  void explain(std::size_t row);

  // The densest part of the text from the first to the last word that a row has, not looking at
  // what is `covered` (a byte for each word). A pair of the row counts 1, any other -`miss`. Only
  // `size` words, those of the license, a quarter more and `wider` are looked at.
  WordRange window(std::size_t row, const std::vector<u8>& covered, std::size_t size,
                   std::size_t wider, int miss) const;

  // Words of at least `least` pairs in a row that a license has.
  std::vector<WordRange> long_runs(std::size_t row, std::size_t least) const;

 private:
  enum Mark : u8 { kKnown = 1, kExplained = 2 };

  std::vector<u8>& marks() const;
  std::vector<u8> hits(std::size_t row) const;

  const LicensePairs& table_;
  std::vector<std::int32_t> pairs_;  // at each word but the last
  std::vector<u32> known_;           // ascending
  mutable std::vector<u8> marks_;    // for each pair of the table, once asked for: a Mark or 0
  std::size_t unknown_ = 0;
  std::size_t unexplained_ = 0;
};

}  // namespace codescan
