# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Source text as pygments reads it, whole file by whole file.

The evaluation must not judge codescan's lexer by codescan's lexer, so what is a comment, a name or
a keyword comes from pygments, which sees the file around a span and so knows where it is.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, String, Whitespace

if TYPE_CHECKING:
    from codescan.records import Document

__all__ = ["LANGUAGES", "Piece", "Text", "read"]

LANGUAGES = (
    "c", "cpp", "go", "java", "javascript", "php", "python", "ruby", "rust", "typescript",
)  # fmt: skip
_LONGEST = 150_000  # characters; pygments reads about a megabyte a second
_DOC_COMMENTS = ("/*", "//")  # pygments calls those of Rust and PHP strings
_CODE_COMMENTS = (Comment.Preproc, Comment.PreprocFile)  # "#include", "<?php"


@dataclass(frozen=True, slots=True)
class Piece:
    """A pygments token."""

    start: int
    """Character offset in its file."""
    text: str
    kind: str
    """"comment", "space", "string", "name", "keyword", "number", or "code" for the rest."""

    @property
    def end(self) -> int:
        """Offset behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Text:
    """A file of source code and its tokens."""

    document: Document
    text: str
    pieces: tuple[Piece, ...]

    @cached_property
    def lines(self) -> list[str]:
        """Lines with their ends."""
        return self.text.splitlines(keepends=True)

    @cached_property
    def line_starts(self) -> list[int]:
        """Character offset of each line, and of the end."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """0-based numbers of the lines that hold something else than comments and space."""
        kinds: set[int] = set()
        for piece in self.pieces:
            if piece.kind in ("comment", "space"):
                continue
            line = self.line_of(piece.start)
            for offset, part in enumerate(piece.text.split("\n")):
                if part.strip():
                    kinds.add(line + offset)
        return frozenset(kinds)

    def line_of(self, offset: int) -> int:
        """0-based line of a character."""
        return bisect.bisect_right(self.line_starts, offset) - 1

    def between(self, start: int, end: int) -> list[Piece]:
        """Tokens of the characters [start, end), those at its ends cut."""
        first = bisect.bisect_right([p.start for p in self.pieces], start) - 1
        tokens = []
        for piece in self.pieces[max(first, 0) :]:
            if piece.start >= end:
                break
            a, b = max(piece.start, start), min(piece.end, end)
            if a < b:
                text = piece.text[a - piece.start : b - piece.start]
                tokens.append(Piece(a, text, piece.kind))
        return tokens


def _kind(token: object, text: str) -> str:
    kind = "code"
    if not text.strip() or token in Whitespace:
        kind = "space"
    elif (token in Comment and not any(token in code for code in _CODE_COMMENTS)) or (
        token in String.Doc and text.lstrip().startswith(_DOC_COMMENTS)
    ):
        kind = "comment"
    elif token in String:
        kind = "name" if token in String.Interpol and text.isidentifier() else "string"
    elif token in Literal:
        kind = "number"
    elif token in Keyword:
        kind = "keyword"
    elif token in Name and token not in Name.Builtin and token not in Name.Tag:
        kind = "name"  # names that a language gives (print, self) are code
    return kind


@lru_cache(maxsize=256)
def _lexer(language: str) -> Any:
    return get_lexer_by_name(language)


def read(document: Document, longest: int = _LONGEST) -> Text | None:
    """The text of a document with its tokens; None where it cannot be evaluated."""
    if document.language not in LANGUAGES:
        return None
    try:
        text = document.content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if not text.isascii() and "\u2028" in text:
        return None  # str.splitlines divides there, line numbers do not
    if len(text) > longest or any(c in text for c in "\r\f\v\x1c\x1d\x1e\x85"):
        return None
    pieces = tuple(
        Piece(start, value, _kind(token, value))
        for start, token, value in _lexer(document.language).get_tokens_unprocessed(text)
        if value
    )
    return Text(document, text, pieces)
