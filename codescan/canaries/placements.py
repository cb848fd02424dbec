# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decides which documents get which canaries: every copy in a document of its own, where it fits.

Copies of one canary never share a document. Python documents are inserted into; where there are
too few, new documents are made beside others.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.insertion import insertion_points, parsed
from codescan.canaries.training_data import (
    TEXT_FIELDS,
    rows_of,
    text_of_file,
    text_of_row,
    training_files,
)
from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codescan.canaries.canary import CanarySet
    from codescan.canaries.training_data import DataRow

__all__ = ["MOST_PER_DOCUMENT", "DocumentList", "Placements", "list_documents", "place_canaries"]

MOST_PER_DOCUMENT = 8
"""Canaries of one document at most."""


@dataclass(slots=True)
class DocumentList:
    """The documents of training data, as numbers of files and rows."""

    files: list[str] = field(default_factory=list)
    documents: array[int] = field(default_factory=lambda: array("Q"))
    """File number << 32 | row number, 0 for a whole file; of every document."""
    hosts: array[int] = field(default_factory=lambda: array("Q"))
    """The same of documents that a canary can be inserted into."""
    bytes: int = 0
    unread_rows: int = 0
    """Rows without a text; they stay as they are."""
    _keys: set[str] = field(default_factory=set)

    def add_row(self, file_number: int, row: DataRow, text_field: str) -> None:
        """Take a row into the list."""
        self.bytes += len(row.raw)
        field_text = text_of_row(row, text_field)
        if field_text is None:
            self.unread_rows += bool(row.raw.strip())
            if row.values is not None and len(self._keys) < 100:  # noqa: PLR2004 - for a message
                self._keys |= set(map(str, row.values))
            return
        text, language = field_text
        place = file_number << 32 | row.number
        self.documents.append(place)
        if language in (None, "python") and can_host(text, needs_code=language is None):
            self.hosts.append(place)

    def require_text(self, text_field: str) -> None:
        """Make sure that rows have a text.

        Raises:
            UsageError: there are rows, but none with a text.
        """
        if not self.documents and self.unread_rows:
            expected_field = text_field or " or ".join(TEXT_FIELDS)
            known = ", ".join(sorted(self._keys)[:30]) or "none"
            raise UsageError(
                f"no row has a text in the field {expected_field}",
                f"name it with --text-column; the fields are: {known}",
            )


@dataclass(frozen=True, slots=True)
class Placements:
    """Numbers of entries of a set by document, as `DocumentList` numbers them."""

    inserted: dict[int, list[int]]
    """Into the document itself."""
    added: dict[int, list[int]]
    """As documents of their own, after this one."""


def can_host(text: str, *, needs_code: bool) -> bool:
    """Whether a canary can be inserted into a text.

    Args:
        text: perhaps Python.
        needs_code: whether its language is unknown, so that it must define or import something.
    """
    tree = parsed(text)
    if tree is None or not insertion_points(text, tree):
        return False
    return not needs_code or any(
        type(node).__name__ in {"FunctionDef", "ClassDef", "Import", "ImportFrom"}
        for node in tree.body
    )


def list_documents(
    data: Path, text_field: str = "", on_file: Callable[[int], Any] = lambda _done: None
) -> DocumentList:
    """List the documents of training data, in the order in which they are read.

    Args:
        data: a folder, or a file of rows.
        text_field: of rows; "" for the usual ones.
        on_file: called with the number of files read.

    Raises:
        SourceError: the data cannot be read.
        UsageError: no row has a text.
    """
    listed = DocumentList()
    for number, file in enumerate(training_files(data)):
        listed.files.append(file.name)
        if file.has_rows:
            for row in rows_of(file):
                listed.add_row(number, row, text_field)
        else:
            listed.bytes += file.path.stat().st_size
            listed.documents.append(number << 32)
            text = text_of_file(file)
            if text is not None and can_host(text, needs_code=False):
                listed.hosts.append(number << 32)
        on_file(number + 1)
    listed.require_text(text_field)
    return listed


def place_canaries(canaries: CanarySet, listed: DocumentList) -> Placements:
    """Choose documents for every copy of every planted canary; the same for the same data.

    Args:
        canaries: the set.
        listed: the documents; at least one.
    """
    stream = DrawStream(canaries.seed, "places")
    hosts, documents = list(listed.hosts), list(listed.documents)
    stream.shuffle(hosts)
    order = [number for number, entry in enumerate(canaries.entries) if entry.copies]
    stream.shuffle(order)
    inserted: dict[int, list[int]] = {}
    added: dict[int, list[int]] = {}
    placed, room = 0, len(hosts) * MOST_PER_DOCUMENT
    for number in order:
        copies = canaries.entries[number].copies
        into = min(copies, len(hosts), room - placed)
        for _ in range(into):  # consecutive hosts of a circle: no two are the same
            inserted.setdefault(hosts[placed % len(hosts)], []).append(number)
            placed += 1
        for _ in range(copies - into):
            added.setdefault(stream.choice(documents), []).append(number)
    return Placements(inserted, added)
