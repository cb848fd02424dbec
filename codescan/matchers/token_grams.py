# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files of token k-grams as 32-bit hashes: shipped data recognizes texts without containing them.

A file is a line of JSON, padded with blanks, then the ascending hashes, then other bytes. The
hashes are used in place in the mapped file, so that a short command reads few of them.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, to_builtins

from codescan._core import _native
from codescan.records.json_decode import decode_json

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["GramFile", "gram_file", "read_gram_file"]

_FORMAT_VERSION = 2
_BYTES = 4
_LONGEST_HEAD = 1_000


class GramFile(NamedTuple):
    """The content of a file."""

    grams: _native.GramSet
    remainder: memoryview
    """The bytes after the hashes."""


class _Head(Struct, frozen=True):
    """The first line of a file."""

    version: int
    gram: int
    count: int


def gram_file(hashes: Sequence[int], gram: int, remainder: bytes = b"") -> bytes:
    """The bytes of a file.

    Args:
        hashes: distinct hashes of `_native.gram_hashes`, ascending.
        gram: number of tokens of a k-gram.
        remainder: bytes after the hashes.
    """
    head = json.dumps(to_builtins(_Head(_FORMAT_VERSION, gram, len(hashes)))).encode()
    padding = b" " * (-(len(head) + 1) % _BYTES)
    return head + padding + b"\n" + _little_endian(array("I", hashes)) + remainder


def read_gram_file(content: memoryview, gram: int) -> GramFile:
    """The k-grams of a file, as views of its bytes.

    Args:
        content: bytes of the file.
        gram: number of tokens of a k-gram.

    Raises:
        ValueError: the file has another version or other k-grams, or is truncated.
    """
    head, line, _ = bytes(content[:_LONGEST_HEAD]).partition(b"\n")
    described = decode_json(head, _Head)
    if not line or described.version != _FORMAT_VERSION or described.gram != gram:
        raise ValueError(f"k-grams of another format: {described}")
    start, count = len(head) + 1, described.count
    end = start + _BYTES * count
    if end > len(content):
        raise ValueError("the file of k-grams is cut")
    hashes: memoryview | array[int] = content[start:end].cast("I")
    if sys.byteorder == "big":
        hashes = array("I", content[start:end])
        hashes.byteswap()
    return GramFile(_native.GramSet(hashes, gram), content[end:])


def _little_endian(hashes: array[int]) -> bytes:
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes.tobytes()
