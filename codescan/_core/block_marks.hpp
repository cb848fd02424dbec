// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Block comments: which marks open and close them, and how far one reaches.
//
// A mark may stand in a literal that the lexer does not know. A region is certainly a comment only
// where both of its marks look like marks and no other opening mark lies between them.
#pragma once

#include <array>
#include <string_view>

#include "code_bytes.hpp"

namespace codescan {

// Where on a line a mark counts.
enum class OnLine : u8 { anywhere, at_head, at_begin };

struct BlockMarks {
  u8 id;  // below kBlockKinds
  std::string_view open, close;
  bool nests = false;
  OnLine on_line = OnLine::anywhere;
};

constexpr std::size_t kMostEquals = 8;  // of --[==[ and #[==[
constexpr std::size_t kBlockKinds = 16 + 2 * (kMostEquals + 1);

inline constexpr BlockMarks kSlashMarks{0, "/*", "*/"};
inline constexpr BlockMarks kSlashNestedMarks{0, "/*", "*/", true};
inline constexpr BlockMarks kPlusMarks{1, "/+", "+/", true};
inline constexpr BlockMarks kParenMarks{2, "(*", "*)"};
inline constexpr BlockMarks kParenNestedMarks{2, "(*", "*)", true};
inline constexpr BlockMarks kBraceMarks{3, "{-", "-}", true};
inline constexpr BlockMarks kPipeMarks{4, "#|", "|#", true};
inline constexpr BlockMarks kEqualsMarks{5, "#=", "=#", true};
inline constexpr BlockMarks kBracketMarks{6, "#[", "]#", true};
inline constexpr BlockMarks kAngleMarks{7, "<#", "#>"};
inline constexpr BlockMarks kMarkupMarks{8, "<!--", "-->"};
inline constexpr BlockMarks kPercentMarks{9, "%{", "%}", false, OnLine::at_head};
inline constexpr BlockMarks kBeginMarks{10, "=begin", "=end", false, OnLine::at_begin};
inline constexpr BlockMarks kPodMarks{11, "=", "=cut", false, OnLine::at_begin};

// --[==[ ... ]==] and #[==[ ... ]==] with a number of equals signs.
inline BlockMarks long_brackets(bool of_lua, std::size_t equals) {
  const u8 id = static_cast<u8>(16 + 2 * equals + of_lua);
  // "--[========[" and "]========]", of which a part is cut out.
  static constexpr auto kMarks = [] {
    std::array<std::array<char, 3 * kMostEquals + 9>, kMostEquals + 1> all{};
    for (std::size_t n = 0; n <= kMostEquals; ++n) {
      std::size_t i = 0;
      const auto put = [&](char c, std::size_t times) {
        while (times-- > 0) all[n][i++] = c;
      };
      put('-', 2), put('[', 1), put('=', n), put('[', 1);
      put('#', 1), put('[', 1), put('=', n), put('[', 1);
      put(']', 1), put('=', n), put(']', 1);
    }
    return all;
  }();
  const std::string_view marks(kMarks[equals].data(), 3 * equals + 9);
  return {id, of_lua ? marks.substr(0, equals + 4) : marks.substr(equals + 4, equals + 3),
          marks.substr(2 * equals + 7)};
}

// The next closing mark behind a place, kept so that it is searched for once.
struct NextClose {
  std::size_t from = 1;  // valid for places in [from, at]
  std::size_t at = 0;    // or the size of the text
  std::size_t last_open = 0;  // the last opening mark between, 0 if there is none
};

class BlockFinder {
 public:
  BlockFinder(const u8* text, std::size_t size) : text_(text), size_(size) {}

  bool starts_with(std::size_t i, std::string_view mark) const {
    return i <= size_ && size_ - i >= mark.size() &&
           std::memcmp(text_ + i, mark.data(), mark.size()) == 0;
  }
  bool is_begin(std::size_t i) const { return i == 0 || kClass[text_[i - 1]] == kNewline; }
  // Whether only white space stands before a place on its line.
  bool is_head(std::size_t i) const {
    while (i > 0 && kClass[text_[i - 1]] == kSpace) --i;
    return is_begin(i);
  }
  bool stands_right(std::size_t i, OnLine where) const {
    return where == OnLine::anywhere || (where == OnLine::at_head ? is_head(i) : is_begin(i));
  }

  // Whether a mark at a place looks like one and not like a part of a pattern.
  bool looks_open(std::size_t i, const BlockMarks& marks) const;
  bool looks_closed(std::size_t from, std::size_t close, const BlockMarks& marks) const;

  // Behind the mark that closes the nested comment at `from`, or 0.
  std::size_t balanced_end(std::size_t from, const BlockMarks& marks);
  const NextClose& next_close(std::size_t inside, const BlockMarks& marks);

 private:
  const u8* text_;
  std::size_t size_;
  bool unbalanced_ = false;  // a nested comment did not end
  std::array<NextClose, kBlockKinds> next_{};
};

}  // namespace codescan
