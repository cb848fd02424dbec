# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Limits of the service: threads, waiting requests, and bytes in memory."""

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
    """The queue is full; the client should retry later."""


class Admission:
    """Runs blocking work in a bounded number of threads, with a bounded queue.

    Call its methods from the event loop only.

    Args:
        threads: maximum number of parallel tasks.
        queue: maximum number of waiting tasks.
        max_bytes: maximum bytes of all requests in memory.
    """

    def __init__(self, threads: int, queue: int, max_bytes: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="codescan-scan")
        self._most = threads + queue
        self._max_bytes = max_bytes
        self.active = 0
        """Running and waiting tasks. A task whose client disconnected counts until it ends."""
        self.bytes = 0
        """Bytes of requests in memory."""

    async def run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run work in a thread.

        Raises:
            QueueFullError: the queue is full.
        """
        if self.active >= self._most:
            raise QueueFullError
        return await self.run_always(work, *args, **kwargs)

    async def run_always(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run work in a thread regardless of the queue, for streams that are already admitted."""
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
            A function that adds bytes. It raises QueueFullError if all requests together are too
            large.
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
        """Wait for running tasks to end, and reject new ones."""
        self._pool.shutdown(wait=False, cancel_futures=True)
