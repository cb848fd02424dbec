# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Damages an index in many ways. A damaged index gives the right answer or exit code 3.

For each case one index is damaged, scanned and verified, then mended, scanned and verified again:
its undamaged twin. Failures are: another answer than that of the whole index (silent), a `verify`
that passes on damage (silent), a case that does not end (hang), exit code 4 or death by a signal
(crash), and a twin that does not pass.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from _torture import index_edits, index_files, index_layout
from _torture.child_outcomes import Outcome, in_child, outcome_of
from _torture.index_case import Case
from _torture.sample_program import program

RUNS = 1000
Damage = Callable[[Case], str | None]
DAMAGE: dict[str, Damage] = index_files.DAMAGE | index_edits.DAMAGE | index_layout.DAMAGE
_OF_OTHER_FILES = {"flip_frequencies"}
PROFILES = {
    "default": DAMAGE,
    "sketch": {k: v for k, v in index_files.DAMAGE.items() if v.__name__ not in _OF_OTHER_FILES},
}
"""Kinds of damage by profile; a sketch has no SQLite database, and other arrays."""
_FUNCTIONS = 30
_FILES = 24


def run(seed: int, runs: int | None) -> int:
    """Run the cases of each profile and print tables; return the number of failures."""
    failures = 0
    for profile, damage in PROFILES.items():
        print(f"  profile {profile}", flush=True)
        with tempfile.TemporaryDirectory(prefix="codescan-torture-") as name:
            failures += _run(Path(name), random.Random(seed), runs or RUNS, profile, damage)
    return failures


def _run(
    folder: Path, rng: random.Random, runs: int, profile: str, damage: dict[str, Damage]
) -> int:
    queries = _corpora(folder, rng)
    for name, corpus in (("good", "a"), ("other", "b")):
        _must(["index", "build", "--corpus", str(folder / corpus), "--out", str(folder / name),
               "--profile", profile])  # fmt: skip
        if name == "good":
            shutil.copytree(folder / name, folder / "old")
        _must(["index", "add", str(folder / name), "--corpus", str(folder / "more")])
    in_child(_scan(folder / "good", queries), os.open(os.devnull, os.O_WRONLY))  # imports
    truth = outcome_of(_scan(folder / "good", queries))
    if truth.code not in (0, 1) or "GPL-3.0-only" not in truth.result:
        raise SystemExit(f"the undamaged index does not work: {truth}")
    victim = folder / "victim"
    shutil.copytree(folder / "good", victim, symlinks=True)
    counts: Counter[str] = Counter()
    table: dict[str, Counter[str]] = {}
    kinds = rng.sample(list(damage), len(damage))
    began = time.monotonic()
    for number in range(runs):
        kind = kinds[number % len(kinds)] if number < 2 * len(kinds) else rng.choice(kinds)
        case = Case(victim, folder / "other", folder / "old", rng)
        what = damage[kind](case)
        if what is None or _same(folder / "good", victim):
            _mend(folder / "good", victim)
            continue
        judgment = _judge(truth, outcome_of(_scan(victim, queries)), outcome_of(_verify(victim)))
        _mend(folder / "good", victim)
        twin = outcome_of(_scan(victim, queries)), outcome_of(_verify(victim))
        if twin[0] != truth or twin[1].code != 0:
            judgment.append("twin")
        table.setdefault(kind, Counter()).update(["cases", *judgment])
        counts.update(["cases", *judgment])
        for word in judgment:
            print(f"  {word}: {kind}: {what}", flush=True)
    for kind in sorted(table):
        print(f"  {kind:24}" + "".join(f" {name} {n}" for name, n in table[kind].items()))
    words = ("silent", "hang", "crash", "twin")
    print(
        f"  {counts['cases']} damaged indexes by {len(table)} mechanisms and as many twins: "
        f"{counts['silent']} silent passes, {counts['hang']} hangs, {counts['crash']} crashes or "
        f"exits 4, {counts['twin']} twins refused; {time.monotonic() - began:.0f} s"
    )
    return sum(counts[word] for word in words)


def _judge(truth: Outcome, scanned: Outcome, verified: Outcome) -> list[str]:
    """What went wrong with a damaged index."""
    endings = [outcome.ended for outcome in (scanned, verified) if outcome.ended]
    right = scanned.code == 3 or scanned == truth
    if not scanned.ended and not right:
        endings.append("silent")
    if not verified.ended and verified.code != 3:
        endings.append("silent")
    return endings


def _scan(index: Path, queries: Path) -> list[str]:
    return ["scan", str(queries), "--index", str(index), "--format", "json", "-q"]


def _verify(index: Path) -> list[str]:
    return ["index", "verify", str(index), "-q"]


def _must(arguments: list[str]) -> None:
    outcome = outcome_of([*arguments, "--workers", "1", "-q"])
    if outcome.code != 0:
        raise SystemExit(f"{arguments}: {outcome}")


def _corpora(folder: Path, rng: random.Random) -> Path:
    """Two corpora that differ in one license, one to add, and a folder of copies."""
    texts = [program(rng, number, _FUNCTIONS) for number in range(_FILES)]
    for name, license_name in (("a", "GPL-3.0-only"), ("b", "LGPL-2.1-only")):
        _write(folder / name, texts, license_name)
    _write(folder / "more", [program(rng, 100 + n, _FUNCTIONS) for n in range(6)], "GPL-3.0-only")
    queries = folder / "queries"
    queries.mkdir()
    for number in (3, 11, 17):
        (queries / f"copy{number}.py").write_text(texts[number][texts[number].index("def ") :])
    (queries / "own.py").write_text(program(rng, 999, _FUNCTIONS))
    return queries


def _write(folder: Path, texts: list[str], license_name: str) -> None:
    (folder / "package").mkdir(parents=True)
    (folder / "LICENSE").write_text("MIT License\n\nCopyright (c) 2020 The testers\n")
    for number, text in enumerate(texts):
        head = f"# SPDX-License-Identifier: {license_name}\n# Copyright 2020 Tester {number % 5}\n"
        (folder / "package" / f"part{number}.py").write_text(head + text)


def _files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*")}


def _same(good: Path, victim: Path) -> bool:
    """Whether the damage changed nothing."""
    victim_files, good_files = _files(victim), _files(good)
    if victim_files.keys() != good_files.keys():
        return False
    for name, path in victim_files.items():
        if path.is_symlink() or path.is_dir() != good_files[name].is_dir():
            return False
        if path.is_dir():
            continue
        if not path.is_file() or path.stat().st_size != good_files[name].stat().st_size:
            return False
        if path.read_bytes() != good_files[name].read_bytes():
            return False
    return True


def _mend(good: Path, victim: Path) -> None:
    shutil.rmtree(victim)
    shutil.copytree(good, victim)
