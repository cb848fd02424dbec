// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Passages: the runs that a query shares with contents, joined over small edits, and the contents
// that hold each.
//
// A chain is a passage that was copied and then edited: its runs follow each other in both texts
// with few tokens between. What lies between, and a little around, is aligned, so that equal tokens
// too short for a fingerprint count as well.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "verified_runs.hpp"

namespace codescan {

// matchers/thresholds.py explains them.
struct PassageLimits {
  u32 max_gap;         // tokens between two runs of a chain, on either side
  u32 short_run;       // a run up to this length may be what an edit left
  u32 remnant_margin;  // how far around such a run is aligned
  u32 remnant_gain;    // equal tokens that must be found there
  u32 removed;         // tokens that an edit may have taken away beside it
  u32 longest_side;    // of an alignment
  u32 least_block;     // tokens
  double min_similarity;
  double share;      // of two spans, from which they are one passage
  double gap_bits;   // what each gap takes off a score
  double gap_length_bits;  // and for each doubling of its tokens
};

// Equal tokens of a query and a content.
struct Block {
  u32 query_token;
  u32 content_token;
  u32 length;
};

// Runs of one content in the order of both texts; token offsets, half open.
struct Chain {
  u32 query_start;
  u32 query_end;
  u32 content_start;
  u32 content_end;
  u32 matched;                // tokens that are the same in both
  std::vector<Block> runs;    // none where the passage was edited all over
  std::vector<Block> blocks;  // what is the same, in order; none overlaps another

  // Share of the longer side's tokens that are matched, 0..1.
  double similarity() const {
    const u32 longer = std::max(query_end - query_start, content_end - content_start);
    return longer ? static_cast<double>(matched) / longer : 0;
  }
  // A shorter whole run says more than a longer one with holes, on either side.
  double strength() const { return matched * similarity(); }
};

// Score in bits of what is the same, less what its gaps cost. Where a block stands after the one
// before could be chosen, so that is paid for (Altschul and Gish 1996, affine gap costs on a
// logarithmic scale). `sums`: code lengths before each token of the query.
double score_of(const Chain& chain, const double* sums, const PassageLimits& limits);

// One place of a content that holds a passage.
struct Holder {
  u32 content;
  u32 start;  // bytes of the content
  u32 end;
  double strength;
};

// A stretch of the query and the contents that hold it.
struct Passage {
  Chain best;
  u32 content;                  // that holds the best chain
  std::vector<Holder> holders;  // in the order of their strength
  u32 places;                   // of the rarest fingerprint of the passage
};

struct BelowThreshold {
  u32 query_start;
  u32 query_end;
  u32 matched;
};

// Collects the chains of many contents, and groups them. References must outlive it.
class PassageFinder {
 public:
  // `known`: what is verified of the query.
  PassageFinder(const Streams& query, const VerifiedRuns& known, const PassageLimits& limits,
                bool is_exact)
      : query_(query), known_(known), limits_(limits), is_exact_(is_exact) {}

  // Adds the chains of a content's runs that match at least `least` tokens.
  void add_runs(u32 content_id, const Streams& content, const std::vector<Run>& runs, u32 least);

  // Adds those of every verified content. `with_repeats`: else see `without_repeats`.
  void add_verified(u32 least, bool with_repeats,
                    const std::function<const Streams&(u32 content)>& tokens_of) {
    const auto add = [&](const std::vector<ContentRuns>& contents) {
      for (const ContentRuns& each : contents) {
        if (is_too_short(each.runs, least)) continue;
        add_runs(each.content, tokens_of(each.content), each.runs, least);
      }
    };
    if (with_repeats) {
      add(known_.contents);
    } else {
      add(without_repeats(known_.contents, limits_.max_gap, limits_.short_run, limits_.share));
    }
  }

  // Aligns a unit of the query, [start, end), with one of a content; adds it if it is an edited
  // copy with at least `least` equal tokens.
  void add_unit(u32 content_id, const Streams& content, std::pair<u32, u32> unit,
                std::pair<u32, u32> of_content, u32 least);

  // The passages, by their place in the query, and the chains that match fewer than `min_tokens`.
  // Ends the collection.
  std::vector<Passage> passages(u32 min_tokens, std::vector<BelowThreshold>& below);

 private:
  struct Found {
    u32 content;
    Chain chain;
    u32 start;  // bytes of the content
    u32 end;
    double strength;
  };
  // A lone renamed run is shorter than any passage: nothing is aligned around it.
  bool is_too_short(const std::vector<Run>& runs, u32 least) const {
    return !is_exact_ && runs.size() == 1 && runs[0].length < least;
  }
  void add(u32 content_id, const Streams& content, Chain chain);
  Chain refined(const Streams& content, Chain chain) const;
  Chain aligned(const Chain& chain, const Streams& content, u32 margin) const;
  bool is_inside_a_longer(const Chain& chain) const;
  u32 places_of(const Chain& chain) const;
  // The used fingerprints that begin within a chain: [first, end).
  std::pair<std::size_t, std::size_t> used_in(const Chain& chain) const;

  const Streams& query_;
  const VerifiedRuns& known_;
  PassageLimits limits_;
  bool is_exact_;
  std::vector<Found> found_;
};

}  // namespace codescan
