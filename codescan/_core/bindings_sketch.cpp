// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of sketches.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>


#include "bindings.hpp"
#include "sketch.hpp"

namespace codescan {
namespace {

Array<u32> rows_of(const std::vector<SketchMatch>& matches) {
  std::vector<u32> rows;
  rows.reserve(6 * matches.size());
  for (const SketchMatch& match : matches) {
    rows.insert(rows.end(), {match.content, match.ordinal, match.query_token,
                             match.last_query_token, match.hits, match.missing});
  }
  return table(std::move(rows), 6);
}

}  // namespace

void bind_sketch(nb::module_& m) {
  m.attr("SKETCH") = nb::make_tuple(kSketchGram, kSketchStride, kSketchReach, kKeyBits);
  m.attr("MAX_SKETCH_KEYS") = kMaxSketchKeys;

  nb::class_<SketchShard>(m, "SketchShard")
      .def(nb::init<const std::string&>(), nb::arg("folder"))
      .def("__len__", [](const SketchShard& self) { return self.contents(); })
      .def_prop_ro("ordinals", [](const SketchShard& self) { return self.ordinals(); })
      .def_prop_ro("keys", [](const SketchShard& self) { return self.keys(); })
      .def("checksums",
           [](const SketchShard& self) {
             nb::dict sums;
             for (const ArrayReader* file : self.files()) {
               const std::string name = file->name();
               sums[nb::str(name.c_str())] = file->checksum();
             }
             return sums;
           })
      .def("verify", &SketchShard::verify_all, nb::call_guard<nb::gil_scoped_release>());

  nb::class_<SketchBuilder>(m, "SketchBuilder")
      .def(nb::init<u64>(), nb::arg("usual"))
      .def("add",
           [](SketchBuilder& self, nb::bytes text, u32 lexer) {
             check_size(text);
             const Rules& rules = lexer_family(lexer).rules;
             const u8* data = data_of(text);
             const std::size_t size = text.size();
             nb::gil_scoped_release unlocked;
             return self.add(data, size, rules);
           },
           nb::arg("text"), nb::arg("lexer"))
      .def("add_shard",
           [](SketchBuilder& self, const SketchShard& shard, nb::bytes keep) {
             if (keep.size() != shard.contents()) throw nb::value_error("one flag for each content");
             const std::vector<u8> flags(data_of(keep), data_of(keep) + keep.size());
             nb::gil_scoped_release unlocked;
             return self.add(shard, flags);
           },
           nb::arg("shard"), nb::arg("keep"))
      .def_prop_ro("contents", [](const SketchBuilder& self) { return self.contents(); })
      .def("write", &SketchBuilder::write, nb::arg("folder"),
           nb::call_guard<nb::gil_scoped_release>());

  m.def("sketch_places",
        [](const TokenList& list) { return table(sketch_places(list), 0); }, nb::arg("tokens"));
  m.def("search_sketches",
        [](const std::vector<const SketchShard*>& shards, const std::vector<u32>& bases,
           const TokenList& list) {
          if (bases.size() < shards.size()) throw nb::value_error("a base for each shard");
          SketchAnswer answer;
          {
            nb::gil_scoped_release unlocked;
            answer = search_sketches(shards, bases, list);
          }
          return nb::make_tuple(rows_of(answer.matches), rows_of(answer.candidates));
        },
        nb::arg("shards"), nb::arg("bases"), nb::arg("tokens"));
}

}  // namespace codescan
