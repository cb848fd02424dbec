// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows of u32 values as records, and records as values: how Python hands over lists of records.
#pragma once

#include <cstring>
#include <vector>

#include "bindings.hpp"

namespace codescan {

using ValueArray = nb::ndarray<const u32, nb::ndim<1>, nb::c_contig>;
template <int columns>
using RowArray = nb::ndarray<const u32, nb::shape<-1, columns>, nb::c_contig>;

// Throws a ValueError if the values do not fill the last record.
template <class T, class Values>
std::vector<T> records_from(const Values& values) {
  static_assert(sizeof(T) % sizeof(u32) == 0);
  if (values.size() * sizeof(u32) % sizeof(T)) throw nb::value_error("a row is cut");
  std::vector<T> records(values.size() * sizeof(u32) / sizeof(T));
  if (!records.empty()) std::memcpy(records.data(), values.data(), records.size() * sizeof(T));
  return records;
}

template <class T>
std::vector<u32> values_of(const std::vector<T>& records) {
  std::vector<u32> values(records.size() * (sizeof(T) / sizeof(u32)));
  if (!records.empty()) std::memcpy(values.data(), records.data(), records.size() * sizeof(T));
  return values;
}

}  // namespace codescan
