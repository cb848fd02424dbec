// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a text holds one of a few words, and where: the question that spares most files a closer
// look.
//
// All words are sought in one pass over blocks of the text, by three bytes of each at a time, in
// loops that compilers turn into vector instructions: many times as fast as one search of the
// interpreter's after the other.
#pragma once

#include <string>
#include <vector>

#include "hashing.hpp"

namespace codescan {

class Words {
 public:
  // The words are not empty; ASCII letters are compared without regard to case.
  explicit Words(std::vector<std::string> words);

  bool any_in(const u8* text, std::size_t size) const;

  // Where words start, in order, each place once.
  std::vector<std::size_t> places_in(const u8* text, std::size_t size) const;

 private:
  std::vector<std::string> words_;  // in lower case
};

}  // namespace codescan
