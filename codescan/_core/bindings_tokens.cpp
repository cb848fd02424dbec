// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What Python sees of the lexers: tokens, their fingerprints, and runs of equal ones.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "bindings.hpp"
#include "common_subsequence.hpp"
#include "run_extension.hpp"

namespace codescan {
namespace {

// The only part of a text that is not read in several ways.
std::vector<StreamPart> whole(const Tokens& tokens, const Rules& rules) {
  return {{0, static_cast<u32>(tokens.size()), rules.prose ? Stream::prose : Stream::code}};
}

// Whether text[0, size) is a name in quotes, perhaps with a mark before it and dots, slashes and dashes
// in it.
bool is_quoted_name(const u8* text, std::size_t size) {
  constexpr std::size_t kLongest = 61;
  const auto is_quote = [](u8 c) { return c == '"' || c == '\'' || c == '`'; };
  const auto is_of_name = [](u8 c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '$';
  };
  if (size < 3 || !is_quote(text[0]) || !is_quote(text[size - 1])) return false;
  std::size_t first = 1;
  if (text[first] == '@' || text[first] == '#') ++first;
  const std::size_t length = size - 1 - first;
  if (length < 1 || length > kLongest || !is_of_name(text[first])) return false;
  return std::all_of(text + first + 1, text + size - 1, [&](u8 c) {
    return is_of_name(c) || c == '.' || c == '/' || c == '-';
  });
}

// The length, at least 2 tokens, of the entries of a list: nearly every token is like the one an
// entry before. Names are alike whatever they are, and so are numbers. 0 where there is no such.
u32 entry_length(const TokenList& list, const nb::bytes& names, u32 longest, double share,
                 u32 ends) {
  const std::size_t count = list.tokens.size();
  if (names.size() != count) throw nb::value_error("one flag for each token");
  const u8* is_name = data_of(names);
  std::vector<u64> symbols(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Token& token = list.tokens[i];
    symbols[i] = token.kind() == Kind::number ? 1 : is_name[i] ? 0 : token.hash;
  }
  for (u32 length = 2; length <= longest && length < count; ++length) {
    const std::size_t compared = count - length;
    std::size_t alike = 0;
    for (std::size_t i = 0; i < compared; ++i) alike += symbols[i] == symbols[i + length];
    const double least = share * (static_cast<double>(compared) - ends);
    if (static_cast<double>(alike) >= least) return length;
  }
  return 0;
}

}  // namespace

void bind_tokens(nb::module_& m) {
  nb::class_<Fingerprints>(m, "Fingerprints")
      .def("__len__", [](const Fingerprints& self) { return self.list.size(); })
      .def("keys", [](const Fingerprints& self) {
        std::vector<u64> out;
        out.reserve(2 * self.list.size());
        for (const Fingerprint& fp : self.list) {
          out.push_back(fp.key);
          out.push_back(fp.token);
        }
        return table(std::move(out), 2);
      });

  nb::class_<TokenList>(m, "Tokens")
      .def("__len__", [](const TokenList& self) { return self.tokens.size(); })
      .def_prop_ro("lexer", [](const TokenList& self) { return self.lexer; })
      .def("hashes",
           [](const TokenList& self, std::size_t start, std::size_t end) {
             end = std::min(end, self.tokens.size());
             std::vector<u64> out;
             for (std::size_t i = start; i < end; ++i) out.push_back(self.tokens[i].hash);
             return table(std::move(out), 0);
           },
           nb::arg("start") = 0, nb::arg("end") = ~std::size_t{0})
      .def("spans",
           [](const TokenList& self) {
             std::vector<u32> out;
             out.reserve(2 * self.tokens.size());
             for (const Token& t : self.tokens) {
               out.push_back(t.start);
               out.push_back(t.end);
             }
             return table(std::move(out), 2);
           })
      .def("starts",
           [](const TokenList& self) {
             std::vector<u32> out;
             out.reserve(self.tokens.size());
             for (const Token& t : self.tokens) out.push_back(t.start);
             return table(std::move(out), 0);
           })
      .def("names",
           [](const TokenList& self, const nb::bytes& text) {
             check_text(self, text);
             const u8* data = data_of(text);
             std::string names(self.tokens.size(), '\0');
             for (std::size_t i = 0; i < names.size(); ++i) {
               const Token& token = self.tokens[i];
               names[i] = token.kind() == Kind::identifier ||
                          (token.kind() == Kind::string &&
                           is_quoted_name(data + token.start, token.end - token.start));
             }
             return nb::bytes(names.data(), names.size());
           },
           nb::arg("text"))
      .def("entry_length", &entry_length, nb::arg("is_name"), nb::arg("longest"), nb::arg("share"),
           nb::arg("ends"))
      .def("kinds",
           [](const TokenList& self) {
             std::vector<u8> out;
             out.reserve(self.tokens.size());
             for (const Token& t : self.tokens) out.push_back(static_cast<u8>(t.kind()));
             return table(std::move(out), 0);
           })
      .def("comments",
           [](const TokenList& self) {
             std::vector<u32> out;
             for (const Region& comment : self.comments) {
               out.push_back(comment.start);
               out.push_back(comment.end);
             }
             return table(std::move(out), 2);
           })
      .def("parts",
           [](const TokenList& self) {
             std::vector<u32> out;
             for (const StreamPart& part : self.parts) {
               out.insert(out.end(), {part.start, part.end, static_cast<u32>(part.stream)});
             }
             return table(std::move(out), 3);
           })
      .def("part_of",
           [](const TokenList& self, u32 token) {
             const StreamPart part = self.part_of(token);
             return nb::make_tuple(part.start, part.end, static_cast<u32>(part.stream));
           },
           nb::arg("token"))
      .def("span",
           [](const TokenList& self, u32 from, u32 to) {
             if (from >= to || to > self.tokens.size()) throw nb::index_error("empty range");
             return nb::make_tuple(self.tokens[from].start, self.tokens[to - 1].end);
           })
      .def("fingerprints",
           [](const TokenList& self, int form, const std::string& profile, bool of_query) {
             const Form f = form_at(form);
             Fingerprints out{{}, f, profile_named(profile).scheme[form]};
             nb::gil_scoped_release unlocked;
             if (of_query) {
               query_fingerprints(self, f, out.scheme, out.list);
             } else {
               fingerprints(self, f, out.scheme, out.list);
             }
             return out;
           },
           nb::arg("form"), nb::arg("profile"), nb::arg("of_query") = false)
      .def("information",
           [](const TokenList& self, u32 from, u32 to,
              nb::ndarray<const double, nb::ndim<1>, nb::c_contig> lengths) {
             if (lengths.size() != kFrequencyClasses) throw nb::value_error("wrong table size");
             return information(self.tokens, from, to, lengths.data());
           });

  m.def("lex",
        [](nb::bytes text, u32 lexer, bool comments, bool streams, bool of_corpus) {
          check_size(text);
          const Rules& rules = lexer_family(lexer).rules;
          auto list = std::make_unique<TokenList>();
          list->lexer = lexer;
          const u8* data = data_of(text);
          const std::size_t size = text.size();
          {
            nb::gil_scoped_release unlocked;
            if (streams) {
              lex_streams(data, size, rules, of_corpus ? Side::corpus : Side::query, *list);
            } else {
              Regions regions;
              lex(data, size, rules, list->tokens, comments ? &regions : nullptr);
              list->comments = std::move(regions.comments);
              list->parts = whole(list->tokens, rules);
            }
          }
          return list.release();
        },
        nb::arg("text"), nb::arg("lexer"), nb::arg("comments") = false,
        nb::arg("streams") = false, nb::arg("of_corpus") = false,
        nb::rv_policy::take_ownership);
  m.def("lex_commented",
        [](nb::bytes text, u32 lexer) {
          check_size(text);
          const Rules& rules = lexer_family(lexer).rules;
          auto list = std::make_unique<TokenList>();
          list->lexer = lexer;
          lex_commented(data_of(text), text.size(), rules, list->tokens);
          list->parts = whole(list->tokens, rules);
          return list.release();
        },
        nb::arg("text"), nb::arg("lexer"), nb::rv_policy::take_ownership);

  // Whether a range of a text has the same tokens in two lexer families.
  m.def("same_tokens",
        [](nb::bytes text, std::size_t start, std::size_t end, u32 first, u32 second) {
          check_size(text);
          if (start > end || end > text.size()) throw nb::index_error("the text has no such bytes");
          Tokens one, other;
          lex(data_of(text) + start, end - start, lexer_family(first).rules, one);
          lex(data_of(text) + start, end - start, lexer_family(second).rules, other);
          return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                            [](const Token& a, const Token& b) { return a.hash == b.hash; });
        },
        nb::arg("text"), nb::arg("start"), nb::arg("end"), nb::arg("first"), nb::arg("second"));

  m.def("code_lengths", [](nb::ndarray<const u64, nb::ndim<1>, nb::c_contig> counts) {
    if (counts.size() != kFrequencyClasses) throw nb::value_error("wrong table size");
    return table(code_lengths(counts.data()), 0);
  });

  m.def("extend",
        [](const TokenList& query, const TokenList& content,
           nb::ndarray<const u32, nb::shape<-1, 2>, nb::c_contig> seeds, int form) {
          const Form f = form_at(form);
          std::vector<Seed> list(seeds.shape(0));
          if (!list.empty()) std::memcpy(list.data(), seeds.data(), list.size() * sizeof(Seed));
          std::vector<u32> out;
          {
            nb::gil_scoped_release unlocked;
            for (const Run& run : extend(query.tokens, content.tokens, list, f)) {
              out.insert(out.end(), {run.query_token, run.content_token, run.length, run.renamed});
            }
          }
          return table(std::move(out), 4);
        });

  m.def("equal_blocks",
        [](const TokenList& query, std::pair<u32, u32> part, const TokenList& content,
           std::pair<u32, u32> other, u32 least) {
          const auto span_of = [](const TokenList& list, std::pair<u32, u32> range) {
            if (range.first > range.second || range.second > list.tokens.size()) {
              throw nb::index_error("no such tokens");
            }
            return TokenSpan(list.tokens).subspan(range.first, range.second - range.first);
          };
          const TokenSpan first = span_of(query, part), second = span_of(content, other);
          std::vector<EqualBlock> blocks;
          {
            nb::gil_scoped_release unlocked;
            blocks = equal_blocks(first, second, least);
          }
          nb::list out;
          for (const EqualBlock& block : blocks) {
            out.append(nb::make_tuple(part.first + block.first, other.first + block.second,
                                      block.length));
          }
          return out;
        },
        nb::arg("query"), nb::arg("part"), nb::arg("content"), nb::arg("other"),
        nb::arg("least"));

  m.def("renamed_tokens",
        [](const TokenList& query, const TokenList& content, u32 query_token, u32 content_token,
           u32 length) {
          std::vector<u32> out;
          for (const Seed& place : renamed_tokens(query.tokens, content.tokens,
                                                  {query_token, content_token, length, 0})) {
            out.insert(out.end(), {place.query_token, place.content_token});
          }
          return table(std::move(out), 2);
        });
}

}  // namespace codescan
