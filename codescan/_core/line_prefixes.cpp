// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "line_prefixes.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace codescan {
namespace {

constexpr std::size_t kLongest = 256;  // bytes of a line that may be its prefix
constexpr std::size_t kMostTokens = 64;

enum class Kind : u8 { field, word, sign };

struct Token {
  Kind kind;
  bool has_digit;
  std::size_t begin, end;
};

struct Line {
  std::array<Token, kMostTokens> tokens;
  std::size_t count = 0;
};

bool is_digit(u8 c) { return c >= '0' && c <= '9'; }
bool is_letter(u8 c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Reader {
 public:
  Reader(const u8* text, std::size_t size) : text_(text), size_(size) {}

  std::vector<std::vector<PrefixedLine>> run() {
    for (std::size_t begin = 0; begin < size_;) {
      const void* feed = std::memchr(text_ + begin, '\n', size_ - begin);
      const std::size_t end =
          feed ? static_cast<std::size_t>(static_cast<const u8*>(feed) - text_) + 1 : size_;
      add(begin, end);
      begin = end;
    }
    close();
    return std::move(runs_);
  }

 private:
  void add(std::size_t begin, std::size_t end) {
    if (!lines_.empty()) {
      const u64 shared = ends_ & shared_ends(begin, end);
      if (shared != 0 && (lines_.size() < kLeastAlike || width(shared) == width(ends_))) {
        ends_ = shared;
        lines_.push_back({begin, begin, end});
        return;
      }
      close();
    }
    ends_ = ~u64{0};
    lines_.push_back({begin, begin, end});
  }

  void close() {
    if (lines_.size() >= kLeastAlike) {
      const std::size_t last = width(ends_) - 1;
      for (PrefixedLine& line : lines_) {
        std::size_t at = end_of_token(last, line.start, line.end);
        if (at < line.end && (text_[at] == ' ' || text_[at] == '\t')) ++at;
        line.text = at;
      }
      runs_.push_back(lines_);
    }
    lines_.clear();
  }

  static std::size_t width(u64 ends) {
    std::size_t bits = 0;
    for (; ends != 0; ends >>= 1) ++bits;
    return bits;
  }

  // Where the prefix of a line and of the first one of the run may end. Most lines of a text differ
  // soon: nothing is read behind that.
  u64 shared_ends(std::size_t begin, std::size_t end) {
    const PrefixedLine& first = lines_.front();
    first_.count = line_.count = 0;
    u64 ends = 0;
    const std::size_t first_limit = text_end(first.start, first.end), limit = text_end(begin, end);
    std::size_t at = first.start, other = begin;
    while (line_.count < kMostTokens && at < std::min(first_limit, first.start + kLongest) &&
           other < std::min(limit, begin + kLongest)) {
      const Token one = next(at, std::min(first_limit, first.start + kLongest));
      const Token two = next(other, std::min(limit, begin + kLongest));
      if (!alike(one, two)) break;
      first_.tokens[first_.count++] = one;
      line_.tokens[line_.count++] = two;
      if (may_end(first_, first_limit) && may_end(line_, limit)) {
        ends |= u64{1} << (line_.count - 1);
      }
      at = one.end;
      other = two.end;
    }
    return ends;
  }

  std::size_t text_end(std::size_t begin, std::size_t end) const {
    while (end > begin && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
    return end;
  }

  std::size_t end_of_token(std::size_t number, std::size_t begin, std::size_t end) const {
    const std::size_t stop = std::min(text_end(begin, end), begin + kLongest);
    std::size_t at = begin;
    for (std::size_t i = 0; i <= number; ++i) at = next(at, stop).end;
    return at;
  }

  bool alike(const Token& one, const Token& other) const {
    if (one.kind != other.kind) return false;
    if (one.kind == Kind::field) return true;
    const std::string_view a = view(one), b = view(other);
    return a == b || (one.kind == Kind::word && is_level(a) && is_level(b));
  }

  std::string_view view(const Token& token) const {
    return {reinterpret_cast<const char*>(text_) + token.begin, token.end - token.begin};
  }

  static bool is_level(std::string_view word) {
    constexpr std::array<std::string_view, 11> levels{"trace", "debug", "info", "notice",
                                                      "warn", "warning", "error", "fatal",
                                                      "critical", "severe", "panic"};
    return std::any_of(levels.begin(), levels.end(), [&](std::string_view level) {
      return level.size() == word.size() &&
             std::equal(word.begin(), word.end(), level.begin(),
                        [](char c, char wanted) { return (c | 0x20) == wanted; });
    });
  }

  Token next(std::size_t at, std::size_t stop) const {
    std::size_t end = at;
    bool has_digit = false;
    while (end < stop && (text_[end] == ' ' || is_digit(text_[end]))) {
      has_digit |= is_digit(text_[end++]);
    }
    if (end > at) return {Kind::field, has_digit, at, end};
    while (end < stop && is_letter(text_[end])) ++end;
    if (end > at) return {Kind::word, false, at, end};
    // A character of several bytes is one sign.
    ++end;
    while (end < stop && (text_[end] & 0xC0) == 0x80) ++end;
    return {Kind::sign, false, at, end};
  }

  // Whether the tokens of the line that were read so far may be its prefix.
  bool may_end(const Line& line, std::size_t limit) const {
    const Token& last = line.tokens[line.count - 1];
    const bool is_apart = last.end == limit || text_[last.end] == ' ' || text_[last.end] == '\t';
    if (last.kind == Kind::field) return false;
    if (last.kind == Kind::word) return is_apart && (has_time(line) || is_remark(line));
    const u8 sign = text_[last.begin];
    if (!tells(line)) return false;
    if (sign == '\t' || sign == '|') return true;
    if (sign == ':' && is_level(view(line.tokens[0]))) return true;
    if (sign == '\'' && line.count == 2 && text_[line.tokens[0].begin] == '#') return is_apart;
    const bool is_second = line.count > 1 && text_[line.tokens[line.count - 2].begin] == sign;
    if (sign == '\\') return is_second;  // the lines of a string in Zig
    return is_apart && (sign >= 0x80 || std::strchr(":]>})-#%;!$*/", sign) != nullptr);
  }

  // Whether there is more than blanks and one sign, such as a bracket or the mark of an item. Some
  // signs begin comments that no language table knows.
  bool tells(const Line& line) const {
    u8 mark = 0;
    for (std::size_t i = 0; i < line.count; ++i) {
      const Token& token = line.tokens[i];
      if (token.kind == Kind::word || token.has_digit) return true;
      const u8 sign = text_[token.begin];
      if (token.kind == Kind::field || sign == '\t') continue;
      if (mark != 0 && mark != sign) return true;
      mark = sign;
    }
    // Of a block comment, without its begin and its end, each line has an indented star.
    if (mark == '*') return line.tokens[0].kind == Kind::field;
    return mark != 0 && mark < 0x80 && std::strchr("%;!$\\", mark) != nullptr;
  }

  bool has_time(const Line& line) const {
    for (std::size_t i = 4; i < line.count; ++i) {
      if (line.tokens[i].has_digit && is_colon(line, i - 1) && line.tokens[i - 2].has_digit &&
          is_colon(line, i - 3) && line.tokens[i - 4].has_digit) {
        return true;
      }
    }
    return line.count > 4 && is_colon(line, 1) && is_colon(line, 3) && line.tokens[0].has_digit;
  }

  bool is_colon(const Line& line, std::size_t i) const {
    return line.tokens[i].kind == Kind::sign && text_[line.tokens[i].begin] == ':';
  }

  // Words that begin a comment: REM of batch files and BASIC, dnl of m4.
  bool is_remark(const Line& line) const {
    if (line.count > 2 || (line.count == 2 && line.tokens[0].kind != Kind::field)) return false;
    const std::string_view word = view(line.tokens[line.count - 1]);
    return word == "REM" || word == "rem" || word == "Rem" || word == "dnl";
  }

  const u8* text_;
  std::size_t size_;
  Line first_, line_;
  u64 ends_ = 0;  // where the prefix of the run may end; bit k: behind its first k + 1 tokens
  std::vector<PrefixedLine> lines_;
  std::vector<std::vector<PrefixedLine>> runs_;
};

}  // namespace

std::vector<std::vector<PrefixedLine>> prefixed_runs(const u8* text, std::size_t size) {
  return Reader(text, size).run();
}

}  // namespace codescan
