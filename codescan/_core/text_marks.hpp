// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What in a text may be a mark of a format that wraps other texts: one pass in place of a search
// for each format (codescan/text/views).
#pragma once

#include <vector>

#include "hashing.hpp"

namespace codescan {

enum class Mark : u32 {
  odd_characters = 1,     // a byte outside of ASCII, a control character; only \r as line ends
  fences = 1 << 1,        // ``` or ~~~
  brackets_first = 1 << 2,  // { or [ before anything else, or server-sent events
  tags = 1 << 3,          // </ or a < before anything else
  hunks = 1 << 4,         // @@ at the begin of a line
  numbered = 1 << 5,      // three lines with a number at or near their begin
  references = 1 << 6,    // & with a letter or # behind it
  escaped_ends = 1 << 7,  // two \n written out, perhaps as a number
  quoted = 1 << 8,        // a line that begins with > or with a bar
  plus_lines = 1 << 9,    // three lines that begin with +
  colons = 1 << 10,       // ::
  prompts = 1 << 11,      // two lines that may begin with a prompt
  block_scalars = 1 << 12,  // a line that ends with | or >, perhaps with a sign or digit
  quoted_values = 1 << 13,  // : ' or - ' or : " before a quoted text
  quoted_cells = 1 << 14,   // "" or ," or a " that begins a line
  code_marks = 1 << 15,     // [source [listing #+begin_src {lstlisting} {minted} {code: {% highlight
  alike_lines = 1 << 16,    // four lines in a row that begin with one sign, letter or digit
  alike_ends = 1 << 17,    // four lines in a row that end with one mark of `cat -A`, a table or a page; a
                           // line that ends with <1>
  long_words = 1 << 18,    // letters and digits without a blank, as base64 has them
  percents = 1 << 19,      // %0A
  string_lines = 1 << 20,  // four lines in a row with a quotation mark
  escaped_signs = 1 << 21,   // four signs behind a backslash, no second one; =3D; two {+
  listed_strings = 1 << 22,  // three commas between quotation marks
  doubled_quotes = 1 << 23,  // "" or '' before a letter
  listed_bytes = 1 << 24,    // eight numbers with a comma or colon behind each in 64 bytes
};

// The marks of a text, as a sum of `Mark`. Never misses one; one may be set for nothing. `in_code`
// says that the text is known to be in a programming language: only the marks that count there are
// looked for, as often as they must stand there.
u32 text_marks(const u8* text, std::size_t size, bool in_code = false);

// Where the lines begin that may begin with a number as listings, grep, debuggers or git blame write
// them. Never misses one.
std::vector<std::size_t> numbered_lines(const u8* text, std::size_t size);

}  // namespace codescan
