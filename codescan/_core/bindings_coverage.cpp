// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the coverage of a query by verified runs.
#include <cstring>

#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "coverage.hpp"

namespace codescan {
namespace {

using Values = nb::ndarray<const u32, nb::ndim<1>, nb::c_contig>;
using RunRows = nb::ndarray<const u32, nb::shape<-1, 4>, nb::c_contig>;

// u32 values as what they hold.
template <class T, class Rows>
std::vector<T> list_of(const Rows& rows) {
  static_assert(sizeof(T) % sizeof(u32) == 0);
  if (rows.size() * sizeof(u32) % sizeof(T)) throw nb::value_error("a row is cut");
  std::vector<T> list(rows.size() * sizeof(u32) / sizeof(T));
  if (!list.empty()) std::memcpy(list.data(), rows.data(), list.size() * sizeof(T));
  return list;
}

template <class T>
std::vector<u32> flat(const std::vector<T>& list) {
  std::vector<u32> values(list.size() * (sizeof(T) / sizeof(u32)));
  if (!list.empty()) std::memcpy(values.data(), list.data(), list.size() * sizeof(T));
  return values;
}

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
           [](Coverage& self, const Values& rows) {
             const std::vector<Candidate> list = list_of<Candidate>(rows);
             const ChosenCandidates chosen = self.choose(list.data(), list.size());
             return nb::make_tuple(table(flat(chosen.candidates), 0), chosen.is_new, chosen.length,
                                   chosen.room);
           },
           nb::arg("rows"))
      .def("verified",
           [](const Coverage& self, const TokenList& query, const TokenList& content,
              const Values& rows, int form, u32 most) {
             const std::vector<Candidate> list = list_of<Candidate>(rows);
             const Form f = form_at(form);
             std::vector<u32> runs;
             {
               nb::gil_scoped_release unlocked;
               runs = flat(self.verified(query.tokens, content.tokens, list.data(), list.size(), f,
                                         most));
             }
             return table(std::move(runs), 4);
           },
           nb::arg("query"), nb::arg("content"), nb::arg("rows"), nb::arg("form"), nb::arg("most"))
      .def("outside",
           [](const Coverage& self, const Values& rows, std::vector<std::pair<u32, u32>> runs) {
             const std::vector<Candidate> list = list_of<Candidate>(rows);
             Coverage::Outside found = self.outside(list.data(), list.size(), std::move(runs));
             return nb::make_tuple(table(flat(found.candidates), 0),
                                   table(std::move(found.positions), 0));
           },
           nb::arg("rows"), nb::arg("runs"))
      .def("add",
           [](Coverage& self, const RunRows& rows) {
             const std::vector<Run> runs = list_of<Run>(rows);
             self.add(runs.data(), runs.size());
           },
           nb::arg("runs"))
      .def("is_explained", &Coverage::is_explained, nb::arg("token"))
      .def("given_up", &Coverage::given_up)
      .def_prop_ro("reach", &Coverage::reach, nb::rv_policy::copy)
      .def_prop_ro("floor", &Coverage::floor);
}

}  // namespace codescan
