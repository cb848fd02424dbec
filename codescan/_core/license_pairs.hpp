// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Pairs of neighboring words of every license, and which of them a text has.
//
// A pair has a number, its place among all pairs in the order of (first word, second word). A row
// is the set of pairs of one license. Rows that share pairs with a text are counted by an inverted
// list, so that the cost is that of the text's own pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hashing.hpp"

namespace codescan {

class LicensePairs {
 public:
  static constexpr double kShare = 0.75;

  // `words` are parted by single spaces; the first has the number 1. `body` holds `pairs` steps
  // between pairs and then the steps within all rows, as four planes of bytes each, the lowest
  // bytes first. Throws std::invalid_argument where these do not fit each other.
  LicensePairs(std::string words, const std::vector<u32>& sizes, std::size_t pairs, const u8* body,
               std::size_t size);
  LicensePairs(const LicensePairs&) = delete;
  LicensePairs& operator=(const LicensePairs&) = delete;

  std::size_t rows() const { return row_ends_.size() - 1; }
  std::size_t pairs() const { return seconds_.size(); }
  std::span<const u32> row(std::size_t number) const;
  // The rows that have a pair.
  std::span<const std::uint16_t> holders(u32 pair) const { return all_.of(pair); }
  // The rows of which a pair is among the rarest: whoever has kShare of a row's pairs has one of
  // those (prefix filter: Chaudhuri, Ganti and Kaushik 2006).
  std::span<const std::uint16_t> telling_holders(u32 pair) const { return telling_.of(pair); }

  // The number of a word; 0 for words that no license has.
  u32 word(std::string_view text) const;
  // The number of a pair; -1 where no license has it.
  std::int32_t pair(u32 first, u32 second) const;

 private:
  // For each pair the rows that hold it.
  struct Holders {
    std::vector<std::uint16_t> rows;
    std::vector<u32> ends;

    std::span<const std::uint16_t> of(u32 pair) const {
      return {rows.data() + ends[pair], rows.data() + ends[pair + 1]};
    }
  };

  void number_words();
  void invert();
  // By pair the rows of lists that end at `ends`, of which the first is 0.
  static Holders inverted(std::size_t pairs, const std::vector<u32>& list,
                          const std::vector<u32>& ends);

  std::string words_;
  std::vector<std::string_view> texts_;
  std::vector<u32> table_;      // numbers of words by hash, 0 for free places
  std::vector<u32> firsts_;     // for each first word the place of its first pair
  std::vector<u32> seconds_;    // second words of all pairs
  std::vector<u32> row_pairs_;  // pairs of all rows
  std::vector<u32> row_ends_;
  Holders all_;
  Holders telling_;
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

  std::vector<u32> counts() const;
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
