// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "markup.hpp"

#include <algorithm>
#include <array>

namespace codescan {
namespace {

constexpr std::size_t kLongestName = 61;
constexpr std::size_t kLongestDeclaration = 2000;
constexpr std::size_t kLongestAttributes = 1000;  // behind the white space that begins them
constexpr std::size_t kMostBlanks = 20;           // in a closing tag
constexpr std::size_t kFailing = 4096;            // bytes read of a tag once many did not end
// Also of the documents of Word, PowerPoint and OpenDocument, and of SVG.
constexpr std::array<std::string_view, 29> kBreaks = {
    "br",   "p",      "div",    "tr",     "li",  "ul",   "ol",      "table",          "pre", "h1",
    "h2",   "h3",     "h4",     "h5",     "h6",  "hr",   "section", "article",        "dt",  "dd",
    "text", "w:p",    "w:br",   "w:cr",   "a:p", "a:br", "text:p",  "text:line-break",
    "blockquote"};
constexpr std::array<std::string_view, 5> kCells = {"td", "th", "w:tab", "text:tab", "text:s"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == ':' || c == '-'; }

bool is_same(std::string_view text, std::string_view lowered) {
  return text.size() == lowered.size() &&
         std::equal(text.begin(), text.end(), lowered.begin(),
                    [](char a, char b) { return lower(a) == b; });
}

template <std::size_t Count>
bool is_one_of(std::string_view name, const std::array<std::string_view, Count>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view each) { return is_same(name, each); });
}

// The end of a run of characters of a kind, of at most `most`.
template <class Is>
std::size_t run_end(std::string_view text, std::size_t at, std::size_t most, Is is) {
  const std::size_t limit = std::min(text.size(), at + most);
  while (at < limit && is(text[at])) ++at;
  return at;
}

}  // namespace

std::optional<Markup> MarkupReader::next() {
  while (at_ < text_.size()) {
    at_ = text_.find_first_of("<&", at_);
    if (at_ == std::string_view::npos) break;
    const auto found = text_[at_] == '<' ? markup_at(at_) : reference_at(at_);
    if (found) {
      at_ = found->range.second;
      return found;
    }
    ++at_;
  }
  at_ = text_.size();
  return std::nullopt;
}

std::optional<Markup> MarkupReader::markup_at(std::size_t at) {
  const std::string_view here = text_.substr(at);
  const auto closed = [&](std::size_t from, std::string_view mark) {
    const std::size_t end = text_.find(mark, from);
    return end == std::string_view::npos ? ByteRange{text_.size(), text_.size()}
                                         : ByteRange{end, end + mark.size()};
  };
  if (here.substr(0, 4) == "<!--") {
    const ByteRange end = closed(at + 4, "-->");
    return Markup{MarkupKind::ignored, {at, end.second}, {}};
  }
  if (here.substr(0, 9) == "<![CDATA[") {
    const ByteRange end = closed(at + 9, "]]>");
    return Markup{MarkupKind::data, {at, end.second}, {at + 9, end.first}};
  }
  if (here.size() > 1 && (here[1] == '!' || here[1] == '?')) {
    const std::size_t end = here.substr(0, 3 + kLongestDeclaration).find('>', 2);
    if (end == std::string_view::npos) return std::nullopt;
    return Markup{MarkupKind::ignored, {at, at + end + 1}, {}};
  }
  return tag_at(at);
}

std::optional<Markup> MarkupReader::tag_at(std::size_t at) {
  std::size_t i = at + 1;
  if (i < text_.size() && text_[i] == '/') ++i;
  if (i >= text_.size() || !is_letter(text_[i])) return std::nullopt;
  const std::size_t begin = i;
  i = run_end(text_, i, kLongestName, is_name);
  const std::string_view name = text_.substr(begin, i - begin);
  const std::size_t limit = failing_ ? text_.size() : std::min(text_.size(), at + kFailing);
  while (i < limit) {
    i = text_.find_first_of("<>\"'", i);
    if (i == std::string_view::npos || text_[i] == '<') break;
    if (text_[i] == '>') {
      const MarkupKind kind = is_one_of(name, kBreaks)                ? MarkupKind::line_break
                              : begin == at + 1 && is_one_of(name, kCells) ? MarkupKind::cell
                                                                 : MarkupKind::ignored;
      return Markup{kind, {at, i + 1}, {}};
    }
    i = text_.find(text_[i], i + 1);
    if (i == std::string_view::npos) break;
    ++i;
  }
  failing_ -= std::min(failing_, std::min(i, text_.size()) - at);
  return std::nullopt;
}

std::optional<Markup> MarkupReader::reference_at(std::size_t at) const {
  std::size_t i = at + 1, end = i;
  const auto is_at = [&](std::size_t place, char c) {
    return place < text_.size() && text_[place] == c;
  };
  if (is_at(i, '#')) {
    const bool is_hex = is_at(i + 1, 'x') || is_at(i + 1, 'X');
    i += is_hex ? 2 : 1;
    end = is_hex ? run_end(text_, i, 6, is_hexadecimal) : run_end(text_, i, 7, is_digit);
    if (end == i) return std::nullopt;
  } else {
    if (i >= text_.size() || !is_letter(text_[i])) return std::nullopt;
    end = run_end(text_, i, 32, [](char c) { return is_letter(c) || is_digit(c); });
    if (end < i + 2) return std::nullopt;
  }
  if (!is_at(end, ';')) return std::nullopt;
  return Markup{MarkupKind::reference, {at, end + 1}, {}};
}

std::optional<Opening> find_opening(std::string_view text, std::size_t at,
                                    const std::vector<std::string_view>& names) {
  for (; (at = text.find('<', at)) != std::string_view::npos; ++at) {
    for (const std::string_view name : names) {
      if (!is_same(text.substr(at + 1, name.size()), name)) continue;
      std::size_t end = at + 1 + name.size();
      if (end < text.size() && is_blank(text[end])) {
        end = run_end(text, end + 1, kLongestAttributes,
                      [](char c) { return c != '<' && c != '>'; });
      }
      if (end < text.size() && text[end] == '>') return Opening{{at, end + 1}, name};
    }
  }
  return std::nullopt;
}

std::optional<ByteRange> find_closing(std::string_view text, std::size_t at,
                                      std::string_view name) {
  for (; (at = text.find("</", at)) != std::string_view::npos; ++at) {
    if (!is_same(text.substr(at + 2, name.size()), name)) continue;
    const std::size_t end = run_end(text, at + 2 + name.size(), kMostBlanks, is_blank);
    if (end < text.size() && text[end] == '>') return ByteRange{at, end + 1};
  }
  return std::nullopt;
}

}  // namespace codescan
