// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the files of an index: their errors, their checksums, and merging.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <string>
#include <vector>

#include "array_file.hpp"
#include "bindings.hpp"

namespace nb = nanobind;

namespace codescan {
namespace {

// An array file of 64-bit numbers.
class NumberFile {
 public:
  explicit NumberFile(const std::string& path) : reader_(path, sizeof(u64)) {}
  const ArrayReader& reader() const { return reader_; }

 private:
  ArrayReader reader_;
};

// Appends a value of a row of the catalogue: its type, its size, its bytes.
void append_value(std::string& out, nb::handle value) {
  const auto add = [&](char type, const char* bytes, std::size_t size) {
    out.push_back(type);
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out.append(bytes, size);
  };
  if (PyUnicode_CheckExact(value.ptr())) {
    Py_ssize_t size;
    if (const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size)) {
      return add('s', text, static_cast<std::size_t>(size));
    }
    PyErr_Clear();  // it holds half a pair of surrogates
  } else if (PyLong_CheckExact(value.ptr())) {
    int overflow;
    const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (!overflow) return add('i', reinterpret_cast<const char*>(&number), sizeof number);
  } else if (PyBytes_CheckExact(value.ptr())) {
    return add('b', PyBytes_AsString(value.ptr()),
               static_cast<std::size_t>(PyBytes_Size(value.ptr())));
  }
  const nb::object text = nb::steal(PyObject_ASCII(value.ptr()));
  if (!text.is_valid()) throw nb::python_error();
  const char* ascii = nb::cast<const char*>(text);
  add('r', ascii, std::strlen(ascii));
}

}  // namespace

void bind_index_files(nb::module_& m) {
  // An error of a file must never pass for one of the text that is looked up.
  nb::exception<FormatError>(m, "FormatError",
                             nb::module_::import_("codescan.errors").attr("IndexFormatError"));
  nb::exception<FileError>(m, "FileError", PyExc_OSError);

  m.def("checksum",
        [](nb::bytes data) {
          const u8* bytes = data_of(data);
          const std::size_t size = data.size();
          nb::gil_scoped_release unlocked;
          return checksum(bytes, size);
        },
        nb::arg("data"));
  m.def("row_checksum",
        [](const nb::tuple& row) {
          std::string bytes;
          for (const nb::handle value : row) append_value(bytes, value);
          return checksum(reinterpret_cast<const u8*>(bytes.data()), bytes.size());
        },
        nb::arg("row"));
  m.def("array_checksum", &array_checksum, nb::arg("path"));
  m.def("exit_on_bus_error", &exit_on_bus_error, nb::arg("message"), nb::arg("exit_code"));
  m.def("write_numbers",
        [](const std::string& path, nb::ndarray<const u64, nb::ndim<1>, nb::c_contig> numbers) {
          ArrayWriter writer(path, sizeof(u64));
          writer.append(numbers.data(), numbers.size());
          writer.close();
        },
        nb::arg("path"), nb::arg("numbers"));
  nb::class_<NumberFile>(m, "NumberFile")
      .def(nb::init<const std::string&>(), nb::arg("path"))
      .def("__len__", [](const NumberFile& self) { return self.reader().count(); })
      .def("__getitem__", [](const NumberFile& self, u64 i) { return self.reader().at<u64>(i); })
      .def_prop_ro("checksum", [](const NumberFile& self) { return self.reader().checksum(); })
      .def("verify", [](const NumberFile& self) { self.reader().verify_all(); });

  m.def("merge",
        [](const std::vector<nb::tuple>& inputs, const std::string& folder) {
          std::vector<MergeInput> list;
          for (const nb::tuple& input : inputs) {
            const Shard* shard = nb::cast<const Shard*>(input[0]);
            nb::bytes keep = nb::cast<nb::bytes>(input[1]);
            if (keep.size() != shard->contents()) throw nb::value_error("one flag for each content");
            list.push_back({shard, std::vector<u8>(data_of(keep), data_of(keep) + keep.size()),
                            nb::cast<u32>(input[2]), nb::cast<u64>(input[3])});
          }
          nb::gil_scoped_release unlocked;
          merge_shards(list, folder);
        },
        nb::arg("inputs"), nb::arg("folder"));
}

void bind_shard_files(nb::class_<Shard>& shard) {
  shard
      .def("checksums",
           [](const Shard& self) {
             nb::dict sums;
             for (const ArrayReader* file : self.files()) {
               sums[nb::str(file->name().c_str())] = file->checksum();
             }
             return sums;
           })
      .def("tested_bytes",
           [](const Shard& self) {
             u64 bytes = 0;
             for (const ArrayReader* file : self.files()) bytes += file->tested_bytes();
             return bytes;
           })
      .def("trust",
&Shard::trust)
      .def("verify", &Shard::verify_all, nb::call_guard<nb::gil_scoped_release>());
}

}  // namespace codescan
