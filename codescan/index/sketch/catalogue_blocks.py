# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The file format of a sketch's catalogue: columns of rows in compressed blocks.

`sketch.catalogue` holds the blocks one after the other. The array `catalogue.blocks` holds the
counts of `Totals`, then offset, bytes, checksum and first content of each block, in the order of
`KINDS`. A row is numbered by its place.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

__all__ = [
    "BLOCKS", "FIELDS", "MOST_BYTES", "ROWS", "TOTALS", "ContentRows",
    "FileRows", "Kind", "PackageRow", "SkippedRow",
]  # fmt: skip

BLOCKS = "sketch.blocks"
TOTALS = 7
"""Numbers before the first block: contents, files, and blocks of each kind."""
FIELDS = 4
"""Numbers of a block."""
MOST_BYTES = 64 * 1024 * 1024
"""Maximum bytes of an unpacked block."""


class Kind(IntEnum):
    """The kind of rows in a block."""

    CONTENT = 0
    """Contents, each with the first file that has it."""
    FILE = 1
    """Further files, by content."""
    PACKAGE = 2
    TEXT = 3
    """Claims and copyrights as JSON; most files share them."""
    SKIPPED = 4


ROWS = {Kind.CONTENT: 128, Kind.FILE: 512, Kind.PACKAGE: 16, Kind.TEXT: 32, Kind.SKIPPED: 512}
"""Rows of a block."""


class FileRows(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Files: the columns of some rows."""

    contents: list[int] = []
    packages: list[int] = []
    paths: list[str] = []
    claims: list[int] = []
    """Numbers of texts."""
    copyrights: list[int] = []
    """Numbers of texts."""


class ContentRows(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Contents: the columns of some rows."""

    sha256: bytes = b""
    """32 bytes for each."""
    sizes: list[int] = []
    """Bytes."""
    tokens: list[int] = []
    lines: list[int] = []
    languages: list[int] = []
    """Numbers in the manifest's list."""
    files: FileRows = msgspec.field(default_factory=FileRows)
    """Row i is the first file of content i."""


class PackageRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A package, and the range of contents that its files have."""

    purl: str
    name: str
    version: str
    family: str
    released: str | None
    homepage: str
    licenses: str
    """JSON."""
    copyrights: str
    """JSON."""
    first: int = 0
    last: int = 0


class SkippedRow(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A file that was left out."""

    item: str
    stage: str
    reason: str
    detail: str
