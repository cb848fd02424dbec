# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Matching templates of the SPDX license list: which words of a license are optional or may differ.

`scripts/make_license_data` makes them from spdx/license-list-XML. Words have the form of
`text_normalization.normal`; titles, bullets and copyright notices are optional (SPDX 2.3, annex B).
"""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Struct

from codescan.licenses import spdx_list

__all__ = ["OPTIONAL", "REPLACEABLE", "REQUIRED", "Template", "parse", "template", "templates"]

REQUIRED, OPTIONAL, REPLACEABLE = 0, 1, 2


class Template(Struct, frozen=True):
    """The words of a license text or of a standard header."""

    license_id: str
    is_header: bool
    """Whether it is the standard notice for source files, not the license text."""
    words: tuple[str, ...]
    kinds: bytes
    """REQUIRED, OPTIONAL or REPLACEABLE for each word."""
    gaps: frozenset[int]
    """Positions before which other words may occur, because the template has replaceable text."""
    wordings: frozenset[str]
    """Words of the alternative wordings in the template."""


def parse(license_id: str, kind: str, marked: str) -> Template:
    """A template from its stored form.

    Args:
        license_id: id of the license.
        kind: "text" or "header".
        marked: words, `[`optional words`]`, `{`words that any others may replace`}` and
            `<`words`|`words of other wordings`>`.
    """
    words: list[str] = []
    kinds = bytearray()
    gaps: set[int] = set()
    wordings: set[str] = set()
    opened: list[str] = []
    for word in marked.split():
        if word in "[{<|":
            opened.append(word)
        elif word in "]}>":
            while opened and opened.pop() == "|":
                pass
        elif "|" in opened:
            wordings.add(word)
            continue
        else:
            words.append(word)
            free = "{" in opened
            kinds.append(REPLACEABLE if free else OPTIONAL if opened else REQUIRED)
            continue
        if word in "{}":
            gaps.add(len(words))
    return Template(
        license_id, kind == "header", tuple(words), bytes(kinds), frozenset(gaps),
        frozenset(wordings),
    )  # fmt: skip


@cache
def _rows() -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = msgspec.json.decode(
        spdx_list.data("templates.json.zst"), type=list[tuple[str, str, str]]
    )
    return rows


def templates(license_id: str) -> tuple[Template, ...]:
    """The templates of a license, its text and its standard headers."""
    return tuple(parse(*row) for row in _rows() if row[0] == license_id)


@cache
def template(number: int) -> Template:
    """The license template at an index of the table.

    Raises:
        IndexError: the index is out of range.
    """
    return parse(*_rows()[number])
