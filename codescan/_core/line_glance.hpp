// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Which lines of code may begin with a mark of text_marks.hpp; for text_marks.cpp alone.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <vector>

#include "blocks.hpp"
#include "hashing.hpp"

namespace codescan {
namespace {

// Marks some bytes in a table.
constexpr std::array<bool, 256> bytes_of(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<u8>(c)] = true;
  return table;
}
// What the lines of a text in code tell at a glance: where they begin, and where the first word of each
// ends. Few begin as those of a session, a listing or a patch do; only these are looked at.
class LineGlance {
 public:
  explicit LineGlance(std::size_t size) : words_(size / kBlock + 2) {}

  void add(std::size_t base, const u8* block) {
    Words& words = words_[base / kBlock];
    words.text = ~block_bits(block, [](Bytes16 c) { return equals(c, ' ') | equals(c, '\t'); });
    words.names = block_bits(block, [](Bytes16 c) {
      return in_range(c, '\t', '\r') | equals(c, ' ') | equals(c, '(') | equals(c, '=') |
             in_range(c, ':', ';') | equals(c, '-');
    });
    words.prompts = block_bits(block, [](Bytes16 c) {
      return in_range(c, ' ', '$') | equals(c, ';') | equals(c, '>') | equals(c, '@') |
             equals(c, '{') | equals(c, '\n');
    });
  }

  // Whether a line, from its first byte on, cannot count for a mark of code.
  bool is_dull(const u8* text, std::size_t size, std::size_t begin) const {
    const u64 bytes = window(begin, &Words::text);
    if (bytes == 0) return false;
    const std::size_t first = begin + static_cast<std::size_t>(std::countr_zero(bytes));
    const u64 names = window(first, &Words::names), prompts = window(first, &Words::prompts);
    if (names == 0 || prompts == 0) return false;
    const unsigned name = static_cast<unsigned>(std::countr_zero(names));
    const unsigned prompt = static_cast<unsigned>(std::countr_zero(prompts));
    if (first + std::max(name, prompt) >= size) return false;
    const u8 kind = kFirst[text[first]];
    // A long word could be a hash, one of two letters that of a prompt.
    const bool is_dull_word = kind == kDull || (kind == kHash && name < 7) ||
                              (kind == kOfPrompt && prompt != 2);
    return is_dull_word & kEndsNumber[text[first + name]] & kEndsPrompt[text[first + prompt]];
  }

 private:
  struct Words {
    u64 text = ~u64{0};     // bytes other than blanks
    u64 names = ~u64{0};    // where the search for a number ends or finds one
    u64 prompts = ~u64{0};  // where that for a prompt does
  };

  // The bits of kBlock bytes from a place on.
  u64 window(std::size_t i, u64 Words::* bits) const {
    const std::size_t word = i / kBlock, shift = i % kBlock;
    return words_[word].*bits >> shift | words_[word + 1].*bits << 1 << (kBlock - 1 - shift);
  }

  enum First : u8 { kTelling, kDull, kHash, kOfPrompt };
  static constexpr std::array<u8, 256> kFirst = [] {
    std::array<u8, 256> table{};
    for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = kDull;
    for (unsigned c = 'a'; c <= 'f'; ++c) table[c] = kHash;
    for (const char c : {'i', 'I', 'p', 'P'}) table[static_cast<u8>(c)] = kOfPrompt;
    table['L'] = kTelling;  // stands before a number
    for (const char c : {'_', '\n', '"', '\'', '}', ')', ']', '/', '{', ',', '<', '&', '|', '!'}) {
      table[static_cast<u8>(c)] = kDull;
    }
    return table;
  }();
  static constexpr auto kEndsNumber = bytes_of(" \t\n\v\f\r(=;");
  static constexpr auto kEndsPrompt = bytes_of(" \n;{\"");

  std::vector<Words> words_;
};

}  // namespace
}  // namespace codescan
