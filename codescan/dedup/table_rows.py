# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rows of the table of duplicates, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.dedup.file_clusters import REASONS, cluster_name, file_cluster_name
from codescan.dedup.ordering import merged
from codescan.records.duplicates import DuplicateRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.dedup.document_table import DocumentLabels
    from codescan.dedup.engine import Duplicates
    from codescan.dedup.part_clusters import PartCluster, PartCopy

__all__ = ["file_row", "file_rows", "part_name", "part_row"]

_KEPT = frozenset({"unique", "kept-copy", "near-dropped"})


def file_rows(duplicates: Duplicates) -> Iterator[tuple[int, DuplicateRow]]:
    """Yield number and row of every file, by name."""
    for _key, number in merged(duplicates.segments, "names"):
        yield number, file_row(duplicates, number)


def file_row(duplicates: Duplicates, number: int) -> DuplicateRow:
    """The row of one file."""
    labels = duplicates.table.labels(number)
    reason = REASONS[int(duplicates.decisions.reason[number])]
    cluster = int(duplicates.decisions.cluster[number])
    return _row(
        labels,
        level="file",
        lines=(1, 0),
        tokens=int(duplicates.nodes.lengths[int(duplicates.nodes.of_document[number])]),
        cluster=file_cluster_name(cluster) if cluster else "",
        decision="kept" if reason in _KEPT else "dropped",
        reason=reason,
        similarity=float(duplicates.decisions.similarity[number]),
    )


def part_name(duplicates: Duplicates, cluster: PartCluster) -> str:
    """The name of a cluster of parts."""
    labels = duplicates.table.labels(duplicates.representative(cluster.reference.node))
    place = (cluster.reference.start << 32) + cluster.reference.end
    return cluster_name(cluster.level, f"{labels.name}\0{labels.sha256}", place)


def part_row(
    duplicates: Duplicates, cluster: PartCluster, name: str, copy: PartCopy
) -> DuplicateRow:
    """The row of one copy of a unit or passage."""
    number = duplicates.representative(copy.node)
    return _row(
        duplicates.table.labels(number),
        level=cluster.level,
        lines=duplicates.table.lines(number, copy.start, copy.end),
        tokens=copy.end - copy.start,
        cluster=name,
        decision="kept" if copy is cluster.reference else "copy",
        reason=copy.reason,
        similarity=copy.similarity,
    )


def _row(
    labels: DocumentLabels,
    *,
    level: str,
    lines: tuple[int, int],
    tokens: int,
    cluster: str,
    decision: str,
    reason: str,
    similarity: float,
) -> DuplicateRow:
    return DuplicateRow(
        level=level,
        document=labels.name,
        start_line=lines[0],
        end_line=lines[1],
        tokens=tokens,
        cluster=cluster,
        decision=decision,
        reason=reason,
        similarity=round(similarity, 6),
        license=labels.license,
        category=labels.category,
        family=labels.family,
    )
