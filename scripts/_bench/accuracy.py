# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Who finds 40 copied lines: codescan and three programs, on the same files.

Ten of twenty files of a package, all with the same license header, get 40 lines of one of many
files of other packages, which no other of these holds. The rest are as they were.
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

__all__ = ["OWN", "PEERS", "QUERIES", "SPLICED", "Contender", "Task", "written"]

OWN = {"codescan": "compare", "with index": "indexed"}
"""What codescan can do: compare folders directly, as the others do, or build an index first."""
OWN_RUNS = 5
"""Of which the median counts."""
PEERS = ("copydetect", "diffinite", "vendetect")
QUERIES = 20
SPLICED = 10
LINES = 40
_LEAST_BYTES = 2000
_GIT = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")


@dataclass(frozen=True)
class Contender:
    """What one program did."""

    name: str
    references: int
    """Files that were looked through."""
    megabytes: float
    """Their size."""
    cpu: float
    """CPU seconds of the work, without imports."""
    finished: bool
    """False: it was stopped at the limit, so that `cpu` is what it took at least."""
    process: float
    """CPU seconds of the whole process."""
    reported: int
    """Queries whose true file was reported."""
    first: int
    """Queries whose true file was reported before all others."""
    clean: tuple[int, int]
    """Least and most files reported for a query with nothing copied."""


@dataclass(frozen=True)
class Task:
    """Files on disk, in which something is to be found."""

    references: Path
    queries: Path
    truth: dict[str, str]
    """Reference file by query file, for each pair that there is."""

    def compare(self, name: str, cache: Path, limit: float) -> Contender:
        """Let one program look, and judge what it reports; codescan more than once.

        Args:
            name: one of OWN or PEERS.
            cache: where the peers' environment lies.
            limit: CPU seconds after which a peer is stopped.
        """
        places = (str(self.references), str(self.queries))
        if name in OWN:
            # In fractions of a second, where a minute evens out what else the machine does.
            runs = [machine.run("child.py", OWN[name], *places) for _ in range(OWN_RUNS)]
            child = sorted(runs, key=lambda run: run.answer["cpu"])[OWN_RUNS // 2]
        else:
            if name == "vendetect":
                self._make_repositories()
            python = machine.peer_python(cache)
            child = machine.run("peers.py", name, *places, str(limit), python=python)
        reported = child.answer["reported"]
        others = [
            len(reported.get(path.name, ()))
            for path in self.queries.glob("*.py")
            if path.name not in self.truth
        ]
        files = list(self.references.glob("*.py"))
        return Contender(
            name=name,
            references=len(files),
            megabytes=sum(path.stat().st_size for path in files) / 1e6,
            cpu=child.answer["cpu"],
            finished=child.answer.get("finished", True),
            process=child.cpu,
            reported=sum(true in reported.get(query, ()) for query, true in self.truth.items()),
            first=sum(reported.get(query, ())[:1] == [true] for query, true in self.truth.items()),
            clean=(min(others), max(others)),
        )

    def _make_repositories(self) -> None:
        """Commit the files, as vendetect wants them; the others would read what Git keeps."""
        for folder in (self.references, self.queries):
            for command in (["init", "-q"], ["add", "."], [*_GIT, "commit", "-q", "-m", "all"]):
                subprocess.run(["git", "-C", str(folder), *command], check=True)


def written(
    references: list[Document], queries: list[Document], count: int, folder: Path, seed: int
) -> Task:
    """Write the files of a task with `count` reference files, drawn from all."""
    rng = random.Random(seed)  # noqa: S311 - repeatable
    chosen = rng.sample(_usable(references), count)
    sampled_queries = rng.sample(_usable(queries), QUERIES)
    for name in ("references", "queries"):
        (folder / name).mkdir(parents=True)
    for number, document in enumerate(chosen):
        (folder / "references" / f"r{number:03}.py").write_bytes(document.content)
    truth = {}
    for number, document in enumerate(sampled_queries):
        name = f"q{number:02}.py"
        content = document.content
        if number < SPLICED:
            origin, passage = _passage([d.content for d in chosen], rng)
            own = content.splitlines(keepends=True)
            own.insert(rng.randrange(len(own) // 2, len(own)), passage)
            content = b"".join(own)
            truth[name] = f"r{origin:03}.py"
        (folder / "queries" / name).write_bytes(content)
    return Task(folder / "references", folder / "queries", truth)


def _passage(contents: list[bytes], rng: random.Random) -> tuple[int, bytes]:
    """The number of a text, and lines that only this one holds."""
    while True:
        origin = rng.randrange(len(contents))
        lines = contents[origin].splitlines(keepends=True)
        if len(lines) < 2 * LINES:
            continue
        start = rng.randrange(LINES, len(lines) - LINES + 1)  # behind its header
        passage = b"".join(lines[start : start + LINES])
        if sum(passage in content for content in contents) == 1:
            return origin, passage


def _usable(documents: list[Document]) -> list[Document]:
    python_files = [
        d for d in documents if d.language == "python" and len(d.content) >= _LEAST_BYTES
    ]
    return [d for d in python_files if d.content.isascii() and d.origin.path.endswith(".py")]
