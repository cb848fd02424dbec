// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The marks of text_marks.hpp that a byte and the two behind it tell, found many bytes at a time; for
// text_marks.cpp alone.
#pragma once

#include <algorithm>
#include <cstring>

#include "blocks.hpp"
#include "processor.hpp"
#include "text_marks.hpp"

namespace codescan {
namespace {

// What is found of a text by looking at each of its bytes and the two behind it.
struct ByteMarks {
  u32 marks = 0;
  bool has_two_escapes = false;  // \n written out, twice
  bool may_name_code = false;    // begins of the words of Mark::code_marks
};

// Notes in every lane of a vector what was seen there; which byte it was, is not asked. `InCode` leaves
// out what says nothing of a text in a programming language.
template <class Lanes, bool InCode>
class ByteNotes {
 public:
  [[gnu::always_inline]] void look(const u8* text) {
    Lanes c, next, second;
    std::memcpy(&c, text, sizeof c);
    std::memcpy(&next, text + 1, sizeof next);
    std::memcpy(&second, text + 2, sizeof second);
    const Lanes low = next | 0x20, second_low = second | 0x20;
    odd_ |= (c >= 0x7f) | (c < '\t') | ((c > '\r') & (c < ' '));
    fences_ |= ((c == '`') | (c == '~')) & (next == c) & (second == c);
    references_ |= (c == '&') & ((next == '#') | (low >= 'a'));
    // Also as a number: \x0a, \u000a, \012.
    const Notes escape = (c == '\\') & ((next == 'n') | ((next == 'x') & (second == '0')) |
                                        ((next == 'u') & (second == '0')) |
                                        ((next == '0') & (second == '1')));
    second_escape_ |= escape & first_escape_;
    first_escape_ |= escape;
    percents_ |= (c == '%') & (next == '0') & (second_low == 'a');
    if constexpr (!InCode) {
      tags_ |= (c == '<') & ((next == '/') | (low == 'p'));
      colons_ |= (c == ':') & (next == ':');
      quoted_values_ |= ((c == ':') | (c == '-')) & (next == ' ') &
                        ((second == '\'') | (second == '"'));
      quoted_cells_ |= ((c == '"') | (c == ',') | (c == ';') | (c == '\t')) & (next == '"');
      words_ |= ((c == '#') & (next == '+') & (second_low == 'b')) |
                ((c == '[') & (((low == 's') & (second_low == 'o')) |
                               ((low == 'l') & (second_low == 'i')))) |
                ((c == '{') & (((low == 'l') & (second_low == 's')) |
                               ((low == 'm') & (second_low == 'i')) |
                               ((low == 'c') & (second_low == 'o')))) |
                ((c == 'h') & (low == 'i') & (second_low == 'g'));
    }
  }

  ByteMarks noted() const {
    ByteMarks found;
    const auto set = [&](const Notes& notes, Mark mark) {
      if (any(notes)) found.marks |= static_cast<u32>(mark);
    };
    set(odd_, Mark::odd_characters);
    set(fences_, Mark::fences);
    set(references_, Mark::references);
    set(percents_, Mark::percents);
    set(tags_, Mark::tags);
    set(colons_, Mark::colons);
    set(quoted_values_, Mark::quoted_values);
    set(quoted_cells_, Mark::quoted_cells);
    found.may_name_code = any(words_);
    unsigned escapes = 0;
    for (std::size_t i = 0; i < sizeof(Notes); ++i) escapes += first_escape_[i] != 0;
    found.has_two_escapes = escapes >= 2 || any(second_escape_);
    return found;
  }

 private:
  using Notes = decltype(Lanes{} == Lanes{});

  static bool any(const Notes& notes) {
    u64 words[sizeof(Notes) / 8];
    std::memcpy(words, &notes, sizeof words);
    u64 all = 0;
    for (const u64 word : words) all |= word;
    return all != 0;
  }

  Notes odd_{}, fences_{}, references_{}, first_escape_{}, second_escape_{}, percents_{}, tags_{}, colons_{},
      quoted_values_{}, quoted_cells_{}, words_{};
};

template <class Lanes, bool InCode>
[[gnu::always_inline]] inline ByteMarks look_at_bytes(const u8* text, std::size_t size) {
  constexpr std::size_t kLanes = sizeof(Lanes), kBehind = 2;
  ByteNotes<Lanes, InCode> notes;
  std::size_t i = 0;
  for (; i + kLanes + kBehind <= size; i += kLanes) notes.look(text + i);
  for (; i < size; i += kLanes) {
    u8 tail[kLanes + kBehind];
    std::memset(tail, ' ', sizeof tail);  // a zero byte would be a mark
    std::memcpy(tail, text + i, std::min(size - i, sizeof tail));
    notes.look(tail);
  }
  return notes.noted();
}

using Bytes32 = u8 __attribute__((vector_size(32)));

#ifdef __x86_64__
template <bool InCode>
[[gnu::target("avx2")]] ByteMarks byte_marks_avx2(const u8* text, std::size_t size) {
  return look_at_bytes<Bytes32, InCode>(text, size);
}
#endif

template <bool InCode>
ByteMarks byte_marks(const u8* text, std::size_t size) {
#ifdef __x86_64__
  if (has_avx2()) return byte_marks_avx2<InCode>(text, size);
#endif
  return look_at_bytes<Bytes16, InCode>(text, size);
}

}  // namespace
}  // namespace codescan
