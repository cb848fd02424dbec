# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The signals that ask a program to stop, where a system has them."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["STOP_SIGNALS", "interrupts_blocked", "leave_interrupts_to_parent"]

_HANG_UP: signal.Signals | None = getattr(signal, "SIGHUP", None)
STOP_SIGNALS: tuple[signal.Signals, ...] = (
    (signal.SIGTERM,) if _HANG_UP is None else (signal.SIGTERM, _HANG_UP)
)
"""Signals other than Ctrl-C that end a program."""


def leave_interrupts_to_parent() -> None:
    """Ignore what a terminal sends to all of its processes: the parent decides when to stop."""
    for number in (signal.SIGINT, *([] if _HANG_UP is None else [_HANG_UP])):
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Keep SIGINT from this thread and from processes that it starts; they inherit this."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
