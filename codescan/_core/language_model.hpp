// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Identifies the languages of a text, line by line.
//
// A linear model scores each line: hashed features (tokens, first tokens of lines, pairs of tokens)
// have a weight for each class. The Viterbi algorithm (Viterbi 1967) then divides the text into
// stretches of one class, where each change of class costs a fixed penalty.
// scripts/train_identification makes the weights.
#pragma once

#include <array>
#include <vector>

#include "hashing.hpp"

namespace codescan {

constexpr std::size_t kFeatureBits = 13;
constexpr std::size_t kFeatures = std::size_t{1} << kFeatureBits;
constexpr std::size_t kMaxClasses = 48;
constexpr std::size_t kWindow = 16;  // lines

// The features of one line, appended to `out`.
void line_features(const u8* line, std::size_t size, std::vector<u16>& out);

// What is known about a class in a text.
struct ClassShare {
  std::int64_t score = 0;  // sum over all lines of the text
  u32 bytes = 0;           // of the lines that the best division gives it, white space left out
};

// Lines in a row that the best division gives one class, [start, end) in bytes.
struct ClassStretch {
  u32 of_class = 0;
  std::size_t start = 0, end = 0;
};

// What a text seems to be made of.
struct LanguageDivision {
  std::vector<ClassShare> shares;       // by class
  std::vector<ClassStretch> stretches;  // in order; together they are the whole text
  // The best class of each kWindow lines alone, whatever surrounds them. Windows overlap by half and
  // have half a window more on both sides; those of one class that touch are joined.
  std::vector<ClassStretch> windows;
};

class LanguageModel {
 public:
  // `weights` has kFeatures rows of kMaxClasses weights; classes after `classes` are not used.
  LanguageModel(const u8* weights, std::size_t size, std::size_t classes);

  // Time is linear in the text; memory is a few bytes for each of its lines and classes.
  LanguageDivision divide(const u8* text, std::size_t size, std::int32_t penalty) const;

 private:
  std::vector<std::int8_t> weights_;
  std::size_t classes_;
};

}  // namespace codescan
