// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "token_alignment.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>
#include <vector>

namespace codescan {
namespace {

constexpr u64 kMaxSteps = 1ULL << 28;  // words of one alignment: a quarter of a second
constexpr u32 kMaxEdits = 256;         // of an alignment up to renaming
constexpr u32 kNone = ~0U;

// Numbers of the different symbols of a sequence, by open addressing.
class SymbolTable {
 public:
  explicit SymbolTable(Symbols symbols) {
    const std::size_t size = std::bit_ceil(2 * symbols.size() + 2);
    mask_ = static_cast<u32>(size - 1);
    slots_.assign(size, {0, kNone});
    numbers_.reserve(symbols.size());
    for (const u32 symbol : symbols) {
      Slot& slot = find(symbol);
      if (slot.number == kNone) slot = {symbol, count_++};
      numbers_.push_back(slot.number);
    }
  }
  u32 count() const { return count_; }
  const std::vector<u32>& numbers() const { return numbers_; }
  u32 number(u32 symbol) { return find(symbol).number; }

 private:
  struct Slot {
    u32 symbol, number;
  };
  Slot& find(u32 symbol) {
    u32 at = static_cast<u32>(symbol * 0x9e3779b97f4a7c15ULL >> 32) & mask_;
    while (slots_[at].number != kNone && slots_[at].symbol != symbol) at = (at + 1) & mask_;
    return slots_[at];
  }
  std::vector<Slot> slots_;
  std::vector<u32> numbers_;
  u32 mask_ = 0, count_ = 0;
};

// Where each symbol of a sequence stands, as bits of words.
class MatchBits {
 public:
  struct Word {
    u32 index;
    u64 bits;
  };
  MatchBits(const std::vector<u32>& numbers, u32 count) : begins_(count + 1, 0) {
    std::vector<u32> last(count, kNone);
    for (u32 i = 0; i < numbers.size(); ++i) {
      const u32 number = numbers[i];
      if (last[number] == i / 64) continue;
      last[number] = i / 64;
      ++begins_[number + 1];
    }
    for (u32 n = 0; n < count; ++n) begins_[n + 1] += begins_[n];
    words_.resize(begins_[count]);
    std::vector<u32> next(begins_.begin(), begins_.end() - 1);
    std::fill(last.begin(), last.end(), kNone);
    for (u32 i = 0; i < numbers.size(); ++i) {
      const u32 number = numbers[i];
      if (last[number] != i / 64) words_[next[number]++] = {i / 64, 0};
      last[number] = i / 64;
      words_[next[number] - 1].bits |= 1ULL << (i % 64);
    }
  }
  std::span<const Word> of(u32 number) const {
    return {words_.data() + begins_[number], begins_[number + 1] - begins_[number]};
  }

 private:
  std::vector<u32> begins_;
  std::vector<Word> words_;
};

// Zero bits of the state are the places where the length grows. A word changes only where it holds
// a match or a carry comes in, and a carry passes words of ones without changing them.
//
// An alignment of `least` tokens leaves out few of the others, so its path stays near the diagonal.
// Only the words there are looked at (Ukkonen, "Algorithms for approximate string matching", 1985).
// 0 once `least` is out of reach.
u32 bit_parallel_length(const MatchBits& bits, u32 size, const std::vector<u32>& other,
                        u32 least) {
  constexpr u32 kChecked = 64;  // tokens after which it is looked whether `least` can be reached
  const u32 words = (size + 63) / 64, rows = static_cast<u32>(other.size());
  const u32 before = rows - std::min(rows, least), behind = size - std::min(size, least);
  std::vector<u64> state(words, ~0ULL);
  const auto length = [&] {
    u32 sum = 0;
    for (const u64 word : state) sum += static_cast<u32>(std::popcount(~word));
    return sum;
  };
  u32 left = rows - static_cast<u32>(std::count(other.begin(), other.end(), kNone));
  for (u32 row = 0; row < rows; ++row) {
    if (row % kChecked == kChecked - 1 && length() + left < least) return 0;
    if (other[row] == kNone) continue;
    --left;
    const u32 first = row > before ? (row - before) / 64 : 0;
    const u32 end = std::min<u32>(words, (row + behind) / 64 + 1);
    const std::span<const MatchBits::Word> matches = bits.of(other[row]);
    const auto* match = matches.data();
    const auto* const last = match + matches.size();
    if (first > 0) {
      match = std::lower_bound(match, last, first, [](const MatchBits::Word& word, u32 index) {
        return word.index < index;
      });
    }
    bool carry = false;
    u32 at = first;
    for (; match != last && match->index < end; ++match) {
      for (; carry && at < match->index; ++at) {
        const u64 old = state[at], sum = old + 1;
        state[at] = sum | old;
        carry = sum == 0;
      }
      const u64 old = state[match->index], used = old & match->bits;
      const unsigned __int128 sum = static_cast<unsigned __int128>(old) + used + carry;
      state[match->index] = static_cast<u64>(sum) | (old & ~used);
      carry = (sum >> 64) != 0;
      at = match->index + 1;
    }
    for (; carry && at < end; ++at) {
      const u64 old = state[at], sum = old + 1;
      state[at] = sum | old;
      carry = sum == 0;
    }
  }
  return length();
}

struct Trimmed {
  Symbols a, b;
  u32 equal;  // tokens cut off at both ends
};

Trimmed trim(Symbols a, Symbols b) {
  std::size_t head = 0, tail = 0;
  const std::size_t most = std::min(a.size(), b.size());
  while (head < most && a[head] == b[head]) ++head;
  while (tail < most - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  return {a.subspan(head, a.size() - head - tail), b.subspan(head, b.size() - head - tail),
          static_cast<u32>(head + tail)};
}

u32 anchored_length(Symbols a, Symbols b);

// `least` of the sequences themselves. Steps above the limit: by anchors, if they may be used.
u32 middle_length(Symbols a, Symbols b, u32 least, bool by_anchors) {
  if (a.empty() || b.empty() || std::min(a.size(), b.size()) < least) return 0;
  SymbolTable table(a);
  std::vector<u32> counts(table.count(), 0);
  for (const u32 number : table.numbers()) ++counts[number];
  std::vector<u32> left = counts, other;
  other.reserve(b.size());
  u32 bound = 0;
  u64 steps = 0;
  for (const u32 symbol : b) {
    const u32 number = table.number(symbol);
    other.push_back(number);
    if (number == kNone) continue;
    steps += counts[number];
    if (left[number] > 0) {
      --left[number];
      ++bound;
    }
  }
  if (bound < least || bound == 0) return 0;
  if (steps > kMaxSteps) return by_anchors ? anchored_length(a, b) : 0;
  return bit_parallel_length(MatchBits(table.numbers(), table.count()),
                             static_cast<u32>(a.size()), other, least);
}

// Tokens that occur once in each text, in an order that both have, divide them into gaps.
u32 anchored_length(Symbols a, Symbols b) {
  struct Place {
    u32 in_a = 0, in_b = 0, count_a = 0, count_b = 0;
  };
  std::unordered_map<u32, Place> places;
  for (u32 i = 0; i < a.size(); ++i) {
    Place& place = places[a[i]];
    place.in_a = i;
    ++place.count_a;
  }
  for (u32 i = 0; i < b.size(); ++i) {
    const auto found = places.find(b[i]);
    if (found == places.end()) continue;
    found->second.in_b = i;
    ++found->second.count_b;
  }
  std::vector<Place> anchors;
  for (const u32 symbol : a) {
    const Place& place = places[symbol];
    if (place.count_a == 1 && place.count_b == 1) anchors.push_back(place);
  }
  // The longest increasing run of places in b, by patience sorting.
  std::vector<u32> tops, before(anchors.size(), kNone);
  for (u32 i = 0; i < anchors.size(); ++i) {
    const auto pile = std::lower_bound(
        tops.begin(), tops.end(), anchors[i].in_b,
        [&](u32 top, u32 in_b) { return anchors[top].in_b < in_b; });
    if (pile != tops.begin()) before[i] = pile[-1];
    if (pile == tops.end()) {
      tops.push_back(i);
    } else {
      *pile = i;
    }
  }
  std::vector<Place> chain;
  for (u32 i = tops.empty() ? kNone : tops.back(); i != kNone; i = before[i]) {
    chain.push_back(anchors[i]);
  }
  std::reverse(chain.begin(), chain.end());
  chain.push_back({static_cast<u32>(a.size()), static_cast<u32>(b.size()), 0, 0});
  u32 length = 0, from_a = 0, from_b = 0;
  for (const Place& next : chain) {
    const Trimmed gap =
        trim(a.subspan(from_a, next.in_a - from_a), b.subspan(from_b, next.in_b - from_b));
    length += gap.equal + middle_length(gap.a, gap.b, 0, false) + (next.count_a == 1);
    from_a = next.in_a + 1;
    from_b = next.in_b + 1;
  }
  return length;
}

// Pairs of places that a shortest edit script keeps, all identifiers taken for equal. False where
// it needs more than `most` edits.
bool align_places(Symbols a, Symbols b, u32 most, std::vector<std::pair<u32, u32>>& out) {
  const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
  const auto same = [&](int x, int y) {
    return a[x] == b[y] || (is_identifier(a[x]) && is_identifier(b[y]));
  };
  std::vector<std::vector<int>> rounds;  // of round d: furthest x of the diagonals -d..d
  const auto goes_down = [&](int d, int k) {
    const std::vector<int>& last = rounds[d - 1];
    return k == -d || (k != d && last[k - 1 + d - 1] < last[k + 1 + d - 1]);
  };
  const int limit = static_cast<int>(std::min<u64>(most, static_cast<u64>(n) + m));
  int edits = -1;
  for (int d = 0; d <= limit && edits < 0; ++d) {
    std::vector<int> row(2 * d + 1, 0);
    for (int k = -d; k <= d; k += 2) {
      int x = 0;
      if (d > 0) {
        const std::vector<int>& last = rounds[d - 1];
        x = goes_down(d, k) ? last[k + 1 + d - 1] : last[k - 1 + d - 1] + 1;
      }
      while (x < n && x - k < m && same(x, x - k)) ++x;
      row[k + d] = x;
      if (x >= n && x - k >= m) edits = d;
    }
    rounds.push_back(std::move(row));
  }
  if (edits < 0) return false;
  int x = n, y = m;
  for (int d = edits; d >= 0; --d) {
    int from_x = 0, from_y = 0;
    if (d > 0) {
      const int k = x - y, before = goes_down(d, k) ? k + 1 : k - 1;
      from_x = rounds[d - 1][before + d - 1];
      from_y = from_x - before;
    }
    for (; x > from_x && y > from_y; --x, --y) out.emplace_back(x - 1, y - 1);
    x = from_x;
    y = from_y;
  }
  return true;
}

}  // namespace

u32 TokenBag::slot(u32 symbol) const {
  return names_are_equal_ && is_identifier(symbol) ? 0 : (symbol * 0x9e3779b1U) >> 20;
}

void TokenBag::assign(Symbols symbols, bool names_are_equal) {
  names_are_equal_ = names_are_equal;
  counts_.fill(0);
  for (const u32 symbol : symbols) ++counts_[slot(symbol)];
}

bool TokenBag::may_share(Symbols other, u32 least) const {
  if (other.size() < least) return false;
  std::array<u32, kSlots> left = counts_;
  std::size_t spare = other.size() - least;  // tokens that may be without a partner
  for (const u32 symbol : other) {
    u32& count = left[slot(symbol)];
    if (count > 0) {
      --count;
    } else if (spare-- == 0) {
      return false;
    }
  }
  return true;
}

u32 common_tokens(Symbols a, Symbols b, u32 least) {
  const Trimmed middle = trim(a, b);
  const u32 wanted = least > middle.equal ? least - middle.equal : 0;
  const u32 length = middle.equal + middle_length(middle.a, middle.b, wanted, true);
  return length >= least ? length : 0;
}

RenamedAlignment renamed_tokens_in_common(Symbols a, Symbols b, u32 least) {
  const u64 total = a.size() + b.size();
  if (std::min(a.size(), b.size()) < least || total < 2ULL * least) return {};
  const u32 edits = static_cast<u32>(std::min<u64>(total - 2ULL * least, kMaxEdits));
  std::vector<std::pair<u32, u32>> places;
  if (!align_places(a, b, edits, places)) return {};
  std::unordered_map<u64, u32> pairs;
  u32 literals = 0, equal_informative = 0, informative = 0, plain = 0;
  for (const auto& [i, j] : places) {
    const bool is_name = is_identifier(a[i]);
    const Kind kind = static_cast<Kind>(a[i] & 7);
    literals += kind == Kind::number || kind == Kind::string;
    if (is_name) {
      ++pairs[static_cast<u64>(a[i]) << 32 | b[j]];
      ++informative;
      equal_informative += a[i] == b[j];
    } else {
      ++plain;
    }
  }
  informative += literals;
  equal_informative += literals;
  if (5ULL * equal_informative < informative) return {};
  // The most frequent partner of each name; of equally frequent ones, the smallest.
  std::unordered_map<u32, std::pair<u32, u32>> best_of_a, best_of_b;  // count, partner
  const auto offer = [](std::pair<u32, u32>& best, u32 count, u32 partner) {
    if (count > best.first || (count == best.first && partner < best.second)) {
      best = {count, partner};
    }
  };
  for (const auto& [pair, count] : pairs) {
    const u32 name = static_cast<u32>(pair >> 32), other = static_cast<u32>(pair);
    offer(best_of_a[name], count, other);
    offer(best_of_b[other], count, name);
  }
  RenamedAlignment result{plain, 0};
  for (const auto& [pair, count] : pairs) {
    const u32 name = static_cast<u32>(pair >> 32), other = static_cast<u32>(pair);
    if (best_of_a[name].second != other || best_of_b[other].second != name) continue;
    if (name == other) {
      result.matched += count;
    } else if (count > 1) {  // a name used once proves no renaming
      result.matched += count;
      result.renamed += count;
    }
  }
  return result.matched >= least ? result : RenamedAlignment{};
}

}  // namespace codescan
