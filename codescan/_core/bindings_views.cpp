// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of decoded texts and of the marks of wrapping formats.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <bit>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "bindings.hpp"
#include "blocks.hpp"
#include "csv_cells.hpp"
#include "documentation.hpp"
#include "line_marks.hpp"
#include "line_prefixes.hpp"
#include "literal_lines.hpp"
#include "long_words.hpp"
#include "markup.hpp"
#include "text_map.hpp"
#include "text_marks.hpp"
#include "token_bound.hpp"

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

// The pieces of a range without its markup, as `add` takes them. `decode` is called once for each
// different character reference.
nb::tuple markup_pieces(const nb::bytes& text, std::size_t start, std::size_t end,
                        const nb::callable& decode) {
  const std::string_view content = view_of(text);
  if (start > end || end > content.size()) throw nb::index_error("the text has no such bytes");
  nb::list pieces;
  const auto add = [&](ByteRange range, const nb::object& decoded) {
    pieces.append(nb::make_tuple(range.first, range.second, decoded));
  };
  const nb::bytes line_feed("\n"), tab("\t");
  std::map<std::string_view, nb::object> references;
  MarkupReader reader(content, {start, end});
  while (const auto markup = reader.next()) {
    if (markup->range.first > start) add({start, markup->range.first}, nb::none());
    start = markup->range.second;
    if (markup->kind == MarkupKind::line_break) {
      add(markup->range, line_feed);
    } else if (markup->kind == MarkupKind::cell) {
      add(markup->range, tab);
    } else if (markup->kind == MarkupKind::data) {
      add(markup->inner, nb::none());
    } else if (markup->kind == MarkupKind::reference) {
      const auto [from, to] = markup->range;
      nb::object& decoded = references[content.substr(from, to - from)];
      if (!decoded) decoded = decode(nb::bytes(content.data() + from, to - from));
      add(markup->range, decoded);
    }
  }
  if (start < end) add({start, end}, nb::none());
  return nb::tuple(pieces);
}

// Ranges as `add` takes pieces; a line feed stands for each empty one.
nb::tuple pieces_of(const std::vector<ByteRange>& ranges) {
  nb::list pieces;
  for (const auto& [start, end] : ranges) {
    const nb::object decoded = start == end ? nb::object(nb::bytes("\n")) : nb::none();
    pieces.append(nb::make_tuple(start, end, decoded));
  }
  return nb::tuple(pieces);
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
  m.def("markup_pieces", &markup_pieces, nb::arg("text"), nb::arg("start"), nb::arg("end"),
        nb::arg("decode"));
  m.def("find_opening",
        [](nb::bytes text, std::size_t at, const std::vector<std::string>& names) {
          const std::vector<std::string_view> wanted(names.begin(), names.end());
          const auto found = find_opening(view_of(text), at, wanted);
          using Answer = std::optional<std::tuple<std::size_t, std::size_t, std::string>>;
          if (!found) return Answer();
          return Answer({found->range.first, found->range.second, std::string(found->name)});
        },
        nb::arg("text"), nb::arg("at"), nb::arg("names"));
  m.def("find_closing",
        [](nb::bytes text, std::size_t at, const std::string& name) {
          return find_closing(view_of(text), at, name);
        },
        nb::arg("text"), nb::arg("at"), nb::arg("name"));
  m.def("text_marks",
        [](nb::bytes text, bool in_code) {
          return text_marks(data_of(text), text.size(), in_code);
        },
        nb::arg("text"), nb::arg("in_code") = false);
  // Where each line begins; a line feed at the end of a text begins none.
  m.def("line_starts",
        [](nb::bytes text) {
          check_size(text);
          const u8* data = data_of(text);
          const std::size_t size = text.size();
          std::vector<u32> starts{0};
          Blocks blocks(data, size);
          for (std::size_t base = 0; base < size; base += kBlock) {
            u64 feeds = block_bits(blocks.at(base), [](Bytes16 c) { return equals(c, '\n'); });
            for (; feeds; feeds &= feeds - 1) {
              const std::size_t next = base + static_cast<std::size_t>(std::countr_zero(feeds)) + 1;
              if (next < size) starts.push_back(static_cast<u32>(next));
            }
          }
          return table(std::move(starts), 0);
        },
        nb::arg("text"));
  m.def("lines_with",
        [](nb::bytes text, u32 mark) {
          const Mark wanted = static_cast<Mark>(mark);
          if (wanted != Mark::quoted && wanted != Mark::prompts && wanted != Mark::block_scalars) {
            throw nb::value_error("there is no test of lines for this mark");
          }
          return lines_with(data_of(text), text.size(), wanted);
        },
        nb::arg("text"), nb::arg("mark"));
  m.def("added_runs",
        [](nb::bytes text, std::size_t column, std::size_t least) {
          return added_runs(data_of(text), text.size(), column, least);
        },
        nb::arg("text"), nb::arg("column"), nb::arg("least"));
  m.def("prefixed_runs",
        [](nb::bytes text) {
          nb::list runs;
          for (const auto& run : prefixed_runs(data_of(text), text.size())) {
            nb::list lines;
            for (const PrefixedLine& line : run) {
              lines.append(nb::make_tuple(line.start, line.text, line.end));
            }
            runs.append(lines);
          }
          return runs;
        },
        nb::arg("text"));
  m.def("may_match",
        [](nb::bytes text) { return may_have_tokens(data_of(text), text.size(), kMinPartTokens); },
        nb::arg("text"));
  m.def("csv_cells",
        [](nb::bytes text, std::size_t least) {
          nb::list cells;
          for (const CsvCell& cell : csv_cells(view_of(text), least)) {
            cells.append(nb::make_tuple(cell.text.first, cell.text.second, cell.row, cell.column));
          }
          return cells;
        },
        nb::arg("text"), nb::arg("least"));
  m.def("comment_words",
        [](nb::bytes text, u32 lexer) {
          check_size(text);
          const auto words = comment_words(data_of(text), text.size(), lexer_family(lexer).rules);
          return nb::make_tuple(pieces_of(words.ranges), words.has_word_marks);
        },
        nb::arg("text"), nb::arg("lexer"));
  m.def("long_strings",
        [](nb::bytes text) {
          std::vector<ByteRange> ranges;
          for (const ByteRange& range : long_strings(data_of(text), text.size())) {
            ranges.push_back(range);
            ranges.push_back({range.second, range.second});
          }
          return pieces_of(ranges);
        },
        nb::arg("text"));
  m.def("long_words",
        [](nb::bytes text) { return long_words(data_of(text), text.size()); }, nb::arg("text"));
  m.def("literal_runs",
        [](nb::bytes text) {
          nb::list runs;
          for (const auto& run : literal_runs(data_of(text), text.size())) {
            nb::list lines;
            for (const LiteralLine& line : run) {
              lines.append(nb::make_tuple(line.start, line.text, line.text_end, line.end));
            }
            runs.append(lines);
          }
          return runs;
        },
        nb::arg("text"));
  m.def("numbered_lines",
        [](nb::bytes text) { return numbered_lines(data_of(text), text.size()); },
        nb::arg("text"));
}

}  // namespace codescan
