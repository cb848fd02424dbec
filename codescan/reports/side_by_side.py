# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A passage and its origin side by side: aligned lines, cut into pieces to be styled."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.records import Finding, Region
from codescan.reports.escaping import clip
from codescan.text.display import AlignedLine, align
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Budget", "PairRow", "Piece", "Side", "WholeText", "cut_lines", "pair_rows"]

_NAME = re.compile(r"[\w$]+")
_LINES = 80  # of one passage
_LINE = 500  # characters of one line
_TOTAL = 20_000  # rows of a whole page


@dataclass(slots=True)
class Budget:
    """Rows that may still be shown on a page."""

    rows: int = _TOTAL


class WholeText:
    """A whole text with its bytes and lines, which are found once for all its findings.

    Args:
        text: as the report holds it.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def content(self) -> bytes:
        """The text in UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def lines(self) -> LineMap:
        """Its lines."""
        return LineMap(self.content)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; `style` is "" , "mark" (differs) or "out" (outside the passage)."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one side with its 1-based number in its file."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two lines that occur beside each other; None where one side has none."""

    left: Side | None
    right: Side | None


def pair_rows(
    finding: Finding, text: WholeText | None, budget: Budget
) -> tuple[tuple[PairRow, ...], str]:
    """The rows of a finding, and a sentence on what is left out ("" for nothing).

    Args:
        finding: with the whole lines of both sides.
        text: the whole text the passage is part of; without it the passage's first and last
            column are not known and whole lines are shown as matched.
        budget: is lowered by the rows that are used.
    """
    if not finding.snippet_text and not finding.origin_text:
        return (), "The report holds no text of this passage."
    if budget.rows <= 0:
        return (), "Left out to keep the page light; the JSON report has the text."
    limit = min(_LINES, budget.rows)
    snippet_lines, total = cut_lines(finding.snippet_text, limit)
    origin_lines, their_total = cut_lines(finding.origin_text, limit)
    outside = _outside(finding, text, len(snippet_lines))
    first = (finding.view_region or finding.region).start_line
    rows = tuple(
        PairRow(
            _side(line, is_snippet=True, first=first, outside=outside),
            _side(line, is_snippet=False, first=finding.attribution.region.start_line, outside={}),
        )
        for line in _aligned(snippet_lines, origin_lines, finding.renames)
    )
    budget.rows -= len(rows)
    return rows, _note(finding, len(snippet_lines), total, len(origin_lines), their_total)


def _aligned(
    snippet_lines: list[str], origin_lines: list[str], renames: Sequence[tuple[str, str]]
) -> Iterator[AlignedLine]:
    """Rows of both texts; with renamed identifiers, lines that are equal but for the names meet."""
    if not renames:
        yield from align("\n".join(snippet_lines), "\n".join(origin_lines))
        return
    back = {new: old for old, new in renames}
    old_names, new_names = {old for old, _ in renames}, set(back)
    restored = (
        _NAME.sub(lambda match: back.get(match[0], match[0]), line) for line in snippet_lines
    )
    for line in align("\n".join(restored), "\n".join(origin_lines)):
        if line.snippet_number is None:
            yield line
            continue
        text = snippet_lines[line.snippet_number - 1]
        if line.origin_number is None:
            yield replace(line, snippet_text=text)
            continue
        inner = align(text, line.origin_text)
        if len(inner) == 1:
            marks, their_marks = inner[0].snippet_marks, inner[0].origin_marks
        else:  # the names are most of the line
            marks, their_marks = _names(text, new_names), _names(line.origin_text, old_names)
        yield replace(line, snippet_text=text, snippet_marks=marks, origin_marks=their_marks)


def _names(line: str, names: set[str]) -> tuple[tuple[int, int], ...]:
    return tuple(name.span() for name in _NAME.finditer(line) if name[0] in names)


def cut_lines(text: str, limit: int) -> tuple[list[str], int]:
    """At most `limit` lines of a text without their ends, each cut to 500 characters.

    Returns:
        The lines, and how many there are in all.
    """
    # Only a line feed ends a line, as in `LineMap`; str.splitlines knows many more.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    return [clip(line, _LINE) for line in lines[:limit]], len(lines)


def _note(finding: Finding, shown: int, total: int, their_shown: int, their_total: int) -> str:
    region, origin = finding.region, finding.attribution.region
    whole = max(total, region.end_line - region.start_line + 1)
    their_whole = max(their_total, origin.end_line - origin.start_line + 1)
    if shown >= whole and their_shown >= their_whole:
        return ""
    return f"The first {max(shown, their_shown)} of {max(whole, their_whole)} lines are shown."


def _outside(finding: Finding, text: WholeText | None, shown: int) -> dict[int, tuple[int, int]]:
    """Columns of the passage in its first and last shown line, by 0-based line: [start, end)."""
    if text is None or finding.view:
        return {}
    content, lines = text.content, text.lines
    if finding.region != lines.region(finding.span):
        return {}  # the text is not the one that the offsets are of
    whole = lines.span(finding.region)
    columns = {0: (_columns(content[whole.start : finding.span.start]), _LINE)}
    last = finding.region.end_line - finding.region.start_line
    if last < shown:
        start = lines.span(Region(finding.region.end_line, finding.region.end_line)).start
        begin = columns.get(last, (0, 0))[0]
        columns[last] = (begin, _columns(content[start : finding.span.end]))
    return columns


def _columns(part: bytes) -> int:
    return len(part.decode("utf-8", "replace"))


def _side(
    line: AlignedLine, *, is_snippet: bool, first: int, outside: dict[int, tuple[int, int]]
) -> Side | None:
    number = line.snippet_number if is_snippet else line.origin_number
    if number is None:
        return None
    text = line.snippet_text if is_snippet else line.origin_text
    alone = None in (line.snippet_number, line.origin_number)  # the whole row is colored then
    marks = () if alone else line.snippet_marks if is_snippet else line.origin_marks
    inside = outside.get(number - 1, (0, len(text)))
    return Side(first + number - 1, _pieces(text, marks, inside))


def _pieces(
    text: str, marks: Sequence[tuple[int, int]], inside: tuple[int, int]
) -> tuple[Piece, ...]:
    """Cut a line wherever its style changes."""
    size = len(text)
    start, end = min(inside[0], size), min(inside[1], size)
    cuts = {0, size, start, end}
    for low, high in marks:
        cuts.update((min(low, size), min(high, size)))
    pieces = []
    for low, high in pairwise(sorted(cuts)):
        if low < start or high > end:
            style = "out" if text[low:high].strip() else ""
        else:
            style = "mark" if any(a <= low and high <= b for a, b in marks) else ""
        pieces.append(Piece(text[low:high], style))
    return tuple(pieces)
