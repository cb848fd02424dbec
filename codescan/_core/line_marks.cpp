// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "line_marks.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace codescan {
namespace {

constexpr std::size_t kLongestPrompt = 240;

bool is_digit(u8 c) { return c >= '0' && c <= '9'; }
bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Bytes that may end the name before a prompt, or say that there is none.
constexpr std::array<bool, 256> kTelling = [] {
  std::array<bool, 256> table{};
  for (const char c : {'@', '>', '$', '#', ' ', ';', '{', '"'}) table[static_cast<u8>(c)] = true;
  return table;
}();

bool has(const BareLine& line, char c) {
  return std::memchr(line.text, c, line.size) != nullptr;
}

bool begins(const BareLine& line, const char* word) {
  for (std::size_t i = 0; word[i]; ++i) {
    if ((line.at(i) | 0x20) != (static_cast<u8>(word[i]) | 0x20)) return false;
  }
  return true;
}

// Calls `visit` with the begin of each line and the place of its line feed or the end.
template <class Visit>
void each_line(const u8* text, std::size_t size, Visit visit) {
  for (std::size_t begin = 0; begin < size;) {
    const void* feed = std::memchr(text + begin, '\n', size - begin);
    const std::size_t end =
        feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - text) : size;
    visit(begin, end);
    begin = end + 1;
  }
}

}  // namespace

bool may_be_quoted(const BareLine& line) {
  const u8 c = line.at(0);
  return c == '>' || c == '|' || c >= 0x80 ||
         ((c == '-' || c == '*' || c == '+' || is_digit(c)) && has(line, '>'));
}

bool may_have_prompt(const BareLine& line) {
  const u8 c = line.at(0);
  if (c == '>' || c == '$' || c == '%' || c == '+' || c >= 0x80 || (c == '.' && line.at(1) == '.') ||
      (c == '-' && (line.at(1) == '>' || line.at(1) == '-')) || begins(line, "in [") ||
      begins(line, "ps ")) {
    return true;
  }
  // A word, perhaps with a host or a number, and one of > $ # behind it.
  const std::size_t limit = std::min(line.size, kLongestPrompt);
  bool is_host = false;
  for (std::size_t j = 0; j < limit; ++j) {
    const u8 b = line.text[j];
    if (!kTelling[b]) continue;
    is_host |= b == '@';
    if (j > 0 && (b == '>' || b == '$' || b == '#') && line.text[j - 1] != ' ' &&
        (j + 1 == line.size || line.at(j + 1) == ' ' || line.at(j + 1) == '\r')) {
      return true;
    }
    if (!is_host && (b == ' ' || b == ';' || b == '{' || b == '"')) return false;
  }
  return false;
}

bool may_open_block_scalar(const BareLine& line) {
  std::size_t last = line.size;
  while (last > 0 && (is_space(line.text[last - 1]) || is_digit(line.text[last - 1]) ||
                      line.text[last - 1] == '-' || line.text[last - 1] == '+')) {
    --last;
  }
  return last > 0 && (line.text[last - 1] == '|' || line.text[last - 1] == '>' ||
                      (has(line, '#') && (has(line, '|') || has(line, '>'))));
}

std::vector<std::size_t> lines_with(const u8* text, std::size_t size, Mark mark) {
  const auto test = mark == Mark::quoted    ? may_be_quoted
                    : mark == Mark::prompts ? may_have_prompt
                                            : may_open_block_scalar;
  std::vector<std::size_t> starts;
  each_line(text, size, [&](std::size_t begin, std::size_t end) {
    std::size_t i = begin;
    while (i < end && (text[i] == ' ' || text[i] == '\t')) ++i;
    if (i < end && test({text + i, end - i})) starts.push_back(begin);
  });
  return starts;
}

std::vector<ByteRange> added_runs(const u8* text, std::size_t size, std::size_t column,
                                  std::size_t least) {
  std::vector<ByteRange> runs;
  std::size_t added = 0, run_begin = 0, run_end = 0;
  const auto finish = [&] {
    if (run_end > run_begin && added >= least) runs.push_back({run_begin, run_end});
    added = run_begin = run_end = 0;
  };
  each_line(text, size, [&](std::size_t begin, std::size_t feed) {
    const std::size_t end = std::min(size, feed + 1);
    const u8 sign = begin + column < end ? text[begin + column] : u8{0};
    const bool is_marked = sign == '+' || sign == '-' || sign == ' ';
    const bool is_in_run = run_end > run_begin;
    if (!is_marked && !(is_in_run && std::all_of(text + begin, text + end, is_space))) {
      finish();
      return;
    }
    if (!is_in_run) run_begin = begin;
    run_end = end;
    added += sign == '+';
  });
  finish();
  return runs;
}

}  // namespace codescan
