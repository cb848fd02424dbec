# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Functions and blocks of at least 40 tokens that occur in independent files.

Files that are near-duplicates of one kept file are not independent: a unit that occurs in such
files alone is counted with them.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan._core import _native
from codescan.dedup.near_pairs import NearLevel, near_pairs
from codescan.dedup.ordering import NONE, mapped_array
from codescan.dedup.part_clusters import PartCluster, PartCopy
from codescan.dedup.star_clusters import Neighbors, components, star_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.segments import Segment
    from codescan.dedup.star_clusters import Similarity
    from codescan.tasks.task_pool import TaskPool

__all__ = ["UnitNodes", "cluster_units", "group_units"]

_GROUPED = 1 << 20
"""Units whose hashes are sorted at a time."""
_LEAST_EQUAL = 14
"""Of 32 signature bytes: of units of which a tenth of the tokens is edited, 16 are equal on
average; the limit costs a quarter of these and keeps most unrelated pairs away."""


def group_units(
    segments: Sequence[Segment], represented: npt.NDArray[np.uint32], folder: Path
) -> None:
    """Write the different units of all represented files into a folder; see `UnitNodes`.

    Args:
        segments: all of the run.
        represented: by document, its node, or `NONE` where another document represents it.
        folder: of the stage.
    """
    total = sum(segment.units() for segment in segments)
    node_of_unit = np.lib.format.open_memmap(
        folder / "node_of_unit.npy", mode="w+", dtype=np.uint32, shape=(max(total, 1),)
    )
    node_of_unit[:] = NONE
    firsts: list[Any] = []
    counts: list[Any] = []
    ranges = 1 + total // _GROUPED
    bounds = [(1 << 64) * number // ranges for number in range(ranges + 1)]
    nodes = 0
    for low, high in pairwise(bounds):
        hashes, units, documents, starts = _units_between(segments, represented, low, high)
        order = np.lexsort((starts, documents, hashes))
        hashes, units = hashes[order], units[order]
        if not len(hashes):
            continue
        begins = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
        sizes = np.diff([*begins, len(hashes)])
        node_of_unit[units] = nodes + np.repeat(np.arange(len(begins), dtype=np.uint32), sizes)
        firsts.append(units[begins])
        counts.append(sizes.astype(np.uint32))
        nodes += len(begins)
    first = np.concatenate(firsts) if firsts else np.zeros(0, dtype=np.uint32)
    np.save(folder / "first_unit.npy", first)
    np.save(
        folder / "unit_count.npy",
        np.concatenate(counts) if counts else np.zeros(0, dtype=np.uint32),
    )
    _write_places(segments, first, folder)


def _units_between(
    segments: Sequence[Segment], represented: npt.NDArray[np.uint32], low: int, high: int
) -> tuple[Any, Any, Any, Any]:
    """Hash, number, file node and first token of the units with hashes in [low, high)."""
    columns: list[list[Any]] = [[], [], [], []]
    for segment in segments:
        order = segment.loaded("unit_order")
        hashes = segment.loaded("unit_hashes")[order]
        begin = int(np.searchsorted(hashes, np.uint64(low)))
        end = len(hashes) if high >= 1 << 64 else int(np.searchsorted(hashes, np.uint64(high)))
        units = segment.array("units")[order[begin:end]]
        node = represented[units[:, 0].astype(np.int64) + segment.first]
        chosen = node != NONE
        for column, values in zip(
            columns,
            (
                hashes[begin:end],
                order[begin:end] + np.uint32(segment.first_unit),
                node,
                units[:, 1],
            ),
            strict=True,
        ):
            column.append(values[chosen])
    hashes, numbers, nodes, starts = (np.concatenate(column) for column in columns)
    return hashes, numbers, nodes, starts


def _write_places(segments: Sequence[Segment], first: Any, folder: Path) -> None:
    """Token places and signatures of the nodes, in the order of their numbers."""
    count = len(first)
    files = np.zeros(count, dtype=np.uint32)
    starts = np.zeros(count, dtype=np.uint64)
    lengths = np.zeros(count, dtype=np.uint32)
    signatures = np.lib.format.open_memmap(
        folder / "unit_signatures.npy", mode="w+", dtype=np.uint8,
        shape=(max(count, 1), _native.UNIT_SIGNATURE),
    )  # fmt: skip
    for at, segment in enumerate(segments):
        of_segment = np.flatnonzero(
            (first >= segment.first_unit) & (first < segment.first_unit + segment.units())
        )
        local = first[of_segment] - np.uint32(segment.first_unit)
        units = segment.array("units")[local]
        files[of_segment] = at
        starts[of_segment] = segment.offsets[units[:, 0].astype(np.int64)] + units[:, 1]
        lengths[of_segment] = units[:, 2] - units[:, 1]
        signatures[of_segment] = segment.array("unit_signatures")[local]
    signatures.flush()
    np.save(folder / "token_file.npy", files)
    np.save(folder / "token_start.npy", starts)
    np.save(folder / "token_count.npy", lengths)


class UnitNodes:
    """The different units of all represented files.

    Args:
        folder: of the stage that grouped them.
        segments: all of the run.
        represented: as for `group_units`.
    """

    def __init__(
        self, folder: Path, segments: Sequence[Segment], represented: npt.NDArray[np.uint32]
    ) -> None:
        self._folder = folder
        self._segments = segments
        self._represented = represented
        self._first_units = [segment.first_unit for segment in segments]
        self.count = self._array("unit_count")
        """Occurrences of each."""
        self.of_unit = self._array("node_of_unit")
        """Node of each unit of all segments."""
        self.lengths = np.array(self._array("token_count"))

    def __len__(self) -> int:
        return len(self.count)

    def pairs(self, pool: TaskPool, share: float) -> npt.NDArray[np.uint32]:
        """Verified near-duplicate pairs; see `near_pairs`."""
        names = ("token_file", "token_start", "token_count")
        level = NearLevel(
            "units", "unit_keys", "unit_owners", self._folder / "node_of_unit.npy",
            self._folder / "unit_signatures.npy", _LEAST_EQUAL,
            tuple(self._folder / f"{name}.npy" for name in names),  # type: ignore[arg-type]
            is_unit=True,
        )  # fmt: skip
        return near_pairs(pool, level, self._segments, share).rows

    def tokens(self) -> _native.DuplicateTokens:
        """The token sequences of all nodes."""
        return _native.DuplicateTokens(
            [str(segment.token_file) for segment in self._segments],
            np.array(self._array("token_file")),
            np.array(self._array("token_start")),
            np.array(self._array("token_count")),
        )

    def place(self, unit: int) -> tuple[int, int, int]:
        """File node, first token and end of a unit, by its number."""
        segment = self._segments[bisect_right(self._first_units, unit) - 1]
        document, start, end = segment.unit(unit - segment.first_unit)
        return int(self._represented[segment.first + document]), start, end

    def _array(self, name: str) -> Any:
        return mapped_array(self._folder, name)


def cluster_units(
    units: UnitNodes, pairs: npt.NDArray[np.uint32], groups: npt.NDArray[np.uint32], share: float
) -> Iterator[PartCluster]:
    """Yield every unit that occurs in files of two groups or more.

    Args:
        units: the different units.
        pairs: verified near-duplicates among them.
        groups: for each file node, the node of the file that is kept for it.
        share: as for `UnitNodes.pairs`.
    """
    tokens = units.tokens()
    by_node = np.argsort(units.of_unit[:] if len(units) else [], kind="stable")
    ends = np.cumsum(units.count, dtype=np.int64)

    def occurrences(node: int) -> list[tuple[int, int, int]]:
        end = int(ends[node])
        return sorted(map(units.place, by_node[end - int(units.count[node]) : end].tolist()))

    def verify(center: int, others: list[int]) -> Mapping[int, Similarity]:
        return verified_with(tokens, units.lengths, center, others, share)

    connected = np.zeros(len(units), dtype=bool)
    for members, rows in components(len(units), pairs):
        connected[members] = True
        places = {node: occurrences(node) for node in members}
        if len({int(groups[p[0]]) for copies in places.values() for p in copies}) < 2:  # noqa: PLR2004
            continue
        order = sorted(members, key=lambda node: places[node])
        stars = star_clusters(order, Neighbors(rows, units.lengths), verify)
        for center, near in stars:
            yield from _cluster(places, center, near, groups)
    repeated = np.flatnonzero((np.asarray(units.count) > 1) & ~connected)
    for node in repeated.tolist():
        yield from _cluster({node: occurrences(node)}, node, {}, groups)


def verified_with(
    tokens: _native.DuplicateTokens,
    lengths: npt.NDArray[np.uint32],
    center: int,
    others: list[int],
    share: float,
    *,
    renamed: bool = False,
) -> dict[int, Similarity]:
    """The nodes, out of some, that are near-duplicates of a node."""
    if not others:
        return {}
    pairs = np.array([(center, other) for other in others], dtype=np.uint32)
    common = tokens.verify(pairs, share, renamed).tolist()
    return {
        other: (count / max(int(lengths[center]), int(lengths[other])), names > 0)
        for other, (count, names) in zip(others, common, strict=True)
        if count
    }


def _cluster(
    places: Mapping[int, list[tuple[int, int, int]]],
    center: int,
    near: Mapping[int, Similarity],
    groups: npt.NDArray[np.uint32],
) -> Iterator[PartCluster]:
    reference, *equal = places[center]
    copies = [PartCopy(*place, "equal-unit", 1.0) for place in equal]
    for node, (similarity, _renamed) in near.items():
        copies += [PartCopy(*place, "near-unit", similarity) for place in places[node]]
    nodes = [reference[0], *(copy.node for copy in copies)]
    if len({int(groups[node]) for node in nodes}) > 1:
        first = PartCopy(*reference, "kept-copy", 1.0)
        ordered = sorted(copies, key=lambda copy: (copy.node, copy.start))
        yield PartCluster("unit", first, tuple(ordered))
