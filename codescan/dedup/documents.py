# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The record of one document of a training set, without its text.

The part and the row say where it is read from. Its name is independent of them where the data
names its documents, so that results do not depend on how the data is divided into files.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codescan.licenses.claim_precedence import strongest
from codescan.records import Document, LicenseClaim, Package  # noqa: TC001 - msgspec resolves them

__all__ = ["InputDocument", "InputText", "license_of", "order_key"]


@dataclass(frozen=True, slots=True)
class InputDocument:
    """A document as stored in the work folder."""

    name: str
    """Identifier: that of the data, the path, or "part:row"."""
    part: str
    """The input file that holds it, relative to the data."""
    row: int
    """Line or row in it, from 1; 0 for a whole file."""
    document: Document
    """Origin, language, licenses and copyrights; without text."""
    size: int
    """Bytes of the text as given."""
    license: LicenseClaim
    """The claim that holds, of all that are stated."""
    pointers: tuple[str, ...] = ()
    """Canonical names of packages that its head points to as its origin."""

    @property
    def package(self) -> Package:
        """The package that it belongs to."""
        return self.document.origin.package

    @property
    def path(self) -> str:
        """Its path in the package."""
        return self.document.origin.path


@dataclass(frozen=True, slots=True)
class InputText:
    """A document with its text, as a reader yields it."""

    name: str
    part: str
    row: int
    document: Document
    content: bytes = field(repr=False)
    """UTF-8, or the bytes as given where they are in an unknown 8-bit encoding."""
    size: int
    is_near: bool = True
    """False: only equality is looked for, for example for a text above the size limit."""


def license_of(document: Document) -> LicenseClaim:
    """The license that holds for a document, by the levels of findings."""
    return strongest((*document.licenses, *document.origin.package.licenses))


def order_key(name: str, row: int) -> bytes:
    """A key that sorts documents by name, and rows of one part by number.

    Args:
        name: of the document.
        row: its row where the name is "part:row"; else 0.
    """
    stem = name.rpartition(":")[0] if row and name.endswith(f":{row}") else name
    return stem.encode("utf-8", "surrogatepass") + b"\0" + row.to_bytes(8, "big")
