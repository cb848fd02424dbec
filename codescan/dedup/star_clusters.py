# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Clusters around kept copies, from verified pairs.

A chain of versions, each like the one before, connects texts that have nothing in common. So
connected texts only bound the work: inside of them the most preferred text is kept, takes every
text that is *verified against it*, and leaves the others to the next one. Each member of a cluster
is therefore a near-duplicate of the copy that stays.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt

__all__ = ["Neighbors", "Similarity", "UnionFind", "components", "connected_sets", "star_clusters"]

_ROWS = 1 << 16
"""Rows of pairs that are turned into Python numbers at a time."""
Similarity = tuple[float, bool]
"""Share of the longer text's tokens in common, 0..1, and whether names were renamed."""


class UnionFind:
    """Disjoint sets of the numbers below `count`: 4 bytes for each.

    Args:
        count: of the numbers.
    """

    def __init__(self, count: int) -> None:
        self._parents = array("I", range(count)) if count < 1 << 20 else _counting(count)

    def find(self, number: int) -> int:
        """The smallest number of a set."""
        parents = self._parents
        root = number
        while parents[root] != root:
            root = parents[root]
        while parents[number] != root:
            parents[number], number = root, parents[number]
        return root

    def unite(self, a: int, b: int) -> None:
        """Make the sets of two numbers one."""
        first, second = self.find(a), self.find(b)
        if first != second:
            self._parents[max(first, second)] = min(first, second)


def _counting(count: int) -> array[int]:
    numbers: array[int] = array("I")
    numbers.frombytes(np.arange(count, dtype=np.uint32).tobytes())
    return numbers


def connected_sets(count: int, pairs: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """For each node, the smallest node that it is connected to.

    Args:
        count: of all nodes.
        pairs: rows that begin with two nodes.
    """
    sets = UnionFind(count)
    for begin in range(0, len(pairs), _ROWS):
        for a, b in pairs[begin : begin + _ROWS, :2].tolist():
            sets.unite(a, b)
    roots = np.arange(count, dtype=np.uint32)
    for begin in range(0, len(pairs), _ROWS):
        nodes = np.unique(pairs[begin : begin + _ROWS, :2])
        roots[nodes] = [*map(sets.find, nodes.tolist())]
    return roots


def components(
    count: int, pairs: npt.NDArray[np.uint32]
) -> Iterator[tuple[list[int], npt.NDArray[np.uint32]]]:
    """Yield the nodes of each connected set of two or more, with its rows of pairs.

    Args:
        count: of all nodes.
        pairs: rows that begin with two nodes.
    """
    if not len(pairs):
        return
    roots = connected_sets(count, pairs)[pairs[:, 0]]
    order = np.argsort(roots, kind="stable")
    begins = np.flatnonzero(np.diff(roots[order], prepend=-1))
    for begin, end in pairwise([*begins, len(order)]):
        rows = pairs[order[begin:end]]
        yield np.unique(rows[:, :2]).tolist(), rows


def star_clusters(
    order: Sequence[int],
    neighbors: Neighbors | None,
    verify: Callable[[int, list[int]], Mapping[int, Similarity]],
) -> Iterator[tuple[int, dict[int, Similarity]]]:
    """Yield each kept node with the nodes that are near-duplicates of it.

    Args:
        order: connected nodes, the most preferred first.
        neighbors: verified pairs; None where there are none.
        verify: returns which of some nodes are near-duplicates of a node; asked about nodes that
            are connected through one other node.
    """
    free = dict.fromkeys(order)
    for center in order:
        if center not in free:
            continue
        del free[center]
        members: dict[int, Similarity] = {}
        if neighbors is not None:
            direct = neighbors.of(center)
            reached: Mapping[int, Similarity] = direct
            members = {node: similarity for node, similarity in direct.items() if node in free}
            tried = {center, *direct}
            while reached:
                near = {node for between in reached for node in neighbors.names_of(between)}
                further = sorted(node for node in near - tried if node in free)
                tried.update(further)
                reached = verify(center, further)
                members |= reached
        for node in members:
            del free[node]
        yield center, dict(sorted(members.items()))


class Neighbors:
    """Verified pairs as a mapping both ways: 26 bytes for each pair and way.

    Args:
        rows: node, node, tokens in common, of them renamed.
        lengths: tokens of each node.
    """

    def __init__(self, rows: npt.NDArray[np.uint32], lengths: Any) -> None:
        longer = np.maximum(lengths[rows[:, 0]], lengths[rows[:, 1]])
        shares = np.tile(rows[:, 2] / longer, 2)
        renamed = np.tile(rows[:, 3] > 0, 2)
        nodes = np.concatenate([rows[:, 0], rows[:, 1]])
        others = np.concatenate([rows[:, 1], rows[:, 0]])
        order = np.lexsort((renamed, shares, others, nodes))
        self._nodes, self._others = nodes[order], others[order]
        self._shares, self._renamed = shares[order], renamed[order]

    def of(self, node: int) -> dict[int, Similarity]:
        """The nodes that a node was verified against; the best of several similarities."""
        begin, end = self._range(node)
        values = zip(
            self._shares[begin:end].tolist(), self._renamed[begin:end].tolist(), strict=True
        )
        return dict(zip(self._others[begin:end].tolist(), values, strict=True))

    def names_of(self, node: int) -> list[int]:
        """The nodes alone; one may be named twice."""
        begin, end = self._range(node)
        names: list[int] = self._others[begin:end].tolist()
        return names

    def _range(self, node: int) -> tuple[int, int]:
        begin, end = np.searchsorted(self._nodes, np.array([node, node + 1], dtype=np.uint32))
        return int(begin), int(end)
