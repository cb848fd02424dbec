# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the tags of SPDX 2.3 (annex H) and REUSE 3.3 around passages, in comments of the file.

Only comments are added, and none inside a string, another comment or a continued line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.records import NOASSERTION, Finding, Region
from codescan.reports.escaping import clip, visible
from codescan.reports.json import qualified
from codescan.text.languages import LANGUAGES
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Tagged", "tagged"]

# Split, so that this file does not seem to carry the tags that it writes.
_MARK = "SPDX" + "-"
_VALUE = 400  # characters of a value; readers of tags take 500
_HOLDERS = 20
_REACH = 60  # lines by which a tag may move out of a string or a continued line
_FENCE = re.compile(rb"^[ \t]{0,3}(?:```|~~~)")
_DELIMITERS = (b"'''", b'"""', b"`")
_STRING = 3  # a kind of _core/lexer.hpp
_FIRST = (b"#!", b"<?", b"<!")  # beginnings of a first line before which nothing may stand


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with tags."""

    content: bytes
    written: tuple[Finding, ...]
    left: tuple[tuple[Finding, str], ...]
    """Passages that could not be tagged, and why."""


def tagged(content: bytes, language: str | None, findings: Sequence[Finding]) -> Tagged:
    """Put tags around passages.

    Args:
        content: the whole text.
        language: of the text; one without comments cannot be tagged.
        findings: passages of the text. Of those that share lines, the one with most tokens is
            tagged.
    """
    spec = LANGUAGES.get(language or "")
    if spec is None or not (spec.line_comment or spec.block_comment):
        reason = f"{language or 'a text of unknown language'} has no comments"
        return Tagged(content, (), tuple((finding, reason) for finding in findings))
    marks = (spec.line_comment, "") if spec.line_comment else spec.block_comment or ("", "")
    left: list[tuple[Finding, str]] = []
    chosen: list[tuple[Region, Finding]] = []
    for finding in sorted(findings, key=lambda f: (-f.tokens, f.span.start)):
        region = _safe_region(content, language or "", _native.LEXERS[spec.lexer], finding.region)
        if region is None:
            left.append((finding, "no comment can stand beside it"))
        elif any(
            region.start_line <= other.end_line and other.start_line <= region.end_line
            for other, _ in chosen
        ):
            left.append((finding, "it shares lines with a longer passage, which is tagged"))
        else:
            chosen.append((region, finding))
    for region, finding in sorted(chosen, key=lambda pair: -pair[0].start_line):
        content = _with_tags(content, region, _opening(finding), marks)
    chosen.sort(key=lambda pair: pair[0].start_line)
    return Tagged(content, tuple(finding for _, finding in chosen), tuple(left))


def _opening(finding: Finding) -> tuple[str, ...]:
    attribution = finding.attribution
    origin, theirs = attribution.origin, attribution.region
    comment = (
        f"from {origin.package.purl} {origin.path} lines {theirs.start_line}-{theirs.end_line} "
        f"{qualified(attribution.swhid, theirs)}"
    )
    return (
        f"{_MARK}SnippetBegin",
        *(
            f"{_MARK}SnippetCopyrightText: {holder}"
            for holder in attribution.copyrights[:_HOLDERS] or (NOASSERTION,)
        ),
        f"{_MARK}Snippet-License-Identifier: {attribution.license.expression}",
        f"{_MARK}SnippetComment: {comment}",
    )


def _with_tags(
    content: bytes, region: Region, opening: Sequence[str], marks: tuple[str, str]
) -> bytes:  # fmt: skip
    span = LineMap(content).span(region)
    ending = b"\r\n" if b"\r\n" in content[: 1 << 16] else b"\n"
    body = content[span.start : span.end]
    indent = body[: len(body) - len(body.lstrip(b" \t"))]
    if body and not body.endswith((b"\n", b"\r")):
        body += ending
    before = b"".join(indent + _comment(text, marks) + ending for text in opening)
    after = indent + _comment(f"{_MARK}SnippetEnd", marks) + ending
    return content[: span.start] + before + body + after + content[span.end :]


def _comment(text: str, marks: tuple[str, str]) -> bytes:
    """One line with a comment that nothing in the text can end."""
    plain = clip(visible(text), _VALUE)
    for mark in ("*/", "-->", "*)", "--}", "?>", "\\"):
        plain = plain.replace(mark, " ".join(mark) if len(mark) > 1 else "/")
    begin, end = marks
    return f"{begin} {plain} {end}".rstrip().encode()


def _safe_region(content: bytes, language: str, lexer: int, region: Region) -> Region | None:
    """The lines around a region between which comment lines may stand, or None.

    A line inside a string, or one that continues the line before, moves the tags outward.
    """
    lines = LineMap(content)
    start, end = region.start_line, region.end_line
    if language == "markdown":
        start, end = _outside_fences(content, lines, start, end)
    while start > 1 and _line(content, lines, start - 1).rstrip(b"\r\n").endswith(b"\\"):
        start -= 1
    while end < len(lines) and _line(content, lines, end).rstrip(b"\r\n").endswith(b"\\"):
        end += 1
    if start == 1 and content.startswith(_FIRST):
        start = min(2, end)
    inside = _Inside(content, lexer)
    for step in range(_REACH):
        for first, last in ((start - step, end), (start, end + step), (start - step, end + step)):
            near = Region(max(1, first), min(len(lines), last))
            span = lines.span(near)
            if not inside.holds(span.start) and not inside.holds(span.end):
                return near
        if start - step <= 1 and end + step >= len(lines):
            break
    return None


class _Inside:
    """Tells whether an offset lies within a string or a comment.

    The lexer of the matcher gives the delimiters of strings over several lines as tokens of their
    own, because a fragment of code may begin inside of one; here they are paired.
    """

    def __init__(self, content: bytes, lexer: int) -> None:
        lexed = _native.lex(content, lexer, comments=True)
        spans = [(row[0], row[1]) for row in lexed.comments().tolist()]
        opened: tuple[bytes, int] | None = None
        for (start, end), kind in zip(
            lexed.spans().tolist(), lexed.kinds().tolist(), strict=True
        ):  # fmt: skip
            text = content[start:end]
            mark = _delimiter(text, kind)
            if opened is None:
                spans.append((start, end))
                opened = (mark, start) if mark else None
            elif mark == opened[0]:
                spans.append((opened[1], end))
                opened = None
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]
        self._ends = list(accumulate((end for _, end in self._spans), max))

    def holds(self, offset: int) -> bool:
        before = bisect_left(self._starts, offset) - 1
        return before >= 0 and offset < self._ends[before]


def _delimiter(text: bytes, kind: int) -> bytes:
    """What a token opens or closes a string over several lines with, or nothing."""
    if text in _DELIMITERS:
        return text
    if kind == _STRING and (len(text) == 1 or text[:1] != text[-1:]):
        return text[:1]
    return b""


def _line(content: bytes, lines: LineMap, number: int) -> bytes:
    span = lines.span(Region(number, number))
    return content[span.start : span.end]


def _outside_fences(content: bytes, lines: LineMap, start: int, end: int) -> tuple[int, int]:
    """The region with the whole of every fenced block that it touches."""
    fences = [n for n in range(1, len(lines) + 1) if _FENCE.match(_line(content, lines, n))]
    for opened, closed in zip(fences[::2], [*fences[1::2], len(lines)], strict=False):
        if opened <= end and start <= closed:
            start, end = min(start, opened), max(end, closed)
    return start, end
