// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted cells of CSV and TSV (RFC 4180) that hold several lines or quotes.
#pragma once

#include <string_view>
#include <vector>

#include "text_map.hpp"

namespace codescan {

struct CsvCell {
  ByteRange text;          // between its quotes
  std::size_t row, column;  // from 1; cells without quotes are not counted
};

// Cells with a line feed or a doubled quote in at least `least` bytes. A cell has a delimiter beside it,
// so that a docstring is none.
std::vector<CsvCell> csv_cells(std::string_view text, std::size_t least);

}  // namespace codescan
