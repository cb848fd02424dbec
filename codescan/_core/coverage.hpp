// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// What the verified runs of a query cover, and which further candidates would add something.
#pragma once

#include <utility>
#include <vector>

#include "run_extension.hpp"
#include "shard.hpp"

namespace codescan {

// What decides whether one more candidate is verified.
struct CoverageLimits {
  u32 k;          // tokens of a fingerprint
  u32 w;          // tokens of its window
  u32 by_chance;  // verified runs, over a fingerprint that none of them explains
  u32 by_family;  // verified runs, over a fingerprint that one of them explains

  // The shortest run that is sure to be found.
  u32 guarantee() const { return k + w - 1; }
};

// Some candidates of one content.
struct ChosenCandidates {
  std::vector<Candidate> candidates;  // that may be more than one of many, or a part of more
  bool is_new = false;  // whether one of them lies where nothing is explained yet
  u64 length = 0;       // tokens that runs of all candidates may have, those left out too
  u32 room = 0;         // the longest verified run that lies over all of one candidate
};

// Kept for each fingerprint of the query that is in the index.
class Coverage {
 public:
  // `used`: the tokens of these fingerprints, ascending.
  Coverage(std::vector<u32> used, const CoverageLimits& limits)
      : used_(std::move(used)),
        limits_(limits),
        depth_(used_.size()),
        reach_(used_.size()),
        is_given_up_(used_.size()) {}

  // The candidates of one content that are worth verifying; linear in the fingerprints of each.
  ChosenCandidates choose(const Candidate* candidates, std::size_t count);

  // The longest runs through the candidates of one content, at most `most` of them, ascending.
  std::vector<Run> verified(const Tokens& query, const Tokens& content,
                            const Candidate* candidates, std::size_t count, Form form,
                            std::size_t most) const;

  // The candidates that do not lie inside of one of these runs, given as (first token, length).
  // positions[i]: how many of the candidates before i are among them.
  struct Outside {
    std::vector<Candidate> candidates;
    std::vector<u32> positions;
  };
  Outside outside(const Candidate* candidates, std::size_t count,
                  std::vector<std::pair<u32, u32>> runs) const;

  // Records the runs of a verified content.
  void add(const Run* runs, std::size_t count);

  // Whether a run of the guaranteed length lies over the fingerprint at a token.
  bool is_explained(u32 token) const {
    const std::size_t place = place_from(token);
    return place < used_.size() && used_[place] == token && reach_[place] >= limits_.guarantee();
  }

  // Length of the longest run over each fingerprint.
  const std::vector<u32>& reach() const { return reach_; }
  // Length of the longest run over all of them.
  u32 floor() const { return floor_; }
  // Tokens of fingerprints with candidates that were too many to be verified.
  std::vector<u32> given_up() const;

 private:
  // Place of the first fingerprint at a token or behind it.
  std::size_t place_from(u64 token) const;

  std::vector<u32> used_;
  CoverageLimits limits_;
  std::vector<u32> depth_;  // verified runs over each fingerprint
  std::vector<u32> reach_;
  std::vector<bool> is_given_up_;
  u32 floor_ = 0;
};

}  // namespace codescan
