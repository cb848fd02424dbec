// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The words and the sentences of notices, in one pass over their bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace codescan {

// Runs of ASCII letters and digits in lower case, with single spaces between them and around all.
// Other bytes part words; "licence" is written "license".
std::string plain_words(std::string_view text);

// The same, without marks of comments at the start of any line but the first: "dnl", "rem" and "c"
// before other words. Carriage returns end lines as line feeds do.
std::string unmarked_words(std::string_view text);

// The sentences of an ASCII text, [start, end) of each. They end at full stops, question and
// exclamation marks before white space, at empty lines, and at rules of four or more of "-=*_~#".
// A full stop behind "e.g.", "i.e.", "v.", "ver.", "no.", "inc.", "co.", "corp." or "ltd." ends
// none. Sentences of nothing but white space are left out.
std::vector<std::pair<std::size_t, std::size_t>> sentences(std::string_view text);

}  // namespace codescan
