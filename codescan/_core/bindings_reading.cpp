// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the core when it reads files and archives. Each call takes microseconds, so
// that only those which may wait for a disk release the interpreter lock.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <optional>
#include <string>

#include "bindings.hpp"
#include "file_read.hpp"
#include "tar.hpp"
#include "text_shape.hpp"
#include "words.hpp"

namespace nb = nanobind;

namespace codescan {
namespace {

// The content of a regular file, as long as the file says; at most `limit` + 1 bytes of one that does
// not say. Its size, where that is above the limit. None for anything but a regular file. Raises
// OSError.
nb::object read_file(const nb::str& path, u64 limit) {
  // Names are bytes that need not be UTF-8.
  const nb::object name = nb::steal(PyUnicode_EncodeFSDefault(path.ptr()));
  if (!name.is_valid()) throw nb::python_error();
  const nb::bytes encoded = nb::borrow<nb::bytes>(name);
  const std::string place(encoded.c_str(), encoded.size());
  if (place.find('\0') != std::string::npos) throw nb::value_error("a name holds a NUL");
  std::optional<InputFile> file;
  const auto fail = [&] {
    errno = file->error();
    PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path.ptr());
    throw nb::python_error();
  };
  {
    nb::gil_scoped_release unlocked;
    file.emplace(place);
  }
  if (file->error()) fail();
  if (!file->is_regular()) return nb::none();
  if (file->size() > limit) return nb::int_(file->size());
  const std::size_t room = file->size();
  if (room == 0) {  // nothing, or a file of the system, which tells no size
    std::vector<u8> content;
    {
      nb::gil_scoped_release unlocked;
      file->read_rest(content, limit + 1);
    }
    if (file->error()) fail();
    return nb::bytes(content.data(), content.size());
  }
  nb::object content = nb::steal(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(room)));
  if (!content.is_valid()) throw nb::python_error();
  std::size_t size;
  {
    u8* const to = reinterpret_cast<u8*>(PyBytes_AsString(content.ptr()));
    nb::gil_scoped_release unlocked;
    size = file->read(to, room);
  }
  if (file->error()) fail();
  if (size == room) return content;
  return nb::bytes(PyBytes_AsString(content.ptr()), size);  // it shrank
}

}  // namespace

void bind_reading(nb::module_& m) {
  nb::class_<Words>(m, "Words")
      .def("__init__",
           [](Words* self, const std::vector<nb::bytes>& words, bool is_wrapped) {
             std::vector<std::string> list;
             for (const nb::bytes& word : words) list.emplace_back(word.c_str(), word.size());
             new (self) Words(std::move(list), is_wrapped);
           },
           nb::arg("words"), nb::arg("is_wrapped") = false)
      .def("joined", &Words::joined, nb::arg("other"))
      .def("any_in",
           [](const Words& self, nb::bytes text, std::size_t end) {
             return self.any_in(data_of(text), std::min(end, text.size()));
           },
           nb::arg("text"), nb::arg("end") = ~std::size_t{0})
      .def("places_in",
           [](const Words& self, nb::bytes text, std::size_t end) {
             return self.places_in(data_of(text), std::min(end, text.size()));
           },
           nb::arg("text"), nb::arg("end") = ~std::size_t{0})
      .def("present_in",
           [](const Words& self, nb::bytes text) {
             return self.present_in(data_of(text), text.size());
           },
           nb::arg("text"));

  m.def("keyed_hash",
        [](nb::bytes text, nb::bytes key) {
          if (key.size() != 16) throw nb::value_error("a key has 16 bytes");
          u64 half[2];
          std::memcpy(half, key.c_str(), sizeof half);
          return keyed_hash(data_of(text), text.size(), half[0], half[1]);
        },
        nb::arg("text"), nb::arg("key"));
  m.def("read_file", &read_file, nb::arg("path"), nb::arg("limit"));
  m.def("is_plain",
        [](nb::bytes text, const Words& words, std::size_t head, std::size_t mean) {
          return is_plain(data_of(text), text.size(), words, head, mean);
        },
        nb::arg("text"), nb::arg("words"), nb::arg("head"), nb::arg("mean"));
  m.def("is_ascii_text",
        [](nb::bytes text) { return is_ascii_text(data_of(text), text.size()); }, nb::arg("text"));
  m.def("text_shape",
        [](nb::bytes text, std::size_t head) {
          const TextShape shape = shape_of(data_of(text), text.size(), head);
          return nb::make_tuple(shape.has_nul, shape.is_utf8, shape.line_feeds, shape.returns,
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
