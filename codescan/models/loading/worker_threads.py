# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run several blocking calls in parallel and yield their results as they arrive."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["in_threads"]

Job = TypeVar("Job")
Result = TypeVar("Result")

_POLL_SECONDS = 0.1


class _Ended:
    """Marker: a worker has finished."""


class _Raised:
    """Marker: a worker's job raised an exception."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def in_threads(
    jobs: Iterator[Job],
    work: Callable[[Job], Result],
    threads: int,
    stop: threading.Event,
) -> Iterator[Result]:
    """Yield the result of `work` on each of `jobs`, in the order in which they are ready.

    Jobs start only as results are consumed, so neither accumulates. The first exception of a job is
    raised here. Written by hand, because `concurrent.futures` joins its threads at exit: a call
    that waits for a silent server would block an interrupted program until its timeout.

    Args:
        jobs: taken from one at a time.
        work: called in several threads.
        threads: number of threads, at least 1.
        stop: set it to end the workers after their current job.
    """
    taking = threading.Lock()
    results: queue.Queue[Result | _Raised | _Ended] = queue.Queue(maxsize=threads)

    def put(result: Result | _Raised | _Ended) -> None:
        while not stop.is_set():
            with contextlib.suppress(queue.Full):
                results.put(result, timeout=_POLL_SECONDS)
                return

    def run() -> None:
        try:
            while not stop.is_set():
                with taking:
                    job = next(jobs, None)
                if job is None:
                    break
                put(work(job))
        except BaseException as error:  # noqa: BLE001 - raised again where the results are read
            put(_Raised(error))
        else:
            put(_Ended())

    for number in range(threads):
        threading.Thread(target=run, name=f"codescan-call-{number}", daemon=True).start()
    remaining = threads
    try:
        while remaining:
            result = results.get()
            if isinstance(result, _Raised):
                raise result.error
            if isinstance(result, _Ended):
                remaining -= 1
            else:
                yield result
    finally:
        stop.set()
