# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Kills every long command with all its processes, at random points, and runs it again.

Half of the points are random times. The others are random changes of files: the process kills
itself and its workers right before it opens, renames or removes a file of the result. They reach
the moments between two steps, however short.

A case fails if the killed command leaves an index that is neither absent nor whole, if more than
one task of a worker was open, if the same command then does not end with success, or if its result
differs from that of a run without interruption, or if unfinished files remain. Commands that end
before they are killed are counted apart.
"""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

from _torture import disturbed_runs, long_commands
from _torture.campaign_pieces import ALL, Piece

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from _torture.disturbed_runs import LongCommand

RUNS = 100
_WORKERS = 2


def run_cases(seed: int, runs: int, *, with_model: bool = True, piece: Piece = ALL) -> int:
    """Run the cases of each command and print a table; return the number of failures."""

    def cases(folder: Path, command: LongCommand, rng: random.Random) -> Counter[str]:
        return _cases(folder, command, rng, runs)

    return long_commands.run_cases(seed, cases, "killed", with_model=with_model, piece=piece)


def run(seed: int, runs: int | None, piece: Piece = ALL) -> int:
    """The part of `scripts/torture`."""
    return run_cases(seed, runs or RUNS, piece=piece)


def _cases(folder: Path, command: LongCommand, rng: random.Random, runs: int) -> Counter[str]:
    out, output = folder / "out", folder / "output"
    for _warm in range(2):  # the first run writes caches, and takes longer than those that follow
        _fresh(command, out)
        whole = disturbed_runs.run(command.arguments, out, output, in_process=command.in_process)
    if whole.code not in command.codes:
        raise SystemExit(f"{command.name} fails undisturbed: {whole}")
    truth = command.result(out)
    changes = int(disturbed_runs.changes_file(output).read_text("ascii"))
    counts: Counter[str] = Counter()
    for number in range(runs):
        _fresh(command, out)
        at_change = rng.randint(1, changes) if number % 2 and changes else 0
        killed = disturbed_runs.run(
            command.arguments,
            out,
            output,
            None if at_change else rng.uniform(0, whole.seconds * 1.05),
            command.in_process,
            at_change,
        )
        counts["tried"] += 1
        counts["killed"] += killed.code is None
        problem = command.check(out) or _open_tasks(command, out)
        if not problem and not _is_complete(command, out, truth):
            problem = _problem_of_rerun(command, out, output, truth)
        counts["failed" if problem else "survived"] += 1
        if problem:
            when = f"before change {at_change} of {changes}" if at_change else "at random"
            print(
                f"  failed: {command.name}, killed {when}, after {killed.seconds:.3f} s: {problem}"
            )
    return counts


def _fresh(command: LongCommand, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    command.before(out)


def _open_tasks(command: LongCommand, out: Path) -> str:
    """Tasks that were begun and not ended: those that are done again."""
    if not command.tasks:
        return ""
    open_tasks = [path for path in (out / command.tasks).glob("*/.*") if path.is_dir()]
    if len(open_tasks) <= _WORKERS:
        return ""
    return f"{len(open_tasks)} tasks were open, more than one a worker"


def _leftovers(out: Path, output: Path) -> str:
    """Files and folders that are unfinished; also among the temporary ones of the command."""
    roots = (out, output.parent / "home", disturbed_runs.temporary(output))
    partial = [path for root in roots for path in root.rglob(".codescan-*.partial")]
    partial += disturbed_runs.temporary(output).glob("codescan*")
    return ", ".join(path.name for path in partial[:3])


def _is_complete(command: LongCommand, out: Path, truth: object) -> bool:
    """Whether the kill came after the last step: some commands refuse to replace a result."""
    try:
        return command.result(out) == truth
    except Exception:  # noqa: BLE001 - what an interrupted run left
        return False


def _problem_of_rerun(command: LongCommand, out: Path, output: Path, truth: object) -> str:
    ended = disturbed_runs.run(command.arguments, out, output, in_process=command.in_process)
    if ended.code not in command.codes:
        return f"the second run ended with {ended.code}: {ended.output[-400:]}"
    if leftovers := _leftovers(out, output):
        return f"the second run leaves {leftovers}"
    try:
        result = command.result(out)
    except Exception as error:  # noqa: BLE001 - any damage is a finding
        return f"the result cannot be read: {type(error).__name__}: {error}"
    return "" if result == truth else "the result differs from that of an undisturbed run"
