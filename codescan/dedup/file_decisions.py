# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decides on all files, until no two that stay are near-duplicates.

Not every candidate pair was verified at first. Those of which both files stay are verified here,
and the files that are connected to a new pair are decided again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.dedup.document_table import DocumentTable
from codescan.dedup.file_clusters import (
    APART,
    KEPT,
    FileCluster,
    cluster_files,
    file_cluster_name,
)
from codescan.dedup.near_pairs import pair_numbers, pairs_of
from codescan.dedup.star_clusters import connected_sets
from codescan.dedup.unit_clusters import verified_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.keep_rules import KeepRule
    from codescan.dedup.near_pairs import NearPairs
    from codescan.dedup.ordering import Nodes
    from codescan.dedup.segments import Segment
    from codescan.dedup.star_clusters import Similarity

__all__ = ["FileDecider", "FileDecisions"]


class FileDecisions:
    """The decision on each file, by number: 17 bytes for each, in files that are mapped.

    Args:
        folder: that holds the arrays.
        mode: "r" to read them, "w+" to make them.
        count: number of files, to make them.
    """

    def __init__(self, folder: Path, mode: str = "r", count: int = 0) -> None:
        def array(name: str, kind: Any) -> npt.NDArray[Any]:
            path = folder / f"{name}.npy"
            if mode == "r":
                return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]
            return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(count,))

        self.kept = array("kept", np.uint32)
        """The file that stays."""
        self.similarity = array("similarity", np.float32)
        self.reason = array("reason", np.uint8)
        """Place in `REASONS`."""
        self.cluster = array("cluster", np.uint64)
        """Number of the cluster; 0 for none."""
        if mode != "r":
            self.reset(np.arange(count, dtype=np.uint32))

    def take(self, cluster: FileCluster) -> None:
        """Note a cluster."""
        if not cluster.members:
            self.reason[cluster.kept] = APART
            return
        number = int(cluster.name.rpartition("-")[2], 16)
        self.reason[cluster.kept] = KEPT
        self.cluster[cluster.kept] = number
        for member, reason, similarity in cluster.members:
            self.kept[member] = cluster.kept
            self.similarity[member] = similarity
            self.reason[member] = reason
            self.cluster[member] = number

    def reset(self, documents: npt.NDArray[Any]) -> None:
        """Forget what was decided on some documents."""
        self.kept[documents] = documents
        self.similarity[documents] = 1.0
        self.reason[documents] = 0
        self.cluster[documents] = 0

    def clusters(self, nodes: Nodes) -> Iterator[FileCluster]:
        """Yield every cluster of two files or more, by the node of the file that stays."""
        dropped = np.flatnonzero(self.kept != np.arange(len(self.kept), dtype=np.uint32))
        copies = self.kept[dropped]
        order = np.argsort(nodes.of_document[copies], kind="stable")
        dropped, copies = dropped[order], copies[order]
        begins = np.flatnonzero(np.diff(copies.astype(np.int64), prepend=-1))
        for begin, end in pairwise([*begins.tolist(), len(copies)]):
            members = dropped[begin:end]
            reasons, shares = self.reason[members].tolist(), self.similarity[members].tolist()
            name = file_cluster_name(int(self.cluster[copies[begin]]))
            rows = zip(members.tolist(), reasons, shares, strict=True)
            yield FileCluster(name, int(copies[begin]), tuple(rows))

    def flush(self) -> None:
        """Write what is mapped."""
        for values in (self.kept, self.similarity, self.reason, self.cluster):
            flush = getattr(values, "flush", None)
            if flush is not None and len(values):
                flush()


class FileDecider:
    """Clusters files by verified pairs.

    Args:
        segments: every document.
        nodes: different token sequences.
        keep: which copy stays.
        share: minimum share of the tokens of each of two texts that both have in common, 0..1.
    """

    def __init__(
        self, segments: Sequence[Segment], nodes: Nodes, keep: KeepRule, share: float
    ) -> None:
        self._nodes = nodes
        self._table = DocumentTable(segments)
        self._tokens = nodes.tokens(segments)
        self._keep: KeepRule = keep
        self._share = share

    def _clusters(
        self, rows: npt.NDArray[np.uint32], within: npt.NDArray[np.bool_]
    ) -> Iterator[FileCluster]:
        """Yield every cluster; see `cluster_files`."""

        def verify(center: int, others: list[int]) -> Mapping[int, Similarity]:
            lengths = self._nodes.lengths
            return verified_with(self._tokens, lengths, center, others, self._share, renamed=True)

        return cluster_files(rows, self._nodes, self._table, verify, self._keep, within)

    def decide(self, pairs: Sequence[NearPairs], out: Path) -> None:
        """Write the decisions and the groups of nodes."""
        nodes = self._nodes
        decisions = FileDecisions(out, "w+", len(nodes.of_document))
        candidates = [_Candidates(level) for level in pairs]
        rows = np.concatenate([level.rows for level in pairs])
        changed = np.ones(len(nodes), dtype=bool)
        while True:
            inside = rows[changed[rows[:, 0]]]
            for cluster in self._clusters(inside, changed):
                decisions.take(cluster)
            groups = nodes.of_document[decisions.kept[nodes.first]]
            stays = groups == np.arange(len(nodes))
            verified = [each.verified(stays, self._tokens, self._share) for each in candidates]
            new = np.concatenate(verified)
            if not len(new):
                break
            rows = np.concatenate([rows, new])
            sets = connected_sets(len(nodes), rows)
            changed = np.isin(sets, sets[new[:, 0]])
            decisions.reset(np.flatnonzero(changed[nodes.of_document]).astype(np.uint32))
        decisions.flush()
        np.save(out / "groups.npy", groups)


class _Candidates:
    """Candidate pairs of a level that were not verified so far."""

    def __init__(self, pairs: NearPairs) -> None:
        self._pairs = pairs
        self._tried = np.zeros(0, dtype=np.uint64)

    def verified(self, stays: Any, tokens: Any, share: float) -> npt.NDArray[np.uint32]:
        """Rows of near-duplicates among the nodes that stay; each pair is verified once."""
        chosen = []
        for path in self._pairs.not_verified:
            pairs = np.load(path)
            chosen.append(pairs[stays[pairs[:, 0]] & stays[pairs[:, 1]]])
        new = np.setdiff1d(pair_numbers(np.concatenate(chosen)), self._tried)
        self._tried = np.union1d(self._tried, new)
        pairs = pairs_of(new)
        common = tokens.verify(pairs, share, self._pairs.renamed)
        is_near = common[:, 0] > 0
        return np.concatenate([pairs[is_near], common[is_near]], axis=1)
