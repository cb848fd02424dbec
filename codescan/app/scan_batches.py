# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Match batches of snippets in order, in this process or on a Ray cluster."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeAlias

from codescan.app.origin_texts import verify_on_texts
from codescan.errors import IndexFormatError
from codescan.index import Index
from codescan.matchers.matching import Matching
from codescan.pipeline import scan
from codescan.records import Finding, Skipped, Snippet, Suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.tasks.ray_cluster import RayCluster

__all__ = ["Batch", "Scanned", "scanned"]

Batch: TypeAlias = list[Snippet | Skipped]
Scanned: TypeAlias = Finding | Suppressed | Skipped


def scanned(
    batches: Iterable[Batch],
    matching: Matching,
    min_tokens: int,
    *,
    verify: bool = False,
    cluster: RayCluster | None = None,
) -> Iterator[tuple[Batch, list[Scanned]]]:
    """Yield each batch with the matches of its snippets, in the order of the batches.

    Args:
        batches: texts to match; unreadable ones are Skipped items.
        matching: the index and its matchers.
        min_tokens: as for `pipeline.scan`.
        verify: whether tasks of the cluster verify matches of a sketch on fetched texts.
        cluster: cluster that matches batches instead of this process; its nodes must be able to
            read the index's folder.

    Raises:
        IndexFormatError: the index is damaged, or was replaced before nodes opened it.
    """
    if cluster is None:
        for batch in batches:
            yield batch, _scan(_snippets(batch), matching, min_tokens)
        return
    held: dict[int, Batch] = {}

    def calls() -> Iterator[tuple[object, ...]]:
        index = matching.index
        for number, batch in enumerate(batches):
            held[number] = batch
            path = str(index.path.resolve())
            yield path, index.manifest.root, _snippets(batch), min_tokens, verify

    ended: dict[int, list[Scanned]] = {}
    following = 0
    for number, items in cluster.map(_scan_on_node, calls()):
        ended[number] = items
        while following in ended:
            yield held.pop(following), ended.pop(following)
            following += 1


def _snippets(batch: Batch) -> list[Snippet]:
    return [item for item in batch if isinstance(item, Snippet)]


def _scan(snippets: list[Snippet], matching: Matching, min_tokens: int) -> list[Scanned]:
    return list(
        scan(
            snippets, matching.index, matching.matchers, min_tokens=min_tokens, name_functions=True
        )
    )


def _scan_on_node(
    path: str, root: str, snippets: list[Snippet], min_tokens: int, verify: bool
) -> list[Scanned]:
    """Match snippets against the index at a path, which must be the driver's version."""
    with contextlib.closing(Index.open(path)) as index:
        if index.manifest.root != root:
            raise IndexFormatError(
                f"the index {path} was replaced during the scan", "run the same command again"
            )
        if verify:
            verify_on_texts(index)
        return _scan(snippets, Matching.of(index), min_tokens)
