// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Verified runs: which of the contents that an index proposes for a query hold runs of its tokens.
//
// Candidates are verified in their order until what they would add is known already. A stretch that
// very many contents share costs therefore no more than a rare one.
#pragma once

#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "coverage.hpp"
#include "lexer.hpp"
#include "shard.hpp"

namespace codescan {

// What decides how much of an index is read for one query (matchers/thresholds.py).
struct VerificationLimits {
  u32 by_chance;   // verified runs, over a fingerprint that none of them explains
  u32 by_family;   // verified runs, over a fingerprint that one of them explains
  u32 of_family;   // verified contents of one family, for what is explained already
  u32 remnants;    // lone and rare fingerprints that are looked at
  u32 runs;        // longest runs that are kept of one content
  u32 completed;   // contents that are compared beyond what the index lists
  double share;    // of two spans, from which they are one passage
};

// The verified runs of one content, by their place in the query.
struct ContentRuns {
  u32 content;
  std::vector<Run> runs;
};

// What is known about one query in one form.
struct VerifiedRuns {
  std::vector<ContentRuns> contents;           // in the order in which they were verified
  std::vector<u32> used;                       // tokens of the fingerprints in the index, ascending
  std::vector<u32> postings;                   // number of places of each of them
  std::vector<u32> reach;                      // length of the longest run over each of them
  std::vector<std::pair<u32, u32>> uncovered;  // (token, postings) that no run explains

  const ContentRuns* find(u32 content) const {
    for (const ContentRuns& each : contents) {
      if (each.content == content) return &each;
    }
    return nullptr;
  }
};

// What the index proposes for a query in one form.
struct Proposed {
  std::vector<Candidate> candidates;
  std::vector<CandidateGroup> groups;  // the most promising first; ranges of `candidates`
  std::vector<KeyUse> uses;
};

// Where contents come from; both may throw.
struct ContentAccess {
  std::function<const Streams&(u32 content)> tokens;  // valid until the next call
  std::function<u64(u32 content)> family;
};

// Verifies every run that a query shares with an index. `exact`: what is known in the exact form;
// candidates inside of its runs are left out. Runs that rename nothing are those of the exact form.
VerifiedRuns verified_runs(const Streams& query, Proposed proposed, Form form, const Scheme& scheme,
                           const VerificationLimits& limits, const ContentAccess& access,
                           const VerifiedRuns* exact);

// The contents without runs that can only repeat parts of the longest one, if all lie inside it. A
// copied text repeats itself here and there, and so does its origin. Such runs are not passages of
// their own, and no other place of this one unless a chain of them reaches over most of it.
std::vector<ContentRuns> without_repeats(const std::vector<ContentRuns>& contents, u32 max_gap,
                                         u32 short_run, double share);

}  // namespace codescan
