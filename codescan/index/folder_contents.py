# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The contents of an index that is not stored: texts and origins are read again when needed.

Few of the compared files are needed again, and storing all their texts costs more than reading
those few twice. A text that has changed since the first time is never used.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from codescan._core import _native
from codescan.errors import ChangedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.records import Document, Language, Package, Skipped

__all__ = ["ComparedContents", "ComparedFiles", "Part"]

_KNOWN_CONTENTS = 1024
"""Number of contents whose documents are cached: to describe one takes 0.1 ms."""
_KNOWN_TEXTS = 64
"""Number of cached texts: as many as one match lists."""


class Part(Protocol):
    """Some files of one package."""

    @property
    def package(self) -> Package:
        """The package of the files; its license files may not have been read yet."""
        ...

    def texts(self) -> Iterator[tuple[str, bytes, Language] | Skipped]:
        """Yield path, content and language of every file, or the reason why it is skipped."""
        ...

    def read(self, path: str) -> bytes | None:
        """The current content of one of the files, or None if it cannot be read."""
        ...

    def describe(
        self, content: bytes, language: Language, paths: Sequence[str]
    ) -> Iterator[Document]:
        """Yield documents without text for the files at these paths, which have this content."""
        ...


class ComparedFiles:
    """The files of all shards: each text once, by number, with every file that has it.

    Texts are identified by hashes with a random key, so that nobody can prepare a collision.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._hashes = array("Q")
        self._parts: list[Part] = []  # of the first file with each text
        self._paths: list[str] = []
        self._others: dict[int, list[tuple[Part, str]]] = {}
        self._by_hash: dict[int, int] = {}
        self.text = lru_cache(_KNOWN_TEXTS)(self._read)

    def hash(self, content: bytes) -> int:
        """The hash of a text."""
        return _native.keyed_hash(content, self._key)

    def number_of(self, content: bytes, hashed: int) -> int | None:
        """The number of a text with this hash, or None."""
        while (number := self._by_hash.get(hashed)) is not None:
            if self._parts[number].read(self._paths[number]) == content:
                return number
            hashed += 1
        return None

    def append(self, part: Part, path: str, hashed: int) -> None:
        """Add a file with a new text of this hash; the text gets the next number."""
        self._hashes.append(hashed)
        while hashed in self._by_hash:
            hashed += 1
        self._by_hash[hashed] = len(self._paths)
        self._parts.append(part)
        self._paths.append(path)

    def also(self, number: int, part: Part, path: str) -> None:
        """Add another file with a known text."""
        self._others.setdefault(number, []).append((part, path))

    def end(self) -> None:
        """Free the memory that is needed only to add files."""
        self._by_hash.clear()

    def holders(self, number: int) -> Iterator[tuple[Part, str]]:
        """Yield part and path of every file with a text."""
        yield self._parts[number], self._paths[number]
        yield from self._others.get(number, ())

    def packages(self) -> Iterator[Package]:
        """Yield the package of each part that has a file."""
        parts = {id(part): part for part in self._parts}
        parts |= {id(part): part for holders in self._others.values() for part, _path in holders}
        for part in parts.values():
            yield part.package

    def _read(self, number: int) -> bytes:
        """The text of this number.

        Raises:
            ChangedError: no file has it now.
        """
        for part, path in self.holders(number):
            text = part.read(path)
            if text is not None and self.hash(text) == self._hashes[number]:
                return text
        item = f"{self._parts[number].package.purl}#{self._paths[number]}"
        raise ChangedError(
            f"{item} changed or vanished while it was compared",
            "compare it again once nothing writes to it",
            item,
        )


class ComparedContents:
    """The contents of one shard: a range of the numbers of all files.

    Args:
        files: the files of all shards.
        first: number of the shard's first content.
        count: number of its contents.
    """

    def __init__(self, files: ComparedFiles, first: int, count: int) -> None:
        self._files = files
        self._first = first
        self._count = count
        self._described = lru_cache(_KNOWN_CONTENTS)(self._describe)

    def text(self, content_id: int) -> bytes:
        """The text of a content, byte for byte as it was read the first time.

        Raises:
            ChangedError: no file has it now.
        """
        return self._files.text(self._first + content_id)

    def documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path."""
        return self._described(content_id, language)

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        holders = self._files.holders(self._first + content_id)
        return frozenset(part.package.family for part, _path in holders)

    def purls(self) -> Iterator[str]:
        """Package URL of every package."""
        return (package.purl for package in self._files.packages())

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        for content_id in range(self._count):
            for part, held_path in self._files.holders(self._first + content_id):
                if held_path == path and part.package.purl == purl:
                    return content_id
        return None

    def files_of(self, purl: str) -> Iterator[tuple[str, int]]:
        """(path, content) of each file of a package, by path."""
        yield from sorted(
            (path, content_id)
            for content_id in range(self._count)
            for part, path in self._files.holders(self._first + content_id)
            if part.package.purl == purl
        )

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        for content_id in range(self._count):
            yield content_id, hashlib.sha256(self.text(content_id)).digest()

    def verify(self) -> None:
        """Do nothing: a folder in memory has no stored checksums."""

    def close(self) -> None:
        """Drop the cached texts of all shards."""
        self._files.text.cache_clear()

    def _describe(self, content_id: int, language: str) -> tuple[Document, ...]:
        paths: dict[int, tuple[Part, list[str]]] = {}
        for part, path in self._files.holders(self._first + content_id):
            paths.setdefault(id(part), (part, []))[1].append(path)
        text = self.text(content_id)
        documents = [
            document
            for part, part_paths in paths.values()
            for document in part.describe(text, language, part_paths)
        ]
        return tuple(
            sorted(
                documents, key=lambda document: (document.origin.package.purl, document.origin.path)
            )
        )
