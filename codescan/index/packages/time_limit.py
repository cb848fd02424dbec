# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bounds the time of an action that a hostile server could draw out for ever.

A timeout of a socket ends a silence only: a server that sends a byte now and then, as status,
headers or body, is never silent. The action runs in a thread of its own, which is given up.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TimeLimitError", "bounded"]

_T = TypeVar("_T")


class TimeLimitError(Exception):
    """An action took too long."""


def bounded(action: Callable[[], _T], seconds: float) -> _T:
    """The result of an action, or what it raises.

    Args:
        action: goes on in the background when it takes longer; that does not keep the program
            from ending.
        seconds: the time that it may take.

    Raises:
        TimeLimitError: it took longer.
    """
    outcomes: queue.SimpleQueue[tuple[bool, object]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcomes.put((True, action()))
        except BaseException as error:  # noqa: BLE001  raised again in the waiting thread
            outcomes.put((False, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        is_result, outcome = outcomes.get(timeout=seconds)
    except queue.Empty:
        raise TimeLimitError from None
    if isinstance(outcome, BaseException) and not is_result:
        raise outcome
    return outcome  # type: ignore[return-value]
