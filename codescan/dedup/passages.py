# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Passages: exact runs of tokens that independent files share.

Every run of at least t tokens that two files share contains a selected fingerprint that both have
(see codescan/_core/fingerprint.hpp); the run around it is read and compared token by token.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan._core import _native
from codescan.dedup.near_pairs import ranges_of
from codescan.dedup.ordering import NONE
from codescan.dedup.part_clusters import PartCluster, PartCopy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from codescan.dedup.ordering import Nodes
    from codescan.dedup.segments import Segment
    from codescan.tasks.task_pool import TaskPool

__all__ = ["LEAST_TOKENS", "cluster_passages", "passage_profile", "passage_runs"]

LEAST_TOKENS = max(k + w - 1 for k, w, _r in _native.PROFILES["default"][:1])
"""Shorter passages can't be found."""
_KEYS = 1 << 21
"""Fingerprints of one task."""
_RUNS = 1 << 19
"""Runs that are merged at a time."""
_SAME = 0.8
"""Share of both of two runs on the reference from which they are one passage."""
_RATIO = 1 / _SAME
"""Of the lengths of two levels of passages."""


@dataclass(frozen=True, slots=True)
class _PassageTask:
    segments: tuple[Segment, ...]
    represented: Path
    places: tuple[Path, Path, Path]
    groups: Path
    profile: str
    least: int
    low: int
    high: int


def passage_profile(least: int) -> str:
    """The profile of fingerprints that finds runs of the given length; the sparsest one."""
    fitting = (name for name in ("large", "default") if _guarantee(name) <= least)
    return next(fitting, "default")


def _guarantee(profile: str) -> int:
    k, w, _r = _native.PROFILES[profile][0]
    return k + w - 1


def passage_runs(
    pool: TaskPool, segments: Sequence[Segment], nodes: Nodes, groups: Path, least: int
) -> tuple[list[Path], int]:
    """Folders with runs by range of nodes, and how many places were not compared.

    Args:
        pool: runs the tasks.
        segments: all of the run.
        nodes: the different files.
        groups: file with the node of the kept file of each node.
        least: tokens of the shortest run.
    """
    total = sum(len(segment.array("passage_keys")) for segment in segments)
    tasks = [
        (
            f"{number:06d}",
            _PassageTask(
                tuple(segments), nodes.path("represented_node"), nodes.places, groups,
                passage_profile(least), least, low, high,
            ),
        )
        for number, (low, high) in enumerate(ranges_of(total, _KEYS))
    ]  # fmt: skip
    runs = pool.run("passages", _find_runs, tasks)
    not_compared = sum(int(np.load(path / "not_compared.npy")) for path in runs)
    return runs, not_compared


def _find_runs(task: _PassageTask, out: Path) -> None:
    represented = np.load(task.represented, mmap_mode="r")
    keys, places = [], []
    for segment in task.segments:
        own_keys, own = segment.keyed("passage_keys", "passage_places", task.low, task.high)
        node = represented[own[:, 0].astype(np.int64) + segment.first]
        chosen = node != NONE
        keys.append(own_keys[chosen])
        places.append(np.stack([node[chosen], own[chosen, 1]], axis=1))
    tokens = _native.DuplicateTokens(
        [str(segment.token_file) for segment in task.segments],
        *(np.load(path) for path in task.places),
    )
    runs, not_compared = tokens.passages(
        np.concatenate(keys),
        np.ascontiguousarray(np.concatenate(places)),
        np.load(task.groups),
        task.profile,
        task.least,
    )
    order = np.lexsort((runs[:, 4], runs[:, 1], runs[:, 3], runs[:, 2], runs[:, 0]))
    np.save(out / "runs.npy", runs[order])
    np.save(out / "not_compared.npy", np.array(not_compared, dtype=np.uint64))


def cluster_passages(
    folders: Sequence[Path], tokens: _native.DuplicateTokens
) -> Iterator[PartCluster]:
    """Yield the passages of each reference, by node and place; equal tokens once.

    At the ends of a run the fingerprints of a file depend on what surrounds the run, so that files
    which hold one passage may also meet without their first holder. All of them meet it inside of
    the run: the passage of the first reference holds every copy.

    Args:
        folders: of `passage_runs`.
        tokens: of the different files.
    """
    nodes = len(tokens)
    known: set[bytes] = set()
    arrays = [np.load(folder / "runs.npy", mmap_mode="r") for folder in folders]
    parts = 1 + sum(map(len, arrays)) // _RUNS
    for number in range(parts):
        low, high = nodes * number // parts, nodes * (number + 1) // parts
        slices = []
        for array in arrays:
            begin, end = np.searchsorted(array[:, 0], [low, high])
            slices.append(np.array(array[begin:end]))
        runs = _merged(np.concatenate(slices).astype(np.int64))
        begins = np.flatnonzero(np.diff(runs[:, 0], prepend=-1))
        for begin, end in pairwise([*begins, len(runs)]):
            reference = tokens.read(int(runs[begin, 0]))
            for cluster in _passages_of(runs[begin:end]):
                held = reference[cluster.reference.start : cluster.reference.end].tobytes()
                digest = hashlib.blake2b(held, digest_size=8).digest()
                if digest not in known:
                    known.add(digest)
                    yield cluster


def _merged(runs: Any) -> Any:
    """Rows (node, start, other, other start, length), overlapping ones of one diagonal joined."""
    if not len(runs):
        return runs
    diagonal = runs[:, 3] - runs[:, 1]
    order = np.lexsort((runs[:, 1], diagonal, runs[:, 2], runs[:, 0]))
    runs, diagonal = runs[order], diagonal[order]
    same = (runs[1:, 0] == runs[:-1, 0]) & (runs[1:, 2] == runs[:-1, 2])
    same &= diagonal[1:] == diagonal[:-1]
    line = np.cumsum(np.concatenate([[0], ~same]))
    ends = runs[:, 1] + runs[:, 4]
    # Lines do not share a range of numbers, so that one running maximum serves them all.
    shift = line * (int(ends.max()) + 1)
    reached = np.maximum.accumulate(ends + shift) - shift
    begins = np.concatenate([[True], ~same | (runs[1:, 1] > reached[:-1])])
    firsts = np.flatnonzero(begins)
    joined = runs[firsts]
    joined[:, 4] = np.maximum.reduceat(ends, firsts) - joined[:, 1]
    return joined


class _Passages:
    """Passages on one reference, looked up by length and place so that each costs the same."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []
        self._cells: dict[tuple[int, int], list[int]] = {}

    def place_of(self, start: int, end: int) -> int:
        """The passage that is nearly the same stretch; a new one where there is none."""
        level = int(math.log(end - start, _RATIO))
        for longer in (level, level + 1, level + 2):
            cell = self._cell(start, longer)
            for near in range(cell - 2, cell + 3):
                for number in self._cells.get((longer, near), ()):
                    low, high = self.spans[number]
                    shared = min(end, high) - max(start, low)
                    if shared >= _SAME * max(high - low, end - start):
                        return number
        self.spans.append((start, end))
        number = len(self.spans) - 1
        self._cells.setdefault((level, self._cell(start, level)), []).append(number)
        return number

    @staticmethod
    def _cell(start: int, level: int) -> int:
        """Cells are a fifth as long as the passages of a level, the most that two may differ by."""
        return int(start // max(1.0, _RATIO**level * (1 - _SAME)))


def _passages_of(runs: Any) -> Iterator[PartCluster]:
    """Divide the runs on one reference into passages: runs that are nearly the same stretch."""
    node = int(runs[0, 0])
    starts, others = runs[:, 1], runs[:, 2]
    ends = starts + runs[:, 4]
    passages = _Passages()
    members: dict[int, list[int]] = {}
    for row in np.lexsort((runs[:, 3], others, starts, starts - ends)).tolist():
        number = passages.place_of(int(starts[row]), int(ends[row]))
        members.setdefault(number, []).append(row)
    for number in sorted(members, key=lambda number: passages.spans[number]):
        start, end = passages.spans[number]
        copies: dict[tuple[int, int], PartCopy] = {}
        for row in members[number]:
            low, high = max(int(starts[row]), start), min(int(ends[row]), end)
            other, begin = int(others[row]), int(runs[row, 3]) + low - int(starts[row])
            share = (high - low) / (end - start)
            copies.setdefault(
                (other, begin), PartCopy(other, begin, begin + high - low, "passage", share)
            )
        around = others[(starts <= start) & (ends >= end)] if len(passages.spans) > 1 else others
        nodes = {other for other, _begin in copies}
        further = len(set(np.unique(around).tolist()) - nodes)
        reference = PartCopy(node, start, end, "kept-copy", 1.0)
        ordered = tuple(copies[key] for key in sorted(copies))
        yield PartCluster("passage", reference, ordered, further)
