# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a command in a child process with limits on time and memory, and tells how it ended."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import time
from dataclasses import dataclass

__all__ = ["Outcome", "in_child", "outcome_of"]

_SECONDS = 30
_MEMORY = 8 << 30


@dataclass(frozen=True)
class Outcome:
    """How one command ended: its exit code, or None when it hung or died, and its result."""

    code: int | None
    ended: str
    """"hang", "crash" or ""."""
    result: str


def outcome_of(arguments: list[str], seconds: float = _SECONDS) -> Outcome:
    """Run a command in a child process.

    Args:
        arguments: of the command.
        seconds: after which it counts as hung.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        os._exit(in_child(arguments, writing))
    os.close(writing)
    deadline = time.monotonic() + seconds
    os.set_blocking(reading, False)
    result = b""
    while True:
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(reading, 1 << 16):
                result += chunk
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reading)
            return Outcome(None, "hang", "")
        time.sleep(0.002)
    with contextlib.suppress(BlockingIOError):
        while chunk := os.read(reading, 1 << 16):
            result += chunk
    os.close(reading)
    code = os.waitstatus_to_exitcode(status)
    crashed = code < 0 or code == 4
    return Outcome(None if crashed else code, "crash" if crashed else "", result.decode())


def in_child(arguments: list[str], writing: int) -> int:
    """Run a command in this process, and write its result into a pipe; return the exit code."""
    from codescan.__main__ import main

    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        code = main(arguments)
    text = output.getvalue()
    if arguments[0] == "scan" and code in (0, 1, 5):
        report = json.loads(text)
        # What the user acts on, without the time of the run.
        text = json.dumps([report["findings"], report["skipped"]], sort_keys=True)
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(text.encode())
    return code
