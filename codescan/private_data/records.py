# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The nouns of private data: candidates, which hold a value, and items, which are redacted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from codescan.records import Grade
from codescan.records.json_form import JsonForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["Candidate", "Category", "Detector", "Kind", "PrivateItem"]


class Category(Enum):
    """The kind of secret that a value reveals."""

    SECRET = "secret"  # noqa: S105 - a category
    """A value that grants access."""
    PERSONAL = "personal"
    """A value that identifies or reaches a person or a device."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of private data."""

    json_form: ClassVar = JsonForm(renamed={"name": "kind"})

    name: str
    """Lower case, words joined by hyphens, for example "github-token"."""
    category: Category
    description: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value in a text. It holds the value itself: never print, log or store it."""

    kind: str
    start: int
    """Offset in characters."""
    end: int
    """Half open."""
    value: str = dataclasses.field(repr=False)
    """In a canonical form: without separators, in the case that the kind compares by."""
    grade: Grade = Grade.B
    """A: a checksum or structure proves the form. B: rule and context. C: form alone."""
    detail: str = ""
    """Variant of the kind, for example the country and name of a number; never of the value."""
    placeholder: str = ""
    """Why the value is an example and not private; "" if it counts."""


@dataclass(frozen=True, slots=True)
class PrivateItem:
    """A value that was found, redacted."""

    json_form: ClassVar = JsonForm(
        hidden=("placeholder",),
        renamed={"line": "start_line", "column": "start_column", "value_hash": "hash"},
    )

    kind: str
    category: Category
    grade: Grade
    document: str
    """Name of the text, with every private value in it masked."""
    line: int
    """1-based, in the text or in the field."""
    column: int
    """1-based, in characters."""
    shown: str
    """The first and the last character of the value; "" for a value too short to show two."""
    value_hash: str
    """HMAC-SHA-256 of the kind and the canonical value under the key of the run; 60 bits."""
    detail: str = ""
    placeholder: str = ""
    field: str = ""
    """Of the row that the text is, masked likewise; "" for a plain text."""


@runtime_checkable
class Detector(Protocol):
    """Finds the values of one family of kinds."""

    kinds: Mapping[str, Kind]
    """The kinds that it finds, by name."""

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield the values of a text, in any order; they may overlap.

        Cost is linear in the length of the text, whatever it holds. The text is untrusted.
        """
        ...
