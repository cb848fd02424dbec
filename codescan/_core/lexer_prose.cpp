// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "blocks.hpp"

namespace codescan {
namespace {

bool is_word_byte(u8 c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The first bytes of characters that may be punctuation, or a word each; see ProseLexer::gap.
Bytes16 odd_bytes(Bytes16 c) {
  return equals(c, 0xC2) | in_range(c, 0xE2, 0xE9) | equals(c, 0xEF);
}
// All others of words.
Bytes16 plain_bytes(Bytes16 c) {
  return ascii_letters(c) | ascii_digits(c) | ((c & 0x80) & ~odd_bytes(c));
}
Bytes16 apostrophes(Bytes16 c) { return equals(c, '\''); }

struct ProseWords {
  static u64 hash_short(const u8* p, std::size_t n, const u8* end) {
    return tag(codescan::hash_short<true>(p, n, end, kWordSalt), Kind::word);
  }
  static u64 hash_long(const u8* p, std::size_t n, const u8* end) {
    return tag(hash_bytes<true>(p, n, end, kWordSalt), Kind::word);
  }
};

class ProseLexer {
 public:
  ProseLexer(const u8* text, std::size_t size, Tokens& out)
      : text_(text), size_(size), writer_(text, size, out) {}

  void run() {
    Blocks blocks(text_, size_);
    for (std::size_t i = 0; i < size_;) {
      writer_.make_room();
      i = block(blocks.at(i), i);
    }
    writer_.finish();
  }

 private:
  // Lexes the block that begins at `base`; returns where the next one begins. Words are found by
  // bit arithmetic, those with odd bytes byte by byte.
  std::size_t block(const u8* bytes, std::size_t base) {
    const u64 plain = block_bits(bytes, plain_bytes);
    const u64 odd = block_bits(bytes, odd_bytes);
    const u64 letter = plain | odd;
    // An apostrophe between letters belongs to the word; one at the end of the block may.
    const u64 inside = block_bits(bytes, apostrophes) & plain << 1 & (letter >> 1 | 1ULL << 63);
    const u64 word = letter | inside;
    // A word that reaches the end of the block is the begin of the next one.
    const unsigned limit = kBlock - static_cast<unsigned>(std::countl_one(word));
    if (limit == 0 || std::popcount(odd) > kManyOdd) {
      std::size_t i = base;
      while (i < size_ && i < base + kBlock) i = step(i);
      return i;
    }
    const u64 before_limit = ~0ULL >> (kBlock - limit);
    u64 starts = letter & ~(word << 1) & before_limit;
    while (starts) {
      const unsigned at = static_cast<unsigned>(std::countr_zero(starts));
      const unsigned n = static_cast<unsigned>(std::countr_one(word >> at));
      if (odd >> at & ~(~0ULL << n)) {
        const std::size_t next = step(base + at) - base;
        if (next >= limit) return base + next;
        // The text goes on as if it began here: an apostrophe would be none of a word.
        const u64 left = before_limit & ~0ULL << next;
        starts = letter & left & ~((word & left & ~(inside & 1ULL << next)) << 1);
        continue;
      }
      writer_.cursor.push(0, base + at, base + at + n, true);
      starts &= starts - 1;
    }
    return base + limit;
  }

  // Reads one word or gap; returns the place behind it.
  std::size_t step(std::size_t from) {
    if (const std::size_t n = gap(from)) return from + n;
    const std::size_t to = is_unspaced(from) ? from + 3 : word_end(from);
    writer_.cursor.push(ProseWords::hash_long(text_ + from, to - from, text_ + size_), from, to,
                        false);
    return to;
  }

  // How many bytes of punctuation or space start here in the UTF-8 text, or 0.
  std::size_t gap(std::size_t i) const {
    const u8 c = text_[i];
    const std::size_t left = size_ - i;
    if (c < 0x80) return is_word_byte(c) ? 0 : 1;
    if (c == 0xC2 && left > 1) return 2;                                   // U+0080..U+00BF
    if (c == 0xE2 && left > 2 && (text_[i + 1] & 0xFE) == 0x80) return 3;  // U+2000..U+207F
    if (c == 0xE3 && left > 2 && text_[i + 1] == 0x80) return 3;           // U+3000..U+303F
    if (c == 0xEF && left > 2 && text_[i + 1] == 0xBB && text_[i + 2] == 0xBF) return 3;  // BOM
    return 0;
  }

  // Scripts that are written without spaces give a token for each character.
  bool is_unspaced(std::size_t i) const {
    return text_[i] >= 0xE3 && text_[i] <= 0xE9 && i + 2 < size_;
  }

  std::size_t word_end(std::size_t from) const {
    std::size_t i = from;
    while (i < size_ && !is_unspaced(i)) {
      if (gap(i)) {
        // An apostrophe between letters belongs to the word.
        const bool is_inside = i > from && i + 1 < size_ && !gap(i + 1);
        if (text_[i] != '\'' || !is_inside) break;
      }
      ++i;
    }
    return i;
  }

  const u8* text_;
  std::size_t size_;
  static constexpr int kManyOdd = 8;

  TokenWriter<ProseWords> writer_;
};

}  // namespace

void lex_prose(const u8* text, std::size_t size, Tokens& out) {
  ProseLexer(text, size, out).run();
}

}  // namespace codescan
