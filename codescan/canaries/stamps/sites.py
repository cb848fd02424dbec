# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sites of a file: places where its text may be written in several ways that mean the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["Edit", "FileSites", "LineOrder", "Rewording", "render"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A span of characters on one line that another text may replace."""

    line: int
    """From 0."""
    start: int
    """Characters before it on the line."""
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """Edits that are made together or not at all: one bit."""

    kind: str
    """"quotes" or "local-name"."""
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class LineOrder:
    """Blocks of whole lines that may stand in any order; what is between them stays."""

    kind: str
    """"imports", "definitions" or "imported-names"."""
    blocks: tuple[tuple[int, int], ...]
    """First line and line after the last of each block, ascending. For imported names: the one
    line that lists them."""
    names: tuple[str, ...] = ()
    """Names as they are listed; only for imported names."""

    @property
    def bits(self) -> float:
        """log2 of the number of ways."""
        return math.log2(math.factorial(len(self.names or self.blocks)))


@dataclass(frozen=True, slots=True)
class FileSites:
    """The sites of a file. Edits and blocks of one kind do not overlap."""

    rewordings: tuple[Rewording, ...] = ()
    name_orders: tuple[LineOrder, ...] = ()
    orders: tuple[LineOrder, ...] = ()

    @property
    def bits(self) -> float:
        """log2 of the number of forms of the file."""
        ordered = math.fsum(site.bits for site in (*self.name_orders, *self.orders))
        return len(self.rewordings) + ordered

    @property
    def count(self) -> int:
        """Number of sites."""
        return len(self.rewordings) + len(self.name_orders) + len(self.orders)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kind of each site."""
        ordered = [site.kind for site in (*self.name_orders, *self.orders)]
        return (*(site.kind for site in self.rewordings), *ordered)

    @property
    def lines(self) -> frozenset[int]:
        """Lines that forms write differently."""
        edited = {edit.line for site in self.rewordings for edit in site.edits}
        ordered = {
            line
            for site in (*self.name_orders, *self.orders)
            for first, end in site.blocks
            for line in range(first, end)
        }
        return frozenset(edited | ordered)


def render(lines: list[str], sites: FileSites, stream: DrawStream) -> list[str]:
    """One form of a file: a new draw for every site. It has as many lines as the file.

    Args:
        lines: of the file, with their line breaks.
        sites: of the file.
        stream: draws the form.
    """
    chosen = [site for site in sites.rewordings if stream.coin()]
    result = _edited(lines, [edit for site in chosen for edit in site.edits])
    for site in sites.name_orders:
        result = _with_names(result, site, stream)
    for site in sites.orders:
        order = list(range(len(site.blocks)))
        stream.shuffle(order)
        result = _reordered(result, site.blocks, order)
    return result


def _edited(lines: list[str], edits: list[Edit]) -> list[str]:
    result = list(lines)
    for edit in sorted(edits, key=lambda edit: (edit.line, edit.start), reverse=True):
        line = result[edit.line]
        result[edit.line] = f"{line[: edit.start]}{edit.replacement}{line[edit.end :]}"
    return result


def _with_names(lines: list[str], site: LineOrder, stream: DrawStream) -> list[str]:
    names = list(site.names)
    stream.shuffle(names)
    (number, _), *_others = site.blocks
    result = list(lines)
    result[number] = result[number].replace(", ".join(site.names), ", ".join(names))
    return result


def _reordered(
    lines: list[str], blocks: tuple[tuple[int, int], ...], order: list[int]
) -> list[str]:
    result = list(lines[: blocks[0][0]])
    for place, number in enumerate(order):
        first, end = blocks[number]
        result += lines[first:end]
        following = blocks[place + 1][0] if place + 1 < len(blocks) else len(lines)
        result += lines[blocks[place][1] : following]
    return result
