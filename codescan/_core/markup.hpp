// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags, comments, CDATA sections and character references of HTML and XML, found in linear time.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "text_map.hpp"

namespace codescan {

enum class MarkupKind {
  ignored,     // a comment, a declaration, or a tag that parts no lines
  line_break,  // a tag of a block, which stands for a line end
  cell,        // a tag that begins the cell of a table
  data,        // a CDATA section; `inner` is its text
  reference,   // a character reference
};

struct Markup {
  MarkupKind kind;
  ByteRange range;
  ByteRange inner;
};

// Finds markup in a range of a text, in order.
class MarkupReader {
 public:
  // Markup that the range cuts off at its end counts as if the text ended there.
  MarkupReader(std::string_view text, ByteRange range)
      : text_(text.substr(0, range.second)), at_(range.first), failing_(4 * text_.size() + 65536) {}

  std::optional<Markup> next();

 private:
  std::optional<Markup> markup_at(std::size_t at);
  std::optional<Markup> tag_at(std::size_t at);
  std::optional<Markup> reference_at(std::size_t at) const;

  std::string_view text_;
  std::size_t at_;
  std::size_t failing_;  // bytes that may still be read in tags that turn out not to end
};

// The opening tag of an element, [start, end), and its name.
struct Opening {
  ByteRange range;
  std::string_view name;  // of the wanted ones
};

// The first opening tag from a place on whose name, in any case, is one of some in lower case.
// Attributes are at most 1001 bytes long.
std::optional<Opening> find_opening(std::string_view text, std::size_t at,
                                    const std::vector<std::string_view>& names);

// The first closing tag with a name, in any case, from a place on.
std::optional<ByteRange> find_closing(std::string_view text, std::size_t at, std::string_view name);

}  // namespace codescan
