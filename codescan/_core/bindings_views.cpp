// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of decoded texts and of the marks of wrapping formats.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "text_map.hpp"
#include "text_marks.hpp"

namespace codescan {
namespace {

std::string_view view_of(nb::handle bytes) {
  char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(bytes.ptr(), &data, &size) != 0) throw nb::python_error();
  return {data, static_cast<std::size_t>(size)};
}

// Each piece: start, end, and the bytes that stand for it or None.
void add(TextBuilder& builder, const nb::tuple& pieces) {
  for (const nb::handle each : pieces) {
    const nb::tuple piece = nb::borrow<nb::tuple>(each);
    const ByteRange range{nb::cast<std::size_t>(piece[0]), nb::cast<std::size_t>(piece[1])};
    const nb::object decoded = piece[2];
    if (decoded.is_none()) {
      builder.keep(range);
    } else {
      builder.replace(range, view_of(decoded));
    }
  }
}

}  // namespace

void bind_views(nb::module_& m) {
  nb::class_<TextMap>(m, "TextMap")
      .def(nb::init<std::size_t>(), nb::arg("size"))
      .def("outer", [](const TextMap& self, std::size_t start, std::size_t end) {
             return self.outer({start, end});
           }, nb::arg("start"), nb::arg("end"))
      .def_prop_ro("pieces", [](const TextMap& self) {
        nb::list out;
        for (const TextPiece& piece : self.pieces()) {
          out.append(nb::make_tuple(piece.start, piece.outer_start, piece.outer_end));
        }
        return out;
      });
  nb::class_<TextBuilder>(m, "TextBuilder")
      .def("__init__",
           [](TextBuilder* self, const TextMap& source, nb::bytes content) {
             new (self) TextBuilder(source, view_of(content));
           },
           nb::arg("source"), nb::arg("content"), nb::keep_alive<1, 2>(), nb::keep_alive<1, 3>())
      .def("__len__", &TextBuilder::size)
      .def("keep", [](TextBuilder& self, std::size_t start, std::size_t end) {
             self.keep({start, end});
           }, nb::arg("start"), nb::arg("end"))
      .def("replace",
           [](TextBuilder& self, std::size_t start, std::size_t end, nb::bytes decoded) {
             self.replace({start, end}, view_of(decoded));
           },
           nb::arg("start"), nb::arg("end"), nb::arg("decoded"))
      .def("add", &add, nb::arg("pieces"))
      .def("build", [](const TextBuilder& self) {
        return nb::make_tuple(nb::bytes(self.text().data(), self.text().size()), self.map());
      });
  m.def("text_marks",
        [](nb::bytes text) { return text_marks(data_of(text), text.size()); }, nb::arg("text"));
  m.def("numbered_lines",
        [](nb::bytes text) { return numbered_lines(data_of(text), text.size()); },
        nb::arg("text"));
}

}  // namespace codescan
