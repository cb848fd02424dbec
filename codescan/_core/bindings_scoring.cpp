// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the token model.
#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/vector.h>

#include "bindings.hpp"
#include "gram_set.hpp"
#include "shard.hpp"
#include "token_model.hpp"

namespace nb = nanobind;

namespace codescan {
namespace {

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

// Lets no token that stands in a k-gram of a set count for more than `most`.
void cap(const TokenList& list, const GramSet& grams, double most, std::vector<double>& structure,
         std::vector<double>& full) {
  std::vector<GramSet::Found> found;
  grams.find({list.tokens.data(), list.tokens.size()}, found);
  if (found.empty()) return;
  for (std::vector<double>* sums : {&structure, &full}) {
    double before = sums->front(), sum = 0;
    std::size_t next = 0;
    u32 end = 0;  // of the k-grams so far
    sums->front() = 0;
    for (u32 i = 0; i + 1 < sums->size(); ++i) {
      for (; next < found.size() && found[next].token == i; ++next) end = i + grams.gram();
      const double behind = (*sums)[i + 1];
      const double own = behind - before;
      sum += i < end ? std::min(own, most) : own;
      (*sums)[i + 1] = sum;
      before = behind;
    }
  }
}

}  // namespace

void bind_scoring(nb::module_& m) {
  using Hashes = nb::ndarray<const u32, nb::ndim<1>, nb::c_contig>;
  using Bytes = nb::ndarray<const u8, nb::ndim<1>, nb::c_contig>;
  using Sums = nb::ndarray<const double, nb::ndim<1>, nb::c_contig>;
  nb::class_<GramSet>(m, "GramSet")
      .def("__init__",
           [](GramSet* self, const Hashes& ordered, u32 gram) {
             const std::span<const u32> hashes(ordered.data(), ordered.size());
             if (!gram) throw nb::value_error("a k-gram has at least one token");
             if (std::adjacent_find(hashes.begin(), hashes.end(), std::greater_equal<>()) !=
                 hashes.end()) {
               throw nb::value_error("the hashes do not ascend");
             }
             new (self) GramSet(hashes, gram, std::make_shared<Hashes>(ordered));
           },
           nb::arg("ordered"), nb::arg("gram"))
      .def("__len__", &GramSet::size)
      .def("hashes",
           [](const GramSet& self) {
             return table(std::vector<u32>(self.hashes().begin(), self.hashes().end()), 0);
           })
      .def("find",
           [](const GramSet& self, const TokenList& list) {
             std::vector<GramSet::Found> found;
             self.find({list.tokens.data(), list.tokens.size()}, found);
             std::vector<u32> rows;
             rows.reserve(2 * found.size());
             for (const GramSet::Found& each : found) {
               rows.push_back(each.token);
               rows.push_back(each.place);
             }
             return table(std::move(rows), 2);
           },
           nb::arg("tokens"))
      .def("stretches",
           [](const GramSet& self, const TokenList& list, const Bytes& owners,
              const std::vector<u32>& strides, u32 gap, u32 least_tokens, double least_share) {
             if (owners.size() != self.size()) throw nb::value_error("an owner for each k-gram");
             nb::list rows;
             for (const GramStretch& each :
                  self.stretches({list.tokens.data(), list.tokens.size()},
                                 {owners.data(), strides, gap, least_tokens, least_share})) {
               rows.append(nb::make_tuple(each.start, each.end, each.owner));
             }
             return rows;
           },
           nb::arg("tokens"), nb::arg("owners"), nb::arg("strides"), nb::arg("gap"),
           nb::arg("least_tokens"), nb::arg("least_share"));

  m.def("gram_hashes",
        [](const TokenList& list, u32 gram) {
          if (!gram) throw nb::value_error("a k-gram has at least one token");
          return table(gram_hashes({list.tokens.data(), list.tokens.size()}, gram), 0);
        },
        nb::arg("tokens"), nb::arg("gram"));
  m.def("sums_without",
        [](const Sums& sums, const std::vector<std::pair<u32, u32>>& stretches) {
          std::vector<double> out(sums.size());
          double sum = 0;
          auto next = stretches.begin();
          for (std::size_t i = 0; i + 1 < sums.size(); ++i) {
            while (next != stretches.end() && next->second <= i) ++next;
            const bool is_out = next != stretches.end() && next->first <= i;
            if (!is_out) sum += sums.data()[i + 1] - sums.data()[i];
            out[i + 1] = sum;
          }
          return table(std::move(out), 0);
        },
        nb::arg("sums"), nb::arg("stretches"));

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
           [](TokenModel* self, const Bytes& bytes, const std::vector<nb::object>& shards) {
             if (bytes.size() != TokenModel::kBytes) throw nb::value_error("wrong model size");
             std::vector<const Shard*> of_index;
             for (const nb::object& shard : shards) {
               of_index.push_back(nb::cast<const Shard*>(shard));
             }
             using Owned = std::pair<Bytes, std::vector<nb::object>>;
             new (self) TokenModel(bytes.data(), std::move(of_index),
                                   std::make_shared<Owned>(bytes, shards));
           },
           nb::arg("model"), nb::arg("shards") = std::vector<nb::object>{})
      .def("score",
           [](const TokenModel& self, const TokenList& list, nb::bytes text, const GramSet* common,
              double most) {
             check_text(list, text);
             const u8* data = data_of(text);
             std::vector<double> structure, full;
             {
               nb::gil_scoped_release unlocked;
               score_parts(self, data, list, structure, full);
               if (common) cap(list, *common, most, structure, full);
             }
             return nb::make_tuple(table(std::move(structure), 0), table(std::move(full), 0));
           },
           nb::arg("tokens"), nb::arg("text"), nb::arg("common").none() = nb::none(),
           nb::arg("most") = 0.0);
}

}  // namespace codescan
