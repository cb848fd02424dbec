// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the search for duplicates.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <cstring>

#include "bindings.hpp"
#include "duplicate_candidates.hpp"
#include "duplicate_features.hpp"

namespace codescan {
namespace {

template <class T>
using Column = nb::ndarray<const T, nb::ndim<1>, nb::c_contig>;
using PairRows = nb::ndarray<const u32, nb::shape<-1, 2>, nb::c_contig>;

Permutations permutations_from(const nb::ndarray<const u32, nb::shape<2, kPermutations>,
                                                 nb::c_contig>& array) {
  Permutations permutations;
  std::memcpy(permutations.a.data(), array.data(), sizeof permutations.a);
  std::memcpy(permutations.b.data(), array.data() + kPermutations, sizeof permutations.b);
  return permutations;
}

constexpr u32 kNotVerified = ~0U;

// Documents, or parts of them, whose tokens lie in files.
class DuplicateTokens {
 public:
  DuplicateTokens(std::vector<std::string> paths, const Column<u32>& files,
                  const Column<u64>& starts, const Column<u32>& lengths)
      : store(std::move(paths)) {
    if (files.size() != starts.size() || files.size() != lengths.size()) {
      throw nb::value_error("the columns differ in length");
    }
    places.resize(files.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      places[i] = {files.data()[i], starts.data()[i], lengths.data()[i]};
    }
  }

  const StoredTokens& at(u32 owner) const {
    if (owner >= places.size()) throw nb::index_error("there is no such document");
    return places[owner];
  }

  // Calls `use(row, tokens of the first, tokens of the second)` for each pair.
  template <class Use>
  void for_pairs(const u32* pairs, std::size_t count, Use use) {
    std::vector<u32> first, second;
    u32 held = ~0U;
    for (std::size_t row = 0; row < count; ++row) {
      const u32 a = pairs[2 * row], b = pairs[2 * row + 1];
      if (a != held) store.read(at(a), first);
      held = a;
      store.read(at(b), second);
      use(row, Symbols(first), Symbols(second));
    }
  }

  struct Verification {
    double share;
    bool renamed;
    u32 enough;
  };
  void verify(const u32* pairs, std::size_t count, const Verification& how, u32* out) {
    std::vector<u32> first, second;
    TokenBag equal, abstract;
    u32 held = ~0U, matches = 0, misses = 0;
    for (std::size_t row = 0; row < count; ++row) {
      const u32 a = pairs[2 * row], b = pairs[2 * row + 1];
      if (row == 0 || a != held) {
        store.read(at(a), first);
        equal.assign(first, false);
        if (how.renamed) abstract.assign(first, true);
        held = a;
        matches = misses = 0;
      }
      if (how.enough > 0 && matches > 0 && std::max(matches, misses) >= how.enough) {
        out[2 * row] = kNotVerified;
        continue;
      }
      const double longer = std::max(at(a).length, at(b).length);
      const u32 least = static_cast<u32>(std::ceil(how.share * longer - 1e-9));
      if (std::min(at(a).length, at(b).length) < least) continue;
      store.read(at(b), second);
      u32 common = 0, names = 0;
      if (equal.may_share(second, least)) common = common_tokens(first, second, least);
      if (common == 0 && how.renamed && abstract.may_share(second, least)) {
        const RenamedAlignment found = renamed_tokens_in_common(first, second, least);
        common = found.matched;
        names = found.renamed;
      }
      misses = common > 0 ? 0 : misses + 1;
      matches += common > 0;
      out[2 * row] = common;
      out[2 * row + 1] = names;
    }
  }

  TokenStore store;
  std::vector<StoredTokens> places;
};

}  // namespace

void bind_duplicates(nb::module_& m) {
  m.attr("MIN_NEAR_TOKENS") = kMinNearTokens;
  m.attr("NOT_VERIFIED") = kNotVerified;
  m.attr("FILE_SIGNATURE") = kPermutations;
  m.attr("RENAMED_SIGNATURE") = kRenamedPermutations;
  m.attr("UNIT_SIGNATURE") = kUnitSignature;
  m.attr("TOKEN_CLASSES") = kTokenClasses;

  nb::class_<FeatureBuilder>(m, "FeatureBuilder")
      .def("__init__",
           [](FeatureBuilder* self,
              const nb::ndarray<const u32, nb::shape<2, kPermutations>, nb::c_contig>& array,
              const std::string& profile, bool units, bool passages) {
             new (self) FeatureBuilder(permutations_from(array),
                                       {units, passages, profile_named(profile).scheme[0]});
           },
           nb::arg("permutations"), nb::arg("profile"), nb::arg("units") = true,
           nb::arg("passages") = true)
      .def("add",
           [](FeatureBuilder& self, nb::bytes text, u32 lexer, bool near) {
             check_size(text);
             lexer_family(lexer);
             const u8* data = data_of(text);
             const std::size_t size = text.size();
             nb::gil_scoped_release unlocked;
             return self.add(data, size, lexer, near);
           },
           nb::arg("text"), nb::arg("lexer"), nb::arg("near") = true)
      .def("__len__", &FeatureBuilder::documents)
      .def("take", [](FeatureBuilder& self) {
        nb::dict out;
        out["symbols"] = numpy_table(std::move(self.symbols), 0);
        out["lines"] = numpy_table(std::move(self.lines), 0);
        out["lengths"] = numpy_table(std::move(self.lengths), 0);
        out["hashes"] = numpy_table(std::move(self.hashes), 2);
        out["signatures"] = numpy_table(std::move(self.signatures), kPermutations);
        out["renamed_signatures"] =
            numpy_table(std::move(self.renamed_signatures), kRenamedPermutations);
        out["file_keys"] = numpy_table(std::move(self.file_keys), 0);
        out["file_owners"] = numpy_table(std::move(self.file_owners), 0);
        out["renamed_keys"] = numpy_table(std::move(self.renamed_keys), 0);
        out["renamed_owners"] = numpy_table(std::move(self.renamed_owners), 0);
        out["units"] = numpy_table(std::move(self.units), 3);
        out["unit_hashes"] = numpy_table(std::move(self.unit_hashes), 0);
        out["unit_keys"] = numpy_table(std::move(self.unit_keys), 0);
        out["unit_owners"] = numpy_table(std::move(self.unit_owners), 0);
        out["unit_signatures"] = numpy_table(std::move(self.unit_signatures), kUnitSignature);
        out["passage_keys"] = numpy_table(std::move(self.passage_keys), 0);
        out["passage_places"] = numpy_table(std::move(self.passage_places), 2);
        out["histogram"] = numpy_table(std::move(self.histogram), 0);
        self.histogram.assign(kTokenClasses, 0);
        return out;
      });

  m.def("candidate_pairs",
        [](const Column<u64>& keys, const Column<u32>& owners,
           const nb::ndarray<const u8, nb::ndim<2>, nb::c_contig>& signatures, u32 least_equal) {
          if (keys.size() != owners.size()) throw nb::value_error("the columns differ in length");
          if (signatures.shape(1) % 16 != 0) throw nb::value_error("signatures of a wrong width");
          std::vector<KeyOwner> rows(keys.size());
          for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = {keys.data()[i], owners.data()[i]};
            if (rows[i].owner >= signatures.shape(0)) throw nb::index_error("no such owner");
          }
          std::vector<OwnerPair> pairs;
          std::vector<u32> out;
          {
            nb::gil_scoped_release unlocked;
            candidate_pairs(rows, signatures.data(), static_cast<u32>(signatures.shape(1)),
                            least_equal, pairs);
            out.reserve(2 * pairs.size());
            for (const auto& [a, b] : pairs) out.insert(out.end(), {a, b});
          }
          return numpy_table(std::move(out), 2);
        },
        nb::arg("keys"), nb::arg("owners"), nb::arg("signatures"), nb::arg("least_equal"));

  nb::class_<DuplicateTokens>(m, "DuplicateTokens")
      .def(nb::init<std::vector<std::string>, const Column<u32>&, const Column<u64>&,
                    const Column<u32>&>(),
           nb::arg("paths"), nb::arg("files"), nb::arg("starts"), nb::arg("lengths"))
      .def("__len__", [](const DuplicateTokens& self) { return self.places.size(); })
      .def("read",
           [](DuplicateTokens& self, u32 owner) {
             std::vector<u32> tokens;
             self.store.read(self.at(owner), tokens);
             return numpy_table(std::move(tokens), 0);
           })
      .def("are_equal",
           [](DuplicateTokens& self, const PairRows& pairs) {
             std::vector<u8> out(pairs.shape(0));
             {
               nb::gil_scoped_release unlocked;
               self.for_pairs(pairs.data(), out.size(), [&](std::size_t row, Symbols a, Symbols b) {
                 out[row] = a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
               });
             }
             return numpy_table(std::move(out), 0);
           },
           nb::arg("pairs"))
      // Rows of (tokens in common, of them renamed): 0 where they are below `share` of the longer.
      // Of pairs that begin with the same document, none is verified after `enough` matches, nor
      // after `enough` misses in a row behind a match: NOT_VERIFIED. 0 verifies all.
      .def("verify",
           [](DuplicateTokens& self, const PairRows& pairs, double share, bool renamed,
              u32 enough) {
             std::vector<u32> out(2 * pairs.shape(0));
             {
               nb::gil_scoped_release unlocked;
               self.verify(pairs.data(), pairs.shape(0), {share, renamed, enough}, out.data());
             }
             return numpy_table(std::move(out), 2);
           },
           nb::arg("pairs"), nb::arg("share"), nb::arg("renamed") = false, nb::arg("enough") = 0)
      // Rows of PassageRun, and how many places were not compared.
      .def("passages",
           [](DuplicateTokens& self, const Column<u64>& keys, const PairRows& owners,
              const Column<u32>& groups, const std::string& profile, u32 least) {
             if (keys.size() != owners.shape(0)) throw nb::value_error("columns differ in length");
             if (groups.size() != self.places.size()) throw nb::value_error("groups of others");
             std::vector<PassagePlace> rows(keys.size());
             for (std::size_t i = 0; i < rows.size(); ++i) {
               rows[i] = {keys.data()[i], owners.data()[2 * i], owners.data()[2 * i + 1]};
               if (rows[i].token >= self.at(rows[i].owner).length) {
                 throw nb::index_error("no such token");
               }
             }
             const u32 k = profile_named(profile).scheme[0].k;
             std::vector<PassageRun> runs;
             std::vector<u32> out;
             u64 not_compared = 0;
             {
               nb::gil_scoped_release unlocked;
               not_compared = passage_runs(rows, self.places.data(), k, least, groups.data(),
                                           self.store, runs);
               out.reserve(5 * runs.size());
               for (const PassageRun& run : runs) {
                 out.insert(out.end(),
                            {run.owner, run.start, run.other, run.other_start, run.length});
               }
             }
             return nb::make_tuple(numpy_table(std::move(out), 5), not_compared);
           },
           nb::arg("keys"), nb::arg("places"), nb::arg("groups"), nb::arg("profile"),
           nb::arg("least"));
}

}  // namespace codescan
