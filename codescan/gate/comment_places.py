# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Line beginnings at which a comment line may be added to a file without changing what it does.

There is none within a string, a comment or a continued line. There is none before what has to stand
first: a byte-order mark, a shebang, an encoding, a declaration. There is none between a comment and
the code below it, which the comment may be about (a directive, a suppression, the C code of cgo).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.gate.program_comparison import Embedded, embedded_parts, masked
from codescan.records import Region
from codescan.text.lines import LineMap
from codescan.text.syntax_tree import is_hostile, parse

if TYPE_CHECKING:
    from tree_sitter import Node

    from codescan.gate.comment_forms import CommentForm

__all__ = ["CommentPlaces"]

_BOM = b"\xef\xbb\xbf"
_HEAD_LINES = 40
_LITERALS = ("string", "heredoc", "scalar")
_DELIMITERS = (b"'''", b'"""', b"`")
_STRING = 3  # a kind of _core/lexer.hpp
_FIRST_LINES = re.compile(
    rb"#!|<\?|<!|@charset|%YAML|%!|---[ \t]*\r?$|\+\+\+[ \t]*\r?$"
    rb"|[^\w\n]{0,6}[^\n]{0,200}(?:coding[:=]|-\*-|vim?:|frozen_string_literal)"
    rb"|#[ \t]*(?:syntax|escape|check)[ \t]*=|#lang\b|#version\b"
    rb"|//[ \t]*(?:@(?:flow|ts-check|ts-nocheck|jsx)|swift-tools-version)"
)
_FRONT_MATTER = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n.{0,20000}?\n\1[ \t]*\r?(?:\n|\Z)", re.DOTALL)
_OPEN_TAG = re.compile(rb"<(?:\?xml|!)[^>]{0,2000}>", re.IGNORECASE)
_BLOCK_HEAD = re.compile(rb"\s{0,200}/\*.{0,20000}?\*/[ \t]*\r?(?:\n|\Z)", re.DOTALL)
_TAIL = re.compile(
    rb"[^\w\n]{0,4}(?:# sourceMappingURL=|# sourceURL=|vim?:)|[^\n]{0,4}Local Variables:"
)
_MARK = b"SPDX" + b"-Snippet"
_CGO = re.compile(rb"^import[ \t]+\"C\"", re.MULTILINE)
_SQL_DATA = re.compile(
    rb"\$(\w{0,60})\$.{0,200000}?\$\1\$|^COPY\b[^;\n]{0,2000}\bFROM\s+stdin[^;]{0,200};\n.*?^\\\.",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_DATA_MARKS = re.compile(rb"^(?:__END__|__DATA__|<<__HALT__|__halt_compiler\(\);)", re.MULTILINE)
_SCRIPT_METADATA = re.compile(
    rb"^# /// [a-zA-Z0-9-]{1,40}[ \t]*\r?\n(?:#(?: [^\n]{0,400})?\r?\n){1,400}?# ///(?=[ \t\r]*$)",
    re.MULTILINE,
)
_FENCE = re.compile(rb"^[ \t]{0,3}(?:```|~~~)")


class CommentPlaces:
    """Tells where comment lines may occur in one text.

    Args:
        content: the whole text.
        form: how to comment in it.
        language: as detected; "" where it is not known.
    """

    def __init__(self, content: bytes, form: CommentForm, language: str = "") -> None:
        self._content, self._form, self._language = content, form, language
        self.lines = LineMap(content)
        self._closed, comments = self._spans()
        self._comment_lines = self._whole_lines(comments)
        self._starts = [start for start, _ in self._closed]
        self._ends = list(accumulate((end for _, end in self._closed), max))
        self.head = self._head()

    def form_at(self, line: int) -> CommentForm:
        """The comment syntax at the beginning of a line: in a script of a page as in the script."""
        part = self._part_at(self.offset(line))
        return part.form if part is not None else self._form

    def zone_at(self, line: int) -> int:
        """A number that two lines share if they are of the same element of a page; -1: of none."""
        part = self._part_at(self.offset(line))
        return part.start if part is not None else -1

    def offset(self, line: int) -> int:
        """The offset of a line; the end of the text for the line after the last one."""
        if line > len(self.lines):
            return len(self._content)
        return self.lines.span(Region(line, line)).start

    def is_open(self, line: int) -> bool:
        """Whether comment lines may be added before a line.

        Args:
            line: 1 to one more than the number of lines.
        """
        at = self.offset(line)
        before = bisect_left(self._starts, at) - 1
        if before >= 0 and at < self._ends[before]:
            return False
        above = self._text(line - 1).rstrip(b"\r\n")
        if line <= self.head:
            return False
        if above.endswith(self._form.continuations) and line > self.head + 1:
            return False
        return self._is_apart(line)

    def is_tail(self, line: int) -> bool:
        """Whether a line has to stay the last one, such as the address of a source map."""
        return line >= len(self.lines) and bool(_TAIL.match(self._text(line)))

    def _is_apart(self, line: int) -> bool:
        """Whether a comment at this line separates nothing that belongs together."""
        above, below = self._text(line - 1), self._text(line)
        if self._form.needs_blank_lines:
            return not above.strip() or line == 1 or line > len(self.lines)
        if self._language == "vim" and below.lstrip().startswith(b"\\"):
            return False
        if self._language in ("tcl", "autoconf") and self._depth_at(self.offset(line)) > 0:
            return False
        if line - 1 in self._comment_lines and below.strip() and _MARK not in above:
            # What is at the head is about the file.
            return line in self._comment_lines or line == 1 + self.head
        return not re.match(rb"[ \t]*#[ \t]*type:", below)

    def _depth_at(self, offset: int) -> int:
        return self._depths[bisect_right(self._brackets, offset - 1)]

    @cached_property
    def _brackets(self) -> list[int]:
        return [m.start() for m in re.finditer(rb"[\[\](){}]", self._content)]

    @cached_property
    def _depths(self) -> list[int]:
        steps = (1 if self._content[at : at + 1] in b"[({" else -1 for at in self._brackets)
        return list(accumulate(steps, initial=0))

    def _text(self, line: int) -> bytes:
        if not 1 <= line <= len(self.lines):
            return b""
        span = self.lines.span(Region(line, line))
        return self._content[span.start : span.end]

    @cached_property
    def _parts(self) -> tuple[Embedded, ...]:
        return embedded_parts(self._content, self._form)

    def _part_at(self, offset: int) -> Embedded | None:
        for part in self._parts:
            if part.start < offset <= part.end:
                return part
        return None

    def _head(self) -> int:
        """The number of lines at the beginning before which nothing may be added."""
        content = self._content.removeprefix(_BOM)
        skipped = len(self._content) - len(content)
        head = 0
        for line in range(1, min(_HEAD_LINES, len(self.lines)) + 1):
            text = self._text(line).removeprefix(_BOM)
            if not _FIRST_LINES.match(text):
                if line > 2 or line not in self._comment_lines:  # noqa: PLR2004 - PEP 263
                    break
                continue
            head = line
        for pattern in (_FRONT_MATTER, _OPEN_TAG):
            match = pattern.match(content)
            if match is not None:
                head = max(head, self.lines.line_of(skipped + match.end() - 1))
        block = _BLOCK_HEAD.match(content)
        if block is not None and block.end() < len(content):
            head = max(head, self.lines.line_of(skipped + block.end() - 1))
        return head

    def _spans(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Spans in which no line may be added, sorted; and the comments."""
        content, form = self._content, self._form
        plain = masked(content, form.template)
        tree = parse(plain, form.grammar) if form.grammar and not is_hostile(content) else None
        spans, comments = (
            _leaves(tree.root_node) if tree is not None else _literals(plain, form.lexer)
        )
        embedded = {(part.start, part.end): part for part in self._parts}
        closed: list[tuple[int, int]] = []
        for span in spans:
            part = embedded.get(span)
            if part is None or part.form.refusal:
                closed.append(span)
                continue
            inner = CommentPlaces(content[span[0] : span[1]], part.form)._spans()  # noqa: SLF001
            closed += [(span[0] + start, span[0] + end) for start, end in inner[0]]
            comments += [(span[0] + start, span[0] + end) for start, end in inner[1]]
        if form.template:
            closed += _differences(content, plain)
        closed += self._own_rules()
        return sorted(closed), comments

    def _own_rules(self) -> list[tuple[int, int]]:
        """Closed spans that only the language knows."""
        content = self._content
        if self._language == "go":
            return self._cgo()
        if self._language == "sql":
            return [match.span() for match in _SQL_DATA.finditer(content)]
        if self._language == "python":  # metadata of scripts: no line of it is a comment
            return [match.span() for match in _SCRIPT_METADATA.finditer(content)]
        if self._language == "markdown":
            return self._fences()
        data = _DATA_MARKS.search(content)
        if data is not None and self._language in ("perl", "ruby", "php"):
            return [(data.start(), len(content) + 1)]
        return []

    def _whole_lines(self, comments: list[tuple[int, int]]) -> frozenset[int]:
        """The lines on which nothing but comments stand."""
        comment_lines: set[int] = set()
        for start, end in comments:
            first = self.lines.line_of(start)
            begin = self._content[self.offset(first) : start].removeprefix(_BOM)
            if not begin.strip():
                comment_lines.update(range(first, self.lines.line_of(max(start, end - 1)) + 1))
        return frozenset(comment_lines)

    def _cgo(self) -> list[tuple[int, int]]:
        """Comments before `import "C"`, with the lines around them: they are C code."""
        spans = []
        for match in _CGO.finditer(self._content):
            first = self.lines.line_of(match.start())
            while first > 1 and self._text(first - 1).strip():
                first -= 1
            spans.append((self.offset(first) - 1, match.end()))
        return spans

    def _fences(self) -> list[tuple[int, int]]:
        marks = [n for n in range(1, len(self.lines) + 1) if _FENCE.match(self._text(n))]
        pairs = zip(marks[::2], [*marks[1::2], len(self.lines)], strict=False)
        return [(self.offset(opened), self.offset(closed) + 1) for opened, closed in pairs]


_Spans = list[tuple[int, int]]


def _leaves(root: Node) -> tuple[_Spans, _Spans]:
    """Leaves of a tree, and strings as a whole, of more than one line; and its comments."""
    spans: _Spans = []
    comments: _Spans = []
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is None:
            return spans, comments
        several = node.end_point[0] > node.start_point[0]
        is_comment = "comment" in node.type
        if is_comment:
            comments.append((node.start_byte, node.end_byte))
        is_closed = is_comment or any(word in node.type for word in _LITERALS)
        if several and (is_closed or not node.child_count):
            spans.append((node.start_byte, node.end_byte))
        if node.child_count and not is_closed and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return spans, comments


def _literals(content: bytes, lexer: str) -> tuple[_Spans, _Spans]:
    """Strings and comments by the lexer of the matcher.

    It gives the delimiters of strings over several lines as tokens of their own, because a
    fragment of code may begin inside of one; here they are paired.
    """
    lexed = _native.lex(content, _native.LEXERS[lexer], comments=True)
    comments = [(int(row[0]), int(row[1])) for row in lexed.comments().tolist()]
    spans = list(comments)
    opened: tuple[bytes, int] | None = None
    for (start, end), kind in zip(lexed.spans().tolist(), lexed.kinds().tolist(), strict=True):
        text = content[start:end]
        mark = _delimiter(text, kind)
        if opened is None:
            spans.append((start, end))
            opened = (mark, start) if mark else None
        elif mark == opened[0]:
            spans.append((opened[1], end))
            opened = None
    return sorted(spans), comments


def _delimiter(text: bytes, kind: int) -> bytes:
    """The delimiter with which a token opens or closes a string over several lines, or nothing."""
    if text in _DELIMITERS:
        return text
    if kind == _STRING and (len(text) == 1 or text[:1] != text[-1:]):
        return text[:1]
    return b""


def _differences(content: bytes, plain: bytes) -> list[tuple[int, int]]:
    """The spans of the tags of a template, which `masked` has replaced."""
    spans: list[tuple[int, int]] = []
    lines = 0
    for one, other in zip(content.splitlines(keepends=True), plain.splitlines(keepends=True),
                          strict=True):  # fmt: skip
        if one != other:
            start = next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
            spans.append((lines + start, lines + len(one.rstrip())))
        lines += len(one)
    return spans
