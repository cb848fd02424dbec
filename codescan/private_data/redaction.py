# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Redacts values: two characters and a keyed hash, in texts and in names of documents."""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_right
from typing import TYPE_CHECKING

from codescan.private_data.records import PrivateItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.private_data.finder import Finder
    from codescan.private_data.records import Candidate
    from codescan.private_data.texts import PrivateText

__all__ = ["KeyedHash", "LinePositions", "masked", "redacted", "shown_characters"]

_ALPHABET = "bcdfghjklmnpqrst"
"""One letter for each hexadecimal digit: neither numbers nor words can come out of it by chance."""
_GROUPS = 5
_GROUP = 3
_LEAST_FOR_TWO = 8
"""Characters of a value from which two are shown."""
_LONGEST_NAME = 300


class KeyedHash:
    """Hashes values under a secret key, so that equal values can be told and none be guessed.

    Args:
        key: at least 16 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """60 bits of HMAC-SHA-256 as five groups of three letters."""
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        digest = hmac.new(self._key, message, hashlib.sha256).hexdigest()
        letters = "".join(_ALPHABET[int(digit, 16)] for digit in digest[: _GROUPS * _GROUP])
        return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


class LinePositions:
    """Line and column of offsets in a text.

    Args:
        text: of which lines end at a line feed.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def of(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def redacted(
    candidates: Iterable[Candidate],
    text: PrivateText,
    finder: Finder,
    keyed_hash: KeyedHash,
) -> list[PrivateItem]:
    """The items of the candidates of a text.

    Args:
        candidates: in the order of the text.
        text: the text.
        finder: knows the kinds.
        keyed_hash: of the run.
    """
    items: list[PrivateItem] = []
    document = ""
    positions: LinePositions | None = None
    for candidate in candidates:
        if positions is None:
            positions = LinePositions(text.text)
            document = masked(text.name, finder, keyed_hash)
        field = text.field_at(candidate.start)
        line, column = positions.of(candidate.start)
        line += text.first_line - 1
        if field is not None:
            first_line, first_column = positions.of(field.start)
            line -= first_line + text.first_line - 2
            if line == 1:
                column = max(1, column - first_column - field.label + 1)
        items.append(
            PrivateItem(
                candidate.kind, finder.kinds[candidate.kind].category, candidate.grade,
                document, line, column,
                shown_characters(candidate.value),
                keyed_hash.of(candidate.kind, candidate.value),
                candidate.detail, candidate.placeholder,
                "" if field is None else _field_name(field.path, finder, keyed_hash),
            )
        )  # fmt: skip
    return items


def _field_name(path: tuple[str, ...], finder: Finder, keyed_hash: KeyedHash) -> str:
    """The path of a field, such as "user.mails[0]", with private values in it masked."""
    name = ".".join(masked(part, finder, keyed_hash) for part in path)
    return name.replace(".[", "[")[:_LONGEST_NAME]


def shown_characters(value: str) -> str:
    """The first and the last character of a value, "…" between them."""
    if len(value) < _LEAST_FOR_TWO:
        return "…"
    first, last = value[0], value[-1]
    return f"{first if first.isprintable() else ''}…{last if last.isprintable() else ''}"


def masked(name: str, finder: Finder, keyed_hash: KeyedHash) -> str:
    """A name of a document with every private value in it replaced by kind and hash."""
    shown = name[:_LONGEST_NAME] + ("…" if len(name) > _LONGEST_NAME else "")
    parts, position = [], 0
    for each in finder.find(shown):
        parts += [
            shown[position : each.start],
            f"[{each.kind} {keyed_hash.of(each.kind, each.value)}]",
        ]
        position = each.end
    return "".join((*parts, shown[position:]))
