# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Near-duplicate pairs: candidates by shared MinHash bands, verified on the tokens.

Both steps are divided by ranges, of keys and of nodes, into independent tasks. A pair counts if
the tokens that both have in common, in order, are the wanted share of each (containment both
ways): a longest common subsequence, or one up to a one-to-one renaming of identifiers.

A family of near-duplicates has many more pairs than members. So a node is compared with the
earlier ones that resemble it most, until a few matched. The candidates after these are noted:
those between copies that stay are verified later (see `file_decisions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan._core import _native
from codescan.dedup.ordering import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.segments import Segment
    from codescan.tasks.task_pool import TaskPool

__all__ = ["NearLevel", "NearPairs", "near_pairs", "pair_numbers", "pairs_of", "ranges_of"]

_KEYS = 1 << 21
"""Keys of one task."""
_PAIRS = 1 << 17
"""Candidate pairs of one task."""
_COMPARED = 1 << 14
"""Pairs whose signatures are compared at a time."""
_ENOUGH = 4
"""Matches of a node, or misses in a row after one, after which no candidate is verified."""
_WHOLE = 1 << 64


@dataclass(frozen=True, slots=True)
class NearLevel:
    """The level of a comparison: files, files up to renaming, or units.

    Args:
        name: of the stages.
        keys: array of the keys of bands in a segment.
        owners: array of their owners.
        nodes: file with the node of each owner of all segments.
        signatures: file with the signature of each node.
        least_equal: bytes of two signatures that must be equal.
        places: files with the token file, first token and length of each node.
        is_unit: whether owners are units, not documents.
        renamed: whether names may differ.
        connected: file with the connected set of each node; pairs inside of one are left out.
    """

    name: str
    keys: str
    owners: str
    nodes: Path
    signatures: Path
    least_equal: int
    places: tuple[Path, Path, Path]
    is_unit: bool = False
    renamed: bool = False
    connected: Path | None = None


@dataclass(frozen=True, slots=True)
class NearPairs:
    """The near-duplicate pairs of one level.

    Args:
        rows: of (node, node, tokens in common, of them renamed), ordered by nodes.
        renamed: whether names may differ.
        not_verified: files with candidate pairs that were left out.
    """

    rows: npt.NDArray[np.uint32]
    renamed: bool
    not_verified: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _CandidateTask:
    level: NearLevel
    segments: tuple[Segment, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _VerifyTask:
    level: NearLevel
    token_files: tuple[str, ...]
    candidates: tuple[Path, ...]
    low: int
    high: int
    share: float


def near_pairs(
    pool: TaskPool, level: NearLevel, segments: Sequence[Segment], share: float
) -> NearPairs:
    """Find near-duplicates, of each node at least one if it has any among earlier candidates.

    Args:
        pool: runs the tasks.
        level: what is compared.
        segments: all of the run.
        share: minimum share of the tokens of each that both have in common, 0..1.
    """
    total = sum(len(segment.array(level.keys)) for segment in segments)
    tasks = [
        (f"{number:06d}", _CandidateTask(level, tuple(segments), low, high))
        for number, (low, high) in enumerate(ranges_of(total, _KEYS))
    ]
    candidates = pool.run(f"{level.name}-candidates", _find_candidates, tasks)
    nodes = len(np.load(level.places[0], mmap_mode="r"))
    count = sum(len(np.load(path / "pairs.npy", mmap_mode="r")) for path in candidates)
    parts = 1 + count // _PAIRS
    token_files = tuple(str(segment.token_file) for segment in segments)
    bounds = [nodes * number // parts for number in range(parts + 1)]
    checks = [
        (f"{number:06d}", _VerifyTask(level, token_files, tuple(candidates), low, high, share))
        for number, (low, high) in enumerate(pairwise(bounds))
    ]
    verified = pool.run(f"{level.name}-verified", _verify_candidates, checks)
    return NearPairs(
        np.concatenate([np.load(path / "pairs.npy") for path in verified]),
        level.renamed,
        tuple(path / "not_verified.npy" for path in verified),
    )


def ranges_of(total: int, most: int) -> list[tuple[int, int]]:
    """Ranges of 64-bit keys of which each holds some `most` of `total` evenly spread keys."""
    count = 1 + total // most
    bounds = [_WHOLE * number // count for number in range(count + 1)]
    return list(pairwise(bounds))


def _find_candidates(task: _CandidateTask, out: Path) -> None:
    level = task.level
    nodes = np.load(level.nodes, mmap_mode="r")
    keys, owners = [], []
    for segment in task.segments:
        own_keys, own = segment.keyed(level.keys, level.owners, task.low, task.high)
        first = segment.first_unit if level.is_unit else segment.first
        node = nodes[own.astype(np.int64) + first]
        chosen = node != NONE
        keys.append(own_keys[chosen])
        owners.append(node[chosen])
    signatures = np.load(level.signatures, mmap_mode="r")
    pairs = _native.candidate_pairs(
        np.concatenate(keys), np.concatenate(owners), signatures, level.least_equal
    )[:, ::-1]
    np.save(out / "pairs.npy", pairs[np.argsort(pairs[:, 0], kind="stable")])


def _verify_candidates(task: _VerifyTask, out: Path) -> None:
    slices = []
    for path in task.candidates:
        pairs = np.load(path / "pairs.npy", mmap_mode="r")
        begin, end = np.searchsorted(pairs[:, 0], [task.low, task.high])
        slices.append(np.array(pairs[begin:end]))
    pairs = pairs_of(np.unique(pair_numbers(np.concatenate(slices))))
    level = task.level
    left_out = pairs[:0]
    if level.connected is not None:
        sets = np.load(level.connected, mmap_mode="r")
        is_connected = sets[pairs[:, 0]] == sets[pairs[:, 1]]
        left_out, pairs = pairs[is_connected], pairs[~is_connected]
    pairs = _most_similar_first(pairs, np.load(level.signatures, mmap_mode="r"))
    places = [np.load(path) for path in level.places]
    tokens = _native.DuplicateTokens(list(task.token_files), *places)
    common = tokens.verify(pairs, task.share, level.renamed, _ENOUGH)
    is_verified = common[:, 0] != _native.NOT_VERIFIED
    np.save(out / "not_verified.npy", np.concatenate([left_out, pairs[~is_verified]]))
    rows = np.concatenate([pairs, common], axis=1)[is_verified & (common[:, 0] > 0)]
    np.save(out / "pairs.npy", rows[np.lexsort((rows[:, 1], rows[:, 0]))])


def pair_numbers(pairs: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """One number for each pair, in the same order as pairs."""
    return pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1]


def pairs_of(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """The pairs of `pair_numbers`."""
    return np.stack([numbers >> np.uint64(32), numbers & np.uint64(NONE)], axis=1).astype(np.uint32)


def _most_similar_first(pairs: Any, signatures: Any) -> Any:
    """Pairs by their first node, those with most bytes of the signatures in common first."""
    equal = np.empty(len(pairs), dtype=np.int16)
    for begin in range(0, len(pairs), _COMPARED):
        a, b = pairs[begin : begin + _COMPARED].T
        equal[begin : begin + _COMPARED] = (signatures[a] == signatures[b]).sum(axis=1)
    return np.ascontiguousarray(pairs[np.lexsort((pairs[:, 1], -equal, pairs[:, 0]))])
