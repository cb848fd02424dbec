// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the coverage of a query by verified runs.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "coverage.hpp"
#include "row_arrays.hpp"

namespace codescan {
namespace {

using RunRows = RowArray<4>;

}  // namespace

void bind_coverage(nb::module_& m) {
  nb::class_<Coverage>(m, "Coverage")
      .def("__init__",
           [](Coverage* self, std::vector<u32> used, u32 k, u32 w, u32 by_chance, u32 by_family) {
             if (!std::is_sorted(used.begin(), used.end())) {
               throw nb::value_error("the tokens do not ascend");
             }
             new (self) Coverage(std::move(used), {k, w, by_chance, by_family});
           },
           nb::arg("used"), nb::arg("k"), nb::arg("w"), nb::arg("by_chance"),
           nb::arg("by_family"))
      .def("choose",
           [](Coverage& self, const ValueArray& rows) {
             const std::vector<Candidate> list = records_from<Candidate>(rows);
             const ChosenCandidates chosen = self.choose(list.data(), list.size());
             return nb::make_tuple(table(values_of(chosen.candidates), 0), chosen.is_new, chosen.length,
                                   chosen.room);
           },
           nb::arg("rows"))
      .def("verified",
           [](const Coverage& self, const TokenList& query, const TokenList& content,
              const ValueArray& rows, int form, u32 most) {
             const std::vector<Candidate> list = records_from<Candidate>(rows);
             const Form f = form_at(form);
             std::vector<u32> runs;
             {
               nb::gil_scoped_release unlocked;
               runs = values_of(self.verified(query.tokens, content.tokens, list.data(), list.size(), f,
                                         most));
             }
             return table(std::move(runs), 4);
           },
           nb::arg("query"), nb::arg("content"), nb::arg("rows"), nb::arg("form"), nb::arg("most"))
      .def("outside",
           [](const Coverage& self, const ValueArray& rows, std::vector<std::pair<u32, u32>> runs) {
             const std::vector<Candidate> list = records_from<Candidate>(rows);
             Coverage::Outside found = self.outside(list.data(), list.size(), std::move(runs));
             return nb::make_tuple(table(values_of(found.candidates), 0),
                                   table(std::move(found.positions), 0));
           },
           nb::arg("rows"), nb::arg("runs"))
      .def("add",
           [](Coverage& self, const RunRows& rows) {
             const std::vector<Run> runs = records_from<Run>(rows);
             self.add(runs.data(), runs.size());
           },
           nb::arg("runs"))
      .def("is_explained", &Coverage::is_explained, nb::arg("token"))
      .def("given_up", &Coverage::given_up)
      .def_prop_ro("reach", &Coverage::reach, nb::rv_policy::copy)
      .def_prop_ro("floor", &Coverage::floor);
}

}  // namespace codescan
