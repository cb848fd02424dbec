# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The long commands of codescan on small data, and what of their results must not change."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from _torture.campaign_pieces import ALL, Piece

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

__all__ = ["Ended", "LongCommand", "Started", "commands", "prepare", "run", "run_cases", "start"]

_MODULES = 40
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?")
_SECONDS = 240


@dataclass(frozen=True)
class LongCommand:
    """A command, and how its result is compared."""

    name: str
    arguments: tuple[str, ...]
    """"OUT" is replaced by a fresh folder."""
    result: Callable[[Path], object]
    """What must be the same after an interruption; of the fresh folder."""
    before: Callable[[Path], None] = lambda _out: None
    """Makes what the fresh folder holds at the start."""
    tasks: str = ""
    """Folder of tasks below the fresh folder; "" where the command has none."""
    check: Callable[[Path], str] = lambda _out: ""
    """What is wrong with the folder right after an interruption; "" for nothing."""
    codes: frozenset[int] = field(default_factory=lambda: frozenset({0}))
    """Exit codes of a run that is not disturbed."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int | None
    """None where it did not end in time."""
    output: str
    seconds: float


@dataclass(frozen=True)
class Started:
    """A command that runs in a process group of its own."""

    pid: int
    output: Path
    began: float


def start(arguments: tuple[str, ...], out: Path, output: Path) -> Started:
    """Run a command in a child process that leads a group of its own."""
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 70
        try:
            with output.open("w", encoding="utf-8") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
                sys.stdout = os.fdopen(1, "w", closefd=False)
                sys.stderr = os.fdopen(2, "w", closefd=False)
                from codescan.__main__ import main

                code = main([part.replace("OUT", str(out)) for part in arguments])
                sys.stdout.flush()
                sys.stderr.flush()
        finally:
            os._exit(code)
    return Started(child, output, time.monotonic())


def run(
    arguments: tuple[str, ...], out: Path, output: Path, kill_after: float | None = None
) -> Ended:
    """Run a command to its end, or kill it with all its processes after some seconds."""
    started = start(arguments, out, output)
    deadline = started.began + (_SECONDS if kill_after is None else kill_after)
    code: int | None = None
    while True:
        ended, status = os.waitpid(started.pid, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            break
        if time.monotonic() > deadline:
            _kill_group(started.pid)
            os.waitpid(started.pid, 0)
            break
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError):  # workers that outlive their parent
        os.killpg(started.pid, signal.SIGKILL)
    text = output.read_text(encoding="utf-8", errors="replace")
    return Ended(code, text, time.monotonic() - started.began)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def prepare(folder: Path, rng: random.Random) -> None:
    """Make data, an index, a key and a package; keep the user's folders out."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(folder / "home" / name.lower())
    os.environ["HF_HUB_OFFLINE"] = "1"
    texts = [_module(rng, number) for number in range(_MODULES)]
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
        {"id": f"m{n}", "text": _module(rng, 500 + n)[:600], "is_member": n % 2} for n in range(24)
    ]
    _write_rows(folder / "labeled.jsonl", labeled)
    for arguments in (
        ("index", "build", "--corpus", f"{folder}/corpus", "--out", f"{folder}/index"),
        ("evidence", "keygen", f"{folder}/key"),
        ("index", "pack", f"{folder}/index", "--out", f"{folder}/packages", "--key",
         f"{folder}/key", "--name", "demo"),
        ("index", "trust", "add", f"{folder}/key.pub"),
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
            _index_state,
            check=_index_problem,
        ),
        LongCommand(
            "sketch build",
            ("index", "build", "--corpus", f"{folder}/corpus", "--out", "OUT/index", "--profile",
             "sketch", *two, *quiet),
            _index_state,
            check=_index_problem,
        ),
        LongCommand(
            "index add",
            ("index", "add", "OUT/index", "--corpus", f"{folder}/more", *two, *quiet),
            _index_state,
            before=lambda out: _copy(folder / "index", out / "index"),
            check=_index_problem,
        ),
        LongCommand(
            "index merge",
            ("index", "merge", "OUT/index", *quiet),
            _index_state,
            before=lambda out: _several_shards(folder, out),
            check=_index_problem,
        ),
        LongCommand(
            "index pack",
            ("index", "pack", index, "--out", "OUT/packages", "--key", f"{folder}/key", *quiet),
            lambda out: _names(out / "packages", but="*.json"),
        ),
        LongCommand(
            "index pull",
            ("index", "pull", "demo", "--from", f"{folder}/packages", "--out", "OUT/index", *quiet),
            _index_state,
            check=_index_problem,
        ),
        LongCommand(
            "dedup",
            ("dedup", f"{folder}/rows", "--out", "OUT", "--clean", *two, *quiet),
            _digests,
            tasks=".codescan-dedup",
        ),
        LongCommand(
            "logs",
            ("logs", logs, "--index", index, "--out", "OUT", "--chance-sample", "40", *two, *quiet),
            _digests,
            tasks=".codescan-logs",
        ),
        LongCommand(
            "canary plant",
            ("canary", "plant", f"{folder}/rows/0.jsonl", "--out", "OUT/data.jsonl", "--canaries",
             "OUT/canaries", "--seed", "a seed of many words", "--twins", "99", "--levels", "1,2",
             "--key", f"{folder}/key",
             *quiet),
            _digests,
        ),
        LongCommand(
            "audit of a log",
            ("audit", "--replay", f"{folder}/logs/0.jsonl", "--index", index, "--out", "OUT/run",
             "--self-test", "3", *quiet),
            lambda out: _report(out / "run" / "report.json"),
        ),
    ]  # fmt: skip
    if with_model:
        from tiny_models import save_starcoder2

        save_starcoder2(folder / "model")
        listed += [
            LongCommand(
                "audit of a model",
                ("audit", "--model", f"{folder}/model", "--index", index, "--out", "OUT/run",
                 "--limit", "8", "--max-new-tokens", "16", "--self-test", "3", *quiet),
                lambda out: _report(out / "run" / "report.json"),
            ),
            LongCommand(
                "membership",
                ("membership", f"{folder}/labeled.jsonl", "--model", f"{folder}/model", "--out",
                 "OUT/run", *quiet),
                lambda out: _report(out / "run" / "report.json"),
            ),
        ]  # fmt: skip
    return listed


def _module(rng: random.Random, number: int) -> str:
    lines = [f'"""Part {number}."""', ""]
    for i in range(12):
        a, b, c = (f"v{rng.randrange(10**5)}" for _ in range(3))
        lines += [
            f"def f{number}_{i}({a}, {b}):",
            f"    {c} = {a} * {rng.randrange(999)} - len({b})",
            f"    return [{c} + n for n in range({rng.randrange(99)}) if n > {a}]",
            "",
        ]
    return "\n".join(lines)


def _answer(rng: random.Random, texts: list[str], number: int) -> str:
    if number % 7:
        return f"I would write {rng.randrange(10**9)} of them."
    return f"Here:\n\n```python\n{rng.choice(texts)}\n```\n"


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


def _index_state(out: Path) -> object:
    """What the index holds; it is opened and verified."""
    from codescan.index import Index

    with Index.open(out / "index") as opened:
        if not opened.has_texts:
            opened.verify()
            return opened.manifest.digest, len(opened)
        contents = sorted(
            hashlib.sha256(opened.content(number)).hexdigest() for number in range(len(opened))
        )
        return opened.manifest.digest, contents


def _index_problem(out: Path) -> str:
    """An index that is neither absent nor whole."""
    from codescan.__main__ import main

    if not (out / "index" / "manifest.json").exists():
        return ""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        code = main(["index", "verify", str(out / "index"), "-q"])
    return "" if code == 0 else f"the index does not verify after the kill: exit code {code}"


def _names(folder: Path, but: str) -> object:
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.match(but)
    )


def _digests(out: Path) -> object:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def _report(path: Path) -> object:
    """A report without its dates and names of folders."""
    text = _DATE.sub("DATE", path.read_text(encoding="utf-8"))
    return re.sub(r"/[^\s\"]*/run\d*", "RUN", text)


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
