# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sums up a search: totals, the largest clusters, license laundering, likely leaks."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from codescan._core import _native
from codescan.dedup.file_clusters import REASONS, FileCluster
from codescan.dedup.table_rows import file_row, part_name, part_row
from codescan.records import NOASSERTION
from codescan.records.duplicates import (
    DuplicateCluster,
    DuplicateRow,
    LaunderingCase,
    LevelTotals,
    LikelyLeak,
    OwnerLeaks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from codescan.dedup.document_table import DocumentLabels
    from codescan.dedup.engine import Duplicates
    from codescan.dedup.part_clusters import PartCluster

    _Held = tuple[int, int, int, FileCluster | PartCluster, int]
    """Rank, copies or tokens, tie-break by order, cluster, projects."""

__all__ = ["SummaryBuilder"]

_Item = TypeVar("_Item")

_LARGEST = 10
"""Clusters of each level that are shown."""
_MEMBERS = 20
"""Members of a cluster that are shown."""
_LEAKS = 50
_CANDIDATES = 1000
"""Clusters of each level whose information is computed."""
_NAMED = 50
"""Documents of a case of license laundering that are named."""


class SummaryBuilder:
    """Takes every cluster and keeps what the summary shows; memory does not grow with them.

    Args:
        found: what the clusters are of.
    """

    def __init__(self, duplicates: Duplicates) -> None:
        self._found = duplicates
        self._order = 0
        self._largest: dict[str, list[_Held]] = {}
        self._informative: dict[str, list[_Held]] = {}
        self._histograms: dict[str, Counter[int]] = {}
        self._reasons: dict[str, Counter[str]] = {}
        self._bits: dict[tuple[str, int, int, int], float] = {}
        self.laundering_documents = 0
        self.shown: dict[str, tuple[int, int]] = {}
        """The kept and the least similar document of the largest clusters, by their names."""
        counts = sum((s.loaded("histogram") for s in duplicates.segments), _no_tokens())
        total = float(counts.sum()) + len(counts)
        self._code_lengths = np.log2(total) - np.log2(counts.astype(np.float64) + 1)

    def take_files(self, cluster: FileCluster) -> LaunderingCase | None:
        """Take a cluster of files; its license laundering, if there is any."""
        labels = {number: self._found.table.labels(number) for number in _documents_of(cluster)}
        families = {each.family for each in labels.values()}
        tokens = self._tokens_of(cluster.kept)
        copies = 1 + len(cluster.members)
        self._hold("file", copies, tokens, cluster, len(families))
        self._reasons.setdefault("file", Counter()).update(
            REASONS[reason] for _number, reason, _similarity in cluster.members
        )
        case = laundering_of(cluster, labels)
        if case is not None:
            self.laundering_documents += case.documents_total
        return case

    def take_part(self, cluster: PartCluster) -> None:
        """Take a cluster of units or passages."""
        nodes = {cluster.reference.node, *(copy.node for copy in cluster.copies)}
        documents = sum(int(self._found.nodes.documents[node]) for node in nodes)
        labels = self._found.table.labels
        families = {labels(self._found.representative(node)).family for node in nodes}
        tokens = cluster.reference.end - cluster.reference.start
        self._hold(cluster.level, documents + cluster.further, tokens, cluster, len(families))
        self._reasons.setdefault(cluster.level, Counter()).update(
            copy.reason for copy in cluster.copies
        )

    def histogram(self, level: str) -> dict[int, int]:
        """Number of clusters by copies; of files, those without a duplicate too."""
        counts = Counter(self._histograms.get(level, {}))
        if level == "file":
            alone = [REASONS.index("unique"), REASONS.index("near-dropped")]
            unique = int(np.count_nonzero(np.isin(self._found.decisions.reason, alone)))
            if unique:
                counts[1] += unique
        return dict(sorted(counts.items()))

    def totals(self, level: str) -> LevelTotals:
        """The totals of one level."""
        histogram = self._histograms.get(level, Counter())
        reasons = self._reasons.get(level, Counter())
        items = {"file": len(self._found.table), "unit": self._found.unit_count}
        return LevelTotals(
            level=level,
            items=items.get(level, len(self._found.nodes)),
            clusters=sum(histogram.values()),
            copies=sum(reasons.values()),
            by_reason=tuple(sorted(reasons.items())),
            histogram=tuple(self.histogram(level).items()),
        )

    def largest(self) -> tuple[DuplicateCluster, ...]:
        """The clusters with the most copies, level by level."""
        return tuple(
            self._cluster(level, held)
            for level in ("file", "unit", "passage")
            for held in sorted(self._largest.get(level, []), reverse=True)
        )

    def likely_leaks(self) -> tuple[tuple[LikelyLeak, ...], tuple[OwnerLeaks, ...]]:
        """The texts of the highest copies times information, and their sums by owner."""
        leaks = [
            self._leak(level, candidate)
            for level, candidates in self._informative.items()
            for candidate in candidates
        ]
        leaks.sort(key=lambda leak: (-leak.score, leak.level, leak.cluster))
        owners: dict[str, list[LikelyLeak]] = {}
        for leak in leaks:
            owners.setdefault(leak.owner, []).append(leak)
        sums = [
            OwnerLeaks(owner, len(of), sum(x.copies for x in of), sum(x.score for x in of))
            for owner, of in owners.items()
        ]
        sums.sort(key=lambda owner: (-owner.score, owner.owner))
        return tuple(leaks[:_LEAKS]), tuple(sums[:_LEAKS])

    def _hold(
        self,
        level: str,
        copies: int,
        tokens: int,
        cluster: FileCluster | PartCluster,
        families: int,
    ) -> None:
        self._order -= 1
        self._histograms.setdefault(level, Counter())[copies] += 1
        shown = self._largest.setdefault(level, [])
        _keep_best(shown, (copies, tokens, self._order, cluster, families), _LARGEST)
        informative = self._informative.setdefault(level, [])
        # Its information is that of the kept copy: the others, of which there may be many, go.
        kept = _without_copies(cluster)
        _keep_best(informative, (copies * tokens, copies, self._order, kept, families), _CANDIDATES)

    def _tokens_of(self, number: int) -> int:
        return int(self._found.nodes.lengths[int(self._found.nodes.of_document[number])])

    def _information(self, node: int, start: int, end: int) -> float:
        """Bits of tokens [start, end) of a node, each by its frequency in the training set."""
        tokens = self._found.tokens.read(node)[start:end]
        return float(self._code_lengths[(tokens >> 3) & (_native.TOKEN_CLASSES - 1)].sum())

    def _place(self, cluster: FileCluster | PartCluster) -> tuple[int, int, int]:
        """Node and tokens of the kept copy."""
        if isinstance(cluster, FileCluster):
            node = int(self._found.nodes.of_document[cluster.kept])
            return node, 0, int(self._found.nodes.lengths[node])
        return cluster.reference.node, cluster.reference.start, cluster.reference.end

    def _leak(self, level: str, held: _Held) -> LikelyLeak:
        _rank, copies, _order, cluster, _families = held
        place = self._place(cluster)
        bits = round(self._information(*place), 1)
        _number, row = next(self._rows(cluster))
        labels = self._found.table.labels(self._number(cluster))
        return LikelyLeak(
            level=level,
            cluster=row.cluster,
            document=row.document,
            start_line=row.start_line,
            end_line=row.end_line,
            copies=copies,
            bits=bits,
            score=round(copies * bits, 1),
            owner=labels.family or "",
            license=labels.license,
        )

    def _number(self, cluster: FileCluster | PartCluster) -> int:
        if isinstance(cluster, FileCluster):
            return cluster.kept
        return self._found.representative(cluster.reference.node)

    def _rows(
        self, cluster: FileCluster | PartCluster, most: int = 0
    ) -> Iterator[tuple[int, DuplicateRow]]:
        """Yield the kept document with its row, the most similar `most` ones, and the last."""
        if isinstance(cluster, FileCluster):
            table = self._found.table
            members = sorted(
                cluster.members, key=lambda member: (-member[2], table.labels(member[0]))
            )
            for number in (cluster.kept, *(member[0] for member in _ends(members, most))):
                yield number, file_row(self._found, number)
            return
        name = part_name(self._found, cluster)
        copies = sorted(cluster.copies, key=lambda copy: (-copy.similarity, copy.node, copy.start))
        for copy in (cluster.reference, *_ends(copies, most)):
            yield (
                self._found.representative(copy.node),
                part_row(self._found, cluster, name, copy),
            )

    def _cluster(self, level: str, held: _Held) -> DuplicateCluster:
        copies, tokens, _order, cluster, families = held
        (kept_number, kept), *members = self._rows(cluster, _MEMBERS)
        if members:
            self.shown[kept.cluster] = kept_number, members[-1][0]
        return DuplicateCluster(
            level=level,
            name=kept.cluster,
            copies=copies,
            families=families,
            tokens=tokens,
            bits=round(self._information(*self._place(cluster)), 1),
            kept=kept,
            members=tuple(row for _number, row in members),
        )


def _without_copies(cluster: FileCluster | PartCluster) -> FileCluster | PartCluster:
    if isinstance(cluster, FileCluster):
        return FileCluster(cluster.name, cluster.kept, ())
    return replace(cluster, copies=())


def _ends(items: list[_Item], most: int) -> list[_Item]:
    """The first items and the last one, `most` in all."""
    return [*items[: most - 1], *items[most - 1 :][-1:]] if most else []


def _keep_best(held: list[_Held], item: _Held, most: int) -> None:
    """Keep the `most` greatest; the order number tells equal ones apart."""
    if len(held) < most:
        heapq.heappush(held, item)
    elif item[:3] > held[0][:3]:
        heapq.heapreplace(held, item)


def _no_tokens() -> npt.NDArray[np.uint64]:
    return np.zeros(_native.TOKEN_CLASSES, dtype=np.uint64)


def _documents_of(cluster: FileCluster) -> list[int]:
    return [cluster.kept, *(member[0] for member in cluster.members)]


def laundering_of(
    cluster: FileCluster, labels: Mapping[int, DocumentLabels]
) -> LaunderingCase | None:
    """The licenses of a cluster's members that are of another category than the kept copy's.

    Args:
        cluster: of files.
        labels: of its documents, by number.
    """
    declared = {
        number: (each.license, each.category)
        for number, each in labels.items()
        if each.license != NOASSERTION and each.category != "unknown"
    }
    if len({category for _license, category in declared.values()}) < 2:  # noqa: PLR2004
        return None
    kept = labels[cluster.kept]
    license_, category = declared.get(cluster.kept, (NOASSERTION, "unknown"))
    others = [
        number
        for number in sorted(declared, key=labels.__getitem__)
        if number != cluster.kept and declared[number][1] != category
    ]
    counts = Counter(declared[number] for number in others)
    owners = {labels[number].family for number in others} - {""}
    return LaunderingCase(
        cluster=cluster.name,
        kept=kept.name,
        license=license_,
        category=category,
        family=kept.family,
        others=tuple((*key, count) for key, count in sorted(counts.items())),
        owners=tuple(sorted(owners)[:_NAMED]),
        documents=tuple(labels[number].name for number in others[:_NAMED]),
        documents_total=len(others),
    )
