// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the files that show the core to Python share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "shard.hpp"

namespace codescan {

namespace nb = nanobind;

// A memoryview of its own memory: the base install does without NumPy.
template <class T>
using Array = nb::ndarray<nb::memview, T>;

// Moves values into an array; with `columns`, into rows of that length.
template <class T>
Array<T> table(std::vector<T>&& values, std::size_t columns) {
  auto* owned = new std::vector<T>(std::move(values));
  nb::capsule owner(owned, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  const std::size_t shape[2] = {owned->size() / (columns ? columns : 1), columns};
  return columns ? Array<T>(owned->data(), 2, shape, owner)
                 : Array<T>(owned->data(), 1, shape, owner);
}

// The same as a NumPy array, for what the training data's commands ask for.
template <class T>
nb::ndarray<nb::numpy, T> numpy_table(std::vector<T>&& values, std::size_t columns) {
  return nb::ndarray<nb::numpy, T>(table(std::move(values), columns));
}

// The tokens of one text; keeps no reference to it.
struct TokenList : Streams {
  std::vector<Region> comments;
  u32 lexer = 0;

  // The part that a token lies in.
  StreamPart part_of(u32 token) const {
    const auto behind = std::upper_bound(
        parts.begin(), parts.end(), token,
        [](u32 place, const StreamPart& part) { return place < part.start; });
    if (behind == parts.begin()) throw nb::index_error("no such token");
    return behind[-1];
  }
};

inline const LexerFamily& lexer_family(u32 index) {
  if (index >= kLexerFamilies.size()) throw nb::value_error("there is no such lexer");
  return kLexerFamilies[index];
}

inline void check_size(const nb::bytes& text) {
  if (text.size() > 0xfffffff0ULL) throw nb::value_error("a text must be below 4 GiB");
}

inline const Profile& profile_named(const std::string& name) {
  for (const Profile& profile : kProfiles) {
    if (name == profile.name) return profile;
  }
  throw nb::value_error("there is no such profile");
}

inline void check_text(const TokenList& list, const nb::bytes& text) {
  const bool fits = std::all_of(list.parts.begin(), list.parts.end(), [&](const StreamPart& part) {
    return part.start == part.end || list.tokens[part.end - 1].end <= text.size();
  });
  if (!fits) throw nb::value_error("the tokens are of another text");
}

// What a query is looked up by; made once, then searched for in every shard.
struct Fingerprints {
  std::vector<Fingerprint> list;
  Form form;
  Scheme scheme;  // of a form of tokens
};

inline Form form_at(int index) {
  if (index < 0 || index >= kTokenForms) throw nb::value_error("there is no such form");
  return static_cast<Form>(index);
}


inline const u8* data_of(const nanobind::bytes& text) {
  return reinterpret_cast<const u8*>(text.c_str());
}

// Adds the language model.
void bind_languages(nanobind::module_& m);
// Adds decoded texts and the marks of wrapping formats.
void bind_views(nanobind::module_& m);
// Adds tokens, their fingerprints, and runs of equal ones.
void bind_tokens(nanobind::module_& m);
// Adds what reads the files of a corpus.
void bind_reading(nanobind::module_& m);
// Adds the errors of index files, their checksums, and merging.
void bind_index_files(nanobind::module_& m);
// Adds what a shard says of its own files.
void bind_shard_files(nanobind::class_<Shard>& shard);
// Adds the token model, which scores passages.
void bind_scoring(nanobind::module_& m);
// Adds what finds and verifies duplicates.
void bind_duplicates(nanobind::module_& m);
// Adds what verified runs cover of a query.
void bind_coverage(nanobind::module_& m);
// Adds verified runs and the passages that they make.
void bind_passages(nanobind::module_& m);
// Adds sketches.
void bind_sketch(nanobind::module_& m);
// Adds the word pairs of licenses.
void bind_licenses(nanobind::module_& m);

}  // namespace codescan
