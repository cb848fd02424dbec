// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What both lexers are made of: a text in blocks of 64 bytes, sets of bytes in a block as bits of a
// word, and room for tokens. Where tokens begin and how long they are is then bit arithmetic; a loop
// over the bytes would mispredict a branch at nearly every one of them.
#pragma once

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lexer.hpp"

namespace codescan {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kReadable = kBlock + 1;  // what a byte means may depend on the next one

// Sixteen bytes; comparisons give 0xff or 0 for each. A vector extension of GCC and Clang.
using Bytes16 = u8 __attribute__((vector_size(16)));

inline Bytes16 load16(const u8* p) {
  Bytes16 bytes;
  std::memcpy(&bytes, p, 16);
  return bytes;
}

// The bytes from `low` to `high`.
inline Bytes16 in_range(Bytes16 bytes, u8 low, u8 high) {
  return reinterpret_cast<Bytes16>(bytes - low <= static_cast<u8>(high - low));
}
inline Bytes16 equals(Bytes16 bytes, u8 c) { return reinterpret_cast<Bytes16>(bytes == c); }

inline Bytes16 ascii_letters(Bytes16 bytes) { return in_range(bytes | 0x20, 'a', 'z'); }
inline Bytes16 ascii_digits(Bytes16 bytes) { return in_range(bytes, '0', '9'); }

// The highest bit of each byte.
inline u64 high_bits(Bytes16 bytes) {
#ifdef __SSE2__  // part of every x86-64
  return static_cast<u64>(_mm_movemask_epi8(reinterpret_cast<__m128i>(bytes)));
#else
  constexpr u64 kGather = 0x0102040810204080ULL;  // brings bit 8 i to bit 56 + i
  u64 half[2];
  std::memcpy(half, &bytes, 16);
  for (u64& h : half) h = ((h >> 7) & 0x0101010101010101ULL) * kGather >> 56;
  return half[0] | half[1] << 8;
#endif
}

// One bit for each byte of a block, as `test` says of sixteen at a time.
template <class Test>
inline u64 block_bits(const u8* block, Test test) {
  u64 bits = 0;
  for (unsigned i = 0; i < kBlock; i += 16) bits |= high_bits(test(load16(block + i))) << i;
  return bits;
}

// The first place from i on for which `test` holds, or size.
template <class Test>
inline std::size_t find_byte(const u8* text, std::size_t size, std::size_t i, Test test) {
  for (; i + 16 <= size; i += 16) {
    if (const u64 bits = high_bits(test(load16(text + i)))) {
      return i + static_cast<std::size_t>(std::countr_zero(bits));
    }
  }
  Bytes16 rest{};
  std::memcpy(&rest, text + i, size - i);
  const u64 bits = high_bits(test(rest)) & ((1ULL << (size - i)) - 1);
  return bits ? i + static_cast<std::size_t>(std::countr_zero(bits)) : size;
}

// Gives kReadable bytes from any place of a text on; those behind its end are 0.
class Blocks {
 public:
  Blocks(const u8* text, std::size_t size) : text_(text), size_(size) {}
  const u8* at(std::size_t i) {
    if (size_ - i >= kReadable) return text_ + i;
    std::memset(tail_, 0, kReadable);
    std::memcpy(tail_, text_ + i, size_ - i);
    return tail_;
  }

 private:
  const u8* text_;
  std::size_t size_;
  u8 tail_[kReadable];
};

// Writes tokens without a test of capacity at each one. Words get their hashes later, in batches,
// and long ones after the short ones: which kind of token comes next is as good as random, and a
// branch on it would be mispredicted. `Words` makes the hashes, of up to 8 bytes and of any number.
template <class Words>
class TokenWriter {
 public:
  // Where the next token goes, and where a word that waits for its hash is written down. A loop
  // keeps it in registers.
  struct Cursor {
    Token* next;
    Token** word;

    // A token with its hash, or a word.
    void push(u64 hash, std::size_t from, std::size_t to, bool is_word) {
      *word = next;
      word += is_word;
      *next++ = {hash, static_cast<u32>(from), static_cast<u32>(to)};
    }
  };
  Cursor cursor;

  TokenWriter(const u8* text, std::size_t size, Tokens& out)
      : text_(text), end_(text + size), out_(out) {
    // About as many as code has; growing copies them.
    resize(std::min<std::size_t>(size / 3, 1U << 20) + kRoom, 0);
    cursor.word = words_;
  }

  // To be called before each block, so that there is room for its tokens.
  void make_room() {
    if (cursor.next <= limit_ && cursor.word <= words_ + kBatch) return;
    hash_words();
    if (cursor.next > limit_) resize(2 * out_.size(), size());
  }

  // Of the last token; of a word, what it was pushed with.
  u64 last() const { return size() == 0 ? 0 : cursor.next[-1].hash; }
  std::size_t size() const { return static_cast<std::size_t>(cursor.next - out_.data()); }
  void cut(std::size_t size) {
    Token* end = cursor.next = out_.data() + size;
    while (cursor.word > words_ && cursor.word[-1] >= end) --cursor.word;
  }
  void finish() {
    hash_words();
    out_.resize(size());
  }

 private:
  static constexpr std::size_t kRoom = 2 * kBlock;
  static constexpr std::size_t kBatch = 128;

  void resize(std::size_t room, std::size_t used) {
    out_.resize(room);
    cursor.next = out_.data() + used;
    limit_ = out_.data() + room - kRoom;
  }

  void hash_words() {
    Token* long_words[kBatch + kRoom];
    Token** last_long = long_words;
    for (Token** word = words_; word < cursor.word; ++word) {
      Token& token = **word;
      const std::size_t n = token.end - token.start;
      *last_long = &token;
      last_long += n > 8;
      token.hash = Words::hash_short(text_ + token.start, n, end_);
    }
    for (Token** word = long_words; word < last_long; ++word) {
      Token& token = **word;
      token.hash = Words::hash_long(text_ + token.start, token.end - token.start, end_);
    }
    cursor.word = words_;
  }

  const u8* text_;
  const u8* end_;
  Tokens& out_;
  Token* limit_;
  Token* words_[kBatch + kRoom];
};

}  // namespace codescan
