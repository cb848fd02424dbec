# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Passages of a corpus of fixed versions, in an order that the seed decides.

Every passage begins at a line and lies in one file. No two passages are alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from codescan.canaries.draw_stream import DrawStream
from codescan.errors import SourceError
from codescan.records import Document, Skipped
from codescan.sources.recipe import load_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CorpusFile", "Passage", "PassageStream", "corpus_digest", "corpus_files"]

_SHARED_RUN = 40
"""Characters, with runs of white space as one, that unlike passages do not share."""
_LEAST_LINES = 3
_LEAST_SHARE = 0.35
"""Letters of a passage: tables of numbers and art are not code."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A Python file."""

    id: str
    package: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a file."""

    id: str
    """Package URL, path and offset in characters."""
    file: str
    package: str
    text: str


def corpus_files(recipe: str) -> tuple[CorpusFile, ...]:
    """Every Python file of a recipe, ordered by id.

    Raises:
        SourceError: a package is not available; a lab run needs all of them.
    """
    files = []
    for source in load_recipe(recipe).open():
        for item in source.documents():
            if isinstance(item, Skipped):
                if item.stage == "fetch":
                    raise SourceError(
                        f"{item.item} cannot be fetched: {item.detail or item.reason}",
                        "the lab needs every package of its corpus; check the network or the index",
                    )
                continue
            if item.language == "python":
                files.append(_file(item))
    return tuple(sorted(files, key=lambda file: file.id))


def corpus_digest(files: Sequence[CorpusFile]) -> str:
    """SHA-256 over names and texts, so that two runs can be told to have the same text."""
    digest = hashlib.sha256()
    for file in files:
        for part in (file.id, file.text):
            content = part.encode("utf-8", "replace")
            digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


class PassageStream:
    """Hands out passages, each once; files come in an order that the seed decides.

    Args:
        files: of the corpus.
        seed: of the order.
    """

    def __init__(self, files: Sequence[CorpusFile], seed: str) -> None:
        self._order = list(files)
        DrawStream(seed, "files").shuffle(self._order)
        self._seen: set[str] = set()
        self._runs: set[str] = set()
        self._place = 0

    def take(
        self, count: int, characters: int, *, per_file: int, are_unlike: bool = False
    ) -> list[Passage]:
        """Passages of files that no one has taken any of yet.

        Args:
            count: passages.
            characters: of a passage, at most; it ends at a line.
            per_file: passages of one file at most.
            are_unlike: leave out a passage that shares a run of 40 characters with another one,
                such as the header of a license: copies of one would be copies of both.

        Raises:
            SourceError: the corpus has no more.
        """
        passages: list[Passage] = []
        while len(passages) < count:
            if self._place == len(self._order):
                raise SourceError(
                    "the corpus is too small for this size of the lab", "use a smaller --size"
                )
            file = self._order[self._place]
            self._place += 1
            passage_count = min(per_file, count - len(passages))
            starts = per_file if are_unlike else passage_count  # the first start may be a header
            passages += islice(
                self._of(file, characters, starts, are_unlike=are_unlike), passage_count
            )
        return passages

    def fill(self, characters: int) -> list[Passage]:
        """Whole files up to a total length; fewer where the corpus ends."""
        passages: list[Passage] = []
        total = 0
        while total < characters and self._place < len(self._order):
            file = self._order[self._place]
            self._place += 1
            text = file.text[: characters - total]
            total += len(text)
            passages.append(Passage(f"{file.id}:0", file.id, file.package, text))
        return passages

    def _of(
        self, file: CorpusFile, characters: int, count: int, *, are_unlike: bool
    ) -> Iterator[Passage]:
        """The first passages of a file, spread over it."""
        lines = file.text.splitlines(keepends=True)
        step = max(1, len(lines) // count)
        yielded = 0
        for start in range(0, len(lines), step):
            if yielded == count:
                return
            text = ""
            for line in lines[start:]:
                if len(text) + len(line) > characters:
                    break
                text += line
            letters = sum(map(str.isalpha, text))
            is_code = text.count("\n") >= _LEAST_LINES and letters >= _LEAST_SHARE * len(text)
            if is_code and len(text) >= characters // 2 and text not in self._seen:
                if are_unlike and not self._is_unlike(text):
                    continue
                self._seen.add(text)
                yielded += 1
                offset = sum(map(len, lines[:start]))
                yield Passage(f"{file.id}:{offset}", file.id, file.package, text)

    def _is_unlike(self, text: str) -> bool:
        """Whether a text shares no run with those that passed before; it passes then, too."""
        words = " ".join(text.split())
        runs = {words[n : n + _SHARED_RUN] for n in range(max(1, len(words) - _SHARED_RUN + 1))}
        if runs & self._runs:
            return False
        self._runs |= runs
        return True


def _file(document: Document) -> CorpusFile:
    text = document.content.decode("utf-8", "replace").replace("\r\n", "\n")
    return CorpusFile(document.id, document.origin.package.purl, text)
