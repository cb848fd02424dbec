# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the results of a search, and sums them up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from codescan.dedup.leak_curve import expected_leaks
from codescan.dedup.summary import SummaryBuilder
from codescan.dedup.table_files import JSON_TABLE, PARQUET_TABLE, TableWriter, has_parquet
from codescan.dedup.table_rows import file_rows, part_name, part_row
from codescan.records.duplicates import DedupSummary, LevelTotals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from codescan.dedup.engine import DedupSettings, Duplicates
    from codescan.records.duplicates import DuplicateRow, LaunderingCase, LeakCurve

__all__ = ["DROP_LIST", "LAUNDERING", "DropList", "duplicate_rows", "write_results"]

DROP_LIST = "drop.jsonl"
LAUNDERING = "license-laundering.jsonl"
_CASES = 200
"""Cases of license laundering in the summary; the file lists all."""


@dataclass(slots=True)
class DropList:
    """The documents to drop."""

    rows: dict[str, set[int]] = field(default_factory=dict)
    """Numbers of dropped rows by part."""
    documents: int = 0
    bytes: int = 0


def duplicate_rows(duplicates: Duplicates) -> Iterator[DuplicateRow]:
    """Yield every row of the table: files by name, then units and passages by cluster."""
    for _number, row in file_rows(duplicates):
        yield row
    for cluster in duplicates.part_clusters():
        name = part_name(duplicates, cluster)
        for copy in (cluster.reference, *cluster.copies):
            yield part_row(duplicates, cluster, name, copy)


def write_results(
    duplicates: Duplicates, settings: DedupSettings, curve: LeakCurve | None, folder: Path | None
) -> tuple[DedupSummary, DropList, dict[str, tuple[int, int]]]:
    """Write table, drop list and license laundering, and sum up.

    The last result has the kept and the least similar document of each cluster that is shown, by
    the cluster's name.

    Args:
        duplicates: the result of the search.
        settings: what was looked for.
        curve: chance of a leak by copies; None: not measured.
        folder: where the files are made; None: nothing is written.

    Raises:
        OSError: a file cannot be written.
    """
    summary = SummaryBuilder(duplicates)
    cases: list[LaunderingCase] = []
    total = 0
    encoder = msgspec.json.Encoder()
    laundering = (folder / LAUNDERING).open("wb") if folder is not None else None
    try:
        for cluster in duplicates.decisions.clusters(duplicates.nodes):
            case = summary.take_files(cluster)
            if case is None:
                continue
            total += 1
            if len(cases) < _CASES:
                cases.append(case)
            if laundering is not None:
                laundering.write(encoder.encode(case) + b"\n")
    finally:
        if laundering is not None:
            laundering.close()
    repeated, size, drops = _write_table(duplicates, summary, folder)
    leaks, owners = summary.likely_leaks()
    result = DedupSummary(
        data=(),
        keep=settings.keep,
        similarity=settings.similarity,
        passage_tokens=settings.passage_tokens,
        documents=len(duplicates.table),
        bytes=size,
        kept=len(duplicates.table) - drops.documents,
        dropped=drops.documents,
        dropped_bytes=drops.bytes,
        levels=tuple(map(summary.totals, settings.levels)),
        laundering=tuple(cases),
        laundering_total=total,
        laundering_documents=summary.laundering_documents,
        largest=summary.largest(),
        likely_leaks=leaks,
        owners=owners,
        expected_leaks=expected_leaks(curve, summary.histogram("file")) if curve else None,
        repeated_names=repeated,
        not_compared=duplicates.not_compared,
        files=written_files() if folder is not None else (),
    )
    return result, drops, summary.shown


def written_files() -> tuple[str, ...]:
    """Names of the files that `write_results` writes."""
    tables = (JSON_TABLE, PARQUET_TABLE) if has_parquet() else (JSON_TABLE,)
    return (*tables, DROP_LIST, LAUNDERING)


def nothing_found(settings: DedupSettings) -> DedupSummary:
    """The summary of a training set without any document."""
    return DedupSummary(
        data=(),
        keep=settings.keep,
        similarity=settings.similarity,
        passage_tokens=settings.passage_tokens,
        documents=0,
        bytes=0,
        kept=0,
        dropped=0,
        dropped_bytes=0,
        levels=tuple(LevelTotals(level, 0, 0, 0) for level in settings.levels),
        laundering=(),
        laundering_total=0,
        laundering_documents=0,
        largest=(),
        likely_leaks=(),
        owners=(),
        expected_leaks=None,
    )


def _write_table(
    duplicates: Duplicates, summary: SummaryBuilder, folder: Path | None
) -> tuple[int, int, DropList]:
    """Number of repeated names, bytes of all files, and what is dropped."""
    drops = DropList()
    if folder is None:
        repeated, size = _take_files(duplicates, None, None, drops)
        for cluster in duplicates.part_clusters():
            summary.take_part(cluster)
        return repeated, size, drops
    with TableWriter(folder) as table, (folder / DROP_LIST).open("wb") as drop_list:
        repeated, size = _take_files(duplicates, table, drop_list, drops)
        for cluster in duplicates.part_clusters():
            summary.take_part(cluster)
            name = part_name(duplicates, cluster)
            for copy in (cluster.reference, *cluster.copies):
                table.add(part_row(duplicates, cluster, name, copy))
    return repeated, size, drops


def _take_files(
    duplicates: Duplicates, table: TableWriter | None, drop_list: BinaryIO | None, drops: DropList
) -> tuple[int, int]:
    repeated = size = 0
    previous = None
    for number, row, has_name_alone in _with_names(duplicates):
        labels = duplicates.table.labels(number)
        repeated += not has_name_alone and labels.name == previous
        previous = labels.name
        size += labels.size
        if table is not None:
            table.add(row)
        if row.decision == "kept":
            continue
        drops.documents += 1
        drops.bytes += labels.size
        drops.rows.setdefault(labels.part, set()).add(labels.row)
        if drop_list is not None:
            kept = duplicates.table.labels(int(duplicates.decisions.kept[number]))
            entry: dict[str, str | int] = {
                "document": _valid(labels.name),
                "kept": _valid(kept.name),
                "reason": row.reason,
                "sha256": labels.sha256,
            }
            if not has_name_alone:
                entry |= {"part": _valid(labels.part), "row": labels.row}
            drop_list.write(msgspec.json.encode(entry) + b"\n")
    return repeated, size


def _with_names(duplicates: Duplicates) -> Iterator[tuple[int, DuplicateRow, bool]]:
    """Yield number and row of every file, and whether no other one has its name."""
    rows = file_rows(duplicates)
    current = next(rows, None)
    is_repeated = False
    while current is not None:
        following = next(rows, None)
        is_next_same = following is not None and following[1].document == current[1].document
        yield *current, not (is_repeated or is_next_same)
        current, is_repeated = following, is_next_same


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
