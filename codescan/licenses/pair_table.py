# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pairs of neighboring words of every license template, as `data/pairs.zst` stores them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from codescan.licenses import spdx_list

__all__ = ["COMMON", "Numbers", "PairTable", "pair_table", "word_numbers"]

Numbers = npt.NDArray[np.int64]

# Among licenses that explain a text about equally well (2 % of their pairs), the one in general
# use is meant; the SPDX list holds many that differ only in the name of one holder.
COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "GPL-2.0-only", "GPL-3.0-only",
    "LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only", "MPL-2.0", "Zlib", "BSL-1.0", "Unlicense",
    "CC0-1.0", "0BSD", "MIT-0", "Python-2.0", "PSF-2.0", "BSD-4-Clause", "BSD-1-Clause", "HPND",
    "NCSA", "X11", "EPL-2.0", "Artistic-2.0", "OFL-1.1",
)  # fmt: skip


class PairTable:
    """Word pairs of every license: sorted pairs, and for each license the indexes of its own."""

    def __init__(self, header: dict[str, Any], body: memoryview) -> None:
        self.ids: tuple[str, ...] = tuple(header["ids"])
        self.templates: tuple[int, ...] = tuple(header["templates"])
        # A template without its optional words stands behind the whole one.
        self.whole = [self.templates.index(each) for each in self.templates]
        self.sizes: Numbers = np.array(header["sizes"], dtype=np.int64)
        self.number = word_numbers()
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
        rank = {key: i for i, key in enumerate(COMMON)}
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
        counts = np.zeros(len(self.ids), dtype=np.int64)
        compared = self.order[: np.searchsorted(self.sizes, longest, "right", sorter=self.order)]
        if len(compared):
            mask = np.zeros(len(self.pairs), dtype=np.int32)
            mask[indexes] = 1
            rows = self.rows[: self.ends[compared[-1]]]
            counts[compared] = np.add.reduceat(mask.take(rows), self.starts[compared])
        return counts

    def hits(self, indexes: Numbers, row: Numbers) -> npt.NDArray[np.bool_]:
        """For each index of a pair, or -1, whether it is among those of a row."""
        mask = np.zeros(len(self.pairs) + 1, dtype=bool)  # the last one stands for -1
        mask[row] = True
        hits: npt.NDArray[np.bool_] = mask[indexes]
        return hits

    def row(self, number: int) -> Numbers:
        """The indexes of the pairs of one row."""
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
def word_numbers() -> dict[bytes, int]:
    """The number of each word of a license."""
    words = _header()[1]["words"].encode().split()
    return {word: number for number, word in enumerate(words, start=1)}


@cache
def pair_table() -> PairTable:
    """The table, loaded once."""
    size, header = _header()
    return PairTable(header, memoryview(spdx_list.data("pairs.zst"))[size:])
