# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Edits a share of a span's lines, as someone does who adapts code."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from _evaluation.spans import Cut

__all__ = ["edited"]

_WORDS = (
    "total", "cache", "probe", "widget", "margin", "ledger", "anchor", "packet", "throttle",
    "beacon", "quota", "pivot", "harbor", "sprocket", "lattice", "tally",
)  # fmt: skip
_NAME = re.compile(r"\b[A-Za-z_]\w{2,}\b")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_TERMINATED = ("c", "cpp", "java", "javascript", "typescript", "rust", "php")


def edited(cut: Cut, share: float, rng: random.Random) -> str:
    """The span with `share` of its lines of code edited, at least one.

    Each edited line is, with equal chance: replaced by a new statement, deleted, followed by a new
    statement, or changed in one or two names or numbers.
    """
    lines = cut.code_lines
    chosen = set(rng.sample(lines, math.ceil(share * len(lines))))
    out: list[str] = []
    for number in range(cut.first, cut.last + 1):
        line = cut.source.lines[number]
        if number in chosen:
            out += _edit(line, cut.language, rng)
        else:
            out.append(line)
    return "".join(out)


def _edit(line: str, language: str, rng: random.Random) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    how = rng.randrange(4)
    if how == 0:
        return [_statement(indent, language, rng)]
    if how == 1:
        return []
    if how == 2:  # noqa: PLR2004 - the third of four ways
        return [line if line.endswith("\n") else line + "\n", _statement(indent, language, rng)]
    changed = line
    for _ in range(rng.randint(1, 2)):
        changed = _change(changed, rng)
    return [changed if changed != line else _statement(indent, language, rng)]


def _change(line: str, rng: random.Random) -> str:
    places = [*_NAME.finditer(line), *_NUMBER.finditer(line)]
    if not places:
        return line
    place = rng.choice(places)
    new = str(rng.randrange(1000)) if place[0].isdigit() else rng.choice(_WORDS)
    return line[: place.start()] + new + line[place.end() :]


def _statement(indent: str, language: str, rng: random.Random) -> str:
    a, b, c = rng.sample(_WORDS, 3)
    mark = "$" if language == "php" else ""
    end = ";" if language in _TERMINATED else ""
    form = rng.choice(
        (
            f"{mark}{a} = {mark}{b} + {rng.randrange(100)}",
            f"{a}({mark}{b}, {mark}{c})",
            f"{mark}{a} = {b}({mark}{c})",
        )
    )
    return f"{indent}{form}{end}\n"
