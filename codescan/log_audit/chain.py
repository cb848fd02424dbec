# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A chain of hashes over the code, the index, the settings, the inputs and the results.

Each line of the file is an entry that holds the hash of the entry before it. An entry that is
changed, moved, left out or added breaks the chain.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from codescan.errors import EvidenceError
from codescan.records.json_decode import DecodingError, decode_json
from codescan.records.json_encode import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["CHAIN", "Chain", "read_chain"]

CHAIN = "chain.jsonl"
_FIRST = "0" * 64
_LONGEST_LINE = 1 << 20


class Chain:
    """A chain that grows.

    Attributes:
        head: hash of the last entry.
    """

    def __init__(self) -> None:
        self.head = _FIRST
        self._lines: list[bytes] = []

    def add(self, kind: str, values: Mapping[str, Any]) -> None:
        """Append an entry.

        Args:
            kind: "code", "index", "settings", "input" or "result".
            values: what is stated, as JSON can hold it.
        """
        entry = {"kind": kind, **values, "previous": self.head}
        self.head = _hash(entry)
        self._lines.append(canonical_json({**entry, "hash": self.head}))

    def content(self) -> bytes:
        """The chain as a file."""
        return b"".join(self._lines)


def read_chain(path: Path) -> list[dict[str, Any]]:
    """The entries of a chain, after every link of it was checked.

    Raises:
        EvidenceError: the chain is damaged.
    """
    try:
        with path.open("rb") as stream:
            lines = list(iter(lambda: stream.readline(_LONGEST_LINE), b""))
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    return list(_checked(path, lines))


def _checked(path: Path, lines: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    head = _FIRST
    number = 0
    for number, line in enumerate(lines, start=1):
        try:
            entry = decode_json(line, dict[str, Any])
            is_canonical = canonical_json(entry) == line
            stated = entry.pop("hash", None)
        except (DecodingError, ValueError) as error:
            raise _damaged(path, f"line {number} is not an entry: {error}") from error
        if not is_canonical or entry.get("previous") != head or _hash(entry) != stated:
            raise _damaged(path, f"line {number} does not follow the line before it")
        head = stated
        yield entry
    if not number:
        raise _damaged(path, "it is empty")


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(entry)).hexdigest()


def _damaged(path: Path, why: str) -> EvidenceError:
    return EvidenceError(f"the chain {path} is broken: {why}", "run the audit of the logs again")
