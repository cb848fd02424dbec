# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Findings in unrelated packages that were read by eye, and what each is: findings_read.csv.

`borrowed`: one was copied from the other, or both from a third. `tool`: a tool wrote both.
`chance`: two authors wrote the same. A finding is known by its file and the package of its origin.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from _evaluation.chance import ChanceMatch, Searched

__all__ = ["BORROWED", "CHANCE", "TOOL", "UNREAD", "class_of", "is_chance", "package_of", "rows"]

BORROWED, TOOL, CHANCE, UNREAD = "borrowed", "tool", "chance", "unread"
_FILE = Path(__file__).parent / "findings_read.csv"


def package_of(place: str) -> str:
    """Name of the package of a purl#path, without its version."""
    purl = unquote(place.partition("#")[0])
    name = purl.removeprefix("pkg:").partition("/")[2].split("?")[0]
    at = name.rfind("@")
    return name[:at] if at > 0 else name


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The rows of the file: package, path, origin, class and remark of each finding."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def _classes() -> dict[tuple[str, str, str], str]:
    return {(row["package"], row["path"], row["origin"]): row["class"] for row in rows()}


@cache
def _related() -> frozenset[tuple[str, str]]:
    return frozenset((row["package"], row["origin"]) for row in rows() if row["class"] == BORROWED)


def class_of(text: str, origin: str) -> str:
    """What a finding is; UNREAD where nobody has read it.

    Args:
        text: purl#path of the file.
        origin: purl#path of its origin.
    """
    key = package_of(text), text.partition("#")[2], package_of(origin)
    return _classes().get(key, UNREAD)


def is_chance(text: Searched, match: ChanceMatch) -> bool:
    """Whether a finding counts as one that chance gave.

    What nobody has read counts. Between packages of which one borrowed from the other nothing
    counts that was not read: their weaker findings are often parts of what was borrowed.
    """
    known = class_of(text.text, match.origin)
    if known == UNREAD:
        return (package_of(text.text), package_of(match.origin)) not in _related()
    return known == CHANCE
