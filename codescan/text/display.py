# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Aligns a passage with its origin for a side-by-side view, and marks the differences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["AlignedLine", "Marks", "align"]

Marks = tuple[tuple[int, int], ...]
"""Column ranges of one line, in characters: half-open, ordered, not adjacent."""

_LINE_END = re.compile(r"\r?\n")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")

# With these limits, any pair of texts takes a fraction of a second. Larger inputs are paired by
# the order of their lines, and a changed line is marked from its first to its last difference.
_MAX_LINE_PAIRS = 4_000_000
_MAX_BLOCK_PAIRS = 2_500
_MAX_WORD_PAIRS = 250_000
_MAX_COLUMNS = 2_000
_ALIKE = 0.5
"""Minimum similarity of two changed lines that are shown side by side."""


@dataclass(frozen=True, slots=True)
class AlignedLine:
    """A row of the side-by-side view; a side without a line has number None."""

    snippet_number: int | None
    """Line number in the aligned text, 1-based."""
    origin_number: int | None
    snippet_text: str = ""
    """The line without its line end."""
    origin_text: str = ""
    snippet_marks: Marks = ()
    """Columns that differ from the other side; white space is not marked."""
    origin_marks: Marks = ()


def align(snippet_text: str, origin_text: str) -> tuple[AlignedLine, ...]:
    r"""Pair the lines of two texts, in order, each line once.

    Lines end with "\n" or "\r\n". Lines that differ only in white space are paired.
    """
    snippet_lines, origin_lines = _lines(snippet_text), _lines(origin_text)
    return tuple(
        _row(snippet_lines, origin_lines, i, j) for i, j in _pairs(snippet_lines, origin_lines)
    )


def _lines(text: str) -> list[str]:
    lines = _LINE_END.split(text)
    if not lines[-1]:
        lines.pop()
    return lines


def _pairs(
    snippet_lines: list[str], origin_lines: list[str]
) -> Iterator[tuple[int | None, int | None]]:
    """0-based line numbers of each row."""
    a = ["".join(line.split()) for line in snippet_lines]
    b = ["".join(line.split()) for line in origin_lines]
    if len(a) * len(b) > _MAX_LINE_PAIRS:
        yield from _in_order(range(len(a)), range(len(b)))
        return
    # Indel distance pairs equal lines; the lines between them are a block of changes.
    i = j = 0
    for block in Indel.opcodes(a, b):
        if block.tag != "equal":
            continue
        yield from _block(a, b, range(i, block.src_start), range(j, block.dest_start))
        yield from zip(
            range(block.src_start, block.src_end),
            range(block.dest_start, block.dest_end),
            strict=True,
        )
        i, j = block.src_end, block.dest_end
    yield from _block(a, b, range(i, len(a)), range(j, len(b)))


def _in_order(snippet_lines: range, origin_lines: range) -> Iterator[tuple[int | None, int | None]]:
    both = min(len(snippet_lines), len(origin_lines))
    yield from zip(snippet_lines[:both], origin_lines[:both], strict=True)
    yield from ((i, None) for i in snippet_lines[both:])
    yield from ((None, j) for j in origin_lines[both:])


def _block(
    a: list[str], b: list[str], snippet_lines: range, origin_lines: range
) -> Iterator[tuple[int | None, int | None]]:
    """Rows of a changed block: similar lines are paired to maximize the total similarity."""
    if (
        not snippet_lines
        or not origin_lines
        or len(snippet_lines) * len(origin_lines) > _MAX_BLOCK_PAIRS
    ):
        yield from _in_order(snippet_lines, origin_lines)
        return
    width = len(origin_lines)
    alike = [[_likeness(a[i], b[j]) for j in origin_lines] for i in snippet_lines]
    best = [
        [0.0] * (width + 1) for _ in range(len(snippet_lines) + 1)
    ]  # of the rest from (i, j) on
    for i in reversed(range(len(snippet_lines))):
        for j in reversed(range(width)):
            beside = alike[i][j] + best[i + 1][j + 1] if alike[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], beside)
    i = j = 0
    while i < len(snippet_lines) and j < width:
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield snippet_lines[i], origin_lines[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield snippet_lines[i], None
            i += 1
        else:
            yield None, origin_lines[j]
            j += 1
    yield from _in_order(snippet_lines[i:], range(0))
    yield from _in_order(range(0), origin_lines[j:])


def _likeness(a: str, b: str) -> float:
    """Similarity of two lines; 0 if they should not be shown side by side."""
    if not a or not b:
        return 0.0
    return Indel.normalized_similarity(a[:_MAX_COLUMNS], b[:_MAX_COLUMNS], score_cutoff=_ALIKE)


def _row(
    snippet_lines: list[str], origin_lines: list[str], i: int | None, j: int | None
) -> AlignedLine:
    snippet_line = snippet_lines[i] if i is not None else ""
    right = origin_lines[j] if j is not None else ""
    marks = (
        (_whole(snippet_line), _whole(right))
        if i is None or j is None
        else _differences(snippet_line, right)
    )
    return AlignedLine(
        snippet_number=None if i is None else i + 1,
        origin_number=None if j is None else j + 1,
        snippet_text=snippet_line,
        origin_text=right,
        snippet_marks=marks[0],
        origin_marks=marks[1],
    )


def _whole(line: str) -> Marks:
    """The columns of a whole line without the white space around it."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    return ((start, end),) if start < end else ()


def _differences(left: str, right: str) -> tuple[Marks, Marks]:
    if left.split() == right.split():
        return (), ()
    a, b = _words(left), _words(right)
    if len(a) * len(b) > _MAX_WORD_PAIRS:
        return _ends(left, right)
    changed_a: list[int] = []
    changed_b: list[int] = []
    for block in Indel.opcodes([word for _, word in a], [word for _, word in b]):
        if block.tag != "equal":
            changed_a += range(block.src_start, block.src_end)
            changed_b += range(block.dest_start, block.dest_end)
    return _ranges(left, a, changed_a), _ranges(right, b, changed_b)


def _words(line: str) -> list[tuple[int, str]]:
    """Start and text of each word and mark; white space is left out."""
    words = ((match.start(), match.group()) for match in _WORD.finditer(line))
    return [(start, word) for start, word in words if not word.isspace()]


def _ranges(line: str, words: Sequence[tuple[int, str]], changed: Sequence[int]) -> Marks:
    """Columns of the changed words; ranges with only white space between them are joined."""
    result: list[tuple[int, int]] = []
    for index in changed:
        start, word = words[index]
        end = start + len(word)
        if result and not line[result[-1][1] : start].strip():
            start = result.pop()[0]
        result.append((start, end))
    return tuple(result)


def _ends(left: str, right: str) -> tuple[Marks, Marks]:
    """Columns from the first to the last difference, for lines too long to compare word by word."""
    size = min(len(left), len(right))
    start = next((k for k in range(size) if left[k] != right[k]), size)
    tail = size - start
    after = next((k for k in range(tail) if left[-1 - k] != right[-1 - k]), tail)
    ends = len(left) - after, len(right) - after
    return tuple(((start, end),) if start < end else () for end in ends)  # type: ignore[return-value]
