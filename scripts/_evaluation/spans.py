# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cuts spans of whole lines out of source files, at random but repeatably."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from _evaluation.common_text import mostly_names
from _evaluation.lexed import LANGUAGES, Piece, Text, read

from codescan._core import _native
from codescan.text import languages

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

    from codescan.records import Document

__all__ = ["MIN_CHARACTERS", "MIN_LINES", "Cut", "cuts", "tokens"]

MIN_CHARACTERS = 150
"""Characters of code, without comments and white space, that a span has at least."""
MIN_LINES = 6
"""Lines of code that a span has at least."""
_LONGEST = 80
_TRIES = 12


@dataclass(frozen=True)
class Cut:
    """Lines [first, last] of a file, 0-based and inclusive; both hold code."""

    source: Text
    first: int
    last: int

    @property
    def start(self) -> int:
        """Character offset in the file."""
        return self.source.line_starts[self.first]

    @property
    def end(self) -> int:
        """Offset behind the last line."""
        return self.source.line_starts[self.last + 1]

    @property
    def text(self) -> str:
        """The span as it stands in the file."""
        return self.source.text[self.start : self.end]

    @property
    def pieces(self) -> list[Piece]:
        """Its tokens."""
        return self.source.between(self.start, self.end)

    @property
    def code_lines(self) -> list[int]:
        """Its lines that hold code, 0-based in the file."""
        return [n for n in range(self.first, self.last + 1) if n in self.source.code_lines]

    @property
    def language(self) -> str:
        """Of the file."""
        return self.source.document.language

    @cached_property
    def is_common(self) -> bool:
        """Whether it is an import block or a list of names, which is to be graded C."""
        return mostly_names([*self._lines_of_code()])

    def _lines_of_code(self) -> Iterator[str]:
        """Its lines that hold code, without their comments."""
        lines: dict[int, list[str]] = defaultdict(list)
        for piece in self.pieces:
            if piece.kind != "comment":
                first = self.source.line_of(piece.start)
                for offset, part in enumerate(piece.text.split("\n")):
                    lines[first + offset].append(part)
        return ("".join(lines[number]) for number in self.code_lines)


def tokens(text: str, language: str) -> int:
    """Tokens of a text as the index counts them: the unit of its promise."""
    return len(_native.lex(text.encode(), _native.LEXERS[languages.LANGUAGES[language].lexer]))


def cuts(
    documents: Iterable[Document], count: int, min_tokens: int, rng: random.Random
) -> Iterator[Cut]:
    """Yield up to `count` spans, as many of each language as there are, one for each file.

    Lengths are drawn log-uniformly from 6 to 80 lines. Spans have at least 150 characters and
    6 lines of code, and `min_tokens` tokens, since a list of a few long strings has fewer.

    Args:
        documents: in random order; read as far as needed.
        count: spans wanted.
        min_tokens: what the index guarantees to find.
        rng: decides every draw.
    """
    waiting = iter(documents)
    per_language: dict[str, int] = defaultdict(int)
    quota = math.ceil(count / len(LANGUAGES))
    eligible: list[Document] = []
    total = 0
    for document in waiting:
        if total >= count:
            return
        if document.language not in LANGUAGES:
            continue
        if per_language[document.language] >= quota:
            eligible.append(document)
            continue
        cut = _cut(document, min_tokens, rng)
        if cut is not None:
            per_language[document.language] += 1
            total += 1
            yield cut
    for document in eligible:  # languages with few files leave room
        if total >= count:
            return
        cut = _cut(document, min_tokens, rng)
        if cut is not None:
            total += 1
            yield cut


def _cut(document: Document, min_tokens: int, rng: random.Random) -> Cut | None:
    source = read(document)
    if source is None or len(source.code_lines) < MIN_LINES:
        return None
    lines = sorted(source.code_lines)
    for _ in range(_TRIES):
        length = round(math.exp(rng.uniform(math.log(MIN_LINES), math.log(_LONGEST))))
        at = rng.randrange(len(lines))
        last = min(at + length, len(lines)) - 1
        cut = Cut(source, lines[at], lines[last])
        if len(cut.code_lines) < MIN_LINES:
            continue
        code = sum(
            len("".join(p.text.split())) for p in cut.pieces if p.kind not in ("comment", "space")
        )
        if code >= MIN_CHARACTERS and tokens(cut.text, cut.language) >= min_tokens:
            return cut
    return None
