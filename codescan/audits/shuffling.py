# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The shuffled index: the same lines and number of files, but in another order.

Its files have the languages, lengths and lines of the index's files. A completion that matches one
of them does so by chance. This is the null hypothesis for the matcher; text that the model has not
seen is the null for the model. An audit needs both.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.matchers.matching import Matching
from codescan.prompts.slicing import hashed
from codescan.records import Origin, Package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from codescan.index import Index
    from codescan.records import Document

__all__ = ["DocumentList", "ShuffledIndex", "shuffle_lines", "shuffled_index", "unrelated_index"]

_BYTES = 32 << 20
"""Maximum bytes of text of a shuffled index; a larger index is sampled."""
_LEAST_FILES = 12
"""Minimum files of a language; with fewer, shuffled files would resemble the originals."""
_LONGEST = 100
"""Maximum characters of a piece."""
_MOST_TOKENS = 13
"""Maximum words, numbers, signs and non-ASCII characters of a piece. A line as long as a passage
would match by itself.
"""
_PIECE = re.compile(
    rf"[^\S\n]*+(?:(?:[A-Za-z]{{1,{_LONGEST}}}+_*+|[0-9]{{1,{_LONGEST}}}+_*+|_++|\S)[^\S\n]*+)"
    rf"{{1,{_MOST_TOKENS}}}+|[^\S\n]++"  # blanks alone: they are read once
)
_FOLDER = "shuffled-index.partial"


@dataclass(frozen=True, slots=True)
class ShuffledIndex:
    """An index that completions cannot come from."""

    description: str
    files: int
    of_files: int
    """Number of files of the index that it represents."""
    matching: Matching


class DocumentList:
    """A source of documents in memory."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def documents(self) -> Iterator[Document]:
        """Yield the documents."""
        yield from self._documents

    def parts(self) -> Iterator[DocumentList]:
        """Yield itself as the only part."""
        yield self


def shuffle_lines(
    documents: Iterable[Document], seed: int, most_bytes: int = _BYTES
) -> list[Document]:
    """Documents with the lines of the given ones, shuffled within each language.

    Args:
        documents: documents with their content, in random order; read until there is enough text.
        seed: seed of the shuffling.
        most_bytes: maximum bytes of text.

    Returns:
        One document for each given one, in the same order, without languages with too few
        documents; empty if no language has enough.
    """
    lines_by_file: dict[str, list[tuple[int, Document, int]]] = defaultdict(list)
    lines: dict[str, list[str]] = defaultdict(list)
    size = 0
    for number, document in enumerate(documents):
        size += len(document.content)
        if size > most_bytes:
            break
        text = document.content.decode("utf-8", "replace")
        pieces = [piece for piece in _PIECE.findall(text) if not piece.isspace()]
        lines_by_file[document.language].append((number, document, len(pieces)))
        lines[document.language] += pieces
    shuffled: list[tuple[int, Document]] = []
    for language, entries in lines_by_file.items():
        if len(entries) < _LEAST_FILES:
            continue
        pool = lines[language]
        order = _random_order(len(pool), f"{seed}\0{language}")
        start = 0
        for number, document, count in entries:
            text = "\n".join(pool[at].rstrip("\r\n") for at in order[start : start + count]) + "\n"
            start += count
            shuffled.append((number, _renamed(document, text.encode())))
    return [document for _, document in sorted(shuffled, key=lambda pair: pair[0])]


@contextlib.contextmanager
def shuffled_index(index: Index, folder: Path, seed: int) -> Iterator[ShuffledIndex | None]:
    """Build a shuffled index inside a run folder, and remove it at the end.

    Yields:
        The shuffled index; None if the index has too few files.
    """
    from codescan.index import Index as Opened
    from codescan.index import build

    place = folder / _FOLDER
    shutil.rmtree(place, ignore_errors=True)  # of a run that was killed
    documents = shuffle_lines(index.sample(len(index), seed), seed)
    if not documents:
        yield None
        return
    try:
        build(
            [DocumentList(documents)], place,
            name="shuffled", recipe={}, profile=index.manifest.profile, workers=1,
        )  # fmt: skip
        with Opened.open(place) as opened:
            yield ShuffledIndex(
                "the lines of the index, shuffled among its files",
                len(opened),
                len(index),
                Matching.of(opened),
            )
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def unrelated_index(folder: Path, *, of_files: int) -> Iterator[ShuffledIndex]:
    """Open a user's index of text that the model cannot have seen.

    Args:
        folder: folder of that index.
        of_files: number of files of the audited index that it represents.
    """
    from codescan.index import Index as Opened

    with Opened.open(folder) as opened:
        yield ShuffledIndex(
            f"the index {opened.manifest.name}, which the model cannot have seen",
            len(opened),
            of_files,
            Matching.of(opened),
        )


def _random_order(count: int, key: str) -> list[int]:
    """The numbers below `count` in a pseudorandom order that depends only on `key`.

    One long digest gives a 64-bit sort key per number; separate digests take four times as long.
    """
    numbers = array("Q", hashlib.shake_128(key.encode("utf-8", "surrogatepass")).digest(8 * count))
    return sorted(range(count), key=numbers.__getitem__)


def _renamed(document: Document, content: bytes) -> Document:
    """A document of the shuffled index, with new content and a package of its own."""
    package = document.origin.package
    family = f"shuffled/{package.family or package.purl}"
    return replace(
        document,
        content=content,
        origin=Origin(
            Package(f"pkg:generic/{hashed(family):016x}@0", "shuffled", "0", family),
            document.origin.path,
            hashlib.sha256(content).hexdigest(),
        ),
        licenses=(),
        copyrights=(),
    )
