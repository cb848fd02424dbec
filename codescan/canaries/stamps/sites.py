# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sites of a file: places where its text may be written in several ways that mean the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codescan.canaries.draw_stream import DrawStream

__all__ = [
    "Edit", "FileSites", "LineOrder", "Rewording", "Way", "arrange", "draw_ways", "write_ways",
    "written_line",
]  # fmt: skip

Way = bool | tuple[int, ...]
"""A form's choice at a site: reworded or not, or the order of its parts."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A span of characters on one line that another text may replace."""

    line: int
    """The line of the site, from 0."""
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
    """Blocks of whole lines that may occur in any order; what is between them stays."""

    kind: str
    """"imports", "definitions" or "imported-names"."""
    blocks: tuple[tuple[int, int], ...]
    """First line and line after the last of each block, ascending. For imported names: the one
    line that lists them."""
    names: tuple[str, ...] = ()
    """Names as they are listed; only for imported names."""

    @property
    def parts(self) -> int:
        """The parts whose order is free: names or blocks."""
        return len(self.names or self.blocks)

    @property
    def bits(self) -> float:
        """log2 of the number of ways."""
        return math.log2(math.factorial(self.parts))


@dataclass(frozen=True, slots=True)
class FileSites:
    """The sites of a file. Edits and blocks of one kind do not overlap."""

    rewordings: tuple[Rewording, ...] = ()
    name_orders: tuple[LineOrder, ...] = ()
    orders: tuple[LineOrder, ...] = ()

    @property
    def all(self) -> tuple[Rewording | LineOrder, ...]:
        """Every site, in the order in which forms are drawn."""
        return (*self.rewordings, *self.name_orders, *self.orders)

    @property
    def bits(self) -> float:
        """log2 of the number of forms of the file."""
        ordered = math.fsum(site.bits for site in (*self.name_orders, *self.orders))
        return len(self.rewordings) + ordered

    @property
    def count(self) -> int:
        """Number of sites."""
        return len(self.all)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kind of each site."""
        return tuple(site.kind for site in self.all)


def draw_ways(sites: FileSites, stream: DrawStream) -> tuple[Way, ...]:
    """One form of a file: a new draw for every site, in the order of `FileSites.all`.

    Args:
        sites: of the file.
        stream: draws the form.
    """
    ways: list[Way] = [stream.coin() for _ in sites.rewordings]
    for site in (*sites.name_orders, *sites.orders):
        order = list(range(site.parts))
        stream.shuffle(order)
        ways.append(tuple(order))
    return tuple(ways)


def write_ways(lines: Sequence[str], sites: FileSites, ways: Sequence[Way]) -> list[str]:
    """The lines of a form. It has as many as the file.

    Args:
        lines: of the file, with their line breaks.
        sites: of the file.
        ways: one for each site.
    """
    edits: dict[int, list[Edit]] = {}
    names: dict[int, list[tuple[LineOrder, Way]]] = {}
    arranged = list(range(len(lines)))
    for site, way in zip(sites.all, ways, strict=True):
        if isinstance(site, Rewording):
            for edit in site.edits if way else ():
                edits.setdefault(edit.line, []).append(edit)
        elif site.names:
            names.setdefault(site.blocks[0][0], []).append((site, way))
        else:
            arranged = arrange(arranged, site, way)
    return [
        written_line(lines[number], edits.get(number, ()), names.get(number, ()))
        for number in arranged
    ]


def written_line(
    line: str, edits: Iterable[Edit], names: Iterable[tuple[LineOrder, Way]] = ()
) -> str:
    """A line with some edits made, and with imported names in other orders."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        line = f"{line[: edit.start]}{edit.replacement}{line[edit.end :]}"
    for site, way in names:
        line = line.replace(", ".join(site.names), ", ".join(site.names[n] for n in _order(way)))
    return line


def arrange(numbers: Sequence[int], site: LineOrder, way: Way) -> list[int]:
    """Numbers of lines with the blocks of a site in another order."""
    blocks = site.blocks
    result = list(numbers[: blocks[0][0]])
    for place, number in enumerate(_order(way)):
        first, end = blocks[number]
        result += numbers[first:end]
        following = blocks[place + 1][0] if place + 1 < len(blocks) else len(numbers)
        result += numbers[blocks[place][1] : following]
    return result


def _order(way: Way) -> tuple[int, ...]:
    if isinstance(way, bool):
        raise TypeError("the value of an order must be a permutation")
    return way
