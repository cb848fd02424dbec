// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a text holds one of a few words, and where: the question that spares most files a closer
// look.
//
// All words are sought in one pass. A few are sought in blocks of the text, by three bytes of each at
// a time, in loops that compilers turn into vector instructions. Many are sought by a table of the
// hashes of their first three bytes, so that the time does not grow with their number. Where the
// processor can, it first picks the places whose four bytes have the halves of those of some word,
// 32 places at a time (the algorithm "Teddy" of Hyperscan; X. Wang et al., NSDI 2019).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hashing.hpp"

namespace codescan {

inline constexpr std::size_t kFiltered = 4;  // bytes of a word that the filter looks at

// For each half of a byte the groups of words that have it at one place of their first bytes.
struct PrefixNibbles {
  std::array<u8, 16> low{}, high{};
};

// The first eight bytes of a word, case bits set, and which of them it has.
struct WordStart {
  u64 bytes = 0, mask = 0;
};

class Words {
 public:
  // The words are not empty; ASCII letters are compared without regard to case.
  explicit Words(std::vector<std::string> words);

  // The words of both.
  static Words joined(const Words& first, const Words& second);

  bool any_in(const u8* text, std::size_t size) const;

  // Where words start, in order, each place once.
  std::vector<std::size_t> places_in(const u8* text, std::size_t size) const;

  // Which words there are, by their places in the list that was given, ascending.
  std::vector<std::size_t> present_in(const u8* text, std::size_t size) const;

 private:
  void make_table();
  void make_filter();

  // Whether one of the words from `first` to `last` starts a text.
  bool is_at(const u8* text, std::size_t size, std::size_t first, std::size_t last) const;

  // Whether a word starts at a place.
  bool starts_at(const u8* text, std::size_t size, std::size_t at) const;

  // Whether a word starts somewhere; notes each place in `places` if that is given.
  bool search_words(const u8* text, std::size_t size, std::vector<std::size_t>* places) const;

  std::vector<std::string> words_;  // in lower case, those that share a hash side by side
  std::vector<std::size_t> order_;  // for each of `words_` its place in the list that was given
  std::vector<WordStart> starts_;    // of `words_`
  // For each hash of three bytes the place behind its last word, preceded by that of hash 0; empty
  // for a few words.
  std::vector<std::uint16_t> ends_;
  std::vector<u64> begins_;  // a bit for each hash that a word has, which stay in the nearest cache
  std::array<PrefixNibbles, kFiltered> filter_{};
  bool is_filtered_ = false;  // whether few places pass the filter
};

}  // namespace codescan
