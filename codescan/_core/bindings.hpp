// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the files that show the core to Python share.
#pragma once

#include <nanobind/nanobind.h>

#include "shard.hpp"

namespace codescan {

inline const u8* data_of(const nanobind::bytes& text) {
  return reinterpret_cast<const u8*>(text.c_str());
}

// Adds the language model and the marks of wrapping formats.
void bind_languages(nanobind::module_& m);
// Adds what reads the files of a corpus.
void bind_reading(nanobind::module_& m);
// Adds the errors of index files, their checksums, and merging.
void bind_index_files(nanobind::module_& m);
// Adds what a shard says of its own files.
void bind_shard_files(nanobind::class_<Shard>& shard);

}  // namespace codescan
