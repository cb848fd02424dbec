# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the checksums of an index cost a query at first use, measured in one run.

Usage: python scripts/_torture/index_cost.py INDEX [QUERIES] [SEED]

Each query runs twice, in random order, on an index that is opened anew: once as it is, so that it
tests every page that it reads, and once when all pages were tested before and given back to the
system, so that it reads the same memory but tests nothing. The tests of blocks and rows, which
both do, are timed where they happen. Times are processor time of this process.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from codescan._core import _native
from codescan.app.indexes import Matching
from codescan.index import Index, catalogue_reader, content_store
from codescan.pipeline import scan
from codescan.records import Snippet


class Timed:
    """Calls a function and adds up the time that it takes."""

    seconds = 0.0

    def __init__(self, work: Any) -> None:
        self._work = work

    def __call__(self, *arguments: Any) -> Any:
        """The result of the function."""
        began = time.process_time()
        result = self._work(*arguments)
        Timed.seconds += time.process_time() - began
        return result


class TimedCore:
    """The native core with a timed checksum."""

    checksum = Timed(_native.checksum)

    def __getattr__(self, name: str) -> Any:
        """Anything else of the core."""
        return getattr(_native, name)


def main(index_path: str, queries: int = 60, seed: int = 1) -> None:
    """Print the share of the tests in the time of a query."""
    content_store._native = TimedCore()  # noqa: SLF001 - to be timed
    catalogue_reader.row_checksum = Timed(catalogue_reader.row_checksum)
    catalogue_reader.set_checksum = Timed(catalogue_reader.set_checksum)
    rng = random.Random(seed)
    with Index.open(index_path) as index:
        texts = [_cut(index.content(rng.randrange(len(index))), rng) for _ in range(queries)]
    with_tests, without, of_rows, tested = [], [], [], []
    for number, text in enumerate(texts):
        snippet = Snippet(str(number), text, "python")
        for is_tested in rng.sample([False, True], 2):
            with Index.open(index_path) as index:
                matchers = Matching.of(index).matchers
                for shard in index._shards if is_tested else ():  # noqa: SLF001 - is measured
                    shard.verify()
                    shard.forget()
                Timed.seconds = 0.0
                began = time.process_time()
                list(scan([snippet], index, matchers))
                took = time.process_time() - began
                if is_tested:
                    without.append(took)
                    of_rows.append(Timed.seconds)
                else:
                    with_tests.append(took)
                    tested.append(sum(s.tested_bytes() for s in index._shards))  # noqa: SLF001
    pages = sum(with_tests) - sum(without)
    print(
        f"{queries} queries of {statistics.mean(map(len, texts)):.0f} bytes: median "
        f"{1000 * statistics.median(with_tests):.2f} ms with tests of pages, "
        f"{1000 * statistics.median(without):.2f} ms without; "
        f"{statistics.mean(tested) / 1e6:.1f} MB tested a query; all tests take "
        f"{100 * (pages + sum(of_rows)) / sum(with_tests):.1f} % of the time"
    )


def _cut(content: bytes, rng: random.Random) -> bytes:
    """Some 60 lines of a text."""
    lines = content.splitlines(keepends=True)
    begin = rng.randrange(max(1, len(lines) - 60))
    return b"".join(lines[begin : begin + 60])


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
