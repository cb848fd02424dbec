// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// A decoded text that knows which bytes of an outer text each of its bytes stands for, and its
// making from pieces of a source, which may itself be decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace codescan {

// Bytes [start, end).
using ByteRange = std::pair<std::size_t, std::size_t>;

// A range of a decoded text and the range of the outer text that it stands for. Ranges of equal
// length map byte by byte.
struct TextPiece {
  std::size_t start, outer_start, outer_end;  // it ends where the next piece begins
};

class TextMap {
 public:
  // The outer text itself.
  explicit TextMap(std::size_t size) : TextMap({{0, 0, size}}, size) {}
  // At least one piece; the first begins at 0.
  TextMap(std::vector<TextPiece> pieces, std::size_t size)
      : pieces_(std::move(pieces)), size_(size) {}

  const std::vector<TextPiece>& pieces() const { return pieces_; }
  // The piece that holds a place.
  std::size_t piece_at(std::size_t place) const;
  std::size_t end_of(std::size_t piece) const {
    return piece + 1 < pieces_.size() ? pieces_[piece + 1].start : size_;
  }
  bool is_plain(std::size_t piece) const {
    return end_of(piece) - pieces_[piece].start ==
           pieces_[piece].outer_end - pieces_[piece].outer_start;
  }
  // The outer bytes that a range stands for; an empty range stands for an empty one.
  ByteRange outer(ByteRange range) const;

 private:
  std::vector<TextPiece> pieces_;
  std::size_t size_;
};

// Cost is linear in the pieces and bytes that are appended.
class TextBuilder {
 public:
  // Both must outlive the builder.
  TextBuilder(const TextMap& source, std::string_view content)
      : source_(source), content_(content) {}

  std::size_t size() const { return text_.size(); }
  // Appends bytes of the source as they are. Throws std::out_of_range beyond its end.
  void keep(ByteRange range);
  // Appends bytes that stand for a range of the source.
  void replace(ByteRange range, std::string_view decoded);

  const std::string& text() const { return text_; }
  TextMap map() const;

 private:
  void append(std::size_t length, std::size_t outer_start, std::size_t outer_end,
              std::size_t start);

  const TextMap& source_;
  std::string_view content_;
  std::string text_;
  std::vector<TextPiece> pieces_;
};

}  // namespace codescan
