// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Looks a text up in every shard and every form at once. A text that nothing in the index is like
// is the usual case, and then waiting for memory is most of the work: all keys are asked for before
// the first is needed.
#pragma once

#include <vector>

#include "shard.hpp"

namespace codescan {

// What one shard answers.
struct Answer {
  struct OfForm {
    std::vector<Candidate> candidates;
    std::vector<CandidateGroup> groups;
    std::vector<KeyUse> uses;
    std::vector<Weak> weak;  // by start, none overlapping another
  };
  OfForm forms[kTokenForms];
  std::vector<BagCandidate> bags;

  bool is_empty() const {
    return forms[0].groups.empty() && forms[1].groups.empty() && bags.empty() &&
           forms[0].weak.empty() && forms[1].weak.empty();
  }
};

// One answer for each shard; none if all are empty. `text` is what `query` is of. `bounds`, if
// given, tells those of the forms of tokens.
std::vector<Answer> look_up(const std::vector<const Shard*>& shards, const Streams& query,
                            const u8* text, const Profile& profile,
                            const Permutations& permutations, const LazyBounds& bounds = nullptr);

// The answers of all shards as one. The contents of shard s are numbered from bases[s] on. Groups are
// ordered as `Candidates.groups` of codescan/index/candidates.py says.
Answer joined(std::vector<Answer>&& answers, const std::vector<u32>& bases);

}  // namespace codescan
