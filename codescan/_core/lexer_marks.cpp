// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "code_lexer.hpp"
#include "literals.hpp"

namespace codescan {
namespace {

constexpr std::size_t kLongLine = 400;  // bytes of a line comment that is hardly one

}  // namespace

std::size_t CodeLexer::line_comment(std::size_t from) {
  if (from < long_line_end_) return op(from);
  const std::size_t to = line_end(from);
  const u8 behind = at(from + 2);
  if (to - from > kLongLine && behind != '#' && behind != '@') {  // else a source map
    long_line_end_ = to;
    maybe_comment(from, to);
    return op(from);
  }
  // In a text that begins inside a block comment, its end may stand behind a link.
  if (regions_ && !regions_->has_block_mark && has_slash_block()) {
    const auto stars = [](Bytes16 c) { return equals(c, '*'); };
    const std::size_t star = find_byte(text_, to, from, stars);
    if (star + 1 < to && text_[star + 1] == '/') stray_close(star, kSlashMarks);
  }
  comment(from, to);
  return to;
}

void CodeLexer::maybe_comment(std::size_t from, std::size_t to) {
  if (!regions_) return;
  std::vector<Region>& list = regions_->ambiguous;
  Region added = region(from, to);
  while (!list.empty() && list.back().end >= added.start) {
    added.start = std::min(added.start, list.back().start);
    added.end = std::max(added.end, list.back().end);
    added.token = std::min(added.token, list.back().token);
    list.pop_back();
  }
  list.push_back(added);
}

std::size_t CodeLexer::block_comment(std::size_t from, std::size_t open_size, const BlockMarks& marks) {
  note_block_mark();
  const bool looks_open = finder_.looks_open(from, marks);
  if (marks.nests && looks_open) {
    if (const std::size_t behind = finder_.balanced_end(from, marks)) {
      comment(from, behind);
      return behind;
    }
  }
  const NextClose& next = finder_.next_close(from + open_size, marks);
  if (next.at == size_) {
    if (!has_tail_) maybe_comment(from, size_);
    has_tail_ = true;
    return from;
  }
  const std::size_t behind = next.at + marks.close.size();
  if (looks_open && next.last_open <= from && finder_.looks_closed(from, next.at, marks)) {
    comment(from, behind);
    return behind;
  }
  maybe_comment(from, behind);
  return from;
}

void CodeLexer::stray_close(std::size_t from, const BlockMarks& marks) {
  if (regions_ && !regions_->has_block_mark) maybe_comment(0, from + marks.close.size());
  note_block_mark();
}

bool CodeLexer::is_block(std::size_t& i, const BlockMarks& marks) {
  if (finder_.starts_with(i, marks.open) && finder_.stands_right(i, marks.on_line)) {
    const std::size_t behind = block_comment(i, marks.open.size(), marks);
    if (behind == i) return false;
    i = behind;
    return true;
  }
  if (finder_.starts_with(i, marks.close) && finder_.stands_right(i, marks.on_line)) {
    stray_close(i, marks);
  }
  return false;
}

bool CodeLexer::is_long_bracket(std::size_t& i, std::size_t bracket, bool of_lua) {
  std::size_t equals = 0;
  while (at(bracket + 1 + equals) == '=' && equals <= kMostEquals) ++equals;
  if (at(bracket) != '[' || at(bracket + 1 + equals) != '[' || equals > kMostEquals) return false;
  const std::size_t behind =
      block_comment(i, bracket + equals + 2 - i, long_brackets(of_lua, equals));
  if (behind == i) return false;
  i = behind;
  return true;
}

std::size_t CodeLexer::mark(std::size_t i) {
  const u8 c = text_[i];
  const u8 next = at(i + 1);
  if (c == '\\') return kClass[next] == kNewline && i + 1 < size_ ? i + 1 : op(i);
  if (c == '.') {
    const bool is_number = kClass[next] == kDigit && i + 1 < size_ && !after_value(i);
    return is_number ? number(i) : op(i);
  }
  if (i < plain_until_) return op(i);
  switch (c) {
    case '#':
      return hash(i);
    case '/':
      return slash(i);
    case '*':
      if (next == '/' && has_slash_block()) stray_close(i, kSlashMarks);
      if (next == ')' && (rules_.paren_block || rules_.paren_nested)) stray_close(i, kParenMarks);
      break;
    case '(':
      if (next != '*' || at(i + 2) == ')') break;  // (*) is an operator
      if (is_block(i, rules_.paren_nested ? kParenNestedMarks : kParenMarks)) return i;
      break;
    case '-':
      if (rules_.dash_line && next == '-') {
        const bool is_long = rules_.lua_block && at(i + 2) == '[';
        if (is_long && is_long_bracket(i, i + 2, true)) return i;
        const u8 second = at(i + 3);
        return is_long && (second == '[' || second == '=') ? op(i) : line_comment(i);
      }
      if (rules_.haskell_block && is_block(i, kBraceMarks)) return i;
      if (rules_.markup_block && is_block(i, kMarkupMarks)) return i;
      break;
    case '{':
      if (rules_.haskell_block && is_block(i, kBraceMarks)) return i;
      break;
    case ';':
      return line_comment(i);
    case '!':
      return line_comment(i);
    case '%':
      if (rules_.percent_block && (next == '{' || next == '}') && is_block(i, kPercentMarks)) return i;
      return line_comment(i);
    case '<':
      if (rules_.markup_block && is_block(i, kMarkupMarks)) return i;
      if (rules_.angle_block && is_block(i, kAngleMarks)) return i;
      break;
    case '|':
      if (is_block(i, kPipeMarks)) return i;
      break;
    case '=':
      return equals_sign(i);
    case ':':
      if (next == ':' && finder_.is_head(i)) return line_comment(i);
      break;
    case '`':
      return backtick(i);
    default:
      break;
  }
  return op(i);
}

std::size_t CodeLexer::hash(std::size_t i) {
  const u8 next = at(i + 1);
  if (rules_.lisp_block) return is_block(i, kPipeMarks) ? i : op(i);
  if (rules_.equals_block && next == '=' && is_block(i, kEqualsMarks)) return i;
  if (rules_.bracket_block && next == '[' && is_block(i, kBracketMarks)) return i;
  if (rules_.cmake_block && next == '[' && is_long_bracket(i, i + 1, false)) return i;
  if (rules_.angle_block && next == '>') stray_close(i, kAngleMarks);
  if (rules_.hash_line == HashLine::anywhere) return line_comment(i);
  const u8 before = i > 0 ? text_[i - 1] : '\n';
  // Elsewhere it is $#array, ${#text}, s#a#b# or a part of a word.
  const bool is_free = kClass[before] == kSpace || kClass[before] == kNewline ||
                       before == ';' || before == ',' || before == ')' || before == ']' ||
                       before == '}' || before == '"' || before == '\'';
  if (!is_free) return op(i);
  // #{...} in a literal over several lines; an attribute of PHP.
  if ((next == '{' && !finder_.is_head(i)) || (next == '[' && rules_.slash_line)) return op(i);
  return line_comment(i);
}

std::size_t CodeLexer::slash(std::size_t i) {
  const u8 next = at(i + 1);
  if (rules_.slash_line && next == '/' && !is_link(i)) return line_comment(i);
  if (next == '*' && rules_.slash_nested && is_block(i, kSlashNestedMarks)) return i;
  if (next == '*' && rules_.slash_block && is_block(i, kSlashMarks)) return i;
  if (next == '+' && rules_.plus_block && is_block(i, kPlusMarks)) return i;
  if (rules_.regex && next != '*' && next != '/' && writer_.size() > 0) {
    const Token& last = writer_.cursor.next[-1];
    if (expects_operand(text_, last.start, last.end)) {
      plain_until_ = std::max(plain_until_, regex_end(text_, size_, i));
    }
  }
  return op(i);
}

bool CodeLexer::is_link(std::size_t i) const {
  return i > 1 && text_[i - 1] == ':' && kClass[text_[i - 2]] == kLetter &&
         kClass[at(i + 2)] != kSpace && kClass[at(i + 2)] != kNewline;
}

std::size_t CodeLexer::equals_sign(std::size_t i) {
  if (!finder_.is_begin(i)) return op(i);
  if (rules_.begin_block) return is_block(i, kBeginMarks) ? rest_of_line(i) : op(i);
  if (finder_.starts_with(i, kPodMarks.close)) {
    stray_close(i, kPodMarks);
    return op(i);
  }
  const bool is_word = kClass[at(i + 1)] == kLetter && at(i + 1) < 128;
  return is_word && is_block(i, kPodMarks) ? rest_of_line(i) : op(i);
}

std::size_t CodeLexer::rest_of_line(std::size_t i) {
  const std::size_t to = line_end(i);
  if (regions_) regions_->comments.back().end = static_cast<u32>(to);
  return to;
}

std::size_t CodeLexer::backtick(std::size_t i) {
  if (i >= no_backtick_until_) {
    if (const std::size_t behind = backtick_end(text_, size_, i, no_backtick_until_)) {
      plain_until_ = behind;
    }
  }
  return op(i);
}

bool CodeLexer::is_rem(std::size_t i) const {
  if (size_ - i < 3 || (text_[i + 1] | 0x20) != 'e' || (text_[i + 2] | 0x20) != 'm') return false;
  const u8 behind = at(i + 3);
  if (kClass[behind] != kSpace && kClass[behind] != kNewline) return false;
  return finder_.is_head(i > 0 && text_[i - 1] == '@' ? i - 1 : i);
}

}  // namespace codescan
