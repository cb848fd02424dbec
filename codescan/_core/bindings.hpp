// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the files that show the core to Python share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <utility>
#include <vector>

#include "shard.hpp"

namespace codescan {

inline const u8* data_of(const nanobind::bytes& text) {
  return reinterpret_cast<const u8*>(text.c_str());
}

// Adds the language model and the marks of wrapping formats.
void bind_languages(nanobind::module_& m);
template <class T>
using Array = nanobind::ndarray<nanobind::numpy, T>;

// Moves rows of `columns` u32 (or other T) values into a NumPy array.
template <class T>
Array<T> table(std::vector<T>&& values, std::size_t columns) {
  auto* owned = new std::vector<T>(std::move(values));
  nanobind::capsule owner(owned,
                          [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  const std::size_t shape[2] = {owned->size() / (columns ? columns : 1), columns};
  return columns ? Array<T>(owned->data(), 2, shape, owner)
                 : Array<T>(owned->data(), 1, shape, owner);
}

// The tokens of one text; keeps no reference to it.
struct TokenList {
  Tokens tokens;
  Tokens comments;
  u32 lexer = 0;
};

// Adds what reads the files of a corpus.
void bind_reading(nanobind::module_& m);
// Adds the errors of index files, their checksums, and merging.
void bind_index_files(nanobind::module_& m);
// Adds what a shard says of its own files.
void bind_shard_files(nanobind::class_<Shard>& shard);
// Adds the token model, which scores passages.
void bind_scoring(nanobind::module_& m);

}  // namespace codescan
