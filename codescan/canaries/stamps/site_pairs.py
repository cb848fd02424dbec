# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Two ways to write each site of a stamped file, in surroundings that say nothing about the stamp.

For each site a model scores two texts that differ at this site alone. The other sites are written
as another form of the key has them, which was never published. So the difference of the two scores
depends on nothing that decided which way was published: without training on the published form,
either way is equally likely to be the published one, at every site by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.stamps.package_forms import published_form
from codescan.canaries.stamps.sites import Rewording, Way, arrange, draw_ways, written_line
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.canaries.stamps.package_forms import StampedFile
    from codescan.canaries.stamps.sites import Edit, FileSites, LineOrder

__all__ = ["SitePair", "null_choices", "pair_prompts", "site_pairs"]

_CONTEXT = 256
"""Characters before a window that a model is given, at least; whole lines."""
_LONGEST_CONTEXT = 1024
_FOLLOWING = 4
"""Lines after a changed one that are scored, too: their scores depend on it."""
_WINDOW = 1600
"""Characters of a window, about."""


@dataclass(frozen=True, slots=True)
class SitePair:
    """Two ways to write a site; the first and the second do not depend on the published one."""

    id: str
    """PATH|NUMBER OF THE SITE."""
    kind: str
    """The kind of the site."""
    places: int
    """Edits of a rewording, or parts of an order."""
    is_second_published: bool


def _published_ways(file: StampedFile, key: str, forms: int) -> tuple[Way, ...]:
    """The published form's choice at each site."""
    number = published_form(file.path, key, forms)
    return draw_ways(file.sites, DrawStream(key, "form", file.path, number))


def site_pairs(file: StampedFile, key: str, forms: int) -> list[SitePair]:
    """The pairs of a file. An order whose second draw equals the published one has none."""
    published = _published_ways(file, key, forms)
    return [
        SitePair(f"{file.path}|{number}", site.kind, _places(site), published[number] == second)
        for number, site, (_, second) in _pairs(file, key, published)
    ]


def null_choices(
    file: StampedFile, key: str, pairs: Sequence[SitePair], keys: int
) -> list[list[bool]]:
    """For each null key, whether it would have published the second text of each pair."""
    return [
        [stream.coin() for _ in pairs]
        for number in range(keys)
        for stream in [DrawStream(key, "null", number, file.path)]
    ]


def pair_prompts(file: StampedFile, key: str, forms: int) -> Iterator[Prompt]:
    """Yield prompts that score both ways of each site.

    Ids are "PATH|NUMBER OF THE SITE|0 or 1|WINDOW".
    """
    published = _published_ways(file, key, forms)
    surroundings = _Surroundings(
        file, draw_ways(file.sites, DrawStream(key, "surroundings", file.path))
    )
    for number, _site, ways in _pairs(file, key, published):
        for place, way in enumerate(ways):
            for window, (context, text) in enumerate(surroundings.windows(number, way)):
                yield Prompt(
                    id=f"{file.path}|{number}|{place}|{window}",
                    text=context,
                    strategy="stamp",
                    language="python" if file.path.endswith(".py") else "javascript",
                    expected=text,
                )


def _places(site: Rewording | LineOrder) -> int:
    return len(site.edits) if isinstance(site, Rewording) else site.parts


def _pairs(
    file: StampedFile, key: str, published: Sequence[Way]
) -> Iterator[tuple[int, Rewording | LineOrder, tuple[Way, Way]]]:
    """Sites with two ways each, in an order that is the same whichever was published."""
    others = draw_ways(file.sites, DrawStream(key, "alternatives", file.path))
    for number, site in enumerate(file.sites.all):
        if isinstance(site, Rewording):
            yield number, site, (False, True)
        elif others[number] != published[number]:
            first, second = sorted((published[number], others[number]))
            yield number, site, (first, second)


class _Surroundings:
    """A form in which one site at a time is written in another way.

    Args:
        file: the file.
        ways: of the form, one for each site.
    """

    def __init__(self, file: StampedFile, ways: Sequence[Way]) -> None:
        self._lines = file.source.splitlines(keepends=True)
        self._sites: FileSites = file.sites
        self._ways = ways
        self._edits: dict[int, list[tuple[int, Edit]]] = {}
        self._names: dict[int, list[int]] = {}
        for number, site in enumerate(self._sites.all):
            if isinstance(site, Rewording):
                for edit in site.edits:
                    self._edits.setdefault(edit.line, []).append((number, edit))
            elif site.names:
                self._names.setdefault(site.blocks[0][0], []).append(number)
        self._arranged = self._order_with({})
        self._places = {line: place for place, line in enumerate(self._arranged)}

    def windows(self, number: int, way: Way) -> Iterator[tuple[str, str]]:
        """Yield context and text of the windows that a site changes, written in a way."""
        site = self._sites.all[number]
        is_order = not isinstance(site, Rewording) and not site.names
        arranged = self._order_with({number: way}) if is_order else self._arranged
        for first, end in self._ranges(site):
            yield (
                self._context(arranged, first) or "\n",
                "".join(self._line(line, number, way) for line in arranged[first:end]),
            )

    def _context(self, arranged: Sequence[int], first: int) -> str:
        """Whole lines before a place."""
        lines: list[str] = []
        size = 0
        for line in reversed(arranged[max(0, first - _CONTEXT) : first]):
            lines.append(self._line(line, -1, False))
            size += len(lines[-1])
            if size >= _CONTEXT:
                break
        return "".join(reversed(lines))[-_LONGEST_CONTEXT:]

    def _ranges(self, site: Rewording | LineOrder) -> Iterator[tuple[int, int]]:
        """Runs of lines to score, by their place; the same for every way of the site."""
        if isinstance(site, Rewording):
            changed = sorted({self._places[edit.line] for edit in site.edits})
        elif site.names:
            changed = [self._places[site.blocks[0][0]]]
        else:
            changed = list(range(site.blocks[0][0], site.blocks[-1][1]))
        places = sorted(
            {
                place
                for line in changed
                for place in range(line, min(line + 1 + _FOLLOWING, len(self._lines)))
            }
        )
        first, size = places[0], 0
        for before, place in zip(places, [*places[1:], -1], strict=True):
            size += len(self._lines[self._arranged[before]])
            if place != before + 1 or size >= _WINDOW:
                yield first, before + 1
                first, size = place, 0

    def _order_with(self, others: dict[int, Way]) -> list[int]:
        arranged = list(range(len(self._lines)))
        for number, site in enumerate(self._sites.all):
            if not isinstance(site, Rewording) and not site.names:
                arranged = arrange(arranged, site, others.get(number, self._ways[number]))
        return arranged

    def _line(self, line: int, number: int, way: Way) -> str:
        """A line of the form, with one site in a way."""
        edits = [
            edit
            for site, edit in self._edits.get(line, ())
            if (way if site == number else self._ways[site])
        ]
        names = [
            (self._sites.name_orders[site - len(self._sites.rewordings)],
             way if site == number else self._ways[site])
            for site in self._names.get(line, ())
        ]  # fmt: skip
        return written_line(self._lines[line], edits, names)
