// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of verified runs and of the passages that they make.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "passage_finder.hpp"
#include "row_arrays.hpp"

namespace codescan {
namespace {

using Sums = nb::ndarray<const double, nb::ndim<1>, nb::c_contig>;
using Verification = std::tuple<u32, u32, u32, u32, u32, u32, double>;
using Joining = std::tuple<u32, u32, u32, u32, u32, u32, u32, double, double, double, double>;

// The tokens of a content, as a function of Python's gives them.
class TokensOf {
 public:
  explicit TokensOf(const nb::callable& function) : function_(function) {}
  ~TokensOf() {
    nb::gil_scoped_acquire locked;
    last_.reset();
  }
  const Streams& operator()(u32 content) {
    nb::gil_scoped_acquire locked;
    last_ = function_(content);
    return *nb::cast<const TokenList*>(last_);
  }

 private:
  const nb::callable& function_;
  nb::object last_;  // what is pointed to
};

u64 family_in(const nb::callable& function, u32 content) {
  nb::gil_scoped_acquire locked;
  return nb::cast<u64>(function(content));
}

VerificationLimits limits_of(const Verification& given) {
  const auto [by_chance, by_family, of_family, remnants, runs, completed, share] = given;
  return {by_chance, by_family, of_family, remnants, runs, completed, share};
}

PassageLimits limits_of(const Joining& given) {
  const auto [max_gap, short_run, margin, gain, removed, longest, least, similarity, share, gap,
              length] = given;
  return {max_gap, short_run, margin, gain, removed, longest, least, similarity, share, gap, length};
}

// Rounds as Python does.
double rounded(double value) {
  if (value >= 1) return 1;
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return std::strtod(text, nullptr);
}

struct Listed {
  u32 content;
  u32 start;
  u32 end;
  double similarity;
};

// The best place in each content, the most similar first.
std::vector<Listed> listed(const Passage& passage) {
  std::vector<Listed> holders;
  const double best = passage.best.strength();
  for (const Holder& holder : passage.holders) {
    holders.push_back({holder.content, holder.start, holder.end, rounded(holder.strength / best)});
  }
  std::stable_sort(holders.begin(), holders.end(), [](const Listed& a, const Listed& b) {
    return std::tie(b.similarity, a.content, a.start) < std::tie(a.similarity, b.content, b.start);
  });
  // Places of one content that are as similar stand side by side; others may be anywhere behind.
  std::vector<u32> seen;
  std::vector<Listed> once;
  for (const Listed& holder : holders) seen.push_back(holder.content);
  std::sort(seen.begin(), seen.end());
  std::vector<bool> is_listed(seen.size());
  for (const Listed& holder : holders) {
    const auto at = std::lower_bound(seen.begin(), seen.end(), holder.content) - seen.begin();
    if (is_listed[static_cast<std::size_t>(at)]) continue;
    is_listed[static_cast<std::size_t>(at)] = true;
    once.push_back(holder);
  }
  return once;
}

Array<u32> rows_of(const std::vector<Run>& runs) {
  std::vector<u32> rows;
  for (const Run& run : runs) {
    rows.insert(rows.end(), {run.query_token, run.content_token, run.length, run.renamed});
  }
  return table(std::move(rows), 4);
}

// Rows [start, end) of the units of which less than a share lies in verified runs.
Array<u32> unexplained(const VerifiedRuns& known, const RowArray<2>& units, double share) {
  u32 end = 0;
  for (std::size_t i = 0; i < units.shape(0); ++i) end = std::max(end, units(i, 1));
  std::vector<u32> covered(std::size_t{end} + 1);
  for (const ContentRuns& each : known.contents) {
    for (const Run& run : each.runs) {
      const u32 last = std::min(end, run.query_token + run.length);
      for (u32 i = run.query_token; i < last; ++i) covered[i + 1] = 1;
    }
  }
  for (u32 i = 0; i < end; ++i) covered[i + 1] += covered[i];
  std::vector<u32> rows;
  for (std::size_t i = 0; i < units.shape(0); ++i) {
    const u32 from = units(i, 0), to = units(i, 1);
    if (from > to) throw nb::value_error("a unit ends before it begins");
    if (covered[to] - covered[from] < share * (to - from)) rows.insert(rows.end(), {from, to});
  }
  return table(std::move(rows), 2);
}

void bind_verified_runs(nb::module_& m) {
  nb::class_<VerifiedRuns>(m, "VerifiedRuns")
      .def(nb::init<>())
      .def("__len__", [](const VerifiedRuns& self) { return self.contents.size(); })
      .def("contents",
           [](const VerifiedRuns& self) {
             std::vector<u32> ids;
             for (const ContentRuns& each : self.contents) ids.push_back(each.content);
             return ids;
           })
      .def("of",
           [](const VerifiedRuns& self, u32 content) {
             const ContentRuns* found = self.find(content);
             if (!found) throw nb::key_error("no run of this content is verified");
             return rows_of(found->runs);
           },
           nb::arg("content_id"))
      .def_prop_ro("uncovered", [](const VerifiedRuns& self) { return self.uncovered; })
      .def("unexplained", &unexplained, nb::arg("units"), nb::arg("share"));
  m.def("verified_runs",
        [](const TokenList& query, const ValueArray& candidates, const RowArray<7>& groups,
           const RowArray<2>& uses, int form, const std::string& profile, const Verification& given,
           const nb::callable& tokens_of, const nb::callable& family_of,
           const VerifiedRuns* exact) {
          Proposed proposed{records_from<Candidate>(candidates), records_from<CandidateGroup>(groups),
                            records_from<KeyUse>(uses)};
          for (const CandidateGroup& group : proposed.groups) {
            if (group.first > group.end || group.end > proposed.candidates.size()) {
              throw nb::index_error("no such candidates");
            }
          }
          const Form f = form_at(form);
          const Scheme& scheme = profile_named(profile).scheme[form];
          const VerificationLimits limits = limits_of(given);
          nb::gil_scoped_release unlocked;
          TokensOf tokens(tokens_of);
          const ContentAccess access{
              [&](u32 content) -> const Streams& { return tokens(content); },
              [&](u32 content) { return family_in(family_of, content); }};
          return verified_runs(query, std::move(proposed), f, scheme, limits, access, exact);
        },
        nb::arg("query"), nb::arg("candidates"), nb::arg("groups"), nb::arg("uses"),
        nb::arg("form"), nb::arg("profile"), nb::arg("limits"), nb::arg("tokens_of"),
        nb::arg("family_of"), nb::arg("exact").none() = nb::none());
}

}  // namespace

void bind_passages(nb::module_& m) {
  bind_verified_runs(m);
  m.def("no_rows", [](std::size_t columns) { return table(std::vector<u32>(), columns); },
        nb::arg("columns"));
  nb::class_<Passage>(m, "Passage")
      .def_prop_ro("query_start", [](const Passage& self) { return self.best.query_start; })
      .def_prop_ro("query_end", [](const Passage& self) { return self.best.query_end; })
      .def_prop_ro("matched", [](const Passage& self) { return self.best.matched; })
      .def_prop_ro("similarity", [](const Passage& self) { return self.best.similarity(); })
      .def_prop_ro("places", [](const Passage& self) { return self.places; })
      .def_prop_ro("content_id", [](const Passage& self) { return self.content; })
      .def_prop_ro("runs",
                   [](const Passage& self) {
                     std::vector<std::tuple<u32, u32, u32>> runs;
                     for (const Block& run : self.best.runs) {
                       runs.emplace_back(run.query_token, run.content_token, run.length);
                     }
                     return runs;
                   })
      .def_prop_ro("run_count", [](const Passage& self) { return self.best.runs.size(); })
      .def("score",
           [](const Passage& self, const Sums& sums, double gap_bits, double gap_length_bits) {
             if (sums.size() <= self.best.query_end) throw nb::value_error("too few scores");
             PassageLimits limits{};
             limits.gap_bits = gap_bits;
             limits.gap_length_bits = gap_length_bits;
             return score_of(self.best, sums.data(), limits);
           },
           nb::arg("sums"), nb::arg("gap_bits"), nb::arg("gap_length_bits"))
      .def("holders",
           [](const Passage& self, std::size_t most) {
             const std::vector<Listed> every = listed(self);
             nb::list rows;
             for (std::size_t i = 0; i < std::min(most, every.size()); ++i) {
               const Listed& one = every[i];
               rows.append(nb::make_tuple(one.content, one.start, one.end, one.similarity));
             }
             return nb::make_tuple(rows, every.size());
           },
           nb::arg("most"));
  nb::class_<PassageFinder>(m, "PassageFinder")
      .def("__init__",
           [](PassageFinder* self, const TokenList& query, const VerifiedRuns& known,
              const Joining& limits, bool is_exact) {
             new (self) PassageFinder(query, known, limits_of(limits), is_exact);
           },
           nb::keep_alive<1, 2>(), nb::keep_alive<1, 3>(), nb::arg("query"), nb::arg("known"),
           nb::arg("limits"), nb::arg("is_exact"))
      .def("add_verified",
           [](PassageFinder& self, const nb::callable& tokens_of, u32 least, bool with_repeats) {
             nb::gil_scoped_release unlocked;
             TokensOf tokens(tokens_of);
             self.add_verified(least, with_repeats,
                               [&](u32 content) -> const Streams& { return tokens(content); });
           },
           nb::arg("tokens_of"), nb::arg("least"), nb::arg("with_repeats"))
      .def("add_unit",
           [](PassageFinder& self, u32 content_id, const TokenList& content,
              std::pair<u32, u32> unit, std::pair<u32, u32> of_content, u32 least) {
             nb::gil_scoped_release unlocked;
             self.add_unit(content_id, content, unit, of_content, least);
           },
           nb::arg("content_id"), nb::arg("content"), nb::arg("unit"), nb::arg("of_content"),
           nb::arg("least"))
      .def("passages",
           [](PassageFinder& self, u32 min_tokens) {
             std::vector<BelowThreshold> below;
             std::vector<Passage> passages;
             {
               nb::gil_scoped_release unlocked;
               passages = self.passages(min_tokens, below);
             }
             nb::list rows;
             for (const BelowThreshold& each : below) {
               rows.append(nb::make_tuple(each.query_start, each.query_end, each.matched));
             }
             return nb::make_tuple(std::move(passages), rows);
           },
           nb::arg("min_tokens"));
}

}  // namespace codescan
