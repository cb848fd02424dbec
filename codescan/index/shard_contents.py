# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The interface to the texts and origins of a shard's contents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.records import Document

__all__ = ["Contents"]


class Contents(Protocol):
    """The contents of one shard, by their number in it. Safe to share between threads."""

    def text(self, content_id: int) -> bytes:
        """The text of a content, byte for byte as indexed.

        Raises:
            ChangedError: it is not stored, and the file that it was read from has changed.
        """
        ...

    def documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path.

        Raises:
            ChangedError: as for `text`.
        """
        ...

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        ...

    def purls(self) -> Iterable[str]:
        """Package URL of every package."""
        ...

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        ...

    def files_of(self, purl: str) -> Iterable[tuple[str, int]]:
        """(path, content) of each file of a package, by path."""
        ...

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        ...

    def verify(self) -> None:
        """Test everything except the hashes of the texts.

        Raises:
            IndexFormatError: it is damaged.
        """
        ...

    def close(self) -> None:
        """Close every file. Can be called again."""
        ...
