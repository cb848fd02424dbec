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
#include "prefix_filter.hpp"

namespace codescan {

// The first eight bytes of a word, case bits set, and which of them it has.
struct WordStart {
  u64 bytes = 0, mask = 0;
};

class Words {
 public:
  // The words are not empty; ASCII letters are compared without regard to case. With `is_wrapped` the
  // blanks of a word stand for any white space, see `starts_wrapped`.
  explicit Words(std::vector<std::string> words, bool is_wrapped = false);

  // The words of both; `is_wrapped` if one of them is.
  static Words joined(const Words& first, const Words& second);

  bool any_in(const u8* text, std::size_t size) const;

  // Where words start, in order, each place once.
  std::vector<std::size_t> places_in(const u8* text, std::size_t size) const;

  // Which words there are, by their places in the list that was given, ascending.
  std::vector<std::size_t> present_in(const u8* text, std::size_t size) const;

 private:
  // Orders the words, and the bytes that a text with each starts with, by hash.
  void make_table(std::vector<std::string>& firsts);

  // Whether a word starts a text.
  bool starts(const u8* text, std::size_t size, const std::string& word) const;

  // Whether one of the words from `first` to `last` starts a text.
  bool is_at(const u8* text, std::size_t size, std::size_t first, std::size_t last) const;

  // Whether a word starts at a place.
  bool starts_at(const u8* text, std::size_t size, std::size_t at) const;

  // Whether a word starts somewhere; notes each place in `places` if that is given.
  bool search_words(const u8* text, std::size_t size, std::vector<std::size_t>* places) const;

  std::vector<std::string> given_;
  bool is_wrapped_;
  std::vector<std::string> words_;  // once for each start, those that share a hash side by side
  std::vector<std::size_t> order_;  // for each of `words_` its place in the list that was given
  std::vector<WordStart> starts_;   // of `words_`
  // For each hash of three bytes the place behind its last word, preceded by that of hash 0; empty
  // for a few words.
  std::vector<std::uint16_t> ends_;
  std::vector<u64> begins_;  // a bit for each hash that a word has, which stay in the nearest cache
  PrefixFilter filter_;
};

}  // namespace codescan
