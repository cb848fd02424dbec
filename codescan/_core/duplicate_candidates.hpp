// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// Which pairs are worth an alignment, and which runs of tokens documents share. Input is all rows
// of a range of keys, so that ranges are independent tasks; cost is linear in the rows.
#pragma once

#include <utility>
#include <vector>

#include "token_store.hpp"

namespace codescan {

struct KeyOwner {
  u64 key;
  u32 owner;
};

using OwnerPair = std::pair<u32, u32>;

// Pairs (smaller, larger) of owners that share a key and of whose signatures at least `least_equal`
// bytes are equal. `signatures` holds `width` bytes for each owner. In a small group of one key all
// pairs are compared. In a larger one each owner is compared with the first owners that resemble
// none before them, and with the last few owners, so that cost stays linear.
void candidate_pairs(std::vector<KeyOwner>& rows, const u8* signatures, u32 width,
                     u32 least_equal, std::vector<OwnerPair>& out);

struct PassagePlace {
  u64 key;
  u32 owner;
  u32 token;
};

// Tokens [start, start + length) of a document that another one has from `other_start` on.
struct PassageRun {
  u32 owner, start, other, other_start, length;
};

// Runs of at least `least` tokens around equal keys, read up to kReach tokens to each side. Each
// place is compared with the first places of its key that share no such run with one before them.
// Places are stored documents by owner. Runs inside of one group (of `groups`) are left out.
// Returns how many places were not compared since a key has more than kMaxLeaders first places.
constexpr u32 kReach = 4096;
u64 passage_runs(std::vector<PassagePlace>& rows, const StoredTokens* documents, u32 k, u32 least,
                 const u32* groups, TokenStore& store, std::vector<PassageRun>& out);

}  // namespace codescan
