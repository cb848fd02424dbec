# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Compare two versions of a text by lines and give the bytes that the new one adds.

Only "\n" ends a line, and no attribute or setting of a repository has a say. Where the exact
answer costs too much, lines count as added: an old copy may then be reported, but never the
other way round.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LineChanges", "compare_lines", "split_lines"]

_EXACT = 400_000_000
"""Lines times lines that are aligned exactly: 50 MB and some tens of milliseconds."""
_WORK = 64
"""Lines looked at for each line of the input when a large text is divided at unique lines."""


class LineChanges(Struct, frozen=True):
    """The lines that a new text adds to an old one."""

    added: tuple[Span, ...]
    """Bytes of runs of added lines in the new text, in order, none adjacent to the next."""
    removed: tuple[int, ...]
    """Offsets in the new text at which lines of the old one are gone and none are added."""


class _Block(Struct, frozen=True):
    """A run of old lines against a run of new lines; half-open line numbers from 0."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def split_lines(content: bytes) -> list[bytes]:
    r"""The lines with their ends; only "\n" ends one."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def compare_lines(old: bytes, new: bytes) -> LineChanges:
    """Compare two versions of a text.

    Args:
        old: the version before, b"" where there is none.
        new: the version after.
    """
    new_lines = split_lines(new)
    offsets = [0, *accumulate(map(len, new_lines))]
    if not old:
        return LineChanges((Span(0, len(new)),) if new else (), ())
    numbers: dict[bytes, int] = {}
    old_ids = [numbers.setdefault(line, len(numbers)) for line in split_lines(old)]
    new_ids = [numbers.setdefault(line, len(numbers)) for line in new_lines]
    added: list[Span] = []
    removed: list[int] = []
    for block in _changed_blocks(old_ids, new_ids):
        if block.new_start == block.new_end:
            removed.append(offsets[block.new_start])
            continue
        span = Span(offsets[block.new_start], offsets[block.new_end])
        if added and added[-1].end == span.start:
            span = Span(added.pop().start, span.end)
        added.append(span)
    return LineChanges(tuple(added), tuple(removed))


def _changed_blocks(old: Sequence[int], new: Sequence[int]) -> Iterator[_Block]:
    """The blocks that differ, in order."""
    budget = _WORK * (len(old) + len(new))
    waiting = [_Block(0, len(old), 0, len(new))]
    while waiting:
        block = _without_common_ends(old, new, waiting.pop())
        lines_old = block.old_end - block.old_start
        lines_new = block.new_end - block.new_start
        if not lines_old or not lines_new:
            if lines_old or lines_new:
                yield block
            continue
        if lines_old * lines_new <= _EXACT:
            yield from _aligned(old, new, block)
            continue
        budget -= lines_old + lines_new
        parts = _divided(old, new, block) if budget > 0 else []
        if parts:
            waiting += reversed(parts)
        else:
            yield block


def _without_common_ends(old: Sequence[int], new: Sequence[int], block: _Block) -> _Block:
    a, b, c, d = block.old_start, block.old_end, block.new_start, block.new_end
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return _Block(a, b, c, d)


def _aligned(old: Sequence[int], new: Sequence[int], block: _Block) -> Iterator[_Block]:
    """The differences of a block along a longest common subsequence."""
    from rapidfuzz.distance import LCSseq

    operations = LCSseq.opcodes(
        old[block.old_start : block.old_end], new[block.new_start : block.new_end]
    )
    for operation in operations:
        if operation.tag != "equal":
            yield _Block(
                block.old_start + operation.src_start,
                block.old_start + operation.src_end,
                block.new_start + operation.dest_start,
                block.new_start + operation.dest_end,
            )


def _divided(old: Sequence[int], new: Sequence[int], block: _Block) -> list[_Block]:
    """The parts between lines that occur once on each side (patience diff); [] if none does."""
    old_part = old[block.old_start : block.old_end]
    new_part = new[block.new_start : block.new_end]
    old_counts, new_counts = Counter(old_part), Counter(new_part)
    places = {
        line: number for number, line in enumerate(old_part, block.old_start)
        if old_counts[line] == 1 == new_counts.get(line, 0)
    }  # fmt: skip
    pairs = [
        (places[line], number) for number, line in enumerate(new_part, block.new_start)
        if line in places
    ]  # fmt: skip
    parts: list[_Block] = []
    a, c = block.old_start, block.new_start
    for at_old, at_new in _longest_increasing(pairs):
        parts.append(_Block(a, at_old, c, at_new))
        a, c = at_old + 1, at_new + 1
    return [*parts, _Block(a, block.old_end, c, block.new_end)] if parts else []


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that rises on both sides; `pairs` rises in the second."""
    from bisect import bisect_left

    tails: list[int] = []  # smallest end of a run of each length
    at: list[int] = []
    before: list[int] = []
    for number, (value, _) in enumerate(pairs):
        length = bisect_left(tails, value)
        before.append(at[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        at[length : length + 1] = [number]
    chosen: list[tuple[int, int]] = []
    number = at[-1] if at else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]
