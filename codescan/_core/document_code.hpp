// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds the code in a document: its fenced blocks, and other lines that look like code.
#pragma once

#include <vector>

#include "lexer.hpp"

namespace codescan {

// A passage of a document that may be code, [start, end) in bytes.
struct DocumentCode {
  u32 start;
  u32 end;
  u32 lexer;        // the family that its lines look like
  bool is_session;  // its lines begin with prompts of an interpreter, or marks of a quotation
};

// A call, an assignment, a bracket at the end: prose has few such lines.
bool looks_like_code(const u8* line, std::size_t size);

// Time is linear in the text. The passages do not overlap; a line that belongs to none is prose.
void find_document_code(const u8* text, std::size_t size, std::vector<DocumentCode>& out);

}  // namespace codescan
