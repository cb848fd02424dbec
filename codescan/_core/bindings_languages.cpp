// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the language model.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <limits>

#include "bindings.hpp"
#include "language_model.hpp"

namespace nb = nanobind;

namespace codescan {

void bind_languages(nb::module_& m) {
  nb::class_<LanguageModel>(m, "LanguageModel")
      .def("__init__",
           [](LanguageModel* self, nb::bytes weights, std::size_t classes) {
             new (self) LanguageModel(data_of(weights), weights.size(), classes);
           },
           nb::arg("weights"), nb::arg("classes"))
      .def("divide",
           // Only classes that have a part of the text, or nearly the best score.
           [](const LanguageModel& self, nb::bytes text, std::int32_t penalty, std::int64_t doubt) {
             if (penalty < 0) throw nb::value_error("a penalty is at least 0");
             LanguageDivision found;
             {
               nb::gil_scoped_release unlocked;
               found = self.divide(data_of(text), text.size(), penalty);
             }
             nb::list shares, stretches, windows;
             std::int64_t limit = std::numeric_limits<std::int64_t>::min();
             for (const ClassShare& each : found.shares) limit = std::max(limit, each.score);
             limit -= doubt;
             for (std::size_t c = 0; c < found.shares.size(); ++c) {
               const ClassShare& each = found.shares[c];
               if (each.bytes > 0 || each.score >= limit) {
                 shares.append(nb::make_tuple(c, each.score, each.bytes));
               }
             }
             for (const ClassStretch& each : found.stretches) {
               stretches.append(nb::make_tuple(each.of_class, each.start, each.end));
             }
             for (const ClassStretch& each : found.windows) {
               windows.append(nb::make_tuple(each.of_class, each.start, each.end));
             }
             return nb::make_tuple(shares, stretches, windows);
           },
           nb::arg("text"), nb::arg("penalty"), nb::arg("doubt"));
  m.attr("LANGUAGE_FEATURES") = kFeatures;
  m.attr("LANGUAGE_CLASSES") = kMaxClasses;
  m.def("line_features",
        [](nb::bytes line) {
          std::vector<u16> out;
          line_features(data_of(line), line.size(), out);
          return out;
        },
        nb::arg("line"));
}

}  // namespace codescan
