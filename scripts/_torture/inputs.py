# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Feeds hostile archives, corpora, logs, completions and services to commands.

A case is silent if it exits with 0 or 1, as if everything had been read, and something is missing:
a file of an archive or corpus that the index neither holds nor lists, an exchange of a log, or a
copy. Half of the archives and logs are damaged; archives, logs and corpora with hostile entries
beside the good ones are the others. A case also fails if it hangs or ends with exit code 4.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from _torture import hostile_services
from _torture.child_outcomes import outcome_of
from _torture.hostile_archives import FORMATS, damaged, write_archive
from _torture.hostile_texts import LOG_FORMATS, around, hostile_corpus, write_log
from _torture.sample_program import program

if TYPE_CHECKING:
    from collections.abc import Callable

    from _torture.child_outcomes import Outcome

    Kind = Callable[[Path, Path, list[str], random.Random], tuple[Outcome, str, str]]

RUNS = 200
_FUNCTIONS = 20
_FILES = 20
_EXCHANGES = 120
_COPIES = 5
_CHECKED = (0, 1)
"""Exit codes that state that everything was read."""


def run(seed: int, runs: int | None) -> int:
    """Run the cases of each kind and print a table; return the number of failures."""
    rng = random.Random(seed)
    failures = 0
    for name, kind in _KINDS.items():
        with tempfile.TemporaryDirectory(prefix="codescan-torture-") as folder:
            failures += _run_kind(Path(folder), rng, runs or RUNS, name, kind)
    return failures


def _run_kind(folder: Path, rng: random.Random, runs: int, name: str, kind: Kind) -> int:
    texts = [program(rng, number, _FUNCTIONS) for number in range(_FILES)]
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "LICENSE").write_text("MIT License\n\nCopyright (c) 2020 The testers\n")
    for number, text in enumerate(texts):
        (corpus / f"part{number}.py").write_text(text)
    built = outcome_of(["index", "build", "--corpus", str(corpus), "--out", str(folder / "index"),
                        "--workers", "1", "-q"])  # fmt: skip
    if built.code != 0:
        raise SystemExit(f"the index of the corpus cannot be built: {built}")
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(runs):
        case = folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        case.mkdir()
        outcome, missing, what = kind(case, folder / "index", texts, rng)
        judgment = outcome.ended or ("silent" if missing and outcome.code in _CHECKED else "")
        counts["tried"] += 1
        counts[f"exit {outcome.code}"] += 1
        counts["failed" if judgment else "survived"] += 1
        if judgment:
            print(f"  {judgment}: {name} case {number}: {what}: {missing}", flush=True)
            _keep(case, name, number)
    codes = ", ".join(f"{word} {n}" for word, n in sorted(counts.items()) if word[:4] == "exit")
    print(
        f"  {name:12} tried {counts['tried']:4}, survived {counts['survived']:4}, "
        f"failed {counts['failed']:4} ({codes}); {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return counts["failed"]


def _keep(case: Path, name: str, number: int) -> None:
    """Keep the input of a failure where TORTURE_KEEP names a folder."""
    if folder := os.environ.get("TORTURE_KEEP"):
        shutil.copytree(case, Path(folder) / f"{name}-{number}", symlinks=True, dirs_exist_ok=True)


def _build(corpus: Path, case: Path) -> tuple[Outcome, dict[str, int], int]:
    """The outcome of a build, its skipped files by reason, and its contents."""
    out = case / "built"
    outcome = outcome_of(["index", "build", "--corpus", str(corpus), "--out", str(out),
                          "--workers", "1", "-q"])  # fmt: skip
    if not (out / "manifest.json").exists():
        return outcome, {}, 0
    manifest = json.loads((out / "manifest.json").read_text())
    return outcome, manifest["skipped"], manifest["files"]


def _archive(
    case: Path, _index: Path, texts: list[str], rng: random.Random
) -> tuple[Outcome, str, str]:
    form = rng.choice(FORMATS)
    path = case / f"tool-1.0.{form}"
    hostile = rng.random() < 0.5
    write_archive(path, texts, rng if hostile else None)
    what = "hostile entries" if hostile else damaged(path, rng)
    recipe = case / "recipe.toml"
    recipe.write_text(
        f'description = "Archives."\n[[sources]]\nkind = "archives"\npackages = ["{path}"]\n'
    )
    outcome, skipped, files = _build(recipe, case)
    entries = files + sum(skipped.values())
    # A plain tar has no checksum of contents: a changed length may hide what follows.
    missing = f"{entries} of {len(texts)} entries" if entries < len(texts) else ""
    return outcome, missing, f"{form}, {what}"


def _corpus(
    case: Path, _index: Path, texts: list[str], rng: random.Random
) -> tuple[Outcome, str, str]:
    corpus = case / "corpus"
    what = hostile_corpus(corpus, texts, rng)
    outcome, _skipped, files = _build(corpus, case)
    return outcome, f"{files} of {len(texts)} files" if files < len(texts) else "", what


def _log(case: Path, index: Path, texts: list[str], rng: random.Random) -> tuple[Outcome, str, str]:
    form = rng.choice(LOG_FORMATS)
    path = case / f"log.{form}"
    write_log(path, texts[:_COPIES], _EXCHANGES, rng)
    what = damaged(path, rng)
    outcome = outcome_of(["logs", str(path), "--index", str(index), "--format", "json", "--workers",
                          "1", "--chance-sample", "0", "-q"])  # fmt: skip
    if outcome.code not in _CHECKED:
        return outcome, "", f"{form}, {what}"
    summary = json.loads(outcome.result)
    copies = sum(summary["findings_by_grade"]["model"][grade] for grade in "AB")
    missing = ""
    if summary["exchanges"] < _EXCHANGES:
        missing = f"{summary['exchanges']} of {_EXCHANGES} exchanges"
    # One changed byte of a plain text may be one of a copy; others have checksums.
    elif copies < _COPIES - (form == "jsonl") and form != "parquet":
        missing = f"{copies} of {_COPIES} copies"
    return outcome, missing, f"{form}, {what}"


def _completion(
    case: Path, index: Path, texts: list[str], rng: random.Random
) -> tuple[Outcome, str, str]:
    text, what = around(rng.choice(texts), rng)
    path = case / rng.choice(("answer.md", "answer.txt", "answer.py", "answer.json", "answer"))
    path.write_bytes(text)
    outcome = outcome_of(["scan", str(path), "--index", str(index), "--format", "json", "-q"])
    missing = "" if outcome.code != 0 else "the copy"
    return outcome, missing, what


_KINDS = {
    "archives": _archive,
    "corpora": _corpus,
    "logs": _log,
    "completions": _completion,
    "services": hostile_services.case,
}
