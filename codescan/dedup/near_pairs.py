# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Near-duplicate pairs: candidates by shared MinHash bands, each verified on the tokens.

Both steps are divided by ranges, of keys and of nodes, into independent tasks. A pair counts if
the tokens that both have in common, in order, are the wanted share of each (containment both
ways): a longest common subsequence, or one up to a one-to-one renaming of identifiers.
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

__all__ = ["NearLevel", "near_pairs", "ranges_of"]

_KEYS = 1 << 21
"""Keys of one task."""
_PAIRS = 1 << 17
"""Candidate pairs of one task."""
_WHOLE = 1 << 64


@dataclass(frozen=True, slots=True)
class NearLevel:
    """What is compared: files, files up to renaming, or units.

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
) -> npt.NDArray[np.uint32]:
    """Rows of (node, node, tokens in common, of them renamed), ordered by nodes.

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
    return np.concatenate([np.load(path / "pairs.npy") for path in verified])


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
    )
    np.save(out / "pairs.npy", pairs)


def _verify_candidates(task: _VerifyTask, out: Path) -> None:
    slices = []
    for path in task.candidates:
        pairs = np.load(path / "pairs.npy", mmap_mode="r")
        begin, end = np.searchsorted(pairs[:, 0], [task.low, task.high])
        slices.append(np.array(pairs[begin:end]))
    pairs = np.unique(np.concatenate(slices), axis=0)
    level = task.level
    places = [np.load(path) for path in level.places]
    tokens = _native.DuplicateTokens(list(task.token_files), *places)
    # Where one is too short for the share of the other, nothing needs to be read.
    lengths = places[2][pairs.astype(np.int64)]
    possible = lengths.min(axis=1) >= np.ceil(task.share * lengths.max(axis=1) - 1e-9)
    pairs = np.ascontiguousarray(pairs[possible])
    common = tokens.verify(pairs, task.share, level.renamed)
    matched = common[:, 0] > 0
    rows: Any = np.concatenate([pairs[matched], common[matched]], axis=1)
    np.save(out / "pairs.npy", rows.astype(np.uint32))
