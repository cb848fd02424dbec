# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The shuffled index: as many files of the same lines, but no two lines stand as they stood.

Its files have the languages and lengths of those of the index, and their text line by line. A
completion that "copies" one of them does so by chance. This is a null for the matcher, as text that
the model has not seen is one for the model. Both are needed, since each is blind to the other.
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
"""Most text of a shuffled index; a larger index is represented by a sample of its files."""
_LEAST_FILES = 12
"""Files of a language below which their lines cannot be told apart from the files themselves."""
_LONGEST = 100
"""Characters of a piece."""
_MOST_TOKENS = 13
"""Words, numbers, signs and characters beyond ASCII of a piece: each may be a token. A line that is
as long as a passage is one: it would be found."""
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
    """Files of the index that it represents."""
    matching: Matching


class DocumentList:
    """A source of documents that are in memory already."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def documents(self) -> Iterator[Document]:
        """Yield them."""
        yield from self._documents

    def parts(self) -> Iterator[DocumentList]:
        """Yield itself: it is one part."""
        yield self


def shuffle_lines(
    documents: Iterable[Document], seed: int, most_bytes: int = _BYTES
) -> list[Document]:
    """Documents with the lines of the given ones, shuffled within each language.

    Args:
        documents: with their content, in random order; read until there is enough text.
        seed: of the shuffling.
        most_bytes: most text taken.

    Returns:
        One document for each of the given ones, but for those of languages that have too few, in
        the same order; empty where no language has enough.
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
    """Build a shuffled index inside a run folder, and remove it again at the end.

    Yields:
        The shuffled index; None where the index has too few files to shuffle among.
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
    """Open an index of the user's that the model cannot have seen.

    Args:
        folder: of that index.
        of_files: files of the index that it stands for.
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
    """The numbers below `count` in an order that depends on `key` alone.

    One digest has a 64-bit number for each: a digest for each takes four times as long.
    """
    numbers = array("Q", hashlib.shake_128(key.encode("utf-8", "surrogatepass")).digest(8 * count))
    return sorted(range(count), key=numbers.__getitem__)


def _renamed(document: Document, content: bytes) -> Document:
    """A document of the shuffled index: another content, of a package of its own."""
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
