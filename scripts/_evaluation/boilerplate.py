# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Text that many authors have without copying it from each other.

Banners, import blocks and tables are cut from indexed files, where they are certain to be found:
the question is whether they are graded as copies.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from _evaluation.common_text import IMPORT
from _evaluation.lexed import read
from _evaluation.spans import MIN_LINES

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator

    from codescan.records import Document

__all__ = ["KINDS", "Boilerplate"]

Boilerplate = tuple[str, str | None]
"""A text and its language."""

_LITERAL = r"""(?:[-+]?\.?\d[\w.]*|'[^'\n]{0,40}'|"[^"\n]{0,40}")"""
_TABLE = re.compile(
    rf"[\s\[\](){{}},:;=>|+-]*{_LITERAL}(?:[\s\[\](){{}},:;=>|+-]+{_LITERAL})*[\s\[\](){{}},:;=>|+-]*$"
)
_MAX_LINES = 60
_TEXTS = tomllib.loads((Path(__file__).parent / "idioms.toml").read_text(encoding="utf-8"))


def banners(documents: Iterable[Document], rng: random.Random) -> Iterator[Boilerplate]:
    """License notices at the head of indexed files, and stretches of indexed license texts."""
    for document in documents:
        text = document.content.decode(errors="replace")
        head = text[:4000].lower()
        if document.language == "prose" and re.search(
            r"(?:^|/)(?:licen[sc]e|copying)", document.origin.path, re.IGNORECASE
        ):
            lines = text.splitlines(keepends=True)
            start = rng.randrange(max(1, len(lines) - 10))
            yield "".join(lines[start : start + rng.randint(8, 40)]), "prose"
        elif "licen" in head and ("copyright" in head or "permission" in head):
            source = read(document)
            if source is None:
                continue
            first = min(source.code_lines, default=0)
            banner = "".join(source.lines[: min(first, _MAX_LINES)])
            if banner.count("\n") >= MIN_LINES:
                yield banner, document.language


def import_blocks(documents: Iterable[Document], _rng: random.Random) -> Iterator[Boilerplate]:
    """Six or more import lines in a row, of indexed files."""
    yield from _stretches(documents, IMPORT)


def tables(documents: Iterable[Document], _rng: random.Random) -> Iterator[Boilerplate]:
    """Six or more lines in a row of numbers and short strings alone, of indexed files."""
    yield from _stretches(documents, _TABLE)


def _stretches(documents: Iterable[Document], pattern: re.Pattern[str]) -> Iterator[Boilerplate]:
    for document in documents:
        source = read(document)
        if source is None:
            continue
        run: list[str] = []
        best: list[str] = []
        for number, line in enumerate(source.lines):
            if number in source.code_lines and pattern.match(line):
                run.append(line)
                best = max(best, run, key=len)
            elif number in source.code_lines:
                run = []
        if len(best) >= MIN_LINES:
            yield "".join(best[:_MAX_LINES]), document.language


_NOUNS = (
    "name", "size", "color", "owner", "status", "title", "width", "height", "address", "email",
    "count", "label", "price", "weight", "city", "country", "language", "version", "author",
)  # fmt: skip


def accessors(_documents: Iterable[Document], rng: random.Random) -> Iterator[Boilerplate]:
    """Getters and setters as generators write them."""
    while True:
        nouns = rng.sample(_NOUNS, rng.randint(3, 8))
        language = rng.choice(("java", "python", "php", "typescript", "cpp"))
        yield (
            "".join(
                _TEXTS["accessors"][language].replace("%N", n.title()).replace("%n", n)
                for n in nouns
            ),
            language,
        )


def idioms(_documents: Iterable[Document], rng: random.Random) -> Iterator[Boilerplate]:
    """What every programmer of a language writes: argument parsing, main, module heads, tests."""
    while True:
        language = rng.choice(tuple(_TEXTS["idioms"]))
        text = rng.choice(_TEXTS["idioms"][language])
        nouns = rng.sample(_NOUNS, 4)
        for mark, noun in zip(("%a", "%b", "%c", "%d"), nouns, strict=True):
            text = text.replace(mark.upper(), noun.upper()).replace(mark, noun)
        yield text, language


KINDS: dict[str, Callable[[Iterable[Document], random.Random], Iterator[Boilerplate]]] = {
    "license banners": banners,
    "import blocks": import_blocks,
    "tables": tables,
    "accessors": accessors,
    "idioms": idioms,
}
