# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows on the cost of headers, of unrelated files, of unknown languages, of growth, of commands."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from _bench import machine
from _bench.commands import REFERENCE, start_times

if TYPE_CHECKING:
    from pathlib import Path

    from _bench.rows import Bench

    from codescan.protocols import Source

__all__ = ["costs", "starting"]

_COSTS = "costs.py"
_MOST = {
    "headers": 0.65,
    "unrelated": 20.0,
    "unknown": 1.7,
    "growing": 2.4,
    "import codescan": 1.0,
    "codescan --version": 4.0,
    "codescan check": 12.0,
    "codescan scan": 12.0,
}
"""What is promised."""


def costs(bench: Bench, corpus: list[Source], held_out: list[Source], index: Path) -> None:
    """Measure what grows with the work of others: headers, foreign files, unknown languages."""
    parts, foreign = _pickled(bench, "corpus", corpus), _pickled(bench, "held-out", held_out)
    read = machine.run(_COSTS, "headers", parts).answer
    bench.add(
        "licenses and copyrights of files with headers, share of a build",
        read["reading"] / read["cpu"], "", _MOST["headers"], at_least=False, n=read["files"],
    )  # fmt: skip
    bench.say(
        f"{read['files']} files of up to 32 kB, {read['bytes'] / 1e6:.1f} MB: "
        f"{read['cpu']:.1f} s, {1e6 * read['reading'] / read['files']:.0f} µs a file",
        headers=read,
    )
    scanned = machine.run(_COSTS, "unrelated", foreign, str(index)).answer
    bench.add(
        "scanning unrelated files, CPU over that of building their index",
        scanned["scan"] / scanned["build"], "x", _MOST["unrelated"], at_least=False,
        n=scanned["files"],
    )  # fmt: skip
    bench.say(
        f"{scanned['files']} files, {scanned['bytes'] / 1e6:.1f} MB: {scanned['scan']:.1f} s over "
        f"{scanned['build']:.1f} s; {scanned['files with a finding']} have a finding",
        unrelated=scanned,
    )
    for kind, chosen in (("no match", foreign), ("copied", parts)):
        pieces = machine.run(_COSTS, "unknown", chosen, str(index)).answer
        bench.add(
            f"100 lines of an unknown language, {kind}: CPU over the known one",
            pieces["unknown"] / pieces["told"], "x", _MOST["unknown"], at_least=False,
            n=int(pieces["pieces"]),
        )  # fmt: skip
        bench.details[f"unknown {kind}"] = pieces
    grown = machine.run(_COSTS, "growing").answer
    ratios = {shape: twice / once for shape, (once, twice) in grown.items()}
    bench.add(
        "twice the text, build and scan: CPU over that of half of it, worst shape",
        max(ratios.values()), "x", _MOST["growing"], at_least=False, n=len(ratios),
    )  # fmt: skip
    listed = ", ".join(f"{shape} {ratio:.2f}" for shape, ratio in ratios.items())
    bench.say(listed, growing=grown)


def starting(bench: Bench, index: Path) -> None:
    """Measure how long commands take to start."""
    times = start_times(index, bench.work)
    reference = times.pop("reference")
    for name, seconds in times.items():
        bench.add(
            f"start: {name}, CPU over that of the reference", seconds / reference, "x",
            _MOST[name], at_least=False,
        )  # fmt: skip
    bench.say(f"reference: {1000 * reference:.0f} ms, `python -I -c '{REFERENCE}'`")
    bench.details["start"] = {"reference": reference, **times}


def _pickled(bench: Bench, name: str, parts: list[Source]) -> str:
    path = bench.work / f"{name}-parts"
    path.write_bytes(pickle.dumps(parts))
    return str(path)
