// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "language_model.hpp"

#include <algorithm>
#include <stdexcept>

#include "processor.hpp"

namespace codescan {
namespace {

constexpr u64 kFirstSalt = 0x510e527fade682d1ULL;
constexpr u64 kPairSalt = 0x9b05688c2b3e6c1fULL;
constexpr std::size_t kLongestWord = 24;
constexpr std::size_t kLongestMark = 3;
constexpr std::size_t kMostFeatures = 48;  // of one line: what is behind adds little
constexpr std::size_t kAllLines = 48;
constexpr std::ptrdiff_t kDrawn = 12;  // signs
static_assert(kMostFeatures <= 255, "16-bit sums hold that many weights");

bool is_word(u8 c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}
bool is_digit(u8 c) { return c >= '0' && c <= '9'; }
bool is_blank(u8 c) { return c <= ' '; }

// Whether a line is drawn, such as a row of dashes: that tells no language.
bool is_drawn(const u8* line, std::size_t size) {
  return static_cast<std::ptrdiff_t>(size) >= kDrawn &&
         std::none_of(line, line + size, [](u8 c) { return is_word(c) || is_digit(c); }) &&
         std::count_if(line, line + size, [](u8 c) { return !is_blank(c); }) >= kDrawn;
}

u16 bucket(u64 hash) { return static_cast<u16>(mix(hash) >> (64 - kFeatureBits)); }

using Scores = std::array<std::int32_t, kMaxClasses>;

// What is known up to a line; classes that are not used have no weights and never lead.
struct Division {
  Scores best{};                                 // relative to the leader of the line before
  std::array<std::int64_t, kMaxClasses> sums{};  // over all lines
  std::vector<u8> origins;                       // for each line and class, that of the line before
  std::vector<Scores> halves;                    // sums over each half of a window
};

u8 leader_of(const Scores& best, std::size_t classes) {
  std::int32_t most = best[0];
  for (std::size_t c = 1; c < classes; ++c) most = std::max(most, best[c]);
  std::size_t first = 0;
  while (best[first] != most) ++first;
  return static_cast<u8>(first);
}

// Adds a line; loops of a fixed length over whole rows, which compilers turn into vector
// instructions.
[[gnu::always_inline]] inline void add_line(const std::vector<u16>& features,
                                            const std::int8_t* weights, std::size_t classes,
                                            std::int32_t penalty, Division& division) {
  std::array<std::int16_t, kMaxClasses> line{};
  for (const u16 feature : features) {
    const std::int8_t* row = weights + feature * kMaxClasses;
    for (std::size_t c = 0; c < kMaxClasses; ++c) {
      line[c] = static_cast<std::int16_t>(line[c] + row[c]);
    }
  }
  Scores& best = division.best;
  const u8 leader = leader_of(best, classes);
  const std::int32_t most = best[leader];
  const std::size_t begin = division.origins.size();
  division.origins.resize(begin + kMaxClasses);
  u8* origins = division.origins.data() + begin;
  for (std::size_t c = 0; c < kMaxClasses; ++c) {
    origins[c] = most - penalty > best[c] ? leader : static_cast<u8>(c);
  }
  // Relative to the leader, so that no text is too long for the sums.
  for (std::size_t c = 0; c < kMaxClasses; ++c) {
    best[c] = (most - penalty > best[c] ? -penalty : best[c] - most) + line[c];
  }
  Scores& half = division.halves.back();
  for (std::size_t c = 0; c < kMaxClasses; ++c) {
    division.sums[c] += line[c];
    half[c] += line[c];
  }
}

#ifdef __x86_64__
[[gnu::target("avx2")]] void add_line_avx2(const std::vector<u16>& features,
                                           const std::int8_t* weights, std::size_t classes,
                                           std::int32_t penalty, Division& division) {
  add_line(features, weights, classes, penalty, division);
}
#endif

void add(const std::vector<u16>& features, const std::int8_t* weights, std::size_t classes,
         std::int32_t penalty, Division& division) {
#ifdef __x86_64__
  if (has_avx2()) return add_line_avx2(features, weights, classes, penalty, division);
#endif
  add_line(features, weights, classes, penalty, division);
}

// `starts` are the bytes at which the halves begin.
std::vector<ClassStretch> best_of_windows(const std::vector<Scores>& halves,
                                          const std::vector<std::size_t>& starts, std::size_t size,
                                          std::size_t classes) {
  std::vector<ClassStretch> windows;
  for (std::size_t i = 0; i < halves.size(); ++i) {
    const std::size_t next = i + 1;
    if (next == halves.size() && i > 0) break;  // the window before holds it
    Scores sums = halves[i];
    if (next < halves.size()) {
      for (std::size_t c = 0; c < kMaxClasses; ++c) sums[c] += halves[next][c];
    }
    const u32 best = leader_of(sums, classes);
    if (sums[best] <= 0) continue;  // nothing tells
    // Half a window more on each side: what begins or ends in it may be read in this class, too.
    const std::size_t start = starts[i > 0 ? i - 1 : 0];
    const std::size_t end = i + 3 < halves.size() ? starts[i + 3] : size;
    if (!windows.empty() && windows.back().of_class == best && windows.back().end >= start) {
      windows.back().end = end;
    } else {
      windows.push_back({best, start, end});
    }
  }
  return windows;
}

}  // namespace

void line_features(const u8* line, std::size_t size, std::vector<u16>& out) {
  const std::size_t limit = out.size() + kMostFeatures;
  u64 before = 0;
  for (std::size_t i = 0; i < size && out.size() < limit;) {
    const u8 c = line[i];
    if (is_blank(c)) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    u64 hash = kSalt1;
    if (is_word(c)) {
      for (; i < size && (is_word(line[i]) || is_digit(line[i])); ++i) {
        if (i - start < kLongestWord) hash = (hash ^ line[i]) * 0x100000001b3ULL;
      }
    } else if (is_digit(c)) {
      hash ^= '0';
      while (i < size && (is_word(line[i]) || is_digit(line[i]))) ++i;
    } else {
      for (; i < size && i - start < kLongestMark; ++i) {
        const u8 mark = line[i];
        if (is_blank(mark) || is_word(mark) || is_digit(mark)) break;
        hash = (hash ^ mark) * 0x100000001b3ULL;
      }
      hash ^= kSalt2;
    }
    out.push_back(bucket(hash));
    out.push_back(bucket(before ? hash * 3 ^ before * kPairSalt : hash ^ kFirstSalt));
    before = hash | 1;
  }
}

LanguageModel::LanguageModel(const u8* weights, std::size_t size, std::size_t classes)
    : classes_(classes) {
  if (classes == 0 || classes > kMaxClasses || size != kFeatures * kMaxClasses) {
    throw std::invalid_argument("the weights have another shape");
  }
  weights_.resize(size);
  std::copy_n(reinterpret_cast<const std::int8_t*>(weights), size, weights_.begin());
}

LanguageDivision LanguageModel::divide(const u8* text, std::size_t size,
                                       std::int32_t penalty) const {
  LanguageDivision found;
  found.shares.resize(classes_);
  std::vector<u16> features;
  std::vector<u32> line_bytes;           // without white space; lines that have any
  std::vector<std::size_t> line_starts;  // of these lines
  Division division;
  std::vector<std::size_t> half_starts;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < size;) {
    const void* feed = std::memchr(text + begin, '\n', size - begin);
    const std::size_t end =
        feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - text) + 1 : size;
    if (number % (kWindow / 2) == 0) {
      division.halves.emplace_back();
      half_starts.push_back(begin);
    }
    features.clear();
    // Of a long text two lines in four tell enough.
    if ((number++ < kAllLines || number % 4 < 2) && !is_drawn(text + begin, end - begin)) {
      line_features(text + begin, end - begin, features);
    }
    if (!features.empty()) {
      add(features, weights_.data(), classes_, penalty, division);
      line_starts.push_back(begin);
      line_bytes.push_back(static_cast<u32>(
          std::count_if(text + begin, text + end, [](u8 c) { return !is_blank(c); })));
    }
    begin = end;
  }
  std::size_t at = leader_of(division.best, classes_);
  std::size_t end = size;
  std::vector<ClassStretch>& stretches = found.stretches;
  for (std::size_t line = line_bytes.size(); line-- > 0;) {
    found.shares[at].bytes += line_bytes[line];
    const std::size_t start = line ? line_starts[line] : 0;
    if (stretches.empty() || stretches.back().of_class != at) {
      stretches.push_back({static_cast<u32>(at), start, end});
    } else {
      stretches.back().start = start;
    }
    end = start;
    at = division.origins[line * kMaxClasses + at];
  }
  std::reverse(stretches.begin(), stretches.end());
  for (std::size_t c = 0; c < classes_; ++c) found.shares[c].score = division.sums[c];
  found.windows = best_of_windows(division.halves, half_starts, size, classes_);
  return found;
}

}  // namespace codescan
