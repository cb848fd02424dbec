// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
//
// The comments at the head of a file, and which of their words may be about rights: what is looked
// at in every file, before anything costly is asked of a few of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "name_starts.hpp"
#include "words.hpp"

namespace codescan {

// Where the comments at the start of a file end, at most 96 KiB into it. An interpreter line, an
// XML declaration, `<?php`, `"use strict"` and a package clause may stand among them.
std::size_t leading_end(std::string_view content);

// Whether a line holds only a copyright notice, an SPDX tag or "All rights reserved". Such a line
// begins as one, and has neither blanks to fill in nor, but for tags, one of the `endings`, behind
// which other words follow.
bool is_copyright_line(std::string_view line, const Words& endings);

// A stretch of bytes [first, second).
using ByteRange = std::pair<std::size_t, std::size_t>;

// The comments of the head of a file: each block comment, each run of line comments. A line of the
// C preprocessor that begins with "#" and holds none of the words ends a run and is in none.
std::vector<ByteRange> leading_pieces(std::string_view head, const Words& stating,
                                      const Words& clauses);

// A comment without the comment marks at the start of its lines; line feeds end them.
std::string unmarked(std::string_view block);

// The part of a text in which copyright statements stand: from the first line with one of the
// `marks` to the lines on which the last of them may go on. Empty where there are none.
std::string_view statement_lines(std::string_view text, const Words& marks);

// The same; signs may be items of a list, which begins above them: then all of the text.
std::string_view statement_part(std::string_view text, const Words& marks);

// The statements of the leading comments of a file and those behind them, each as far as
// `statement_part` says.
std::pair<std::string_view, std::string_view> statement_parts(std::string_view head,
                                                              const Words& marks);

// Where the paragraph at a place ends, in front of lines without words; `next` is set to the start
// of the next one.
std::size_t paragraph_end(std::string_view text, std::size_t at, std::size_t& next);

// A comment that may state something about rights.
struct Notice {
  std::string text;   // without its marks
  bool may_be_short;  // whether it has a word of short statements
};

// What the head of a file holds that may state something about rights.
struct HeadScan {
  bool is_tagged;    // an SPDX tag may be anywhere in the file
  bool is_ignoring;  // a part of the leading comments may be one that REUSE ignores
  bool is_assigned;  // a variable about the license may be set
  bool is_noted;     // a note may say that the license stands at the end of the file
  std::size_t end;   // of the leading comments
  std::vector<Notice> notices;  // the leading comments that may be notices
  bool is_cut;                  // lines of copyright notices were taken out of them
  std::vector<std::size_t> places;  // of words about rights behind the leading comments
};

// Where the leading comments of a file end, and whether they say all that it says about rights.
struct QuietHead {
  std::size_t end;
  bool is_quiet;                // whether nothing behind them may be a notice or an SPDX tag
  std::string_view statements;  // the copyright statements behind them, if they do
};

// How many bytes of a file are looked at for each kind of statement.
struct Limits {
  std::size_t notices, notes, statements;
};

class NoticeScanner {
 public:
  // Lists of words, which outlive this.
  struct Lists {
    const Words& stating;    // a notice has one of them, or a short statement
    const Words& clauses;    // what license texts say besides
    const Words& may_state;  // words of short statements, in comments of up to kMaxShort bytes
    const Words& owning;     // the same in longer ones
    const NameStarts& names;  // of licenses, in paragraphs of up to kMaxName bytes
    const Words& leads;      // what words begin with that lead to a license or offer a choice
    const Words& doubts;     // words of restrictions, among plain words
    const Words& modal;      // words of a doubt about a license text beside it, among plain words
    const Words& endings;    // words at which a copyright notice ends within its line
    const Words& texts;      // of license texts, of which each paragraph may be a part
    const Words& strong;     // without one at the head, only leading comments are looked at
    const Words& telling;    // without one, comments behind the leading ones are not read in code
    const Words& notes;      // of notes that the license stands at the end of the file
    const Words& english;    // one of which is in most English sentences, among plain words
  };

  explicit NoticeScanner(const Lists& lists);

  // The notice that a comment is, as far as its paragraphs may be about rights: from the first to
  // the last that has one of the words; long comments and license texts go on to their end.
  Notice notice(std::string_view block) const;

  // The same without lines that are nothing but a copyright notice; `is_cut` is set if there is one.
  Notice bare_notice(std::string_view block, bool& is_cut) const;

  // The head of a file, whose bytes behind the leading comments are looked at up to `head`.
  // In prose each word about rights counts there, else only where a telling one is.
  HeadScan scan(std::string_view content, std::size_t head, std::size_t most_places,
                bool is_prose) const;

  // What stands behind the leading comments of a file: nothing about rights, for most files. Longer
  // leading comments than the limit of statements are not quiet.
  QuietHead quiet_head(std::string_view content, const Limits& limits, const Words& marks,
                       bool is_prose) const;

  // The comments of the head of a file that may be notices.
  std::vector<std::string_view> comments(std::string_view head) const;

 private:
  static constexpr std::size_t kMaxShort = 2000;
  static constexpr std::size_t kMaxName = 160;

  // Where words about rights stand behind the leading comments, if these may be a notice: with words
  // of notices at the head, or in a text whose first paragraph has no comment marks.
  std::vector<std::size_t> body_places(std::string_view content, std::size_t end, std::size_t head,
                                       bool is_prose) const;
  bool may_be_short(std::string_view block) const;
  bool is_stating(std::string_view block) const;
  bool is_about_rights(std::string_view paragraph, bool is_text) const;
  bool is_foreign(std::string_view words) const;
  Notice cut(std::string text, bool may_be_short) const;

  Lists lists_;
  Words about_;  // those of notices, of license texts and of short statements
};

}  // namespace codescan
