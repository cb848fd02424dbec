# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How long commands take that have hardly anything to do, beside the start of an interpreter."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

__all__ = ["REFERENCE", "start_times"]

REFERENCE = "import click, sqlite3, json, re"
_ROOT = Path(__file__).resolve().parents[2]
_RUNS = 7


def start_times(index: Path, work: Path) -> dict[str, float]:
    """CPU seconds of each command in a process of its own, least of several runs in turn.

    Args:
        index: for the commands that need one.
        work: folder in which a repository is made.
    """
    repository = work / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (repository / "a.py").write_text("def f(x):\n    return x + 1\n")
    subprocess.run(["git", "-C", str(repository), "add", "."], check=True)
    run = [sys.executable, "-m", "codescan"]
    commands = {
        "reference": [sys.executable, "-I", "-c", REFERENCE],
        "import codescan": [sys.executable, "-c", "import codescan"],
        "codescan --version": [*run, "--version"],
        "codescan check": [*run, "check", "--staged", "--index", str(index)],
        "codescan scan": [*run, "scan", "a.py", "--index", str(index)],
    }
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(_RUNS):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                command, cwd=repository, env=environment, check=True, capture_output=True
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            best[name] = min(best[name], took)
    return best
