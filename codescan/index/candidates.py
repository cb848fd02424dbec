# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What an index answers for a text, before anything is verified; joined over its shards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import numpy.typing as npt

    from codescan._core import _native

__all__ = [
    "NOTHING",
    "BagCandidate",
    "Candidate",
    "CandidateGroup",
    "Candidates",
    "Lookup",
    "joined",
    "joined_bags",
]


class Candidate(NamedTuple):
    """A content that shares fingerprints with a query, all on one diagonal."""

    content_id: int
    query_token: int
    """Of the first shared fingerprint."""
    content_token: int
    """Of the same fingerprint in the content."""
    last_query_token: int
    hits: int
    """Shared fingerprints; 0 for a lone, rare one whose surroundings differ: no run of t tokens."""
    sides: int
    """Most sides, 0 to 2, on which the tokens around one of them seem to be the same, too."""


class BagCandidate(NamedTuple):
    """A unit of a content that may be an edited copy of a unit of the query."""

    content_id: int
    query_token: int
    """Where the query's unit begins."""
    content_token: int
    content_length: int
    """Tokens of the content's unit."""
    bands: int
    """Shared bands of their MinHash signatures."""


class CandidateGroup(NamedTuple):
    """The candidates of one content, as rows of a table."""

    content_id: int
    first: int
    end: int
    shared: int
    """Different fingerprints of the query; 0 for a lone, rare one (see `Candidate.hits`)."""
    sides: int
    """Most of a candidate's."""
    content_token: int
    """Where the candidate that is first in the query begins."""
    length: int
    """Tokens from first to last fingerprint, summed over the candidates."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the shards answer for one text in one form."""

    rows: npt.NDArray[np.uint32]
    """One `Candidate` in each row, those of a content side by side; some are of no group."""
    groups: tuple[CandidateGroup, ...]
    """The most promising content first: that with most fingerprints, then what else speaks for it:
    what is the same around them, and how near its start they are. Of a file and the bundles that
    were made of it, the file comes first: it may share a few more tokens at the ends."""
    uses: dict[int, int]
    """Number of postings, before any cap, by query token of each fingerprint in the index."""
    weak: tuple[tuple[int, int], ...] = ()
    """Tokens [start, end) of the query with candidates that cannot reach the least score."""

    def of(self, group: CandidateGroup) -> list[Candidate]:
        """The candidates of one content."""
        return list(map(Candidate._make, self.rows[group.first : group.end].tolist()))

    @property
    def found(self) -> list[Candidate]:
        """All of them, by content and diagonal."""
        by_content = sorted(self.groups, key=lambda group: group.first)
        return [candidate for group in by_content for candidate in self.of(group)]

    def without(self, contents: AbstractSet[int]) -> Candidates:
        """The candidates of all other contents."""
        return replace(self, groups=tuple(g for g in self.groups if g.content_id not in contents))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the shards answer for one text."""

    exact: Candidates
    renamed: Candidates
    bags: tuple[BagCandidate, ...]
    """Units whose bags are similar to those of the text's units, most shared bands first."""

    def without(self, contents: AbstractSet[int]) -> Lookup:
        """What they answer but for these contents."""
        return Lookup(
            self.exact.without(contents),
            self.renamed.without(contents),
            tuple(bag for bag in self.bags if bag.content_id not in contents),
        )


_NO_ROWS = np.zeros((0, 6), dtype=np.uint32)
_NONE = Candidates(_NO_ROWS, (), {})
NOTHING = Lookup(_NONE, _NONE, ())
"""The answer for a text that nothing in an index is like."""


def joined(results: Sequence[_native.Found], bases: Sequence[int]) -> Candidates:
    """The candidates of all shards.

    Args:
        results: of each shard.
        bases: number of the first content of each shard.
    """
    tables: list[npt.NDArray[np.uint32]] = []
    groups: list[CandidateGroup] = []
    uses: dict[int, int] = {}
    above = 0
    weak: list[tuple[int, int]] = []
    for (rows, grouped, used, excluded), base in zip(results, bases, strict=False):
        if len(excluded):
            weak += [(start, end) for start, end in excluded.tolist()]
        if uses:
            for token, postings in used.tolist():
                uses[token] = uses.get(token, 0) + postings
        elif len(used):
            uses = dict(used.tolist())
        if not len(rows):
            continue
        if base:
            rows[:, 0] += base
            grouped[:, 0] += base
        if above:
            grouped[:, 1:3] += above
        above += len(rows)
        tables.append(rows)
        groups += map(CandidateGroup._make, grouped.tolist())
    groups.sort(key=lambda g: (-g.shared, -g.sides, g.content_token, g.content_id))
    rows = tables[0] if len(tables) == 1 else np.concatenate([_NO_ROWS, *tables])
    return Candidates(rows, tuple(groups), uses, tuple(sorted(weak)))


def joined_bags(results: Sequence[_native.Rows], bases: Sequence[int]) -> tuple[BagCandidate, ...]:
    """The same for units with similar bags."""
    units: list[BagCandidate] = []
    for rows, base in zip(results, bases, strict=False):
        if base and len(rows):
            rows[:, 0] += base
        units += map(BagCandidate._make, rows.tolist())
    units.sort(key=lambda c: (-c.bands, c.content_id, c.query_token))
    return tuple(units)
