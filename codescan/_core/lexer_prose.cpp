// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

namespace codescan {
namespace {

bool is_word_byte(u8 c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

class ProseReader {
 public:
  ProseReader(const u8* text, std::size_t size) : text_(text), size_(size) {}

  void run(Tokens& out) const {
    std::size_t i = 0;
    while (i < size_) {
      if (const std::size_t n = gap(i)) {
        i += n;
        continue;
      }
      const std::size_t from = i;
      i = is_unspaced(i) ? i + 3 : word_end(i);
      const u64 hash = hash_bytes<true>(text_ + from, i - from, text_ + size_, kWordSalt);
      out.push_back({tag(hash, Kind::word), static_cast<u32>(from), static_cast<u32>(i)});
    }
  }

 private:
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
};

}  // namespace

void lex_prose(const u8* text, std::size_t size, Tokens& out) {
  out.clear();
  ProseReader(text, size).run(out);
}

}  // namespace codescan
