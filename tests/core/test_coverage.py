# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What verified runs cover decides as a plain loop over the fingerprints does."""

from __future__ import annotations

import random

import numpy as np
import pytest

from codescan._core import _native

K, W = 12, 20
BY_CHANCE, BY_FAMILY = 4, 2


class PlainCoverage:
    """The same rules, one fingerprint after the other."""

    def __init__(self, used: list[int]) -> None:
        self.used = used
        self.depth = dict.fromkeys(used, 0)
        self.reach = dict.fromkeys(used, 0)
        self.given_up: set[int] = set()
        self.floor = 0

    def choose(self, rows: list[list[int]]) -> tuple[list[list[int]], bool, int, int]:
        """The candidates that are worth verifying, whether any is new, lengths, and room."""
        promising, is_new, length, room = [], False, 0, 0
        for row in rows:
            tokens = [token for token in self.used if row[1] <= token <= row[3]]
            reach = min(self.reach[token] for token in tokens)
            depth = min(self.depth[token] for token in tokens)
            length += row[3] - row[1] + K + 2 * W
            room = max(room, reach)
            is_unexplained = reach < K + W - 1 and depth < BY_CHANCE
            is_new = is_new or is_unexplained
            if is_unexplained or depth < BY_FAMILY:
                promising.append(row)
            elif reach < K + W - 1:
                self.given_up.update(tokens)
        return promising, is_new, length, room

    def add(self, runs: list[list[int]]) -> None:
        """Record runs."""
        for query, _content, length, _renamed in runs:
            inside = [token for token in self.used if query <= token < query + length]
            if inside == self.used:
                self.floor = max(self.floor, length)
            for token in inside:
                self.depth[token] += 1
                self.reach[token] = max(self.reach[token], length)


def table_of(values) -> list[list[int]]:
    """The rows of candidates whose values come one after another."""
    return np.array(values, dtype=np.uint32).reshape(-1, 6).tolist()


def values_of(rows: list[list[int]]) -> np.ndarray:
    """The values of one row after another."""
    return rows_of(rows, 1).reshape(-1)


def rows_of(values: list[list[int]], columns: int) -> np.ndarray:
    """A table for the native core."""
    return np.array(values, dtype=np.uint32).reshape(-1, columns)


@pytest.mark.parametrize("seed", range(30))
def test_chooses_what_a_plain_loop_chooses(seed: int) -> None:
    rng = random.Random(seed)
    used = sorted(rng.sample(range(400), rng.randrange(1, 60)))
    coverage = _native.Coverage(used, K, W, BY_CHANCE, BY_FAMILY)
    plain = PlainCoverage(used)
    for _ in range(25):
        rows = []
        for _candidate in range(rng.randrange(1, 8)):
            first, last = sorted(rng.choices(used, k=2))
            rows.append([3, first, rng.randrange(400), last, rng.randrange(5), rng.randrange(3)])
        chosen, *others = coverage.choose(values_of(rows))
        assert (table_of(chosen), *others) == plain.choose(rows)
        runs = [
            [rng.randrange(400), rng.randrange(400), rng.choice((5, 15, 40, 400)), 0]
            for _run in range(rng.randrange(4))
        ]
        coverage.add(rows_of(runs, 4))
        plain.add(runs)
        assert coverage.reach == list(plain.reach.values())
        assert coverage.floor == plain.floor
        assert set(coverage.given_up()) == plain.given_up
        for token in range(400):
            is_explained = token in plain.reach and plain.reach[token] >= K + W - 1
            assert coverage.is_explained(token) == is_explained


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("form", [0, 1])
def test_verifies_the_longest_runs_through_all_seeds(seed: int, form: int) -> None:
    rng = random.Random(seed)
    words = [rng.choice("abcdefgh") for _ in range(300)]
    query = _native.lex(" ".join(words).encode(), _native.LEXERS["python"])
    content = _native.lex(" ".join(words[40:] + words[:90]).encode(), _native.LEXERS["python"])
    used = sorted(rng.sample(range(300), 80))
    rows = []
    for _ in range(20):
        first, last = sorted(rng.choices(used, k=2))
        rows.append([0, first, rng.randrange(300), last, 1, 0])
    seeds = [
        (token, (token + row[2] - row[1]) % 2**32)
        for row in rows
        for token in used
        if row[1] <= token <= row[3]
    ]
    extended = _native.extend(query, content, rows_of([list(seed) for seed in seeds], 2), form)
    expected = sorted({tuple(run) for run in extended.tolist() if run[2] >= 3})
    coverage = _native.Coverage(used, 3, W, BY_CHANCE, BY_FAMILY)
    for most in (1, 3, 1000):
        longest = sorted(expected, key=lambda run: (-run[2], run))[:most]
        spans = coverage.verified(query, content, values_of(rows), form, most).tolist()
        assert [tuple(run) for run in spans] == sorted(longest)
    assert expected


def test_tokens_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        _native.Coverage([3, 1], K, W, BY_CHANCE, BY_FAMILY)
