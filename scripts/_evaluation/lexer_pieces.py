# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pieces of real files, and whether a piece is found in the file that it was cut from.

A piece is found when it shares a run of the guaranteed length with its file, by the index's own
fingerprints. What is code in it is decided by pygments, which reads the whole file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, String
from pygments.util import ClassNotFound

from codescan._core import _native
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.lexer import Lexer

__all__ = ["PROFILE", "CutFile", "Piece", "pygments_lexer"]

PROFILE = "default"
_LINES = 40
_BYTES = 2000
"""Of a piece, where lines are longer than that in all."""
_LONG_LINE = 1000
_PYGMENTS = {
    "shell": "bash", "objective-c": "objective-c", "emacs-lisp": "elisp", "visual-basic": "vb.net",
    "cmake": "cmake", "terraform": "terraform", "asm": "gas", "autoconf": "bash", "yacc": "c",
    "xml": "xml", "starlark": "python", "gdscript": "gdscript",
}  # fmt: skip
_TOKEN = re.compile(r"\w+(?:\.\d+)?|[^\w\s]")
_COMMENTS = (Comment.Preproc, Comment.PreprocFile)  # "#include", "<?php" are code


def pygments_lexer(language: str) -> Lexer | None:
    """The lexer of pygments for a language, if it has one."""
    try:
        return get_lexer_by_name(_PYGMENTS.get(language, language), stripnl=False)
    except ClassNotFound:
        return None


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes [start, end) of a file."""

    start: int
    end: int
    code_tokens: int
    """Tokens that are code for pygments; a string counts once for each of its lines."""
    own_tokens: int
    """Tokens of code for codescan, for which a string with expressions is one."""


class CutFile:
    """A file, indexed by itself.

    Args:
        content: UTF-8.
        language: of the language table.
    """

    def __init__(self, content: bytes, language: str) -> None:
        self.content = content
        self._lexer = _native.LEXERS[LANGUAGES[language].lexer]
        self._language = language
        self._tokens = _native.lex(content, self._lexer, streams=True)
        builder = _native.ShardBuilder(PROFILE, None, 1 << 24)
        builder.add(content, 0, 0, 0, self._lexer, 0)
        self._shard = _native.Shard.of(builder)

    def pieces(self) -> Iterator[Piece]:
        """Every piece of 40 lines, or of 2,000 bytes of longer lines, one behind the other."""
        starts = self._code_starts()
        own = self._tokens.spans()[: self._tokens.parts()[0, 1], 0].tolist()
        for start, end in self._cuts():
            count = bisect_left(starts, end) - bisect_left(starts, start)
            yield Piece(start, end, count, bisect_left(own, end) - bisect_left(own, start))

    def longest_run(self, piece: Piece) -> int:
        """Tokens of the longest run that a piece is found to share with its file."""
        text = self.content[piece.start : piece.end]
        tokens = _native.lex(text, self._lexer, streams=True)
        prints = tokens.fingerprints(0, PROFILE, of_query=True)
        values, *_others = _native.search([self._shard], [0], prints)
        if not len(values):
            return 0
        seeds = np.array(values, dtype=np.uint32).reshape(-1, 6)[:, 1:3].copy()
        runs = _native.extend(tokens, self._tokens, seeds, 0).tolist()
        return max((length for _query, _content, length, _renamed in runs), default=0)

    def _cuts(self) -> Iterator[tuple[int, int]]:
        lines = [0, *(m.end() for m in re.finditer(rb"\n", self.content)), len(self.content)]
        for first in range(0, len(lines) - 1, _LINES):
            last = min(first + _LINES, len(lines) - 1)
            start, end = lines[first], lines[last]
            if max(b - a for a, b in zip(lines[first:last], lines[first + 1 :], strict=False)) < (
                _LONG_LINE
            ):
                yield start, end
                continue
            for cut in range(start, end, _BYTES):
                yield cut, min(cut + _BYTES, end)

    def _code_starts(self) -> list[int]:
        """Byte offsets of the tokens that are code for pygments."""
        lexer = pygments_lexer(self._language)
        if lexer is None:
            return []
        starts: list[int] = []
        at = place = 0
        decoded = self.content.decode()
        for index, kind, text in lexer.get_tokens_unprocessed(decoded):
            at += len(decoded[place:index].encode())
            place = index
            if kind in Comment and kind not in _COMMENTS:
                pass
            elif kind in String and kind is not String.Doc:
                line = at
                for part in text.split("\n"):
                    if part.strip():
                        starts.append(line)
                    line += len(part.encode()) + 1
            elif kind is not String.Doc:
                starts += (
                    at + len(text[: match.start()].encode()) for match in _TOKEN.finditer(text)
                )
        return starts
