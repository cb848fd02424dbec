// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "verified_runs.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>

namespace codescan {
namespace {

auto place_of(const Run& run) {
  return std::make_tuple(run.query_token, run.content_token, run.length);
}

u32 end_of(const Run& run) { return run.query_token + run.length; }

std::size_t count_below(const std::vector<u32>& ascending, u64 value) {
  return static_cast<std::size_t>(std::lower_bound(ascending.begin(), ascending.end(), value) -
                                  ascending.begin());
}

// Whether the text of a run has some tokens of the query between its own. `places`: of these
// tokens; `offsets`: their bytes; both ascend.
bool has_between(const Tokens& query, const Run& run, const std::vector<u32>& places,
                 const std::vector<u32>& offsets) {
  const u32 first_byte = query[run.query_token].start, last_byte = query[end_of(run) - 1].end;
  const std::size_t own = count_below(places, end_of(run)) - count_below(places, run.query_token);
  return count_below(offsets, last_byte) - count_below(offsets, first_byte) > own;
}

// Whether each of some places of the query lies in a run. The runs ascend.
bool covers(const std::vector<Run>& runs, const std::vector<u32>& places) {
  std::size_t next = 0;
  u64 end = 0;  // of the runs that begin at or before a place
  for (const u32 place : places) {
    for (; next < runs.size() && runs[next].query_token <= place; ++next) {
      end = std::max<u64>(end, end_of(runs[next]));
    }
    if (place >= end) return false;
  }
  return true;
}

// Adds the runs of verified contents that the index has too many places of to list all. Comments
// that hundreds of files hold hide which of these files holds the code between them, too.
void complete(const Streams& query, const Scheme& scheme, const VerificationLimits& limits,
              const ContentAccess& access, VerifiedRuns& known) {
  std::unordered_set<u32> common;
  for (std::size_t i = 0; i < known.used.size(); ++i) {
    if (known.postings[i] > kMaxPostings) common.insert(known.used[i]);
  }
  if (common.empty()) return;
  std::vector<Fingerprint> prints;
  query_fingerprints(query, Form::exact, scheme, prints);
  std::unordered_map<u64, u32> keys;
  for (const Fingerprint& print : prints) {
    if (common.count(print.token)) keys.emplace(print.key, print.token);
  }
  std::vector<u32> places, offsets;
  for (const auto& [key, token] : keys) places.push_back(token);
  std::sort(places.begin(), places.end());
  for (const u32 place : places) offsets.push_back(query.tokens[place].start);
  std::sort(offsets.begin(), offsets.end());
  std::vector<std::pair<u64, std::size_t>> lacking;  // tokens of runs, place of the content
  for (std::size_t i = 0; i < known.contents.size(); ++i) {
    const std::vector<Run>& runs = known.contents[i].runs;
    const bool may_lack = std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
      return has_between(query.tokens, run, places, offsets);
    });
    if (!may_lack || covers(runs, places)) continue;
    u64 length = 0;
    for (const Run& run : runs) length += run.length;
    lacking.emplace_back(length, i);
  }
  std::stable_sort(lacking.begin(), lacking.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (lacking.size() > limits.completed) lacking.resize(limits.completed);
  for (const auto& [length, i] : lacking) {
    ContentRuns& of = known.contents[i];
    const Streams& content = access.tokens(of.content);
    std::vector<Fingerprint> held;
    fingerprints(content, Form::exact, scheme, held);
    std::vector<Seed> seeds;
    for (const Fingerprint& print : held) {
      const auto at = keys.find(print.key);
      if (at != keys.end()) seeds.push_back({at->second, print.token});
    }
    if (seeds.empty()) continue;
    std::vector<Run> every = of.runs;
    for (const Run& run : extend(query.tokens, content.tokens, seeds, Form::exact)) {
      if (run.length >= scheme.k) every.push_back(run);
    }
    const auto less = [](const Run& a, const Run& b) { return place_of(a) < place_of(b); };
    std::sort(every.begin(), every.end(), less);
    every.erase(std::unique(every.begin(), every.end(),
                            [](const Run& a, const Run& b) { return place_of(a) == place_of(b); }),
                every.end());
    if (every.size() > limits.runs) every.resize(limits.runs);
    of.runs = std::move(every);
  }
}

// Sorts the fingerprints of a query by token. The last count of a token stands.
void use(const std::vector<KeyUse>& uses, VerifiedRuns& known) {
  std::vector<std::pair<u32, std::size_t>> order;
  for (std::size_t i = 0; i < uses.size(); ++i) order.emplace_back(uses[i].token, i);
  std::sort(order.begin(), order.end());
  for (const auto& [token, i] : order) {
    if (known.used.empty() || known.used.back() != token) {
      known.used.push_back(token);
      known.postings.push_back(uses[i].postings);
    } else {
      known.postings.back() = uses[i].postings;
    }
  }
}

// Leaves out the candidates that do not lie outside of exact runs.
void keep_outside(const Coverage& coverage, const VerifiedRuns& exact, Proposed& proposed) {
  std::set<std::pair<u32, u32>> runs;
  for (const ContentRuns& each : exact.contents) {
    for (const Run& run : each.runs) runs.emplace(run.query_token, run.length);
  }
  Coverage::Outside outside = coverage.outside(
      proposed.candidates.data(), proposed.candidates.size(), {runs.begin(), runs.end()});
  std::vector<CandidateGroup> groups;
  for (CandidateGroup group : proposed.groups) {
    group.first = outside.positions[group.first];
    group.end = outside.positions[group.end];
    if (group.end > group.first) groups.push_back(group);
  }
  proposed.candidates = std::move(outside.candidates);
  proposed.groups = std::move(groups);
}

}  // namespace

VerifiedRuns verified_runs(const Streams& query, Proposed proposed, Form form, const Scheme& scheme,
                           const VerificationLimits& limits, const ContentAccess& access,
                           const VerifiedRuns* exact) {
  VerifiedRuns known;
  use(proposed.uses, known);
  const CoverageLimits coverage_limits{scheme.k, scheme.w, limits.by_chance, limits.by_family};
  Coverage coverage(known.used, coverage_limits);
  const u32 guarantee = coverage_limits.guarantee();
  if (exact && !exact->contents.empty()) keep_outside(coverage, *exact, proposed);
  std::unordered_map<u64, u32> of_family;
  u32 remnants = limits.remnants;
  for (const CandidateGroup& group : proposed.groups) {
    const u64 reachable = group.length + u64{group.end - group.first} * (scheme.k + 2 * scheme.w);
    const u32 floor = coverage.floor();
    if (floor >= guarantee && static_cast<double>(reachable) < limits.share * floor) continue;
    const Candidate* first = proposed.candidates.data() + group.first;
    const ChosenCandidates chosen = coverage.choose(first, group.end - group.first);
    if (chosen.candidates.empty()) continue;
    std::optional<u64> family;
    if (!chosen.is_new) {
      // All of it lies inside longer runs, as parts of them.
      if (static_cast<double>(chosen.length) < limits.share * chosen.room) continue;
      family = access.family(group.content);
      if (of_family[*family] >= limits.of_family) continue;
    }
    if (!chosen.candidates.front().hits) {  // what an edited copy may have left; these come last
      if (!remnants || coverage.is_explained(chosen.candidates.front().query_token)) continue;
      --remnants;
    }
    std::vector<Run> runs =
        coverage.verified(query.tokens, access.tokens(group.content).tokens,
                          chosen.candidates.data(), chosen.candidates.size(), form, limits.runs);
    ++of_family[family ? *family : access.family(group.content)];
    coverage.add(runs.data(), runs.size());
    // A run under the identity is the exact form's to find.
    if (form != Form::exact) std::erase_if(runs, [](const Run& run) { return !run.renamed; });
    if (!runs.empty()) known.contents.push_back({group.content, std::move(runs)});
  }
  if (form == Form::exact) complete(query, scheme, limits, access, known);
  known.reach = coverage.reach();
  std::unordered_set<u32> given_up;
  for (const u32 token : coverage.given_up()) given_up.insert(token);
  for (const KeyUse& each : proposed.uses) {
    if ((each.postings > kMaxPostings || given_up.count(each.token)) &&
        !coverage.is_explained(each.token)) {
      known.uncovered.emplace_back(each.token, each.postings);
    }
  }
  return known;
}

std::vector<ContentRuns> without_repeats(const std::vector<ContentRuns>& contents, u32 max_gap,
                                         u32 short_run, double share) {
  const ContentRuns* home = nullptr;
  std::size_t at = 0;  // of the longest run, in it
  for (const ContentRuns& each : contents) {
    for (std::size_t i = 0; i < each.runs.size(); ++i) {
      if (!home || each.runs[i].length > home->runs[at].length) home = &each, at = i;
    }
  }
  if (!home || home->runs[at].length <= short_run) return contents;  // it may be a part of more
  const Run longest = home->runs[at];
  std::vector<ContentRuns> selected;
  for (const ContentRuns& each : contents) {
    u32 begin = longest.query_token, end = longest.query_token, widest = 0;
    const Run* first = nullptr;
    for (std::size_t i = 0; i < each.runs.size(); ++i) {
      const Run& run = each.runs[i];
      if (&each == home && i == at) continue;
      if (!first) first = &run;
      if (run.query_token > u64{end} + max_gap) {
        widest = std::max(widest, end - begin);
        begin = run.query_token;
      }
      end = std::max(end, end_of(run));
    }
    widest = std::max(widest, end - begin);
    const bool is_inside = first && longest.query_token <= first->query_token &&
                           first->query_token <= end && end <= end_of(longest);
    if (first && !is_inside) return contents;
    if (widest / share >= longest.length) {
      selected.push_back(each);
    } else if (&each == home) {
      selected.push_back({each.content, {longest}});
    }
  }
  return selected;
}

}  // namespace codescan
