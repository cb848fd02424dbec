# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs every long command on a disk with a random amount of free space, then on one with room.

A case fails if the full disk ends the command otherwise than with exit code 3 and a message, if it
leaves an index that is neither absent nor whole, or if the command then does not end with the right
result when there is room. The disk is a file system in memory, which only root can make.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from _torture import disturbed_runs, long_commands
from _torture.campaign_pieces import ALL, Piece

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from _torture.disturbed_runs import LongCommand

RUNS = 20
_ROOM = 256 << 20
_LEAST = 64 << 10
_FULL = 3


def run(seed: int, runs: int | None, piece: Piece = ALL) -> int:
    """Run the cases of each command and print a table; return the number of failures."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        print("  not run: only root can make a small disk")
        return 0
    return run_cases(seed, runs or RUNS, with_model=True, piece=piece)


def run_cases(seed: int, runs: int, *, with_model: bool, piece: Piece = ALL) -> int:
    """Run the cases; `with_model` adds commands that load a local model."""

    def cases(folder: Path, command: LongCommand, rng: random.Random) -> Counter[str]:
        return _cases(folder, command, rng, runs)

    return long_commands.run_cases(seed, cases, "full", with_model=with_model, piece=piece)


@contextmanager
def _disk(place: Path) -> Iterator[Path]:
    """A disk with room, as an empty folder."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _resize(place: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)


def _used(place: Path) -> int:
    status = os.statvfs(place)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def _cases(folder: Path, command: LongCommand, rng: random.Random, runs: int) -> Counter[str]:
    output = folder / "output"
    counts: Counter[str] = Counter()
    with _disk(folder / "disk") as out:
        command.before(out)
        first = _used(out)
        whole = disturbed_runs.run(command.arguments, out, output, in_process=command.in_process)
        if whole.code not in command.codes:
            raise SystemExit(f"{command.name} fails undisturbed: {whole}")
        truth, most = command.result(out), _used(out)
    for _ in range(runs):
        with _disk(folder / "disk") as out:
            command.before(out)
            _resize(out, max(_LEAST, rng.randint(first, max(first + 1, most))))
            ended = disturbed_runs.run(
                command.arguments, out, output, in_process=command.in_process
            )
            counts["tried"] += 1
            counts["full"] += ended.code == _FULL
            problem = _problem(command, ended) or command.check(out)
            _resize(out, _ROOM)
            if not problem:
                problem = _problem_of_rerun(command, out, output, truth)
        counts["failed" if problem else "survived"] += 1
        if problem:
            print(f"  failed: {command.name}: {problem}")
    return counts


def _problem(command: LongCommand, ended: disturbed_runs.Ended) -> str:
    if ended.code in command.codes:  # there was room after all
        return ""
    if ended.code != _FULL:
        return f"a full disk ended it with {ended.code}: {ended.output[-400:]}"
    return "" if ended.output.strip() else "a full disk gave no message"


def _problem_of_rerun(command: LongCommand, out: Path, output: Path, truth: object) -> str:
    ended = disturbed_runs.run(command.arguments, out, output, in_process=command.in_process)
    if ended.code not in command.codes:
        return f"the run with room ended with {ended.code}: {ended.output[-400:]}"
    return "" if command.result(out) == truth else "the result with room differs"
