# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which licenses of the SPDX list a text holds, by pairs of neighboring words.

Sorensen-Dice on word bigrams, as in askalono, made additive so that a file that holds several
licenses is taken apart: the license that explains most of the text is taken first, its pairs are
struck off, and so on. One pass of numpy compares a text with all licenses exactly, so there is no
candidate stage to miss anything. Cost: linear in the text, about 2 ms for 700 licenses.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from codescan.licenses import spdx_list, text_normalization

__all__ = ["MAX_BYTES", "Part", "Reading", "best_containment", "read"]

MAX_BYTES = 128 * 1024
"""Longer texts are compared by their first part only; the longest license has 90 kB."""

_MIN_COVERAGE = 0.88
"""Share of a license's pairs that a text must hold to be called that license.

Filled-in names, "regents" for "holders" and dropped titles cost up to a tenth of a short text;
the nearest different licenses differ by more, or are told apart by score.
"""
_MIN_NEW = 0.5
"""Share of a license's pairs that must not be explained by licenses found before it."""
_MAX_PARTS = 12
_LONG_RUN = 12  # pairs in a row: shorter ones, such as "under the terms of the", are everywhere
_GAP = b"~"

# Among licenses that explain a text about equally well (2 % of their pairs), the one in general
# use is meant; the SPDX list holds many that differ only in the name of one holder.
_COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "GPL-2.0-only", "GPL-3.0-only",
    "LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only", "MPL-2.0", "Zlib", "BSL-1.0", "Unlicense",
    "CC0-1.0", "0BSD", "MIT-0", "Python-2.0", "PSF-2.0", "BSD-4-Clause", "BSD-1-Clause", "HPND",
    "NCSA", "X11", "EPL-2.0", "Artistic-2.0", "OFL-1.1",
)  # fmt: skip
_CLOSE = 0.02

# A text with its blanks still open.
_PLACEHOLDER = re.compile(
    rb"<(?:year|owner|copyright holders?|name of author)>|\[(?:yyyy|year|name of copyright owner"
    rb"|fullname)\]|\{(?:yyyy|year)\}",
    re.IGNORECASE,
)

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """A license found in a text."""

    license_id: str
    coverage: float
    """Share of the license's word pairs that the text holds, 0..1."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds."""

    parts: tuple[Part, ...]
    """Licenses, the one that explains most first."""
    explained: float
    """Share of the text's word pairs that are those of `parts`, 0..1."""
    pairs: int
    """Distinct word pairs of the text, copyright lines left out."""
    template: bool
    """The blanks for year and holder are still open."""
    rest: bytes = field(repr=False)
    """The words outside `parts`, as `text_normalization.normal` writes them; "~" marks gaps."""
    close: str = ""
    """A license that fits the text as well as the first part does, or ""."""


class _Table:
    """Word pairs of every license: sorted pairs, and for each license the indexes of its own."""

    def __init__(self, header: dict[str, Any], body: memoryview) -> None:
        self.ids: tuple[str, ...] = tuple(header["ids"])
        self.sizes: Numbers = np.array(header["sizes"], dtype=np.int64)
        self.number = _numbers()
        self.base = len(self.number) + 1
        count = header["pairs"]
        self.pairs: Numbers = np.cumsum(_unshuffled(body[: 4 * count]), dtype=np.int64)
        # Each license's indexes are stored as differences from zero: what the sum of all (modulo
        # 2^32) has reached before a license is taken from it.
        steps = _unshuffled(body[4 * count :])
        np.cumsum(steps, out=steps)
        ends = np.cumsum(self.sizes)
        before = np.concatenate(([0], steps[ends[:-1] - 1])).astype(np.uint32)
        # Short licenses first, so that a text is compared with those alone that it can hold.
        self.order = np.argsort(self.sizes, kind="stable")
        ordered = self.sizes[self.order]
        self.ends = np.empty_like(ends)
        self.ends[self.order] = np.cumsum(ordered)
        self.starts: Numbers = self.ends - self.sizes
        # One by one: arrays of all rows would each take as long as the system gives them memory.
        self.rows: Numbers = np.empty(len(steps), dtype=np.int64)
        places = (self.starts, self.ends, ends - self.sizes, ends)
        for number, (to, to_end, start, end) in enumerate(
            zip(*(p.tolist() for p in places), strict=True)
        ):
            self.rows[to:to_end] = steps[start:end] - before[number]
        rank = {key: i for i, key in enumerate(_COMMON)}
        self.rank = np.array([rank.get(key, len(rank)) for key in self.ids])

    def positions(self, tokens: list[bytes]) -> Numbers:
        """The number of each pair of neighbors in a text; -1 if no license has both words."""
        numbers = np.array([self.number.get(token, 0) for token in tokens], dtype=np.int64)
        pairs = numbers[:-1] * self.base + numbers[1:]
        pairs[(numbers[:-1] == 0) | (numbers[1:] == 0)] = -1
        return pairs

    def indexes(self, pairs: Numbers) -> Numbers:
        """The index of each pair in the table; -1 for pairs that no license holds."""
        at = np.searchsorted(self.pairs, pairs)
        at[at == len(self.pairs)] = 0
        return np.where(self.pairs[at] == pairs, at, -1)

    def shared(self, indexes: Numbers, longest: float = float("inf")) -> Numbers:
        """For each license of at most `longest` pairs, how many of them are among `indexes`."""
        found = np.zeros(len(self.ids), dtype=np.int64)
        compared = self.order[: np.searchsorted(self.sizes, longest, "right", sorter=self.order)]
        if len(compared):
            mask = np.zeros(len(self.pairs), dtype=np.int32)
            mask[indexes] = 1
            rows = self.rows[: self.ends[compared[-1]]]
            found[compared] = np.add.reduceat(mask.take(rows), self.starts[compared])
        return found

    def row(self, number: int) -> Numbers:
        return self.rows[self.starts[number] : self.ends[number]]


def _unshuffled(data: memoryview) -> npt.NDArray[np.uint32]:
    """Numbers whose bytes lie in four planes, the lowest bytes first."""
    planes = np.frombuffer(data, dtype=np.uint8).reshape(4, -1)
    numbers: npt.NDArray[np.uint32] = planes[3].astype(np.uint32)
    for plane in planes[2::-1]:
        numbers <<= 8
        numbers |= plane
    return numbers


_SIZE_BYTES = 4


@cache
def _header() -> tuple[int, dict[str, Any]]:
    """The length of what stands before the pairs, and what it says: all that most texts need."""
    with spdx_list.stream("pairs.zst") as packed:
        size = int.from_bytes(packed.read(_SIZE_BYTES), "little")
        return _SIZE_BYTES + size, json.loads(packed.read(size))


@cache
def _numbers() -> dict[bytes, int]:
    """The number of each word of a license."""
    words = _header()[1]["words"].encode().split()
    return {word: number for number, word in enumerate(words, start=1)}


@cache
def _table() -> _Table:
    size, header = _header()
    return _Table(header, memoryview(spdx_list.data("pairs.zst"))[size:])


def _tokens(content: bytes) -> list[bytes]:
    text = text_normalization.without_notices(content[:MAX_BYTES])
    return text_normalization.normal(text_normalization.fold(text)).split()


def _distinct(indexes: Numbers) -> tuple[Numbers, int]:
    """The distinct known pairs of a text, and how many distinct pairs it has in all.

    Pairs with an unknown word count once for each occurrence.
    """
    ordered = np.sort(indexes[indexes >= 0])
    known = ordered[np.diff(ordered, prepend=-1) != 0]  # np.unique imports all of numpy.ma
    return known, len(known) + int((indexes < 0).sum())


def read(content: bytes) -> Reading:
    """Take a text apart into the licenses of the SPDX list that it holds whole.

    Args:
        content: any bytes; only the first `MAX_BYTES` are read.
    """
    table = _table()
    tokens = _tokens(content)
    indexes = table.indexes(table.positions(tokens))
    left, total = _distinct(indexes)
    known = len(left)
    shared = table.shared(left, longest=known / _MIN_COVERAGE + 1)
    coverage = shared / table.sizes
    eligible = coverage >= _MIN_COVERAGE
    parts: dict[str, Part] = {}
    unexplained = np.zeros(len(table.pairs), dtype=bool)
    unexplained[left] = True
    explaining = np.zeros(len(table.pairs), dtype=bool)
    close = ""
    new = shared.copy()
    while eligible.any() and len(parts) < _MAX_PARTS:
        usable = eligible & (new >= _MIN_NEW * table.sizes)
        if not usable.any():
            break
        score = np.where(usable, new - (table.sizes - shared), np.iinfo(np.int64).min)
        best, rival = _choose(table, score)
        if not parts and rival is not None:
            close = table.ids[rival]
        # A text and its shortened form have one id: the first that is found counts.
        parts.setdefault(table.ids[best], Part(table.ids[best], float(coverage[best])))
        explaining[table.row(best)] = True
        unexplained[table.row(best)] = False
        eligible[best] = False
        for number in np.flatnonzero(
            eligible
        ).tolist():  # few, where comparing with all takes 0.5 ms
            new[number] = np.count_nonzero(unexplained[table.row(number)])
    return Reading(
        parts=tuple(parts.values()),
        explained=(known - np.count_nonzero(unexplained)) / total if total else 0.0,
        pairs=total,
        template=bool(parts) and _PLACEHOLDER.search(content[:MAX_BYTES]) is not None,
        rest=_rest(tokens, (indexes >= 0) & explaining[indexes]),
        close=close,
    )


def _rest(tokens: list[bytes], explained: npt.NDArray[np.bool_]) -> bytes:
    """The words outside long explained runs, in the form of `text_normalization.normal`."""
    kept: list[bytes] = []
    start = 0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], explained.astype(np.int8), [0]))))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if last - first >= _LONG_RUN:
            kept += [*tokens[start:first], _GAP]
            start = last + 1
    kept += tokens[start:]
    return b" " + b" ".join(kept) + b" "


def _choose(table: _Table, score: Numbers) -> tuple[int, int | None]:
    """The license to take, and another that fits exactly as well without being in common use."""
    top = int(score.argmax())
    margin = max(2, int(_CLOSE * table.sizes[top]))
    near = np.flatnonzero(score >= score[top] - margin)
    best = int(min(near, key=lambda n: (table.rank[n], -score[n], n)))
    if table.rank[best] == len(_COMMON):
        best = top
        others = [int(n) for n in near if score[n] == score[top] and n != top]
        return best, (others[0] if others else None)
    return best, None


def best_containment(tokens: list[bytes], at_least: float = 0.0) -> tuple[str, float, int]:
    """The license that holds most of a passage.

    Args:
        tokens: words of the passage as `text_normalization.normal` writes them, no copyright lines.
        at_least: share below which the answer may be that none does; code is told from licenses
            by its words then, without a look at each license.

    Returns:
        Its id ("" for none), the share of the passage's word pairs that it holds (0..1), and the
        number of distinct word pairs of the passage (of its words, where the answer is "").
    """
    # Each unknown word but the last makes its pair unknown: a bound that most code fails.
    unknown = len(tokens) - sum(map(_numbers().__contains__, tokens))
    if unknown - 1 > (1 - at_least) * len(tokens):
        return "", 0.0, len(tokens)
    table = _table()
    known, total = _distinct(table.indexes(table.positions(tokens)))
    if not total or len(known) < at_least * total:
        return "", 0.0, total
    shared = table.shared(known)
    best = int(shared.argmax())
    return table.ids[best], float(shared[best] / total), total
