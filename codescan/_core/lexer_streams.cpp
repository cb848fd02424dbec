// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The further readings of a text: comments and strings as prose, comments as code, code around
// ambiguous comments without these, and the code in documents.
#include <algorithm>
#include <array>

#include "code_bytes.hpp"
#include "document_code.hpp"

namespace codescan {
namespace {

// Comments with at most this many tokens of code between belong to one part: comments behind the
// lines of a table, strings that are its values.
constexpr u32 kJoinedTokens = 12;
// A part of fewer bytes cannot have enough words.
constexpr u32 kMinProseBytes = 2 * kMinPartTokens;
constexpr std::size_t kSampled = 256;  // tokens by which a text is judged to be like prose
constexpr u32 kCodeGap = 4;    // lines between two lines of code in a comment
constexpr u32 kCodeMargin = 2;  // lines around them that may be code as well

struct Memory {
  Regions regions;
  std::vector<Region> prose;
  std::vector<u8> bytes;
  Tokens tokens;
};
Memory& memory() {  // kept between texts
  static thread_local Memory memory;
  return memory;
}

void blank_prompts(std::vector<u8>& text);

class StreamWriter {
 public:
  StreamWriter(const u8* text, std::size_t size, const Rules& rules, Side side, Streams& out)
      : text_(text), size_(size), rules_(rules), side_(side), out_(out), memory_(memory()) {}

  void run() {
    out_.parts.clear();
    Regions& regions = memory_.regions;
    lex(text_, size_, rules_, out_.tokens, rules_.prose ? nullptr : &regions);
    code_ = static_cast<u32>(out_.tokens.size());
    out_.parts.push_back({0, code_, rules_.prose ? Stream::prose : Stream::code});
    if (rules_.prose) {
      if (side_ == Side::corpus) add_document_code();
      return;
    }
    if (!regions.has_block_mark && has_block_marks() && is_like_prose()) {
      regions.ambiguous.assign(1, {0, static_cast<u32>(size_), 0});
    } else {
      add_bridges(regions.ambiguous);
    }
    add_commented_code(regions.comments);
    merge_comments();
    add_prose(memory_.prose);
    add_prose(regions.strings);
  }

 private:
  bool has_block_marks() const {
    return rules_.slash_block || rules_.slash_nested || rules_.paren_block ||
           rules_.paren_nested || rules_.haskell_block || rules_.lisp_block ||
           rules_.markup_block;
  }

  // Whether the text may lie inside a block comment: few of its tokens are operators.
  bool is_like_prose() const {
    const std::size_t count = std::min<std::size_t>(code_, kSampled);
    if (count < kMinPartTokens) return false;
    std::size_t operators = 0;
    for (std::size_t i = 0; i < count; ++i) operators += out_.tokens[i].kind() == Kind::op;
    return operators * 10 < count * 3;
  }

  void begin_part() {
    const u32 end = static_cast<u32>(size_);
    out_.tokens.push_back({kBarrier, end, end});
    begin_ = static_cast<u32>(out_.tokens.size());
  }
  void end_part(Stream stream) {
    const u32 end = static_cast<u32>(out_.tokens.size());
    if (end - begin_ >= kMinPartTokens) {
      out_.parts.push_back({begin_, end, stream});
    } else {
      out_.tokens.resize(begin_ - 1);
    }
  }

  u32 token_at(u32 byte) const {
    const auto begin = out_.tokens.begin();
    return static_cast<u32>(
        std::partition_point(begin, begin + code_,
                             [byte](const Token& token) { return token.start < byte; }) -
        begin);
  }

  // The code before and behind each ambiguous comment, as if it were one.
  void add_bridges(const std::vector<Region>& ambiguous) {
    u32 copied = 0;  // tokens of the code before it are in the open part, or before it
    bool is_open = false;
    for (const Region& region : ambiguous) {
      const u32 first = token_at(region.start), behind = token_at(region.end);
      const u32 from = first > kAroundTokens ? first - kAroundTokens : 0;
      if (is_open && from > copied) {
        copy(copied, std::min(copied + kAroundTokens, first));
        end_part(Stream::code);
        is_open = false;
      }
      if (!is_open) {
        if (first == 0 || behind >= code_) continue;  // nothing to bridge
        begin_part();
        copied = from;
        is_open = true;
      }
      copy(copied, first);
      copied = behind;
    }
    if (is_open) {
      copy(copied, std::min(copied + kAroundTokens, code_));
      end_part(Stream::code);
    }
  }
  void copy(u32 from, u32 to) {
    for (u32 i = from; i < to; ++i) {
      const Token token = out_.tokens[i];
      out_.tokens.push_back(token);
    }
  }

  // All that is or may be a comment, in order.
  void merge_comments() {
    std::vector<Region>& all = memory_.prose;
    const std::vector<Region>& ambiguous = memory_.regions.ambiguous;
    all.clear();
    auto next = ambiguous.begin();
    for (const Region& comment : memory_.regions.comments) {
      while (next != ambiguous.end() && next->end <= comment.start) all.push_back(*next++);
      if (next == ambiguous.end() || comment.start < next->start) all.push_back(comment);
    }
    all.insert(all.end(), next, ambiguous.end());
  }

  // The words of some regions. Those that lie near each other are read as one part.
  void add_prose(const std::vector<Region>& regions) {
    std::vector<u8>& bytes = memory_.bytes;
    for (std::size_t i = 0; i < regions.size();) {
      std::size_t end = i + 1;
      u32 length = regions[i].end - regions[i].start;
      while (end < regions.size() && regions[end].token - regions[end - 1].token <= kJoinedTokens) {
        length += regions[end].end - regions[end].start;
        ++end;
      }
      if (length >= kMinProseBytes) {
        bytes.clear();
        for (std::size_t j = i; j < end; ++j) {
          bytes.insert(bytes.end(), text_ + regions[j].start, text_ + regions[j].end);
          bytes.push_back('\n');
        }
        lex_prose(bytes.data(), bytes.size(), memory_.tokens);
        begin_part();
        append(regions, i);
        end_part(Stream::prose);
      }
      i = end;
    }
  }

  // Appends tokens of regions that were copied one behind the other, from the i-th on.
  void append(const std::vector<Region>& regions, std::size_t i) {
    u32 behind = regions[i].end - regions[i].start + 1;  // the copy of the i-th region
    u32 shift = regions[i].start;
    const std::size_t before = out_.tokens.size();
    out_.tokens.resize(before + memory_.tokens.size());
    Token* to = out_.tokens.data() + before;
    for (const Token& token : memory_.tokens) {
      while (token.start >= behind) {
        ++i;
        shift = regions[i].start - behind;
        behind += regions[i].end - regions[i].start + 1;
      }
      // A character that is cut at the end of its region takes the separator with it.
      *to++ = {token.hash, token.start + shift, std::min(token.end, behind - 1) + shift};
    }
  }

  // Comments that follow each other without code between are one text.
  void add_commented_code(const std::vector<Region>& comments) {
    for (std::size_t i = 0; i < comments.size();) {
      std::size_t end = i + 1;
      while (end < comments.size() && comments[end].token == comments[i].token) ++end;
      if (comments[end - 1].end - comments[i].start >= kMinProseBytes) {
        add_lines_of_code(comments[i].start, comments[end - 1].end);
      }
      i = end;
    }
  }

  // Lexes those lines that look like code, and some around them.
  void add_lines_of_code(u32 from, u32 to) {
    struct Line {
      u32 start, end;
    };
    static thread_local std::vector<Line> lines;
    lines.clear();
    std::size_t first = ~std::size_t{0}, last = 0;
    const auto flush = [&] {
      if (first == ~std::size_t{0}) return;
      const std::size_t begin = first > kCodeMargin ? first - kCodeMargin : 0;
      const std::size_t end = std::min(last + kCodeMargin, lines.size() - 1);
      add_code(lines[begin].start, lines[end].end);
      first = ~std::size_t{0};
    };
    for (u32 at = from; at < to;) {
      const u32 end =
          static_cast<u32>(find_byte(text_, to, at, [](Bytes16 c) { return line_ends(c); }));
      lines.push_back({at, end});
      const std::size_t line = lines.size() - 1;
      if (first != ~std::size_t{0} && line > last + kCodeGap + kCodeMargin) flush();
      if (looks_like_code(text_ + at, end - at)) {
        if (first == ~std::size_t{0}) first = line;
        last = line;
      }
      at = end + 1;
    }
    flush();
  }

  void add_code(u32 from, u32 to) {
    if (to - from < kMinPartTokens) return;
    lex_commented(text_ + from, to - from, rules_, memory_.tokens);
    add_commented(from);
  }

  // The code in a document, each passage as its family is lexed.
  void add_document_code() {
    static thread_local std::vector<DocumentCode> passages;
    find_document_code(text_, size_, passages);
    for (const DocumentCode& passage : passages) {
      const u32 from = passage.start, size = passage.end - passage.start;
      const Rules& rules = kLexerFamilies[passage.lexer].rules;
      if (passage.is_session) {
        std::vector<u8>& bytes = memory_.bytes;
        bytes.assign(text_ + from, text_ + passage.end);
        blank_prompts(bytes);
        lex(bytes.data(), size, rules, memory_.tokens);
      } else {
        lex(text_ + from, size, rules, memory_.tokens);
      }
      add_commented(from);
    }
  }

  // Appends the tokens of a passage of code that begins at a byte.
  void add_commented(u32 from) {
    begin_part();
    for (const Token& token : memory_.tokens) {
      out_.tokens.push_back({token.hash, token.start + from, token.end + from});
    }
    end_part(Stream::commented);
  }

  const u8* text_;
  const std::size_t size_;
  const Rules& rules_;
  const Side side_;
  Streams& out_;
  Memory& memory_;
  u32 code_ = 0;   // tokens of the first part
  u32 begin_ = 0;  // of the open part
};

// Replaces the prompts of an interpreter, or the marks of quotations, that begin lines.
void blank_prompts(std::vector<u8>& text) {
  for (std::size_t i = 0; i < text.size();) {
    while (i < text.size() && kClass[text[i]] == kSpace) ++i;
    const auto is = [&](const char* prompt) {
      return i + 3 <= text.size() && std::memcmp(text.data() + i, prompt, 3) == 0 &&
             (i + 3 == text.size() || text[i + 3] <= ' ');
    };
    const auto at = text.begin() + static_cast<std::ptrdiff_t>(i);
    if (is(">>>") || is("...")) {
      std::fill_n(at, 3, ' ');
    } else if (i < text.size() && text[i] == '>' && (i + 1 == text.size() || text[i + 1] <= ' ')) {
      *at = ' ';
    }
    i = find_byte(text.data(), text.size(), i, [](Bytes16 c) { return line_ends(c); }) + 1;
  }
}

// How many bytes of comment marks begin a line, behind its white space.
std::size_t mark_size(const u8* line, std::size_t size) {
  std::size_t n = 0;
  const auto is_mark = [](u8 c) {
    switch (c) {
      case '/': case '*': case '#': case '-': case ';': case '%': case '!': case '\'': case '"':
      case '<': case '(': case '{': case '|': case '=': case '+': case ':':
        return true;
      default:
        return false;
    }
  };
  const auto pair = [&](std::size_t i, u8 a, u8 b) {
    return i + 1 < size && line[i] == a && line[i + 1] == b;
  };
  if (n >= size || !is_mark(line[0])) return 0;
  if (pair(0, '/', '/') || pair(0, '/', '*') || pair(0, '-', '-') || pair(0, '(', '*') ||
      pair(0, '{', '-') || pair(0, '#', '|') || pair(0, '#', '=') || pair(0, '#', '[') ||
      pair(0, '<', '#') || pair(0, '<', '!') || pair(0, '/', '+') || pair(0, '%', '{') || pair(0, ':', ':')) {
    n = 2;
    while (n < size && (line[n] == line[1] || line[n] == '!')) ++n;
    return n;
  }
  const u8 c = line[0];
  if (c == '*') return size == 1 || line[1] <= ' ' || line[1] == '*' || line[1] == '/' ? 1 : 0;
  if (c == '#' || c == ';' || c == '%' || c == '!') {
    while (n < size && line[n] == c) ++n;
    return n;
  }
  return (c == '\'' || c == '"') && size > 1 && line[1] <= ' ' ? 1 : 0;
}

// Whether two bytes are a mark that opens a block comment.
bool opens_block(const u8* mark) {
  for (const char* opening : {"/*", "(*", "{-", "#|", "#=", "#[", "<#", "<!", "/+", "%{"}) {
    if (std::memcmp(mark, opening, 2) == 0) return true;
  }
  return false;
}

// How many bytes of a mark that closes a block comment begin a line.
std::size_t close_size(const u8* line, std::size_t size) {
  if (size >= 3 && std::memcmp(line, "-->", 3) == 0) return 3;
  for (const char* mark : {"*/", "*)", "-}", "|#", "=#", "]#", "#>", "+/", "%}"}) {
    if (size >= 2 && std::memcmp(line, mark, 2) == 0) return 2;
  }
  return 0;
}

bool is_remark(const u8* line, std::size_t size) {
  return size > 3 && (line[0] | 0x20) == 'r' && (line[1] | 0x20) == 'e' &&
         (line[2] | 0x20) == 'm' && kClass[line[3]] == kSpace;
}

}  // namespace

void lex_streams(const u8* text, std::size_t size, const Rules& rules, Side side, Streams& out) {
  StreamWriter(text, size, rules, side, out).run();
}

void lex_commented(const u8* text, std::size_t size, const Rules& rules, Tokens& out) {
  std::vector<u8> copy(text, text + size);
  // Code may begin with the signs of marks: only those that most lines have are marks.
  std::array<u32, 256> lines_with{};
  u32 lines = 0;
  const auto each_line = [&](auto visit) {
    for (std::size_t i = 0; i < size;) {
      const std::size_t begin = i;
      while (i < size && kClass[copy[i]] == kSpace) ++i;
      const std::size_t end =
          find_byte(copy.data(), size, i, [](Bytes16 c) { return line_ends(c); });
      if (i < end) visit(begin, i, end);
      i = end + 1;
    }
  };
  const auto size_at = [&](std::size_t i, std::size_t end) {
    const bool is_rem = rules.rem_line && is_remark(copy.data() + i, end - i);
    return is_rem ? std::size_t{3} : mark_size(copy.data() + i, end - i);
  };
  each_line([&](std::size_t, std::size_t i, std::size_t end) {
    ++lines;
    if (size_at(i, end) > 0) ++lines_with[copy[i]];
  });
  bool is_first = true;
  each_line([&](std::size_t begin, std::size_t i, std::size_t end) {
    const bool is_command = (rules.begin_block || rules.pod_block) && i == begin &&
                            copy[i] == '=' && i + 1 < end && kClass[copy[i + 1]] == kLetter;
    std::size_t marks = is_command ? end - i : size_at(i, end);
    // The mark of a block would take in all that follows.
    const bool opens = marks >= 2 && opens_block(copy.data() + i);
    if (!is_command && !is_first && !opens && 2 * lines_with[copy[i]] <= lines) {
      marks = close_size(copy.data() + i, end - i);
    }
    is_first = false;
    std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(i), marks, ' ');
  });
  lex(copy.data(), size, rules, out);
}

}  // namespace codescan
