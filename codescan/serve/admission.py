# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bounds what the service does at a time: threads, waiting requests, and bytes in memory."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Admission", "QueueFullError"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class QueueFullError(Exception):
    """As many requests wait as may; the client should try again later."""


class Admission:
    """Runs blocking work in a bounded number of threads, with a bounded queue.

    Call its methods from the event loop only.

    Args:
        threads: pieces of work at a time.
        queue: pieces that may wait.
        max_bytes: bytes of all requests in memory.
    """

    def __init__(self, threads: int, queue: int, max_bytes: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="codescan-scan")
        self._most = threads + queue
        self._max_bytes = max_bytes
        self.active = 0
        """Pieces of work that run or wait. Work whose client gave up counts until it ends."""
        self.bytes = 0
        """Bytes of requests in memory."""

    async def run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run work in a thread.

        Raises:
            QueueFullError: too much is waiting.
        """
        if self.active >= self._most:
            raise QueueFullError
        return await self.run_always(work, *args, **kwargs)

    async def run_always(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run work in a thread, however much waits: for streams that are admitted already."""
        self.active += 1
        future = asyncio.get_running_loop().run_in_executor(
            self._pool, functools.partial(work, *args, **kwargs)
        )
        future.add_done_callback(self._ended)
        # A thread cannot be stopped: it keeps its place until it ends, whoever still waits.
        return await asyncio.shield(future)

    def _ended(self, future: asyncio.Future[_T]) -> None:
        self.active -= 1
        if not future.cancelled():
            future.exception()  # read, so that it is not reported as lost

    @contextlib.contextmanager
    def hold(self) -> Iterator[Callable[[int], None]]:
        """Count the bytes of a request until the block ends.

        Yields:
            A function that adds bytes. It raises QueueFullError when all requests are too large.
        """
        held = 0

        def add(size: int) -> None:
            nonlocal held
            if self.bytes + size > self._max_bytes:
                raise QueueFullError
            held += size
            self.bytes += size

        try:
            yield add
        finally:
            self.bytes -= held

    def close(self) -> None:
        """Let running work end, and take no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
