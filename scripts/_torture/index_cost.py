# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Measure in one run what the checksums of an index cost a query at first use.

Usage: python scripts/_torture/index_cost.py INDEX [QUERIES] [ROUNDS] [SEED]

A query is a scan of some 60 lines of an indexed file with every matcher, on an index that is
opened anew, so that whatever it reads is tested for the first time. Each query runs ROUNDS times
in two ways that alternate in random order: as it is, and with every test of pages, blocks and rows
left out. The cost of a query is the difference of the two medians; the result is the sum of the
costs over the sum of the times with tests, with a 95 % interval by a bootstrap over queries.
Times are processor time of this process. Exits with 1 when the result is above 5 %.
"""

from __future__ import annotations

import contextlib
import gc
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from codescan.index import Index
from codescan.index.catalogue_reader import CatalogueReader
from codescan.index.content_store import StoreReader
from codescan.matchers.matching import Matching
from codescan.pipeline import scan
from codescan.records import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 5.0
_RESAMPLES = 2000
_TESTS = (
    (StoreReader, "_test_block"),
    (CatalogueReader, "_test_row"),
    (CatalogueReader, "_test_files"),
)


def main(index_path: str, queries: int = 100, rounds: int = 7, seed: int = 1) -> int:
    """Print the share of the tests in the time of a query; 1 if it is above the limit."""
    rng = random.Random(seed)
    with Index.open(index_path) as index:
        texts = [_cut(index.content(rng.randrange(len(index))), rng) for _ in range(queries)]
    with_tests, without, tested = [], [], []
    gc.disable()
    for number, text in enumerate(texts):
        snippet = Snippet(str(number), text, "python")
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(rounds):
            for is_tested in rng.sample([True, False], 2):
                seconds, tested_bytes = _timed(index_path, snippet, is_tested=is_tested)
                times[is_tested].append(seconds)
                if is_tested:
                    tested.append(tested_bytes)
        gc.collect()
        with_tests.append(statistics.median(times[True]))
        without.append(statistics.median(times[False]))
    shares = []
    for _ in range(_RESAMPLES):
        drawn = rng.choices(range(queries), k=queries)
        shares.append(_share([with_tests[i] for i in drawn], [without[i] for i in drawn]))
    shares.sort()
    share = _share(with_tests, without)
    print(
        f"{queries} queries of {statistics.mean(map(len, texts)):.0f} bytes on average, {rounds} "
        f"rounds each: {1000 * statistics.mean(with_tests):.2f} ms with tests, "
        f"{1000 * statistics.mean(without):.2f} ms without, {statistics.mean(tested) / 1e6:.2f} MB "
        f"of pages tested; tests take {share:.1f} % of the time "
        f"(95 % interval {shares[_RESAMPLES // 40]:.1f} to {shares[-_RESAMPLES // 40]:.1f} %)"
    )
    return int(share > _LIMIT)


def _share(with_tests: list[float], without: list[float]) -> float:
    """Percent of the time that the tests take."""
    return 100 * (sum(with_tests) - sum(without)) / sum(with_tests)


def _timed(index_path: str, snippet: Snippet, *, is_tested: bool) -> tuple[float, int]:
    """Seconds of one query on an index that is opened anew, and bytes of pages tested."""
    with Index.open(index_path) as index, contextlib.ExitStack() as stack:
        matchers = Matching.of(index).matchers
        if not is_tested:
            stack.enter_context(_without_tests(index))
        began = time.process_time()
        list(scan([snippet], index, matchers))
        seconds = time.process_time() - began
        return seconds, sum(shard.tested_bytes() for shard in index._shards)  # noqa: SLF001


@contextlib.contextmanager
def _without_tests(index: Index) -> Iterator[None]:
    """Leave out every test of an index."""
    for shard in index._shards:  # noqa: SLF001 - is measured
        shard.trust()
    with contextlib.ExitStack() as stack:
        for reader, name in _TESTS:
            stack.enter_context(mock.patch.object(reader, name, _no_test))
        yield


def _no_test(*_arguments: object) -> None:
    """Test nothing."""


def _cut(content: bytes, rng: random.Random) -> bytes:
    """Some 60 lines of a text."""
    lines = content.splitlines(keepends=True)
    begin = rng.randrange(max(1, len(lines) - 60))
    return b"".join(lines[begin : begin + 60])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
