// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace codescan {

// The lines of a text that have an SPDX tag, joined by line feeds: up to `most_lines`, of each up to
// `most_around` bytes before and behind the tag.
std::string tag_lines(std::string_view content, std::size_t most_around, std::size_t most_lines);

}  // namespace codescan
