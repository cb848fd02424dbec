// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "duplicate_candidates.hpp"

#include <algorithm>
#include <span>

namespace codescan {
namespace {

constexpr std::size_t kSmallGroup = 32;
constexpr std::size_t kMaxLeaders = 256;
constexpr std::size_t kWindow = 16;
constexpr u32 kMaxPartners = 4;  // leaders that an owner is paired with
constexpr u32 kNear = 256;       // tokens to each side that are read at once

using Bytes16 = u8 __attribute__((vector_size(16)));

// Equal bytes of two signatures; their width is a multiple of 16.
u32 equal_bytes(const u8* a, const u8* b, u32 width) {
  Bytes16 sums{};
  for (u32 i = 0; i < width; i += 16) {
    Bytes16 x, y;
    std::memcpy(&x, a + i, 16);
    std::memcpy(&y, b + i, 16);
    sums -= reinterpret_cast<Bytes16>(x == y);
  }
  u32 equal = 0;
  for (int i = 0; i < 16; ++i) equal += sums[i];
  return equal;
}

template <class Row, class Use>
void for_each_group(const std::vector<Row>& rows, Use use) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].key == rows[begin].key) ++end;
    if (end - begin > 1) use(std::span<const Row>(rows.data() + begin, end - begin));
    begin = end;
  }
}

}  // namespace

void candidate_pairs(std::vector<KeyOwner>& rows, const u8* signatures, u32 width,
                     u32 least_equal, std::vector<OwnerPair>& out) {
  const auto order = [](const KeyOwner& a, const KeyOwner& b) {
    return a.key != b.key ? a.key < b.key : a.owner < b.owner;
  };
  const auto same = [](const KeyOwner& a, const KeyOwner& b) {
    return a.key == b.key && a.owner == b.owner;
  };
  std::sort(rows.begin(), rows.end(), order);
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  const auto resemble = [&](u32 a, u32 b) {
    return equal_bytes(signatures + std::size_t{a} * width, signatures + std::size_t{b} * width,
                       width) >= least_equal;
  };
  std::vector<u32> leaders;
  for_each_group(rows, [&](std::span<const KeyOwner> group) {
    leaders.clear();
    for (std::size_t i = 0; i < group.size(); ++i) {
      const u32 owner = group[i].owner;
      const std::size_t window = group.size() <= kSmallGroup ? i : std::min(i, kWindow);
      for (std::size_t j = i - window; j < i; ++j) {
        if (resemble(group[j].owner, owner)) out.emplace_back(group[j].owner, owner);
      }
      if (group.size() <= kSmallGroup) continue;
      u32 partners = 0;
      for (const u32 leader : leaders) {
        if (!resemble(leader, owner)) continue;
        out.emplace_back(leader, owner);
        if (++partners == kMaxPartners) break;
      }
      if (partners == 0 && leaders.size() < kMaxLeaders) leaders.push_back(owner);
    }
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

namespace {

// The tokens of a document around a place, read by need.
struct Around {
  std::vector<u32> tokens;
  u32 start = 0;  // of what was read

  void read(const StoredTokens& document, u32 place, u32 k, u32 reach, TokenStore& store) {
    start = place > reach ? place - reach : 0;
    const u32 end = static_cast<u32>(std::min<u64>(u64{place} + k + reach, document.length));
    store.read({document.file, document.start + start, end - start}, tokens);
  }
};

// How far the tokens around two places agree, from `a` to the left and behind its k tokens.
struct Extent {
  u32 left, right;
  bool is_cut;  // it reaches the end of what was read, and not of a document
};

Extent agreement(const Around& a, u32 place, const StoredTokens& of_a, const Around& b,
                 u32 other, const StoredTokens& of_b) {
  const u32 at = place - a.start, other_at = other - b.start;
  u32 left = 0, right = 0;
  while (left < at && left < other_at &&
         a.tokens[at - left - 1] == b.tokens[other_at - left - 1]) {
    ++left;
  }
  while (at + right < a.tokens.size() && other_at + right < b.tokens.size() &&
         a.tokens[at + right] == b.tokens[other_at + right]) {
    ++right;
  }
  const bool cut_left = (left == at && a.start > 0) || (left == other_at && b.start > 0);
  const bool cut_right = (at + right == a.tokens.size() && place + right < of_a.length) ||
                         (other_at + right == b.tokens.size() && other + right < of_b.length);
  return {left, right, cut_left || cut_right};
}

}  // namespace

u64 passage_runs(std::vector<PassagePlace>& rows, const StoredTokens* documents, u32 k, u32 least,
                 const u32* groups, TokenStore& store, std::vector<PassageRun>& out) {
  std::sort(rows.begin(), rows.end(), [](const PassagePlace& a, const PassagePlace& b) {
    if (a.key != b.key) return a.key < b.key;
    return a.owner != b.owner ? a.owner < b.owner : a.token < b.token;
  });
  u64 not_compared = 0;
  std::vector<Around> leaders(kMaxLeaders);
  std::vector<PassagePlace> places(kMaxLeaders);
  Around here, far, far_leader;
  for_each_group(rows, [&](std::span<const PassagePlace> group) {
    // Alone in a group of near-duplicates, whose files are reported as such.
    const auto is_alone = [&](const PassagePlace& row) {
      return groups[row.owner] == groups[group.front().owner];
    };
    if (std::all_of(group.begin(), group.end(), is_alone)) return;
    std::size_t count = 0;
    for (const PassagePlace& row : group) {
      const StoredTokens& document = documents[row.owner];
      here.read(document, row.token, k, kNear, store);
      bool is_shared = false;
      for (std::size_t i = 0; i < count; ++i) {
        const PassagePlace& leader = places[i];
        const StoredTokens& of_leader = documents[leader.owner];
        Extent extent =
            agreement(leaders[i], leader.token, of_leader, here, row.token, document);
        if (extent.right < k) continue;  // two grams of one hash
        if (extent.is_cut) {
          far.read(document, row.token, k, kReach, store);
          far_leader.read(of_leader, leader.token, k, kReach, store);
          extent = agreement(far_leader, leader.token, of_leader, far, row.token, document);
        }
        if (extent.left + extent.right < least) continue;
        is_shared = true;
        if (groups[leader.owner] == groups[row.owner]) continue;
        out.push_back({leader.owner, leader.token - extent.left, row.owner,
                       row.token - extent.left, extent.left + extent.right});
      }
      if (is_shared) continue;
      if (count == kMaxLeaders) {
        ++not_compared;
        continue;
      }
      places[count] = row;
      std::swap(leaders[count], here);
      ++count;
    }
  });
  return not_compared;
}

}  // namespace codescan
