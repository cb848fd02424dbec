# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Who finds 40 copied lines: codescan and three programs, on the same files.

Ten of twenty files of a package, all with the same license header, get 40 lines of one of 600
files of other packages. The others are as they were.
"""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from _bench import machine

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.records import Document

__all__ = ["Contender", "compare"]

REFERENCES = 600
QUERIES = 20
SPLICED = 10
LINES = 40
_LEAST_BYTES = 2000
_PEERS = ("copydetect", "diffinite", "vendetect")
_GIT = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")


@dataclass(frozen=True)
class Contender:
    """What one program did."""

    name: str
    cpu: float
    """CPU seconds of the work, without imports."""
    process: float
    """CPU seconds of the whole process."""
    memory: int
    found: int
    """Queries whose true file was reported."""
    first: int
    """Queries whose true file was reported before all others."""
    clean: tuple[int, int]
    """Least and most files reported for a query with nothing copied."""


def compare(
    references: list[Document], queries: list[Document], folder: Path, cache: Path, seed: int
) -> list[Contender]:
    """Write the files, let every program look, and judge what it reports."""
    truth, names = _write(references, queries, folder, random.Random(seed))  # noqa: S311 - repeatable
    places = (str(folder / "references"), str(folder / "queries"))
    contenders = [_judged("codescan", machine.run("child.py", "compare", *places), truth, names)]
    python = machine.peer_python(cache)
    for name in _PEERS:
        if name == "vendetect":
            _make_repositories(folder)
        child = machine.run("peers.py", name, *places, python=python)
        contenders.append(_judged(name, child, truth, names))
    return contenders


def _write(
    references: list[Document], queries: list[Document], folder: Path, rng: random.Random
) -> tuple[dict[str, str], list[str]]:
    chosen = rng.sample(_usable(references), REFERENCES)
    asked = rng.sample(_usable(queries), QUERIES)
    for name in ("references", "queries"):
        (folder / name).mkdir(parents=True)
    for number, document in enumerate(chosen):
        (folder / "references" / f"r{number:03}.py").write_bytes(document.content)
    truth, names = {}, []
    for number, document in enumerate(asked):
        name = f"q{number:02}.py"
        content = document.content
        names.append(name)
        if number < SPLICED:
            origin = rng.randrange(REFERENCES)
            lines = chosen[origin].content.splitlines(keepends=True)
            while len(lines) < 2 * LINES:
                origin = rng.randrange(REFERENCES)
                lines = chosen[origin].content.splitlines(keepends=True)
            start = rng.randrange(LINES, len(lines) - LINES + 1)  # behind its header
            own = content.splitlines(keepends=True)
            place = rng.randrange(len(own) // 2, len(own))
            own[place:place] = lines[start : start + LINES]
            content = b"".join(own)
            truth[name] = f"r{origin:03}.py"
        (folder / "queries" / name).write_bytes(content)
    return truth, names


def _make_repositories(folder: Path) -> None:
    """Commit the files, as vendetect wants them; the others would read what Git keeps."""
    for name in ("references", "queries"):
        for command in (["init", "-q"], ["add", "."], [*_GIT, "commit", "-q", "-m", "all"]):
            subprocess.run(["git", "-C", str(folder / name), *command], check=True)


def _usable(documents: list[Document]) -> list[Document]:
    found = [d for d in documents if d.language == "python" and len(d.content) >= _LEAST_BYTES]
    return [d for d in found if d.content.isascii() and d.origin.path.endswith(".py")]


def _judged(name: str, child: machine.Child, truth: dict[str, str], names: list[str]) -> Contender:
    reported = {query: child.answer["reported"].get(query, []) for query in names}
    clean = [len(reported[query]) for query in names if query not in truth]
    return Contender(
        name=name,
        cpu=child.answer["cpu"],
        process=child.cpu,
        memory=child.memory,
        found=sum(true in reported[query] for query, true in truth.items()),
        first=sum(reported[query][:1] == [true] for query, true in truth.items()),
        clean=(min(clean), max(clean)),
    )
