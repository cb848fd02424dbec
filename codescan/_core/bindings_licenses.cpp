// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the words, sentences and word pairs of notices.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "license_pairs.hpp"
#include "notice_scan.hpp"
#include "plain_text.hpp"
#include "tag_lines.hpp"

namespace codescan {
namespace {

std::string_view view_of(nb::handle token) {
  char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(token.ptr(), &data, &size) != 0) throw nb::python_error();
  return {data, static_cast<std::size_t>(size)};
}

std::vector<u32> numbers_of(const LicensePairs& table, const nb::list& tokens) {
  std::vector<u32> numbers;
  numbers.reserve(tokens.size());
  for (const nb::handle token : tokens) numbers.push_back(table.word(view_of(token)));
  return numbers;
}

// The characters of an ASCII text.
std::string_view ascii_of(const nb::str& text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (!data) throw nb::python_error();
  if (size != PyUnicode_GetLength(text.ptr())) throw nb::value_error("a text is not in ASCII");
  return {data, static_cast<std::size_t>(size)};
}

nb::bytes bytes_of(std::string_view text) { return nb::bytes(text.data(), text.size()); }

nb::tuple tuple_of(const Notice& notice) {
  return nb::make_tuple(bytes_of(notice.text), notice.may_be_short);
}

nb::str str_of(std::string_view text) { return nb::str(text.data(), text.size()); }

std::vector<u8> marks_of(nb::bytearray covered) {
  const u8* data = static_cast<const u8*>(covered.data());
  return {data, data + covered.size()};
}

}  // namespace

void bind_licenses(nb::module_& m) {
  using Bytes = nb::ndarray<const u8, nb::ndim<1>, nb::c_contig>;
  m.def("plain_words", [](const nb::str& text) { return str_of(plain_words(ascii_of(text))); },
        nb::arg("text"));
  m.def("unmarked_words",
        [](const nb::bytes& text) {
          const std::string words = unmarked_words({text.c_str(), text.size()});
          return nb::bytes(words.data(), words.size());
        },
        nb::arg("text"));
  m.def("sentences",
        [](const nb::str& text) {
          const std::string_view all = ascii_of(text);
          nb::list out;
          for (const auto& [start, end] : sentences(all)) {
            out.append(str_of(all.substr(start, end - start)));
          }
          return out;
        },
        nb::arg("text"));
  m.def("leading_end", [](const nb::bytes& text) { return leading_end(view_of(text)); },
        nb::arg("text"));
  m.def("leading_pieces",
        [](const nb::bytes& head, const Words& stating, const Words& clauses) {
          const std::string_view all = view_of(head);
          nb::list pieces;
          for (const auto& [start, end] : leading_pieces(all, stating, clauses)) {
            pieces.append(bytes_of(all.substr(start, end - start)));
          }
          return pieces;
        },
        nb::arg("head"), nb::arg("stating"), nb::arg("clauses"));
  m.def("unmarked", [](const nb::bytes& block) { return bytes_of(unmarked(view_of(block))); },
        nb::arg("block"));
  m.def("tag_lines",
        [](const nb::bytes& content, std::size_t most_around, std::size_t most_lines) {
          return bytes_of(tag_lines(view_of(content), most_around, most_lines));
        },
        nb::arg("content"), nb::arg("most_around"), nb::arg("most_lines"));
  m.def("statement_lines",
        [](const nb::bytes& text, const Words& marks) {
          return bytes_of(statement_lines(view_of(text), marks));
        },
        nb::arg("text"), nb::arg("marks"));
  m.def("statement_parts",
        [](const nb::bytes& content, std::size_t head, const Words& marks) {
          const auto [first, behind] = statement_parts(view_of(content).substr(0, head), marks);
          return nb::make_tuple(bytes_of(first), bytes_of(behind));
        },
        nb::arg("content"), nb::arg("head"), nb::arg("marks"));
  m.def("is_copyright_line",
        [](const nb::bytes& line, const Words& endings) {
          return is_copyright_line(view_of(line), endings);
        },
        nb::arg("line"), nb::arg("endings"));
  nb::class_<NameStarts>(m, "NameStarts")
      .def(nb::init<const std::vector<std::string>&, const std::vector<std::string>&>(),
           nb::arg("starts"), nb::arg("loose"))
      .def("any_in",
           [](const NameStarts& self, const nb::bytes& text) { return self.any_in(view_of(text)); },
           nb::arg("text"));
  nb::class_<NoticeScanner>(m, "NoticeScanner")
      .def("__init__",
           [](NoticeScanner* self, const Words& stating, const Words& clauses,
              const Words& may_state, const Words& owning, const NameStarts& names,
              const Words& leads, const Words& doubts, const Words& modal, const Words& endings,
              const Words& texts, const Words& strong, const Words& telling, const Words& notes,
              const Words& english) {
             new (self) NoticeScanner({stating, clauses, may_state, owning, names, leads, doubts,
                                       modal, endings, texts, strong, telling, notes, english});
           },
           nb::arg("stating"), nb::arg("clauses"), nb::arg("may_state"), nb::arg("owning"),
           nb::arg("names"), nb::arg("leads"), nb::arg("doubts"), nb::arg("modal"),
           nb::arg("endings"), nb::arg("texts"), nb::arg("strong"), nb::arg("telling"),
           nb::arg("notes"), nb::arg("english"), nb::keep_alive<1, 2>(),
           nb::keep_alive<1, 3>(), nb::keep_alive<1, 4>(), nb::keep_alive<1, 5>(),
           nb::keep_alive<1, 6>(), nb::keep_alive<1, 7>(), nb::keep_alive<1, 8>(),
           nb::keep_alive<1, 9>(), nb::keep_alive<1, 10>(), nb::keep_alive<1, 11>(),
           nb::keep_alive<1, 12>(), nb::keep_alive<1, 13>(), nb::keep_alive<1, 14>(),
           nb::keep_alive<1, 15>())
      .def("scan",
           [](const NoticeScanner& self, const nb::bytes& content, std::size_t head,
              std::size_t most_places, bool is_prose) {
             const HeadScan found = self.scan(view_of(content), head, most_places, is_prose);
             nb::list notices;
             for (const Notice& each : found.notices) notices.append(tuple_of(each));
             nb::list places;
             for (const std::size_t place : found.places) places.append(place);
             const int marks = found.is_tagged | found.is_ignoring << 1 | found.is_assigned << 2 |
                               found.is_noted << 3;
             return nb::make_tuple(marks, found.end, nb::tuple(notices), found.is_cut, places);
           },
           nb::arg("content"), nb::arg("head"), nb::arg("most_places"), nb::arg("is_prose"))
      .def("quiet_head",
           [](const NoticeScanner& self, const nb::bytes& content, std::size_t notices,
              std::size_t notes, std::size_t statements, const Words& marks,
              bool is_prose) -> nb::object {
             const std::string_view all = view_of(content);
             const QuietHead quiet =
                 self.quiet_head(all, {notices, notes, statements}, marks, is_prose);
             if (!quiet.is_quiet) return nb::none();
             return nb::make_tuple(bytes_of(all.substr(0, quiet.end)), bytes_of(quiet.statements));
           },
           nb::arg("content"), nb::arg("notices"), nb::arg("notes"), nb::arg("statements"),
           nb::arg("marks"), nb::arg("is_prose"))
      .def("notice",
           [](const NoticeScanner& self, const nb::bytes& block) {
             return tuple_of(self.notice(view_of(block)));
           },
           nb::arg("block"))
      .def("notices",
           [](const NoticeScanner& self, const nb::bytes& head) {
             nb::list out;
             for (const std::string_view each : self.comments(view_of(head))) {
               out.append(tuple_of(self.notice(each)));
             }
             return nb::tuple(out);
           },
           nb::arg("head"))
      .def("bare_notices",
           [](const NoticeScanner& self, const nb::bytes& head) {
             nb::list out;
             bool is_cut = false;
             for (const std::string_view each : self.comments(view_of(head))) {
               out.append(tuple_of(self.bare_notice(each, is_cut)));
             }
             return nb::make_tuple(nb::tuple(out), is_cut);
           },
           nb::arg("head"));
  nb::class_<LicensePairs>(m, "LicensePairs")
      .def("__init__",
           [](LicensePairs* self, const Bytes& data) {
             new (self) LicensePairs(data.data(), data.size());
           },
           nb::arg("data"), nb::keep_alive<1, 2>())
      .def_ro_static("SHARE", &LicensePairs::kShare)
      .def("has_word",
           [](const LicensePairs& self, nb::bytes word) { return self.word(view_of(word)) != 0; },
           nb::arg("word"))
      .def("known_words",
           [](const LicensePairs& self, const nb::list& tokens) {
             std::size_t count = 0;
             for (const nb::handle token : tokens) count += self.word(view_of(token)) != 0;
             return count;
           },
           nb::arg("tokens"))
      .def("size",
           [](const LicensePairs& self, std::size_t row) {
             if (row >= self.rows()) throw nb::index_error("there is no such row");
             return self.size(row);
           },
           nb::arg("row"))
      .def("row",
           [](const LicensePairs& self, std::size_t number) {
             const auto row = self.row(number);
             return std::vector<u32>(row.begin(), row.end());
           },
           nb::arg("number"))
      .def("match",
           [](const LicensePairs& self, const nb::list& tokens) {
             return new PairMatch(self, numbers_of(self, tokens));
           },
           nb::arg("tokens"), nb::keep_alive<0, 1>(), nb::rv_policy::take_ownership);
  nb::class_<PairMatch>(m, "PairMatch")
      .def_prop_ro("known", &PairMatch::known)
      .def_prop_ro("total", &PairMatch::total)
      .def_prop_ro("unexplained", &PairMatch::unexplained)
      .def("covering", &PairMatch::covering, nb::arg("share"))
      .def("best", &PairMatch::best)
      .def("shared", &PairMatch::shared, nb::arg("row"))
      .def("unexplained_in", &PairMatch::unexplained_in, nb::arg("row"))
      .def("explain", &PairMatch::explain, nb::arg("row"))
      .def("window",
           [](const PairMatch& self, std::size_t row, nb::bytearray covered, std::size_t size,
              std::size_t wider, int miss) {
             return self.window(row, marks_of(covered), size, wider, miss);
           },
           nb::arg("row"), nb::arg("covered"), nb::arg("size"), nb::arg("wider"), nb::arg("miss"))
      .def("long_runs", &PairMatch::long_runs, nb::arg("row"), nb::arg("least"));
}

}  // namespace codescan
