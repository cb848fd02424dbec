# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pairs of neighboring words of every license template, as `data/pairs.zst` stores them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from codescan._core import _native
from codescan.licenses import spdx_list

__all__ = ["COMMON", "PairTable", "pair_table", "word_numbers"]

# Among licenses that explain a text about equally well (2 % of their pairs), the one in general
# use is meant; the SPDX list holds many that differ only in the name of one holder.
COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "GPL-2.0-only", "GPL-3.0-only",
    "LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only", "MPL-2.0", "Zlib", "BSL-1.0", "Unlicense",
    "CC0-1.0", "0BSD", "MIT-0", "Python-2.0", "PSF-2.0", "BSD-4-Clause", "BSD-1-Clause", "HPND",
    "NCSA", "X11", "EPL-2.0", "Artistic-2.0", "OFL-1.1",
)  # fmt: skip


class PairTable:
    """Word pairs of every license, by row: one for each template.

    Args:
        header: of the file: ids, places of templates, sizes in pairs, words.
        body: the pairs, as `_native.LicensePairs` reads them.
    """

    def __init__(self, header: dict[str, Any], body: bytes) -> None:
        self.ids: tuple[str, ...] = tuple(header["ids"])
        self.templates: tuple[int, ...] = tuple(header["templates"])
        # A template without its optional words stands behind the whole one.
        self.whole = [self.templates.index(each) for each in self.templates]
        self.sizes: tuple[int, ...] = tuple(header["sizes"])
        self.pairs = _native.LicensePairs(header["words"], self.sizes, header["pairs"], body)
        self.rows_of: dict[str, list[int]] = {}
        for number, key in enumerate(self.ids):
            self.rows_of.setdefault(key, []).append(number)
        rank = {key: i for i, key in enumerate(COMMON)}
        self.rank = [rank.get(key, len(rank)) for key in self.ids]


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
    return PairTable(header, spdx_list.data("pairs.zst")[size:])
