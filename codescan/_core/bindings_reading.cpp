// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the core when it reads files and archives. Each call takes microseconds, so
// that none releases the interpreter lock.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string>

#include "bindings.hpp"
#include "tar.hpp"
#include "text_shape.hpp"
#include "words.hpp"

namespace nb = nanobind;

namespace codescan {

void bind_reading(nb::module_& m) {
  nb::class_<Words>(m, "Words")
      .def("__init__",
           [](Words* self, const std::vector<nb::bytes>& words) {
             std::vector<std::string> list;
             for (const nb::bytes& word : words) list.emplace_back(word.c_str(), word.size());
             new (self) Words(std::move(list));
           })
      .def("any_in",
           [](const Words& self, nb::bytes text, std::size_t end) {
             return self.any_in(data_of(text), std::min(end, text.size()));
           },
           nb::arg("text"), nb::arg("end") = ~std::size_t{0})
      .def("places_in",
           [](const Words& self, nb::bytes text, std::size_t end) {
             return self.places_in(data_of(text), std::min(end, text.size()));
           },
           nb::arg("text"), nb::arg("end") = ~std::size_t{0});

  m.def("text_shape",
        [](nb::bytes text, std::size_t head) {
          const TextShape shape = shape_of(data_of(text), text.size(), head);
          return nb::make_tuple(shape.has_nul, shape.is_ascii, shape.line_feeds, shape.returns,
                                shape.controls);
        },
        nb::arg("text"), nb::arg("head"));
  m.def("tar_entries",
        [](nb::bytes data, std::size_t at) {
          if (at > data.size()) throw nb::index_error("no such place");
          std::vector<TarEntry> found;
          const std::size_t next = find_tar_entries(data_of(data), data.size(), at, found);
          nb::list out;
          for (const TarEntry& entry : found) {
            // As Python names files: bytes that are not UTF-8 as lone surrogates.
            const nb::object name = nb::steal(PyUnicode_DecodeUTF8(
                entry.name.data(), static_cast<Py_ssize_t>(entry.name.size()), "surrogateescape"));
            if (!name.is_valid()) throw nb::python_error();
            out.append(nb::make_tuple(name, entry.size, entry.is_folder, entry.is_regular,
                                      entry.start));
          }
          return nb::make_tuple(out, next);
        },
        nb::arg("data"), nb::arg("at"));
}

}  // namespace codescan
