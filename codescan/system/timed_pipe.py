# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read a pipe with a deadline."""

from __future__ import annotations

import os
import queue
import selectors
import threading

__all__ = ["TimedPipe"]

_CAN_SELECT_PIPES = os.name != "nt"  # Windows waits for sockets only
_ROOM = 16


class TimedPipe:
    """The reading end of a pipe.

    Args:
        descriptor: of the pipe, which the caller closes after this object.
        size: bytes of one read at most.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size = descriptor, size
        self._selector: selectors.BaseSelector | None = None
        self._chunks: queue.Queue[bytes] = queue.Queue(_ROOM)
        self._is_closed = threading.Event()
        if _CAN_SELECT_PIPES:
            self._selector = selectors.DefaultSelector()
            self._selector.register(descriptor, selectors.EVENT_READ)
        else:
            arguments = (descriptor, size, self._chunks, self._is_closed)
            threading.Thread(target=_read_all, args=arguments, daemon=True).start()

    def read(self, seconds: float) -> bytes | None:
        """The bytes available; b"" at the end; None if none arrive in time."""
        if self._selector is not None:
            if not self._selector.select(seconds):
                return None
            return os.read(self._descriptor, self._size)
        try:
            chunk = self._chunks.get(timeout=seconds)
        except queue.Empty:
            return None
        if not chunk:
            self._chunks.put(b"")  # the end stays the end
        return chunk

    def close(self) -> None:
        """Stop reading. The process at the other end should have ended."""
        self._is_closed.set()
        if self._selector is not None:
            self._selector.close()


def _read_all(
    descriptor: int, size: int, chunks: queue.Queue[bytes], is_closed: threading.Event
) -> None:
    chunk = b"more"
    while chunk and not is_closed.is_set():
        try:
            chunk = os.read(descriptor, size)
        except OSError:
            chunk = b""
        while not is_closed.is_set():
            try:
                chunks.put(chunk, timeout=0.2)
                break
            except queue.Full:
                continue
