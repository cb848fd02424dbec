// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the token model.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <nanobind/stl/optional.h>

#include "bindings.hpp"
#include "token_model.hpp"

namespace nb = nanobind;

namespace codescan {
namespace {

using Frequencies = nb::ndarray<const u64, nb::ndim<1>, nb::c_contig>;

// The family of a part's tokens: comments are words of prose.
u32 lexer_of(const TokenList& list, const StreamPart& part) {
  return part.stream == Stream::prose ? kProseLexer : list.lexer;
}

// Scores each part of a text by itself; barriers count nothing.
void score_parts(const TokenModel& model, const u8* text, const TokenList& list,
                 std::vector<double>& structure, std::vector<double>& full) {
  structure.reserve(list.tokens.size() + 1);
  full.reserve(list.tokens.size() + 1);
  std::vector<double> own_structure, own_full;
  const auto add = [](const std::vector<double>& own, std::vector<double>& sums) {
    const double before = sums.empty() ? 0 : sums.back();  // the barrier ends where it begins
    for (const double sum : own) sums.push_back(before + sum);
  };
  for (const StreamPart& part : list.parts) {
    model.score(text, list.of(part), lexer_of(list, part), own_structure, own_full);
    add(own_structure, structure);
    add(own_full, full);
  }
}

}  // namespace

void bind_scoring(nb::module_& m) {
  nb::class_<ModelTrainer>(m, "ModelTrainer")
      .def(nb::init<>())
      .def("add",
           [](ModelTrainer& self, const TokenList& list) {
             for (const StreamPart& part : list.parts) self.add(list.of(part), lexer_of(list, part));
           },
           nb::arg("tokens"))
      .def("bytes", [](const ModelTrainer& self) {
        const std::vector<u8> bytes = self.bytes();
        return nb::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      });

  nb::class_<TokenModel>(m, "TokenModel")
      .def("__init__",
           [](TokenModel* self, nb::bytes bytes, const std::optional<Frequencies>& frequencies) {
             if (bytes.size() != TokenModel::kBytes) throw nb::value_error("wrong model size");
             if (frequencies && frequencies->size() != TokenModel::kNameClasses) {
               throw nb::value_error("wrong table size");
             }
             new (self) TokenModel(data_of(bytes), frequencies ? frequencies->data() : nullptr);
           },
           nb::arg("model"), nb::arg("frequencies").none() = nb::none())
      .def("score",
           [](const TokenModel& self, const TokenList& list, nb::bytes text) {
             check_text(list, text);
             const u8* data = data_of(text);
             std::vector<double> structure, full;
             {
               nb::gil_scoped_release unlocked;
               score_parts(self, data, list, structure, full);
             }
             return nb::make_tuple(table(std::move(structure), 0), table(std::move(full), 0));
           },
           nb::arg("tokens"), nb::arg("text"));
}

}  // namespace codescan
