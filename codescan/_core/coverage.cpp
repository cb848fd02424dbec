// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "coverage.hpp"

#include <algorithm>
#include <tuple>

namespace codescan {
namespace {

auto row_of(const Run& run) {
  return std::make_tuple(run.query_token, run.content_token, run.length, run.renamed);
}

bool is_less(const Run& a, const Run& b) { return row_of(a) < row_of(b); }

}  // namespace

std::size_t Coverage::place_from(u64 token) const {
  return static_cast<std::size_t>(std::lower_bound(used_.begin(), used_.end(), token) -
                                  used_.begin());
}

ChosenCandidates Coverage::choose(const Candidate* candidates, std::size_t count) {
  ChosenCandidates chosen;
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& c = candidates[i];
    const std::size_t first = place_from(c.query_token);
    const std::size_t end = place_from(u64{c.last_query_token} + 1);
    u32 reach = ~0U, depth = ~0U;
    for (std::size_t place = first; place < end; ++place) {
      reach = std::min(reach, reach_[place]);
      depth = std::min(depth, depth_[place]);
    }
    // Without a dropped posting a run ends within w tokens of its last fingerprint.
    chosen.length += u64{c.last_query_token} - c.query_token + limits_.k + 2 * limits_.w;
    if (first >= end) continue;
    chosen.room = std::max(chosen.room, reach);
    const bool is_unexplained = reach < limits_.guarantee() && depth < limits_.by_chance;
    chosen.is_new = chosen.is_new || is_unexplained;
    if (is_unexplained || depth < limits_.by_family) {
      chosen.candidates.push_back(c);
    } else if (reach < limits_.guarantee()) {
      std::fill(is_given_up_.begin() + static_cast<std::ptrdiff_t>(first),
                is_given_up_.begin() + static_cast<std::ptrdiff_t>(end), true);
    }
  }
  return chosen;
}

std::vector<Run> Coverage::verified(const Tokens& query, const Tokens& content,
                                    const Candidate* candidates, std::size_t count, Form form,
                                    std::size_t most) const {
  // Every fingerprint of a stretch is a seed: where a renaming breaks in between, each part has
  // one. Seeds inside a run that is found already cost nothing.
  std::vector<Seed> seeds;
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& c = candidates[i];
    const u32 shift = c.content_token - c.query_token;  // modulo 2^32
    const std::size_t end = place_from(u64{c.last_query_token} + 1);
    for (std::size_t place = place_from(c.query_token); place < end; ++place) {
      seeds.push_back({used_[place], used_[place] + shift});
    }
  }
  std::vector<Run> runs = extend(query, content, seeds, form);
  std::erase_if(runs, [this](const Run& run) { return run.length < limits_.k; });
  std::sort(runs.begin(), runs.end(), is_less);
  runs.erase(std::unique(runs.begin(), runs.end(),
                         [](const Run& a, const Run& b) { return row_of(a) == row_of(b); }),
             runs.end());
  if (runs.size() > most) {
    std::stable_sort(runs.begin(), runs.end(),
                     [](const Run& a, const Run& b) { return a.length > b.length; });
    runs.resize(most);
    std::sort(runs.begin(), runs.end(), is_less);
  }
  return runs;
}

void Coverage::add(const Run* runs, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Run& run = runs[i];
    const std::size_t first = place_from(run.query_token);
    const std::size_t end = place_from(u64{run.query_token} + run.length);
    if (end - first == used_.size()) floor_ = std::max(floor_, run.length);
    for (std::size_t place = first; place < end; ++place) {
      ++depth_[place];
      reach_[place] = std::max(reach_[place], run.length);
    }
  }
}

std::vector<u32> Coverage::given_up() const {
  std::vector<u32> tokens;
  for (std::size_t place = 0; place < used_.size(); ++place) {
    if (is_given_up_[place]) tokens.push_back(used_[place]);
  }
  return tokens;
}

// A run ends within w tokens of its first fingerprint and of its last.
Coverage::Outside Coverage::outside(const Candidate* candidates, std::size_t count,
                                    std::vector<std::pair<u32, u32>> runs) const {
  std::stable_sort(runs.begin(), runs.end(),
                   [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<std::pair<u64, u64>> outer(used_.size());  // tokens of the longest run over each
  for (const auto& [start, length] : runs) {
    const u64 end = u64{start} + length;
    for (std::size_t i = place_from(start); i < used_.size() && used_[i] < end; ++i) {
      outer[i] = {start, end};
    }
  }
  Outside found;
  found.positions.push_back(0);
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& candidate = candidates[i];
    const std::size_t place = place_from(candidate.query_token);
    const auto [begin, end] = place < outer.size() ? outer[place] : std::pair<u64, u64>{};
    const bool is_inside = begin + limits_.w <= candidate.query_token &&
                           u64{candidate.last_query_token} + limits_.k + limits_.w <= end;
    if (!is_inside) found.candidates.push_back(candidate);
    found.positions.push_back(static_cast<u32>(found.candidates.size()));
  }
  return found;
}

}  // namespace codescan
