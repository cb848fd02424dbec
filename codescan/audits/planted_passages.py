# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts with a known correct result: passages of an index, also disguised, and others."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.prompts.function_units import MIN_CHARACTERS, MIN_LINES, long_functions
from codescan.prompts.identifier_randomization import rewritten
from codescan.prompts.slicing import hashed
from codescan.records import Snippet
from codescan.text.languages import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.records import Document

__all__ = ["CASES", "UNRELATED", "Planted", "plant"]

UNRELATED = "unrelated"
CASES = {
    "verbatim": "as they are",
    "reformatted": "with other indentation and line breaks",
    "renamed": "with every identifier renamed",
    "edited": "with 10 % of the lines changed",
    UNRELATED: "short parts of lines of twelve different files put together, copies of none",
}
"""Descriptions of the planted texts."""

_EDITED = 0.1
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LINES = 12
_LONGEST_LINES = 60
_LINE_TOKENS = 8
"""Words and signs per line of an unrelated text; a longer line could be a copy by itself."""
_MOST_DOCUMENTS = 40
"""Maximum documents examined per passage."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A text for the matcher's self-test."""

    passage: int
    """Number of the passage; all forms of one passage share it."""
    case: str
    snippet: Snippet


def plant(documents: Iterable[Document], count: int, seed: int) -> Iterator[Planted]:
    """Yield `count` passages in each form, and as many unrelated texts.

    Passages are functions, or stretches of prose, long enough to be strong evidence.

    Args:
        documents: randomly drawn documents with their content.
        count: number of passages; fewer if the documents do not hold enough.
        seed: selects the function of a document.
    """
    passages = 0
    lines: dict[str, list[str]] = {}
    unrelated = 0
    for number, document in enumerate(documents):
        if number >= _MOST_DOCUMENTS * count or (passages >= count and unrelated >= count):
            return
        passage = _passage(document, seed)
        if passage is None:
            continue
        if passages < count:
            yield from _forms(passage, passages, seed)
            passages += 1
        waiting = lines.setdefault(document.language, [])
        waiting.append(_line(passage, seed))
        if len(waiting) == _LINES and unrelated < count:
            text = "\n".join(waiting) + "\n"
            yield _planted(unrelated, UNRELATED, text, document.language)
            unrelated += 1
            waiting.clear()


def _passage(document: Document, seed: int) -> Document | None:
    """A passage of a document as its own document; None if no passage is long enough."""
    try:
        text = document.content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if kind(document.language) == "code":
        for unit in long_functions(document, seed):
            start = text.encode()[: unit.span.start].rfind(b"\n") + 1
            passage = document.content[start : unit.span.end]
            if passage.count(b"\n") < _LONGEST_LINES:
                return replace(document, content=textwrap.dedent(passage.decode()).encode())
        return None
    lines = text.splitlines(keepends=True)
    size = MIN_LINES * 3
    if kind(document.language) != "prose" or len(lines) < size:
        return None
    first = hashed(seed, document.id) % (len(lines) - size + 1)
    excerpt = "".join(lines[first : first + size])
    enough = len("".join(excerpt.split())) >= 3 * MIN_CHARACTERS
    return replace(document, content=excerpt.encode()) if enough else None


def _forms(passage: Document, number: int, seed: int) -> Iterator[Planted]:
    text = passage.content.decode()
    yield _planted(number, "verbatim", text, passage.language)
    yield _planted(number, "reformatted", _reformatted(passage, text), passage.language)
    fresh = rewritten(passage, seed)
    renamed = rewritten(passage, seed, literals=False)
    if renamed is not None and kind(passage.language) == "code":
        yield _planted(number, "renamed", renamed.content.decode(), passage.language)
    if fresh is not None:
        changed = _edited(text, fresh.content.decode(), passage.id, seed)
        yield _planted(number, "edited", changed, passage.language)


def _reformatted(passage: Document, text: str) -> str:
    if kind(passage.language) != "code":
        return textwrap.fill(" ".join(text.split()), 50) + "\n"
    out = []
    for line in text.splitlines():
        body = line.lstrip(" \t")
        indent = line[: len(line) - len(body)].expandtabs(4)
        out.append("\t" * (len(indent) // 2) + body.rstrip())
    return "\n\n".join(out) + "\n"


def _edited(text: str, fresh: str, name: str, seed: int) -> str:
    """The text with a tenth of its lines, at least one, replaced by their rewritten form."""
    lines, fresh_lines = text.splitlines(keepends=True), fresh.splitlines(keepends=True)
    if len(lines) != len(fresh_lines):
        return text
    different = [
        i for i, (one, other) in enumerate(zip(lines, fresh_lines, strict=True)) if one != other
    ]
    different.sort(key=lambda i: hashed(seed, name, "edit", i))
    for i in different[: math.ceil(_EDITED * len(lines))]:
        lines[i] = fresh_lines[i]
    return "".join(lines)


def _line(passage: Document, seed: int) -> str:
    lines = [line for line in passage.content.decode().splitlines() if len(line.strip()) > 8]  # noqa: PLR2004
    if not lines:
        return ""
    line = lines[hashed(seed, passage.id, "line") % len(lines)]
    tokens = list(_TOKEN.finditer(line))
    return line if len(tokens) <= _LINE_TOKENS else line[: tokens[_LINE_TOKENS - 1].end()]


def _planted(number: int, case: str, text: str, language: str) -> Planted:
    name = f"self-test/{case}/{number}"
    return Planted(number, case, Snippet(name, text.encode(), language))
