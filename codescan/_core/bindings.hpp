// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the files that show the core to Python share.
#pragma once

#include <nanobind/nanobind.h>

#include "hashing.hpp"

namespace codescan {

inline const u8* data_of(const nanobind::bytes& text) {
  return reinterpret_cast<const u8*>(text.c_str());
}

// Adds what reads the files of a corpus.
void bind_reading(nanobind::module_& m);

}  // namespace codescan
