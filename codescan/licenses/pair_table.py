# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pairs of adjacent words of every license template, as stored in `data/pairs.bin`."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from codescan._core import _native
from codescan.packaged_data import mapped_data
from codescan.records.json_decode import decode_json

__all__ = ["COMMON", "PairTable", "pair_table"]

# Among licenses that explain a text about equally well (2 % of their pairs), the one in common
# use is selected; the SPDX list has many that differ only in the name of one holder.
COMMON = (
    "MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "GPL-2.0-only", "GPL-3.0-only",
    "LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only", "MPL-2.0", "Zlib", "BSL-1.0", "Unlicense",
    "CC0-1.0", "0BSD", "MIT-0", "Python-2.0", "PSF-2.0", "BSD-4-Clause", "BSD-1-Clause", "HPND",
    "NCSA", "X11", "EPL-2.0", "Artistic-2.0", "OFL-1.1",
)  # fmt: skip


class _Header(Struct, frozen=True):
    """The start of the file."""

    ids: tuple[str, ...]
    """Identifier of the license of each row."""
    templates: tuple[int, ...]
    """Index of the template of each row."""


class PairTable:
    """Word pairs of every license, by row: one for each template.

    Args:
        header: header of the file: the id and the template of each row.
        body: the pairs, in the format of `_core/license_pairs.hpp`.
    """

    def __init__(self, header: _Header, body: memoryview) -> None:
        self.ids: tuple[str, ...] = header.ids
        self.templates: tuple[int, ...] = header.templates
        # A template without its optional words follows the whole one.
        first: dict[int, int] = {}
        self.whole = [first.setdefault(each, row) for row, each in enumerate(self.templates)]
        self.pairs = _native.LicensePairs(body)
        self.size = self.pairs.size
        self.rows_of: dict[str, list[int]] = {}
        for number, key in enumerate(self.ids):
            self.rows_of.setdefault(key, []).append(number)
        rank = {key: i for i, key in enumerate(COMMON)}
        self.rank = [rank.get(key, len(rank)) for key in self.ids]


_SIZE_BYTES = 4


@cache
def pair_table() -> PairTable:
    """The table, mapped once; the pairs of a license are read at its first comparison."""
    data = mapped_data("codescan.licenses", "data/pairs.bin")
    start = _SIZE_BYTES + int.from_bytes(data[:_SIZE_BYTES], "little")
    return PairTable(decode_json(bytes(data[_SIZE_BYTES:start]), _Header), data[start:])
