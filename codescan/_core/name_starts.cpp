// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "name_starts.hpp"

#include <algorithm>
#include <stdexcept>

namespace codescan {
namespace {

// -1 for a byte that is in no word, else the byte in lower case.
int word_byte(char c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : -1;
}

bool is_digit(int c) { return c >= '0' && c <= '9'; }

// Calls `take` with the hash of each word until it answers true; tells whether it did.
template <typename Take>
bool any_word(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    if (word_byte(text[at]) < 0) {
      ++at;
      continue;
    }
    std::size_t end = at;
    bool is_number = true;  // behind the first letter
    for (; end < text.size() && word_byte(text[end]) >= 0; ++end) {
      is_number &= end == at || is_digit(text[end]);
    }
    if (word_byte(text[at]) == 'v' && is_number && end > at + 1) ++at;
    u64 hash = kSalt0;
    for (; at < end; ++at) hash = mix(hash ^ static_cast<u64>(word_byte(text[at])));
    if (take(hash)) return true;
  }
  return false;
}

u64 joined(u64 first, u64 second) { return mix(first + kSalt1) ^ second; }

bool has(const std::vector<u64>& hashes, u64 hash) {
  return std::binary_search(hashes.begin(), hashes.end(), hash);
}

}  // namespace

NameStarts::NameStarts(const std::vector<std::string>& starts,
                       const std::vector<std::string>& loose) {
  for (const std::string& start : starts) {
    std::vector<u64> words;
    any_word(start, [&](u64 hash) { return words.push_back(hash), false; });
    if (words.empty() || words.size() > 2) {
      throw std::invalid_argument("a name starts with one or two words");
    }
    if (words.size() == 1) {
      singles_.push_back(words[0]);
    } else {
      pairs_.push_back(joined(words[0], words[1]));
    }
  }
  for (const std::string& word : loose) {
    any_word(word, [&](u64 hash) { return loose_.push_back(hash), false; });
  }
  for (std::vector<u64>* hashes : {&singles_, &pairs_, &loose_}) {
    std::sort(hashes->begin(), hashes->end());
  }
}

bool NameStarts::any_in(std::string_view text) const {
  u64 before = 0;
  bool is_first = true;
  return any_word(text, [&](u64 hash) {
    if (has(loose_, hash)) return false;
    if (has(singles_, hash) || (!is_first && has(pairs_, joined(before, hash)))) return true;
    before = hash;
    is_first = false;
    return false;
  });
}

}  // namespace codescan
