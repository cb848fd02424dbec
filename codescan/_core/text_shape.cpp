// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "text_shape.hpp"

#include <algorithm>
#include <cstring>

#include "processor.hpp"

namespace codescan {
namespace {

// Bytes that are looked at together, in loops that compilers turn into vector instructions: as
// many as a counter of one byte can count.
constexpr std::size_t kBlock = 224;

// Control bytes of a block, but for white space, backspace, escape and DOS's mark of the end of a
// file, which old texts have.
[[gnu::always_inline]] inline u8 controls_in(const u8* block, std::size_t count) {
  u8 found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    found += static_cast<u8>(block[i] < 8);
    found += static_cast<u8>(static_cast<u8>(block[i] - 14) < 12);
    found += static_cast<u8>(static_cast<u8>(block[i] - 28) < 4);
    found += static_cast<u8>(block[i] == 127);
  }
  return found;
}

// Bytes that follow the first of a character, and what the first of them may be: the Unicode
// standard, table 3-7.
struct Following {
  std::size_t count;
  u8 lowest, highest;
};

Following following(u8 lead) {
  if (lead < 0xC2 || lead > 0xF4) return {0, 0, 0};  // no character begins with it
  if (lead < 0xE0) return {1, 0x80, 0xBF};
  if (lead < 0xF0) return {2, lead == 0xE0 ? u8{0xA0} : u8{0x80}, lead == 0xED ? u8{0x9F} : u8{0xBF}};
  return {3, lead == 0xF0 ? u8{0x90} : u8{0x80}, lead == 0xF4 ? u8{0x8F} : u8{0xBF}};
}

bool is_utf8(const u8* text, std::size_t size) {
  for (std::size_t at = 0; at < size;) {
    u64 eight = 0x80;
    if (size - at >= sizeof eight) std::memcpy(&eight, text + at, sizeof eight);
    if ((eight & 0x8080808080808080ULL) == 0) {
      at += sizeof eight;
      continue;
    }
    const u8 lead = text[at++];
    if (lead < 0x80) continue;
    const Following next = following(lead);
    if (next.count == 0 || size - at < next.count) return false;
    if (text[at] < next.lowest || text[at] > next.highest) return false;
    for (std::size_t i = 1; i < next.count; ++i) {
      if (text[at + i] >> 6 != 2) return false;
    }
    at += next.count;
  }
  return true;
}

[[gnu::always_inline]] inline TextShape count(const u8* text, std::size_t size, std::size_t head) {
  TextShape shape{};
  u8 high = 0;
  for (std::size_t start = 0; start < size; start += kBlock) {
    const u8* block = text + start;
    const std::size_t bytes = std::min(kBlock, size - start);
    u8 nuls = 0, feeds = 0, returns = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      high |= block[i];
      nuls |= static_cast<u8>(block[i] == 0);
      feeds += static_cast<u8>(block[i] == '\n');
      returns += static_cast<u8>(block[i] == '\r');
    }
    shape.has_nul |= nuls != 0;
    shape.line_feeds += feeds;
    shape.returns += returns;
  }
  head = std::min(head, size);
  for (std::size_t start = 0; start < head; start += kBlock) {
    shape.controls += controls_in(text + start, std::min(kBlock, head - start));
  }
  shape.is_utf8 = high < 128 || is_utf8(text, size);
  return shape;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] TextShape count_avx2(const u8* text, std::size_t size, std::size_t head) {
  return count(text, size, head);
}
#endif

}  // namespace

TextShape shape_of(const u8* text, std::size_t size, std::size_t head) {
#ifdef __x86_64__
  if (has_avx2()) return count_avx2(text, size, head);
#endif
  return count(text, size, head);
}

namespace {

template <class Lanes>
[[gnu::always_inline]] inline bool all_ascii_text(const u8* text, std::size_t size) {
  using Notes = decltype(Lanes{} == Lanes{});
  Notes other{}, mark{};  // in every lane, what was seen there
  const auto look = [&](const u8* bytes) {
    Lanes c;
    std::memcpy(&c, bytes, sizeof c);
    const Notes kept = ((c - 8) < 3) | ((c - 12) < 2) | ((c - 26) < 2);
    other |= (c >= 127) | ((c < 32) & ~kept);
    mark |= c > 32;
  };
  std::size_t i = 0;
  for (; i + sizeof(Lanes) <= size; i += sizeof(Lanes)) look(text + i);
  if (i < size) {
    u8 tail[sizeof(Lanes)];
    std::memset(tail, ' ', sizeof tail);
    std::memcpy(tail, text + i, size - i);
    look(tail);
  }
  const auto any = [](const Notes& notes) {
    u64 words[sizeof(Notes) / 8], all = 0;
    std::memcpy(words, &notes, sizeof words);
    for (const u64 word : words) all |= word;
    return all != 0;
  };
  return !any(other) && any(mark);
}

using Bytes16 = u8 __attribute__((vector_size(16)));

#ifdef __x86_64__
using Bytes32 = u8 __attribute__((vector_size(32)));

[[gnu::target("avx2")]] bool all_ascii_text_avx2(const u8* text, std::size_t size) {
  return all_ascii_text<Bytes32>(text, size);
}
#endif

}  // namespace

bool is_ascii_text(const u8* text, std::size_t size) {
#ifdef __x86_64__
  if (has_avx2()) return all_ascii_text_avx2(text, size);
#endif
  return all_ascii_text<Bytes16>(text, size);
}

bool is_plain(const u8* text, std::size_t size, const Words& words, std::size_t head,
              std::size_t mean) {
  const std::size_t opening = std::min<std::size_t>(size, 64);
  if (std::none_of(text, text + opening, [](u8 byte) { return byte > ' '; })) return false;
  const TextShape shape = shape_of(text, size, head);
  if (shape.has_nul || !shape.is_utf8 || shape.controls > 0) return false;
  if (size > head && size / (shape.line_feeds + 1) > mean) return false;
  return !words.any_in(text, std::min(size, head));
}

}  // namespace codescan
