# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a process group of its own, to its end or until it is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Ended", "LongCommand", "Started", "changes_file", "run", "start", "temporary"]

_SECONDS = 240
_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
     "os.chmod", "shutil.rmtree"}
)  # fmt: skip
"""Audit events of Python that announce the change of a file; "open" may be one."""


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
    in_process: Callable[[], None] = lambda: None
    """Called in the process of the command before it begins."""


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


def start(
    arguments: tuple[str, ...],
    out: Path,
    output: Path,
    in_process: Callable[[], None] = lambda: None,
    kill_at: int = 0,
) -> Started:
    """Run a command in a child process that leads a group of its own.

    Args:
        arguments: of the command; "OUT" is replaced by `out`.
        out: the fresh folder.
        output: gets what the command prints; a file beside it, the number of its changes.
        in_process: called in the process before the command begins.
        kill_at: number of the change of a file below `out` before which the process kills its
            group, from 1; 0: none.
    """
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

                temporary(output).mkdir(exist_ok=True)
                os.environ["TMPDIR"] = str(temporary(output))
                tempfile.tempdir = None
                in_process()
                changes = _count_changes(out, kill_at)
                code = main([part.replace("OUT", str(out)) for part in arguments])
                changes_file(output).write_text(str(changes()), encoding="ascii")
                sys.stdout.flush()
                sys.stderr.flush()
        finally:
            os._exit(code)
    return Started(child, output, time.monotonic())


def temporary(output: Path) -> Path:
    """The folder for temporary files of a command."""
    return output.with_name(f"{output.name}.temporary")


def changes_file(output: Path) -> Path:
    """The file that gets the number of changes of a command that ended."""
    return output.with_name(f"{output.name}.changes")


def _count_changes(out: Path, kill_at: int) -> Callable[[], int]:
    """Count what this process changes below a folder; before one of the changes, kill its group."""
    count = 0
    folder = os.fsencode(out)
    written = os.O_WRONLY | os.O_RDWR

    def is_change(event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            flags = arguments[2]
            return isinstance(flags, int) and bool(flags & written)
        return event in _CHANGES

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event != "open" and event not in _CHANGES:
            return
        named = [os.fsencode(a) for a in arguments if isinstance(a, str | bytes | os.PathLike)]
        # Names within an open folder are relative; a process of one command opens few others.
        if not any(name.startswith(folder) or not name.startswith(b"/") for name in named):
            return
        if is_change(event, arguments):
            count += 1
            if count == kill_at:
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(hook)
    return lambda: count


def run(
    arguments: tuple[str, ...],
    out: Path,
    output: Path,
    kill_after: float | None = None,
    in_process: Callable[[], None] = lambda: None,
    kill_at: int = 0,
) -> Ended:
    """Run a command to its end, or kill it with all its processes.

    Args:
        arguments: as for `start`.
        out: as for `start`.
        output: as for `start`.
        kill_after: seconds after which it is killed; None: when it takes far too long.
        in_process: as for `start`.
        kill_at: as for `start`.
    """
    changes_file(output).unlink(missing_ok=True)
    started = start(arguments, out, output, in_process, kill_at)
    deadline = started.began + (_SECONDS if kill_after is None else kill_after)
    code: int | None = None
    while True:
        ended, status = os.waitpid(started.pid, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            code = None if code == -signal.SIGKILL else code
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
