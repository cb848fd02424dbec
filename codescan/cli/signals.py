# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Signals that end the program with a message, as Ctrl-C does."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError
from codescan.system.stop_signals import STOP_SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["report_truncated_files", "signals_as_interrupt"]

_BUS_ERROR = (
    "error: a file was cut short, or its disk failed, while it was read\n"
    "hint: run the command again; check an index with: codescan index verify\n"
)


@contextlib.contextmanager
def signals_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program as Ctrl-C does: with everything saved and a message.

    A SIGHUP that the caller ignores, as `nohup` does, stays ignored.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: dict[signal.Signals, object] = {}
    try:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, interrupt)
    except ValueError:  # not in the main thread: the embedding program owns its signals
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]


def report_truncated_files() -> None:
    """End with a message, instead of a crash, when a memory-mapped file is cut short (SIGBUS)."""
    with contextlib.suppress(ImportError):  # `codescan doctor` says what is wrong with it
        from codescan._core import _native

        _native.exit_on_bus_error(_BUS_ERROR, IndexFormatError.exit_code)
