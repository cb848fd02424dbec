# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Idioms: short runs of tokens that unrelated projects write alike.

`def __exit__(self, exc_type, exc_value, traceback)` is long and has rare names, yet says nothing.
data/idioms.zst holds hashes of the k-grams that several independent packages have in short
stretches; scripts/calibrate_thresholds finds them. Their tokens score little. A long passage made
of such k-grams still scores enough to be told from chance.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import zstandard

from codescan._core import _native
from codescan.matchers.token_grams import packed_hashes
from codescan.packaged_data import packaged_data

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GRAM", "IDIOM_BITS", "idioms", "packed_idioms", "read_idioms"]

GRAM = 8
"""Tokens of a k-gram."""
IDIOM_BITS = 1.0
"""Most that a token of an idiom scores."""
_FORMAT_VERSION = 1
_MOST_BYTES = 1 << 26


@cache
def idioms() -> _native.GramSet:
    """The k-grams of the shipped idioms."""
    return read_idioms(packaged_data("codescan.matchers", "data/idioms.zst"))


def packed_idioms(hashes: Sequence[int]) -> bytes:
    """The data file for some k-grams.

    Args:
        hashes: of `_native.gram_hashes`, each once, ascending.
    """
    head = {"version": _FORMAT_VERSION, "gram": GRAM, "count": len(hashes)}
    body = json.dumps(head).encode() + b"\n" + packed_hashes(hashes)
    return zstandard.ZstdCompressor(level=19).compress(body)


def read_idioms(packed: bytes) -> _native.GramSet:
    """The k-grams of a data file.

    Raises:
        ValueError: it has another version or other k-grams.
    """
    head, _, body = (
        zstandard.ZstdDecompressor()
        .decompress(packed, max_output_size=_MOST_BYTES)
        .partition(b"\n")
    )
    described = json.loads(head)
    if described["version"] != _FORMAT_VERSION or described["gram"] != GRAM:
        raise ValueError(f"idioms of another format: {described}")
    return _native.GramSet.unpacked(body, int(described["count"]), GRAM)
