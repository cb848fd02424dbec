# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs one of the programs that codescan is compared with, in their environment; prints JSON.

Imports are no part of the work. Thresholds are opened as wide as each program allows, so that a
pair is missed only where the program does not see it. One that is too slow is stopped.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Pairs = Iterable[tuple[str, str, float]]
    """(query file, reference file, similarity)."""


def main(command: str, *arguments: str) -> object:
    """Run one of the commands."""
    commands: dict[str, Callable[..., object]] = {
        "scanoss": scanoss, "copydetect": copydetect, "vendetect": vendetect,
        "diffinite": diffinite,
    }  # fmt: skip
    return commands[command](*arguments)


def _cpu() -> float:
    """CPU seconds of this process and its children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def scanoss(path: str) -> object:
    """Fingerprint texts; best of three."""
    from scanoss_winnowing.winnowing import Winnowing

    data, texts, at = Path(path).read_bytes(), [], 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        texts.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    winnowing = Winnowing()
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for text in texts:
            winnowing.wfp_for_contents("text.py", False, text)
        best = min(best, time.process_time() - started)
    return {"cpu": best, "bytes": sum(map(len, texts))}


class _TooLong(BaseException):
    """Raised where a program is when its time is over; it must not be able to catch it."""


def _stop(*_signal: object) -> None:
    raise _TooLong


def _timed(limit: str, work: Callable[[], Pairs]) -> object:
    """CPU seconds of the work and what it reports, or what it took until it was stopped."""
    signal.signal(signal.SIGPROF, _stop)
    started = _cpu()
    signal.setitimer(signal.ITIMER_PROF, float(limit))
    try:
        pairs = work()
    except _TooLong:
        return {"cpu": _cpu() - started, "finished": False, "reported": {}}
    signal.setitimer(signal.ITIMER_PROF, 0)
    return {"cpu": _cpu() - started, "finished": True, "reported": _ranked(pairs)}


def copydetect(references: str, queries: str, limit: str) -> object:
    """Through its API, without the report."""
    from copydetect import CopyDetector

    def work() -> Pairs:
        detector = CopyDetector(
            test_dirs=[queries], ref_dirs=[references], extensions=["py"], display_t=0, silent=True
        )
        detector.run()
        # Rows: similarity of the test file, of the reference file, their paths, the code, overlap.
        return [(row[2], row[3], row[0]) for row in detector.get_copied_code_list()]

    return _timed(limit, work)


def vendetect(references: str, queries: str, limit: str) -> object:
    """Through its command line, on Git repositories of one commit."""
    from vendetect import _cli

    def work() -> Pairs:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.csv"  # its JSON writer fails with NumPy 2
            sys.argv = [
                "vendetect", "--format", "csv", "--output", str(out), "--min-similarity", "0",
                "--max-history-depth", "0", "--quiet", "--type", "py", queries, references,
            ]  # fmt: skip
            _run(_cli.main)
            with out.open(newline="") as file:
                rows = list(csv.DictReader(file))  # one for each passage
        return sorted({(r["Test File"], r["Source File"], float(r["Similarity"])) for r in rows})

    return _timed(limit, work)


def diffinite(references: str, queries: str, limit: str) -> object:
    """Through its command line, deep mode."""
    from diffinite import cli

    def work() -> Pairs:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            sys.argv = [
                "diffinite", "--mode", "deep", "--metrics-only", "--threshold-deep", "0.01",
                "--workers", "1", "--report-json", str(out), queries, references,
            ]  # fmt: skip
            _run(cli.main)
            report = json.loads(out.read_text())
        return [
            (result["file_a"], match["file_b"], match["jaccard"])
            for result in report["deep_results"]
            for match in result["matches"]
        ]

    return _timed(limit, work)


def _run(program: Callable[[], object]) -> None:
    """Call a program's entry point, which leaves by raising."""
    try:
        program()
    except SystemExit as end:
        if end.code:
            raise


def _ranked(pairs: Pairs) -> dict[str, list[str]]:
    """The reference files of each query, most similar first."""
    results: dict[str, list[tuple[float, str]]] = {}
    for query, reference, similarity in pairs:
        results.setdefault(Path(query).name, []).append((-float(similarity), Path(reference).name))
    return {query: [name for _, name in sorted(rows)] for query, rows in results.items()}


if __name__ == "__main__":
    output = os.dup(1)
    os.dup2(2, 1)  # what they print belongs to the user
    answer = json.dumps(main(*sys.argv[1:]))
    os.write(output, answer.encode() + b"\n")
