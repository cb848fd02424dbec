# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records of private data: candidates with a value, and redacted items."""

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
    """A value that identifies a person or a device, or an address of one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of private data."""

    json_form: ClassVar = JsonForm(renamed={"name": "kind"})

    name: str
    """Name in lower case with hyphens, for example "github-token"."""
    category: Category
    description: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value in a text. It holds the private value: never print, log or store it."""

    kind: str
    start: int
    """Offset in characters."""
    end: int
    """End offset, exclusive."""
    value: str = dataclasses.field(repr=False)
    """The canonical value: without separators, in the case that the kind compares."""
    grade: Grade = Grade.B
    """A: a checksum or structure proves the form. B: rule and context. C: form alone."""
    detail: str = ""
    """Variant of the kind, for example the country of a number; never part of the value."""
    placeholder: str = ""
    """Why the value is an example; "" if it counts."""


@dataclass(frozen=True, slots=True)
class PrivateItem:
    """A redacted value."""

    json_form: ClassVar = JsonForm(
        hidden=("placeholder",),
        renamed={"line": "start_line", "column": "start_column", "value_hash": "hash"},
    )

    kind: str
    category: Category
    grade: Grade
    document: str
    """Name of the text, with private values masked."""
    line: int
    """1-based, in the text or in the field."""
    column: int
    """1-based, in characters."""
    shown: str
    """The first and the last character of the value; "" if the value is too short."""
    value_hash: str
    """HMAC-SHA-256 of the kind and the canonical value under the key of the run; 60 bits."""
    detail: str = ""
    placeholder: str = ""
    field: str = ""
    """Field of the row, with private values masked; "" for a plain text."""


@runtime_checkable
class Detector(Protocol):
    """Detector of one family of kinds."""

    kinds: Mapping[str, Kind]
    """The detected kinds by name."""

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield the values of a text, in any order; they may overlap.

        Cost is linear in the length of the text, whatever it holds. The text is untrusted.
        """
        ...
