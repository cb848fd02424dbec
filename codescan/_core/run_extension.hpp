// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Verification: from a place where a query and a content may agree to the maximal run of tokens
// in which they do.
#pragma once

#include <vector>

#include "fingerprint.hpp"

namespace codescan {

struct Run {
  u32 query_token;
  u32 content_token;
  u32 length;
  u32 renamed;  // identifiers of the run that have another name in the content, each counted once
};

struct Seed {
  u32 query_token;
  u32 content_token;
};

// Maximal runs through the seeds, one for each distinct run, by the query tokens of the seeds. Time is
// linear in both texts: where these repeat themselves very often, runs inside of others are left out.
//
// exact:   every token is the same.
// renamed: identifiers agree under a one-to-one renaming of the whole run; the run is extended
//          to the right of its seed first, then to the left. Where a renaming must be broken to go
//          on, the run ends; what lies behind is another run with a seed of its own.
std::vector<Run> extend(const Tokens& query, const Tokens& content, const std::vector<Seed>& seeds,
                        Form form);

// The first place of each identifier that a run renames.
std::vector<Seed> renamed_tokens(const Tokens& query, const Tokens& content, const Run& run);

// Bits of a token of each frequency class: -log2 of its frequency among all that are counted.
std::vector<double> code_lengths(const u64* counts);

// Information content of tokens [from, to) in bits: the code length of each token; one that occurred
// before in the range costs at most the log of the distance back to it, as in LZ77. Repetition
// therefore adds little.
double information(const Tokens& tokens, u32 from, u32 to, const double* lengths);

}  // namespace codescan
