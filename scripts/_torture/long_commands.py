# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The long commands of codescan on small data, and what of their results must not change."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from _torture.campaign_pieces import ALL, Piece
from _torture.command_results import (
    digests,
    index_problem,
    index_state,
    json_problem,
    report,
)
from _torture.disturbed_runs import LongCommand, run
from _torture.model_commands import model_commands
from _torture.publishing_commands import publishing_commands
from _torture.sample_program import program

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

__all__ = ["commands", "prepare", "run_cases"]

_FUNCTIONS = 12
_MODULES = 40


def prepare(folder: Path, rng: random.Random) -> None:
    """Make data, an index, a key and a package; keep the user's folders out."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(folder / "home" / name.lower())
    os.environ["HF_HUB_OFFLINE"] = "1"
    texts = [program(rng, number, _FUNCTIONS) for number in range(_MODULES)]
    _write(folder / "corpus", texts[:30])
    _write(folder / "more", texts[30:])
    rows = [{"id": f"r{n}", "content": texts[n % 20], "path": f"{n}.py"} for n in range(200)]
    (folder / "rows").mkdir()
    for shard in range(4):
        _write_rows(folder / "rows" / f"{shard}.jsonl", rows[shard::4])
        log = [
            {"id": f"{shard}-{n}", "prompt": f"task {n}", "completion": _answer(rng, texts, n)}
            for n in range(80)
        ]
        _write_rows(folder / "logs" / f"{shard}.jsonl", log)
    labeled = [
        {"id": f"m{n}", "text": program(rng, 500 + n, _FUNCTIONS)[:600], "is_member": n % 2}
        for n in range(24)
    ]
    _write_rows(folder / "labeled.jsonl", labeled)
    (folder / "hash-key").write_bytes(bytes(range(32)))
    secrets = [{"id": f"s{n}", "text": _secret(rng, texts, n)} for n in range(400)]
    _write_rows(folder / "secrets.jsonl", secrets)
    (folder / "opt-outs").write_text("path:*part3.py\n", encoding="ascii")
    answers = [{"id": str(n), "text": _answer(rng, texts, n)} for n in range(200)]
    _write_rows(folder / "answers.jsonl", answers)
    for arguments in (
        ("index", "build", "--corpus", f"{folder}/corpus", "--out", f"{folder}/index"),
        ("evidence", "keygen", f"{folder}/key"),
        ("index", "pack", f"{folder}/index", "--out", f"{folder}/packages", "--signing-key",
         f"{folder}/key", "--name", "demo"),
        ("index", "trust", "add", f"{folder}/key.pub"),
        ("audit", "--replay", f"{folder}/logs/1.jsonl", "--index", f"{folder}/index", "--out",
         f"{folder}/audited", "--self-test", "3", "--fail-on", "none"),
        ("canary", "plant", f"{folder}/rows/1.jsonl", "--out", f"{folder}/planted.jsonl",
         "--canaries", f"{folder}/canaries", "--seed", "another seed of many words", "--twins",
         "99", "--copy-counts", "1,2", "--family", "comment-verse"),
        ("canary", "stamp", f"{folder}/corpus", "--out", f"{folder}/stamped", "--private-folder",
         f"{folder}/stamp", "--stamp-key", "another key of many words"),
    ):  # fmt: skip
        ended = run(arguments, folder, folder / "output")
        if ended.code != 0:
            raise SystemExit(f"{' '.join(arguments)}: {ended}")


def commands(folder: Path, *, with_model: bool) -> list[LongCommand]:
    """Every long command. `with_model` adds those that load a local model."""
    index, logs = f"{folder}/index", f"{folder}/logs"
    quiet = ("-q",)
    two = ("--workers", "2")
    listed = [
        LongCommand(
            "index build",
            ("index", "build", "--corpus", f"{folder}/corpus", "--out", "OUT/index", *two, *quiet),
            index_state,
            check=index_problem,
        ),
        LongCommand(
            "sketch build",
            ("index", "build", "--corpus", f"{folder}/corpus", "--out", "OUT/index", "--profile",
             "sketch", *two, *quiet),
            index_state,
            check=index_problem,
        ),
        LongCommand(
            "index add",
            ("index", "add", "OUT/index", "--corpus", f"{folder}/more", *two, *quiet),
            index_state,
            before=lambda out: _copy(folder / "index", out / "index"),
            check=index_problem,
        ),
        LongCommand(
            "index merge",
            ("index", "merge", "OUT/index", *quiet),
            index_state,
            before=lambda out: _several_shards(folder, out),
            check=index_problem,
        ),
        LongCommand(
            "index remove",
            ("index", "remove", "OUT/index", "--opt-outs", f"{folder}/opt-outs", *quiet),
            index_state,
            before=lambda out: _copy(folder / "index", out / "index"),
            check=index_problem,
        ),
        LongCommand(
            "corpus summary",
            ("corpus", "summary", "--index", index, "--private-data", "--format", "json", "--out",
             "OUT/report.json", *quiet),
            lambda out: report(out / "report.json"),
            check=lambda out: json_problem(out / "report.json"),
        ),
        LongCommand(
            "private",
            ("private", f"{folder}/secrets.jsonl", "--jsonl", "--hash-key", f"{folder}/hash-key",
             "--format", "json", "--fail-on", "none", "--out", "OUT/report.json", *quiet),
            lambda out: report(out / "report.json"),
            check=lambda out: json_problem(out / "report.json"),
        ),
        LongCommand(
            "dedup",
            ("dedup", f"{folder}/rows", "--out", "OUT", "--clean", *two, *quiet),
            digests,
            tasks=".codescan-dedup",
        ),
        LongCommand(
            "logs",
            ("logs", logs, "--index", index, "--out", "OUT", "--chance-sample", "40", *two, *quiet),
            digests,
            tasks=".codescan-logs",
        ),
        LongCommand(
            "canary plant",
            ("canary", "plant", f"{folder}/rows/0.jsonl", "--out", "OUT/data.jsonl", "--canaries",
             "OUT/canaries", "--seed", "a seed of many words", "--twins", "99", "--copy-counts",
             "1,2", "--signing-key", f"{folder}/key",
             *quiet),
            digests,
        ),
        LongCommand(
            "canary stamp",
            ("canary", "stamp", f"{folder}/corpus", "--out", "OUT/published", "--private-folder",
             "OUT/private", "--stamp-key", "a key of many words", *quiet),
            digests,
        ),
        LongCommand(
            "scan",
            ("scan", f"{folder}/answers.jsonl", "--jsonl", "--index", index, "--format", "json",
             "--fail-on", "none", "--out", "OUT/report.json", *quiet),
            lambda out: report(out / "report.json"),
            check=lambda out: json_problem(out / "report.json"),
        ),
        LongCommand(
            "audit of a log",
            ("audit", "--replay", f"{folder}/logs/0.jsonl", "--index", index, "--out", "OUT/run",
             "--self-test", "3", *quiet),
            lambda out: report(out / "run" / "report.json"),
        ),
    ]  # fmt: skip
    listed += publishing_commands(folder)
    if with_model:
        listed += model_commands(folder)
    return listed


def _answer(rng: random.Random, texts: list[str], number: int) -> str:
    if number % 7:
        return f"I would write {rng.randrange(10**9)} of them."
    return f"Here:\n\n```python\n{rng.choice(texts)}\n```\n"


def _secret(rng: random.Random, texts: list[str], number: int) -> str:
    address = f"{rng.choice(('ann', 'bo', 'cy'))}.{rng.randrange(10**6)}@mail{number}.org"
    return f"{texts[number % len(texts)][:400]}\ncontact = {address!r}\n"


def _write(folder: Path, texts: list[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "LICENSE").write_text("MIT License\n\nCopyright (c) 2020 The testers\n")
    for number, text in enumerate(texts):
        (folder / f"part{number}.py").write_text(text)


def _write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target)


def _several_shards(folder: Path, out: Path) -> None:
    _copy(folder / "index", out / "index")
    ended = run(
        ("index", "add", "OUT/index", "--corpus", f"{folder}/more", "-q"), out, folder / "output"
    )
    if ended.code != 0:
        raise SystemExit(f"index add: {ended}")


def run_cases(
    seed: int,
    cases: Callable[[Path, LongCommand, random.Random], Counter[str]],
    disturbed: str,
    *,
    with_model: bool,
    piece: Piece = ALL,
) -> int:
    """Run the cases of each command and print a table; return the number of failures.

    Args:
        seed: of the data and the cases.
        cases: runs the cases of a command; counts "tried", "survived", "failed" and `disturbed`.
        disturbed: what a case does to a command, such as "killed".
        with_model: adds commands that load a local model.
        piece: of the campaign.
    """
    rng = random.Random(seed)
    failures = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="codescan-torture-") as name:
        folder = Path(name)
        prepare(folder, rng)
        listed = commands(folder, with_model=with_model)
        piece.check([command.name for command in listed])
        for command in (each for each in listed if piece.has(each.name)):
            counts = cases(folder, command, rng)
            piece.keep(command.name, disturbed, seed, counts)
            failures += counts["failed"]
            print(
                f"  {command.name:18} tried {counts['tried']:4}, "
                f"{disturbed} {counts[disturbed]:4}, "
                f"survived {counts['survived']:4}, failed {counts['failed']:4}",
                flush=True,
            )
    print(f"  {time.monotonic() - began:.0f} s")
    if summary := piece.summary():
        print(summary)
    return failures
