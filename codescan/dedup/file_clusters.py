# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decides on every file: kept, or dropped for the copy that stays, and why."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codescan.dedup.keep_rules import keep_order
from codescan.dedup.near_pairs import NearLevel, NearPairs, near_pairs
from codescan.dedup.star_clusters import Neighbors, components, connected_sets, star_clusters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.document_table import DocumentTable
    from codescan.dedup.keep_rules import KeepRule
    from codescan.dedup.ordering import Nodes
    from codescan.dedup.segments import Segment
    from codescan.dedup.star_clusters import Similarity
    from codescan.tasks.task_pool import TaskPool

__all__ = [
    "REASONS", "FileCluster", "cluster_files", "cluster_name", "file_cluster_name", "file_pairs",
]  # fmt: skip

REASONS = (
    "unique", "kept-copy", "equal-bytes", "equal-tokens", "near-duplicate", "renamed",
    "near-dropped",
)  # fmt: skip
_UNIQUE, KEPT, _EQUAL_BYTES, _EQUAL_TOKENS, _NEAR, _RENAMED, APART = range(len(REASONS))

_LEAST_EQUAL = 14
"""Of 64 signature bytes: of texts of which a tenth of the tokens is edited, 31 are equal on
average, and fewer than 14 hardly ever."""
_LEAST_RENAMED_EQUAL = 8
"""Minimum number of equal signatures, of 16, up to renaming."""


def file_pairs(
    pool: TaskPool, segments: Sequence[Segment], nodes: Nodes, share: float
) -> tuple[NearPairs, NearPairs]:
    """Near-duplicates among different token sequences, and those up to renaming."""
    exact = NearLevel(
        "files", "file_keys", "file_owners", nodes.path("represented_node"),
        nodes.path("signatures"), _LEAST_EQUAL, nodes.places,
    )  # fmt: skip
    equal_names = near_pairs(pool, exact, segments, share)
    connected = pool.work.run(
        "connected", "all", lambda out: _connect(len(nodes), equal_names.rows, out)
    )
    renamed = NearLevel(
        "renamed-files", "renamed_keys", "renamed_owners", nodes.path("represented_node"),
        nodes.path("renamed_signatures"), _LEAST_RENAMED_EQUAL, nodes.places, renamed=True,
        connected=connected / "sets.npy",
    )  # fmt: skip
    return equal_names, near_pairs(pool, renamed, segments, share)


def _connect(count: int, pairs: npt.NDArray[np.uint32], out: Path) -> None:
    np.save(out / "sets.npy", connected_sets(count, pairs))


@dataclass(frozen=True, slots=True)
class FileCluster:
    """Files of which one stays.

    Args:
        name: of the cluster.
        kept: number of the file that stays.
        members: numbers of the others, with reason and similarity. None: files that are near it
            were dropped for another copy, which it is not near to.
    """

    name: str
    kept: int
    members: tuple[tuple[int, int, float], ...]


def cluster_name(level: str, name: str, place: int = 0) -> str:
    """A stable name of a cluster, from the name of the kept document and a token in it."""
    digest = hashlib.blake2b(
        f"{name}\0{place}".encode("utf-8", "surrogatepass"), digest_size=8
    ).hexdigest()
    return f"{level}-{digest}"


def file_cluster_name(number: int) -> str:
    """The name of a cluster of files, from its number."""
    return f"file-{number:016x}"


def cluster_files(
    pairs: npt.NDArray[np.uint32],
    nodes: Nodes,
    table: DocumentTable,
    verify: Callable[[int, list[int]], Mapping[int, Similarity]],
    keep: KeepRule,
    within: npt.NDArray[np.bool_],
) -> Iterator[FileCluster]:
    """Yield every cluster, and each file that is near to dropped ones alone.

    Args:
        pairs: rows of `NearPairs`.
        nodes: the different token sequences.
        table: the documents.
        verify: returns which of some nodes are near-duplicates of a node.
        keep: which copy stays.
        within: the nodes to look at; connected ones together.
    """
    by_node = np.argsort(nodes.of_document, kind="stable")
    ends = np.cumsum(nodes.documents, dtype=np.int64)

    def documents_of(node: int) -> list[int]:
        end = int(ends[node])
        numbers: list[int] = by_node[end - int(nodes.documents[node]) : end].tolist()
        return numbers

    connected = np.zeros(len(nodes), dtype=bool)
    for members, rows in components(len(nodes), pairs):
        connected[members] = True
        yield from _clusters_of(
            {node: documents_of(node) for node in members},
            Neighbors(rows, nodes.lengths),
            table,
            verify,
            keep,
        )
    for node in np.flatnonzero((np.asarray(nodes.documents) > 1) & within & ~connected).tolist():
        yield from _clusters_of({node: documents_of(node)}, None, table, verify, keep)


def _clusters_of(
    members: Mapping[int, list[int]],
    neighbors: Neighbors | None,
    table: DocumentTable,
    verify: Callable[[int, list[int]], Mapping[int, Similarity]],
    keep: KeepRule,
) -> Iterator[FileCluster]:
    numbers = [number for node in members for number in members[node]]
    node_of = {number: node for node in members for number in members[node]}
    documents = {number: table.document(number) for number in numbers}
    order = [numbers[place] for place in keep_order([documents[n] for n in numbers], keep)]
    node_order = list(dict.fromkeys(node_of[number] for number in order))
    for center, near in star_clusters(node_order, neighbors, verify):
        kept = next(number for number in order if node_of[number] == center)
        digest = documents[kept].document.origin.sha256
        copies: list[tuple[int, int, float]] = []
        for number in members[center]:
            if number != kept:
                same = documents[number].document.origin.sha256 == digest
                copies.append((number, _EQUAL_BYTES if same else _EQUAL_TOKENS, 1.0))
        for node, (similarity, renamed) in near.items():
            reason = _RENAMED if renamed else _NEAR
            copies += [(number, reason, similarity) for number in members[node]]
        if copies or (neighbors is not None and neighbors.of(center)):
            name = cluster_name("file", f"{documents[kept].name}\0{digest}")
            yield FileCluster(name, kept, tuple(copies))
