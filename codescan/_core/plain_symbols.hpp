// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace codescan {

// A text in UTF-8 with ASCII signs in place of typographic quotes, dashes, bullets and spaces, and
// with blanks in place of arrows, dingbats and emoji. Other encodings are left as they are.
std::string with_plain_symbols(std::string text);

}  // namespace codescan
