# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds duplicates on three levels in one pass over a training set.

Stages: read every part once (texts to tokens, signatures and fingerprints), group equal token
sequences, verify near-duplicate files, cluster them, then do the same with units, and extend shared
passages. Each stage is divided into tasks whose results depend on the data alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codescan.dedup.document_table import DocumentTable
from codescan.dedup.file_clusters import file_pairs
from codescan.dedup.file_decisions import FileDecider, FileDecisions
from codescan.dedup.ordering import Nodes, group_documents
from codescan.dedup.passages import cluster_passages, passage_profile, passage_runs
from codescan.dedup.segments import SegmentWriter, segments_of, skips_of
from codescan.dedup.unit_clusters import UnitNodes, cluster_units, group_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from codescan.dedup.inputs import InputPart
    from codescan.dedup.keep_rules import KeepRule
    from codescan.dedup.part_clusters import PartCluster
    from codescan.dedup.segments import Segment
    from codescan.records import Skipped
    from codescan.tasks.task_pool import TaskPool

__all__ = ["DedupSettings", "Duplicates", "find_duplicates", "read_parts"]


@dataclass(frozen=True, slots=True)
class DedupSettings:
    """The definition of a duplicate, and the rule that selects the copy to keep."""

    keep: KeepRule = "best-license"
    similarity: float = 0.8
    """Minimum share of the tokens of each of two texts that both have in common, 0..1."""
    passage_tokens: int = 64
    """Least tokens of a passage."""
    levels: tuple[str, ...] = ("file", "unit", "passage")


@dataclass(frozen=True, slots=True)
class _ReadTask:
    part: InputPart
    profile: str
    keep: KeepRule
    levels: tuple[str, ...]


class Duplicates:
    """The duplicates, on disk; they can be read several times.

    Args:
        segments: every document.
        nodes: different token sequences.
        decisions: on every file.
    """

    def __init__(self, segments: Sequence[Segment], nodes: Nodes, decisions: FileDecisions) -> None:
        self.segments = segments
        self.table = DocumentTable(segments)
        self.nodes = nodes
        self.decisions = decisions
        self.tokens = nodes.tokens(segments)
        """The token sequence of each node."""
        self.not_compared = 0
        self.unit_count = 0
        self._part_clusters: list[Callable[[], Iterator[PartCluster]]] = []

    def add_parts(self, clusters: Callable[[], Iterator[PartCluster]]) -> None:
        """Take what yields the clusters of one more level."""
        self._part_clusters.append(clusters)

    def part_clusters(self) -> Iterator[PartCluster]:
        """Yield every unit and passage that occurs in independent files."""
        for clusters in self._part_clusters:
            yield from clusters()

    def representative(self, node: int) -> int:
        """The document that a node is represented by."""
        return int(self.nodes.first[node])


def read_parts(
    parts: Sequence[InputPart], settings: DedupSettings, pool: TaskPool
) -> tuple[list[Segment], list[Skipped]]:
    """Read every part of a training set once.

    Args:
        parts: all of it.
        settings: what is looked for.
        pool: runs the tasks, and keeps their results.

    Returns:
        The documents, and what was not read or will not be compared as a near-duplicate.

    Raises:
        OutputError: the work folder cannot be written.
        ResourceError: a worker process was killed.
    """
    profile = passage_profile(settings.passage_tokens)
    tasks = [
        (f"{number:06d}", _ReadTask(part, profile, settings.keep, settings.levels))
        for number, part in enumerate(parts)
    ]
    folders = pool.run("read", _read_part, tasks)
    return segments_of(folders), skips_of(folders)


def find_duplicates(
    segments: Sequence[Segment], settings: DedupSettings, pool: TaskPool
) -> Duplicates:
    """Search the documents that were read.

    Args:
        segments: of `read_parts`, at least one.
        settings: what is looked for.
        pool: runs the tasks, and keeps their results.

    Raises:
        OutputError: the work folder cannot be written.
        ResourceError: a worker process was killed.
    """
    grouped = _stage(pool, "grouped", lambda out: group_documents(segments, out))
    nodes = Nodes(grouped)
    pairs = file_pairs(pool, segments, nodes, settings.similarity)
    decider = FileDecider(segments, nodes, settings.keep, settings.similarity)
    decided = _stage(pool, "decided", lambda out: decider.decide(pairs, out))
    duplicates = Duplicates(segments, nodes, FileDecisions(decided))
    groups = decided / "groups.npy"
    if "unit" in settings.levels:
        _add_units(duplicates, pool, groups, settings)
    if "passage" in settings.levels:
        runs, duplicates.not_compared = passage_runs(
            pool, segments, nodes, groups, settings.passage_tokens
        )
        duplicates.add_parts(lambda: cluster_passages(runs, duplicates.tokens))
    return duplicates


def _add_units(
    duplicates: Duplicates, pool: TaskPool, groups: Path, settings: DedupSettings
) -> None:
    represented = np.asarray(np.load(duplicates.nodes.path("represented_node"), mmap_mode="r"))
    folder = _stage(
        pool, "grouped-units", lambda out: group_units(duplicates.segments, represented, out)
    )
    units = UnitNodes(folder, duplicates.segments, represented)
    pairs = units.pairs(pool, settings.similarity)
    duplicates.unit_count = int(np.sum(units.count, dtype=np.int64))
    duplicates.add_parts(lambda: cluster_units(units, pairs, np.load(groups), settings.similarity))


def _stage(pool: TaskPool, stage: str, task: Callable[[Path], None]) -> Path:
    """The result of a stage that is one task of this process."""
    return pool.work.run(stage, "all", task)


def _read_part(task: _ReadTask, out: Path) -> None:
    writer = SegmentWriter(out, task.profile, task.keep, task.levels)
    for item in task.part.texts():
        writer.add(item)
    writer.close()
