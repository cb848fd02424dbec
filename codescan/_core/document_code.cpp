// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
#include "document_code.hpp"

#include <string_view>

#include "code_bytes.hpp"

namespace codescan {
namespace {

constexpr u32 kGap = 6;     // lines between two lines of code of one passage
constexpr u32 kIndentedGap = 60;  // the same, of lines that are indented as code is: its comments
constexpr u32 kMargin = 2;  // lines around a passage that may be code as well
constexpr std::size_t kFence = 3;
// Families by name, see kLexerFamilies.
constexpr u32 kC = 0, kPython = 1, kHash = 2, kRust = 3, kSql = 4, kJavaScript = 13;

using Line = std::string_view;

bool begins(Line line, Line with) { return line.substr(0, with.size()) == with; }

bool begins_with_any(Line line, std::initializer_list<Line> words) {
  for (const Line word : words) {
    if (begins(line, word)) return true;
  }
  return false;
}

Line trimmed(Line line) {
  while (!line.empty() && kClass[static_cast<u8>(line.back())] == kSpace) line.remove_suffix(1);
  while (!line.empty() && kClass[static_cast<u8>(line.front())] == kSpace) line.remove_prefix(1);
  return line;
}

bool is_prompt(Line line) {
  return begins_with_any(line, {">>> ", "... ", "irb> ", "php > "}) || line == ">>>" || line == "...";
}

bool is_code_line(Line line) {
  return is_prompt(line) || looks_like_code(reinterpret_cast<const u8*>(line.data()), line.size());
}

// A line without the mark of a quotation.
Line unquoted(Line line) {
  return line == ">" || begins(line, "> ") ? trimmed(line.substr(1)) : line;
}

// How many marks of a fence begin a line, 0 if it is none.
std::size_t fence_size(Line line) {
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return 0;
  std::size_t n = 0;
  while (n < line.size() && line[n] == line[0]) ++n;
  return n >= kFence ? n : 0;
}

// What the lines of a passage look like: the families differ in their comments and quotes.
class Family {
 public:
  void add(Line quoted) {
    const Line line = unquoted(quoted);
    if (line.empty()) return;
    if (line.size() < quoted.size()) ++prompts_;
    if (is_code_line(line)) ++code_;
    if (is_prompt(line)) ++prompts_;
    const char last = line.back();
    if (last == ';' || last == '{' || last == '}' || begins_with_any(line, {"//", "/*", "*"})) ++c_;
    if (begins_with_any(line, {"const ", "let ", "var ", "function", "export ", "import {"}) ||
        line.find("=>") != Line::npos) {
      ++javascript_;
    }
    if (begins_with_any(line, {"fn ", "pub ", "let mut ", "impl", "use ", "#["})) ++rust_;
    if (begins_with_any(line, {"SELECT", "INSERT", "CREATE ", "UPDATE ", "DELETE ", "--"})) ++sql_;
    if (begins_with_any(line, {">>> ", "def ", "class ", "import ", "from ", "async def ", "elif ",
                               "except", "with ", "@"}) ||
        (last == ':' && begins_with_any(line, {"if ", "for ", "while ", "else", "try"}))) {
      ++python_;
    }
    if (begins_with_any(line, {"# ", "#!", "$ "}) || line.find(" # ") != Line::npos ||
        line == "fi" || line == "done" || line == "end") {
      ++hash_;
    }
  }

  u32 lexer() const {
    if (python_ > c_) return kPython;
    if (sql_ > c_ && sql_ > hash_) return kSql;
    if (c_ > hash_) {
      if (rust_ > javascript_ && 4 * rust_ > c_) return kRust;
      return javascript_ > 0 ? kJavaScript : kC;
    }
    return hash_ > 0 ? kHash : kC;
  }
  bool is_code() const { return code_ > 0; }  // not the output of a program, for example
  bool is_session() const { return 2 * prompts_ > code_; }  // a few may be in comments

 private:
  u32 code_ = 0, c_ = 0, javascript_ = 0, rust_ = 0, sql_ = 0, python_ = 0, hash_ = 0, prompts_ = 0;
};

class Finder {
 public:
  Finder(const u8* text, std::size_t size, std::vector<DocumentCode>& out)
      : text_(reinterpret_cast<const char*>(text), size), out_(out) {}

  void run() {
    out_.clear();
    for (std::size_t at = 0; at < text_.size();) {
      std::size_t end = find_byte(reinterpret_cast<const u8*>(text_.data()), text_.size(), at,
                                  [](Bytes16 c) { return line_ends(c); });
      lines_.push_back({at, end});
      at = end + 1;
    }
    std::size_t prose = 0;  // the first line behind the last fenced block
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::size_t marks = fence_size(trimmed(line(i)));
      if (marks == 0 || is_underline(i)) continue;
      const std::size_t close = closing(i, marks);
      add_lines(prose, i);
      add(i + 1, close);
      prose = close + 1;
      i = close;
    }
    add_lines(prose, lines_.size());
  }

 private:
  struct Bytes {
    std::size_t start, end;
  };

  Line line(std::size_t i) const {
    return text_.substr(lines_[i].start, lines_[i].end - lines_[i].start);
  }

  // Whether line i, a fence, marks the line before it as a heading.
  bool is_underline(std::size_t i) const {
    const Line each = trimmed(line(i));
    return each.find_first_not_of('~') == Line::npos && i > 0 && !trimmed(line(i - 1)).empty();
  }

  std::size_t indent_of(std::size_t i) const {
    Line each = line(i);
    if (begins(each, "> ")) each.remove_prefix(2);
    const std::size_t at = each.find_first_not_of(" \t");
    return at == Line::npos ? 0 : at;
  }

  // The line that closes the fence of line i; without one, the block ends with the text.
  std::size_t closing(std::size_t i, std::size_t marks) const {
    const char mark = trimmed(line(i))[0];
    for (std::size_t j = i + 1; j < lines_.size(); ++j) {
      const Line each = trimmed(line(j));
      if (!each.empty() && each[0] == mark && fence_size(each) >= marks &&
          fence_size(each) == each.size()) {
        return j;
      }
    }
    return lines_.size();
  }

  // Of the lines [from, to), those that look like code, and some around them.
  void add_lines(std::size_t from, std::size_t to) {
    constexpr std::size_t kNone = ~std::size_t{0};
    std::size_t first = kNone, last = 0, gap = 0, indented = 0, code = 0, depth = 0;
    const auto flush = [&] {
      // One line of many may be a remark in brackets.
      if (code > 1) {
        add(std::max(from, first > kMargin ? first - kMargin : 0),
            std::min(last + kMargin + 1, to));
      }
      first = kNone;
      code = 0;
    };
    for (std::size_t i = from; i < to; ++i) {
      const Line each = trimmed(line(i));
      if (each.empty()) continue;
      if (is_code_line(each)) {
        if (first == kNone) {
          first = i;
          depth = indent_of(i);
        }
        last = i;
        gap = indented = 0;
        ++code;
        continue;
      }
      if (first == kNone) continue;
      const std::size_t indent = indent_of(i);
      if (indent > 0 && indent >= depth) {
        ++indented;
      } else {
        ++gap;
      }
      if (gap > kGap || indented > kIndentedGap) {
        flush();
        from = std::max(from, last + 1);
      }
    }
    if (first != kNone) flush();
  }

  void add(std::size_t from, std::size_t to) {
    if (from >= to || lines_[to - 1].end - lines_[from].start < kMinPartTokens) return;
    Family family;
    for (std::size_t i = from; i < to; ++i) family.add(trimmed(line(i)));
    if (!family.is_code()) return;
    out_.push_back({static_cast<u32>(lines_[from].start), static_cast<u32>(lines_[to - 1].end),
                    family.lexer(), family.is_session()});
  }

  const Line text_;
  std::vector<DocumentCode>& out_;
  std::vector<Bytes> lines_;
};

}  // namespace

bool looks_like_code(const u8* line, std::size_t size) {
  while (size > 0 && kClass[line[size - 1]] == kSpace) --size;
  if (size == 0) return false;
  const u8 last = line[size - 1];
  if (last == ';' || last == '{' || last == '}' || last == '(' || last == '[') return true;
  const auto telling = [](Bytes16 c) { return equals(c, '=') | equals(c, '(') | equals(c, '['); };
  for (std::size_t i = 0; (i = find_byte(line, size, i, telling)) < size; ++i) {
    if (line[i] == '=') return i + 3 >= size || std::memcmp(line + i, "====", 4) != 0;  // a rule
    const u8 before = i > 0 ? line[i - 1] : ' ';
    if (kClass[before] == kLetter || kClass[before] == kDigit) return true;
  }
  return false;
}

void find_document_code(const u8* text, std::size_t size, std::vector<DocumentCode>& out) {
  Finder(text, size, out).run();
}

}  // namespace codescan
