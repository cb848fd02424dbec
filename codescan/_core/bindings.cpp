// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the core. Arrays are returned as memoryviews that own their memory; every
// call that works on text or files releases the interpreter lock.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <random>

#include "bindings.hpp"
#include "run_extension.hpp"
#include "lookup.hpp"

namespace nb = nanobind;
using namespace codescan;

namespace {

using PermutationArray = nb::ndarray<const u32, nb::shape<2, kPermutations>, nb::c_contig>;

Permutations permutations_of(const PermutationArray& array) {
  Permutations out;
  std::memcpy(out.a.data(), array.data(), sizeof out.a);
  std::memcpy(out.b.data(), array.data() + kPermutations, sizeof out.b);
  return out;
}

// For each form of tokens: sums of code lengths, and the least score.
using Sums = nb::ndarray<const double, nb::ndim<1>, nb::c_contig>;
using Bounds = std::array<std::tuple<Sums, double>, kTokenForms>;

// Candidates, six values for each; rows of u32 for their groups, for how common the query's
// fingerprints are, and for where candidates were left out.
nb::tuple rows_of(const Answer::OfForm& answer) {
  std::vector<u32> rows, groups, uses, weak;
  rows.reserve(6 * answer.candidates.size());
  for (const Candidate& c : answer.candidates) {
    rows.insert(rows.end(), {c.content, c.query_token, c.content_token, c.last_query_token, c.hits,
                             c.sides});
  }
  groups.reserve(7 * answer.groups.size());
  for (const CandidateGroup& g : answer.groups) {
    groups.insert(groups.end(), {g.content, g.first, g.end, g.shared, g.sides, g.content_token,
                                 g.length});
  }
  uses.reserve(2 * answer.uses.size());
  for (const KeyUse& use : answer.uses) uses.insert(uses.end(), {use.token, use.postings});
  for (const Weak& part : answer.weak) weak.insert(weak.end(), {part.start, part.end});
  return nb::make_tuple(table(std::move(rows), 0), table(std::move(groups), 7),
                        table(std::move(uses), 2), table(std::move(weak), 2));
}

Array<u32> rows_of(const std::vector<BagCandidate>& found) {
  std::vector<u32> rows;
  rows.reserve(5 * found.size());
  for (const BagCandidate& c : found) {
    rows.insert(rows.end(), {c.content, c.query_token, c.content_token, c.content_length, c.hits});
  }
  return table(std::move(rows), 5);
}

// The bounds that Python gives when they are needed.
class GivenBounds {
 public:
  // `ask` is called with the interpreter lock, at most once.
  GivenBounds(std::size_t tokens, std::function<nb::object()> ask)
      : tokens_(tokens), ask_(std::move(ask)) {}

  const ScoreBound* get() {
    if (told_) return least_.data();
    nb::gil_scoped_acquire locked;
    Bounds given = nb::cast<Bounds>(ask_());
    for (int f = 0; f < kTokenForms; ++f) {
      const auto& [sums, bits] = given[f];
      if (sums.size() != tokens_ + 1) throw nb::value_error("wrong scores");
      least_[f] = {sums.data(), static_cast<u32>(tokens_), bits};
    }
    told_ = std::move(given);
    return least_.data();
  }

 private:
  std::size_t tokens_;
  std::function<nb::object()> ask_;
  std::array<ScoreBound, kTokenForms> least_{};
  std::optional<Bounds> told_;  // holds what `least_` points to
};

Answer answer_of(const std::vector<const Shard*>& shards, const std::vector<u32>& bases,
                 const TokenList& list, const nb::bytes& text, const std::string& profile,
                 const PermutationArray& array, GivenBounds* bounds) {
  if (bases.size() < shards.size()) throw nb::value_error("a base for each shard");
  const Profile& named = profile_named(profile);
  const Permutations permutations = permutations_of(array);
  const u8* data = data_of(text);
  const auto ask = [bounds] { return bounds->get(); };
  nb::gil_scoped_release unlocked;
  return joined(look_up(shards, list, data, named, permutations,
                        bounds ? LazyBounds(ask) : LazyBounds()),
                bases);
}

}  // namespace

NB_MODULE(_native, m) {
  // The command line ends without a last search for cycles, and what they hold is then reported.
  nb::set_leak_warnings(false);
  m.doc() = "Lexing, fingerprints, shards and verification. See codescan/_core/*.hpp.";
  bind_index_files(m);

  m.attr("FORMAT_VERSION") = kFormatVersion;
  m.attr("MAX_POSTINGS") = kMaxPostings;
  nb::dict lexers;
  for (std::size_t i = 0; i < kLexerFamilies.size(); ++i) lexers[kLexerFamilies[i].name] = i;
  m.attr("LEXERS") = lexers;
  nb::dict profiles;
  for (const Profile& profile : kProfiles) {
    nb::list schemes;
    for (const Scheme& s : profile.scheme) schemes.append(nb::make_tuple(s.k, s.w, s.r));
    profiles[profile.name] = nb::tuple(schemes);
  }
  m.attr("PROFILES") = profiles;

  bind_tokens(m);

  nb::class_<QueryKeyFilter>(m, "QueryKeyFilter")
      .def("__init__",
           [](QueryKeyFilter* self, const std::string& profile) {
             new (self) QueryKeyFilter(profile_named(profile));
           },
           nb::arg("profile"))
      .def("add", [](QueryKeyFilter& self, const TokenList& query) { self.add(query); },
           nb::arg("query"))
      .def("cover", [](QueryKeyFilter& self, const TokenList& query) {
             return self.cover(query);
           }, nb::arg("query"));

  nb::class_<ShardBuilder>(m, "ShardBuilder")
      .def("__init__",
           [](ShardBuilder* self, const std::string& profile,
              const std::optional<PermutationArray>& array, u32 max_tokens,
              const QueryKeyFilter* query_keys) {
             std::optional<Permutations> permutations;
             if (array) permutations = permutations_of(*array);
             new (self) ShardBuilder(profile_named(profile), permutations, max_tokens, query_keys);
           },
           nb::arg("profile"), nb::arg("permutations").none(), nb::arg("max_tokens"),
           nb::arg("query_keys").none() = nb::none(), nb::keep_alive<1, 5>())
      .def("add",
           [](ShardBuilder& self, nb::bytes text, u64 family, u32 block, u32 offset, u32 lexer,
              u32 language) {
             if (text.size() > 0xfffffff0ULL) throw nb::value_error("a text must be below 4 GiB");
             lexer_family(lexer);
             const u8* data = data_of(text);
             const std::size_t size = text.size();
             nb::gil_scoped_release unlocked;
             return self.add(data, size,
                             {family, block, offset, static_cast<u32>(size), lexer, language, 0});
           },
           nb::arg("text"), nb::arg("family"), nb::arg("block"), nb::arg("offset"),
           nb::arg("lexer"), nb::arg("language"))
      .def("add_block", [](ShardBuilder& self, u64 offset, u32 size, u32 raw,
                           u64 sum) { self.add_block({offset, size, raw, sum}); })
      .def_prop_ro("tokens", &ShardBuilder::tokens)
      .def_prop_ro("contents", &ShardBuilder::contents)
      .def("write",
           [](ShardBuilder& self, const std::string& folder, bool synced) {
             self.write(folder, synced ? Sync::yes : Sync::no);
           },
           nb::arg("folder"), nb::arg("synced") = true,
           nb::call_guard<nb::gil_scoped_release>());

  nb::class_<Shard> shard(m, "Shard");
  bind_shard_files(shard);
  shard.def(nb::init<const std::string&>())
      .def_static("of", [](ShardBuilder& builder) { return new Shard(std::move(builder)); },
                  nb::arg("builder"), nb::rv_policy::take_ownership,
                  nb::call_guard<nb::gil_scoped_release>())
      .def("__len__", &Shard::contents)
      .def_prop_ro("tokens", &Shard::tokens)
      .def_prop_ro("blocks", &Shard::blocks)
      .def("content",
           [](const Shard& self, u64 i) {
             const ContentRow row = self.content(i);
             return nb::make_tuple(row.block, row.offset, row.size, row.lexer, row.language,
                                   row.family);
           })
      .def("content_tokens", &Shard::content_tokens)
      .def("block",
           [](const Shard& self, u64 i) {
             const BlockRow row = self.block(i);
             return nb::make_tuple(row.offset, row.size, row.raw_size, row.checksum);
           })
      .def("frequencies",
           [](const Shard& self) {
             std::vector<u32> out(kFrequencyClasses);
             std::memcpy(out.data(), self.frequencies(), 4 * kFrequencyClasses);
             return table(std::move(out), 0);
           })
      ;

  m.def("search",
        [](const std::vector<const Shard*>& shards, const std::vector<u32>& bases,
           const Fingerprints& query) {
          if (bases.size() < shards.size()) throw nb::value_error("a base for each shard");
          std::vector<Answer> answers(shards.size());
          nb::gil_scoped_release unlocked;
          for (std::size_t s = 0; s < shards.size(); ++s) {
            const FormReader& form = shards[s]->form(query.form);
            form.prefetch_buckets(query.list);
            form.prefetch_keys(query.list);
            Answer::OfForm& answer = answers[s].forms[static_cast<int>(query.form)];
            shards[s]->search(query.list, query.form, query.scheme, answer.candidates,
                              answer.groups, answer.uses);
          }
          const Answer answer = joined(std::move(answers), bases);
          nb::gil_scoped_acquire locked;
          return rows_of(answer.forms[static_cast<int>(query.form)]);
        },
        nb::arg("shards"), nb::arg("bases"), nb::arg("query"));

  m.def("look_up",
        [](const std::vector<const Shard*>& shards, const std::vector<u32>& bases,
           const TokenList& list, nb::bytes text, const std::string& profile,
           const PermutationArray& array,
           const std::optional<nb::callable>& bounds) -> nb::object {
          check_text(list, text);
          GivenBounds given(list.tokens.size(), [&] { return (*bounds)(); });
          const Answer answer = answer_of(shards, bases, list, text, profile, array,
                                          bounds ? &given : nullptr);
          if (answer.is_empty()) return nb::none();
          return nb::make_tuple(rows_of(answer.forms[0]), rows_of(answer.forms[1]),
                                rows_of(answer.bags));
        },
        nb::arg("shards"), nb::arg("bases"), nb::arg("tokens"), nb::arg("text"), nb::arg("profile"),
        nb::arg("permutations"), nb::arg("bounds").none() = nb::none());
  // Lexes a text and looks it up. Most texts are like nothing in an index: Python then sees no token.
  m.def("look_up_text",
        [](const std::vector<const Shard*>& shards, const std::vector<u32>& bases, nb::bytes text,
           u32 lexer, const std::string& profile, const PermutationArray& array,
           const nb::callable& bounds) -> nb::object {
          check_size(text);
          const Rules& rules = lexer_family(lexer).rules;
          auto owned = std::make_unique<TokenList>();
          TokenList& list = *owned;
          list.lexer = lexer;
          {
            const u8* data = data_of(text);
            nb::gil_scoped_release unlocked;
            lex_streams(data, text.size(), rules, Side::query, list);
          }
          nb::object tokens;
          const auto shown = [&] {
            if (!tokens.is_valid()) tokens = nb::cast(owned.release(), nb::rv_policy::take_ownership);
            return tokens;
          };
          GivenBounds given(list.tokens.size(), [&] { return bounds(shown()); });
          const Answer answer = answer_of(shards, bases, list, text, profile, array, &given);
          if (answer.is_empty()) return nb::none();
          return nb::make_tuple(shown(), rows_of(answer.forms[0]), rows_of(answer.forms[1]),
                                rows_of(answer.bags));
        },
        nb::arg("shards"), nb::arg("bases"), nb::arg("text"), nb::arg("lexer"), nb::arg("profile"),
        nb::arg("permutations"), nb::arg("bounds"));

  m.attr("PERMUTATIONS") = kPermutations;
  // As numpy.random.RandomState draws them: odd multipliers, then offsets.
  m.def("permutations", [](u32 seed) {
    std::mt19937 numbers(seed);
    std::vector<u32> rows(2 * kPermutations);
    for (u32 i = 0; i < rows.size(); ++i) {
      const u32 number = static_cast<u32>(numbers());
      rows[i] = i < kPermutations ? number << 1 | 1 : number;
    }
    return table(std::move(rows), kPermutations);
  }, nb::arg("seed"));
  m.def("units", [](const TokenList& list, nb::bytes text, bool of_query) {
    check_text(list, text);
    std::vector<u32> rows;
    for (const Unit& unit : find_units(data_of(text), list.code(), of_query ? kQueryStride : kBlockTokens)) {
      rows.insert(rows.end(), {unit.start, unit.end});
    }
    return table(std::move(rows), 2);
  }, nb::arg("tokens"), nb::arg("text"), nb::arg("of_query") = false);
  m.def("shingles", [](const TokenList& list, u32 start, u32 end) {
    if (start > end || end > list.tokens.size()) throw nb::index_error("no such unit");
    std::vector<u32> out;
    shingles(list.tokens, {start, end}, out);
    return table(std::move(out), 0);
  });
  m.def("signature",
        [](nb::ndarray<const u32, nb::ndim<1>, nb::c_contig> hashes, const PermutationArray& array) {
          const std::vector<u32> list(hashes.data(), hashes.data() + hashes.size());
          const Signature low = signature(list, permutations_of(array));
          return table(std::vector<u32>(low.begin(), low.end()), 0);
        });

  bind_reading(m);
  bind_languages(m);
  bind_views(m);
  bind_scoring(m);
  bind_coverage(m);
  bind_passages(m);
  bind_licenses(m);
  bind_duplicates(m);
  bind_sketch(m);
}
