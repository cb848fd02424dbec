# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One-time tickets for reports, because a browser cannot send the token with a link.

The page asks for a ticket with the token, and opens the link at once. A used ticket in a history or
a log is worthless.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from threading import Lock

__all__ = ["Tickets"]

_SECONDS = 30.0
_MOST = 1_000
"""Maximum number of open tickets; the oldest are dropped."""
_BYTES = 32


class Tickets:
    """The open tickets of one service. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def issue(self, path: str) -> str:
        """A ticket for one path, of letters, digits, "-" and "_"."""
        ticket = secrets.token_urlsafe(_BYTES)
        with self._lock:
            self._open[_digest(ticket)] = path, time.monotonic() + _SECONDS
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
        return ticket

    def redeem(self, path: str, ticket: str) -> bool:
        """Whether a ticket opens a path now. The ticket is used up in any case."""
        with self._lock:
            expected, end = self._open.pop(_digest(ticket), ("", 0.0))
        return expected == path and time.monotonic() < end


def _digest(ticket: str) -> bytes:
    """The stored digest of a ticket; the time of a look-up reveals nothing of it."""
    return hashlib.sha256(ticket.encode("utf-8", "replace")).digest()
