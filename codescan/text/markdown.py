# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Splits an assistant's answer into the texts it holds: its code, by language, and its prose.

Each part is a view of the answer in which everything else is blanked out, so that an offset or a
line number in a view is one in the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from codescan.text.languages import by_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from codescan.records import Language

__all__ = ["View", "views"]

_LINE_END = re.compile(r"\r\n?|\n")
_BLANK = bytes(c if c in b"\r\n" else 0x20 for c in range(256))


@dataclass(frozen=True, slots=True)
class View:
    """One language's share of an answer."""

    language: Language | None
    """None where the answer does not say."""
    content: bytes = field(repr=False)
    """As long as the answer in UTF-8; what is not part of this view is blanked to spaces."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block; lines are counted from 0."""

    language: Language | None
    start: int
    """The line of the opening mark."""
    body: int
    """The first line of code."""
    texts: tuple[str, ...]
    """The lines of code as Markdown reads them: without the indent or marks of a container."""
    end: int
    """The first line after the block."""


def views(answer: str) -> tuple[View, ...]:
    """The code blocks of an answer joined by language, in order of appearance, then its prose.

    An answer without fences is one view of unknown language. A fence that is never closed (an
    answer cut off at its length limit) runs to the end. Lone surrogates count as "?".
    """
    data = answer.encode("utf-8", "replace")
    if "```" not in answer and "~~~" not in answer:
        return (View(None, data),)
    lines = data.splitlines(keepends=True)
    shares: dict[Language | None, list[bytes]] = {}
    blank = [line.translate(_BLANK) for line in lines]
    prose = [*lines]
    for block in _blocks(answer):
        prose[block.start : block.end] = blank[block.start : block.end]
        if block.language not in shares:
            shares[block.language] = [*blank]
        share = shares[block.language]
        for number, text in enumerate(block.texts, start=block.body):
            share[number] = _keep(lines[number], text)
    fenced = shares.pop("prose", None)  # blocks marked as plain text are prose too
    if fenced is not None:
        prose = [own if own.strip() else other for own, other in zip(fenced, prose, strict=True)]
    result = [View(language, b"".join(share)) for language, share in shares.items()]
    if any(line.strip() for line in prose):
        result.append(View("prose", b"".join(prose)))
    return tuple(view for view in result if view.content.strip()) or (View(None, data),)


def _keep(line: bytes, text: str) -> bytes:
    """`line` with the marks of its container ("> ", the indent of a list) blanked out."""
    kept = text.encode("utf-8", "replace")
    bare = line.rstrip(b"\r\n")
    if not bare.endswith(kept):  # Markdown expanded a tab or replaced a NUL
        kept = bare.lstrip(b"> \t")
    cut = len(bare) - len(kept)
    return line[:cut].translate(_BLANK) + line[cut:]


def _blocks(answer: str) -> Iterator[_Block]:
    """Every fenced block of an answer, in order.

    A completion may begin inside a block that its prompt opened: its first mark then closes that
    block, and read as an opening mark it would turn code into prose from there on. It gives itself
    away when the block it seems to open holds an opening mark with a language, so the lines
    before it are taken as a block of unknown language.
    """
    tokens = _fences(answer)
    shift = 0
    if tokens and _closes_unseen_block(tokens[0]):
        lines = _LINE_END.split(answer)
        start = tokens[0].map[0] if tokens[0].map else 0
        yield _Block(None, 0, 0, tuple(lines[:start]), start + 1)
        shift = start + 1
        tokens = _fences("\n".join(lines[shift:]))
    for token in tokens:
        first, end = token.map or [0, 0]
        texts = token.content.split("\n")
        if not texts[-1]:
            texts.pop()
        body = first + shift + 1
        yield _Block(by_tag(token.info), first + shift, body, tuple(texts), end + shift)


def _closes_unseen_block(token: Token) -> bool:
    return not token.info.strip() and any(
        line.startswith(token.markup) and line.strip("`~ \t") for line in token.content.split("\n")
    )


def _fences(text: str) -> list[Token]:
    return [token for token in _parser().parse(text) if token.type == "fence"]


@cache
def _parser() -> MarkdownIt:
    """CommonMark's block structure, as far as it bears on fences.

    Without indented code, so that a fence may be indented by any width, as models like to write
    it; without HTML blocks, so that a fence inside <details> is one.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    return parser.disable(["code", "html_block", "reference", "inline", "text_join"])
