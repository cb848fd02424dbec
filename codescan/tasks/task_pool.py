# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the tasks of a stage in this process, in several, or on a cluster, with equal results."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from codescan.errors import ResourceError
from codescan.system.stop_signals import leave_interrupts_to_parent
from codescan.tasks.work_folder import WorkFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from codescan.tasks.ray_cluster import RayCluster

__all__ = ["TaskPool"]

_PARENT_SECONDS = 0.5


class TaskPool:
    """Runs tasks and keeps their results in a work folder.

    Args:
        work: the folder.
        workers: number of processes, at least 1; they are started when needed.
        on_progress: called with a stage, its finished tasks and its tasks in all.
        cluster: runs the tasks instead of processes of this machine; it must have access to the
            work folder.
    """

    def __init__(
        self,
        work: WorkFolder,
        workers: int,
        on_progress: Callable[[str, int, int | None], None],
        cluster: RayCluster | None = None,
    ) -> None:
        self._cluster = cluster
        self.work = work
        self._workers = workers
        self._on_progress = on_progress
        self._executor: ProcessPoolExecutor | None = None

    def run(
        self, stage: str, function: Callable[[Any, Path], None], tasks: Sequence[tuple[str, Any]]
    ) -> list[Path]:
        """The results of all tasks, in the order of the tasks.

        Args:
            stage: name of the stage.
            function: a module-level function that takes a task and the folder to write into.
            tasks: name and argument of each.

        Raises:
            OutputError: the work folder cannot be written.
            ResourceError: a worker process was killed.
        """
        results = [self.work.stage(stage) / name for name, _ in tasks]
        waiting = [task for task in tasks if not self.work.has_result(stage, task[0])]
        finished = len(tasks) - len(waiting)
        self._on_progress(stage, finished, len(tasks))
        for _ in self._finished(stage, function, waiting):
            finished += 1
            self._on_progress(stage, finished, len(tasks))
        return results

    def _finished(
        self, stage: str, function: Callable[[Any, Path], None], waiting: list[tuple[str, Any]]
    ) -> Iterator[None]:
        """Run tasks; yield each time that one ends."""
        calls = [(self.work.path, stage, name, function, argument) for name, argument in waiting]
        if self._cluster is not None:
            for _ended in self._cluster.map(_run, calls):
                yield
        elif self._workers == 1 or len(waiting) < 2:  # noqa: PLR2004
            for call in calls:
                _run(*call)
                yield
        else:
            yield from self._in_processes(calls)

    def _in_processes(self, calls: list[tuple[Any, ...]]) -> Iterator[None]:
        try:
            executor = self._started()
            for future in as_completed([executor.submit(_run, *call) for call in calls]):
                future.result()
                yield
        except BrokenProcessPool as error:
            raise ResourceError(
                "a worker process was killed; memory may have run out",
                "use fewer --workers, then run the same command again: it continues where it was",
            ) from error

    def close(self) -> None:
        """End the worker processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin_worker,
                initargs=(os.getpid(),),
            )
        return self._executor


def _run(
    folder: Path, stage: str, name: str, function: Callable[[Any, Path], None], argument: Any
) -> None:
    WorkFolder(folder).run(stage, name, lambda out: function(argument, out))


def _begin_worker(parent: int) -> None:
    """Ignore interrupts, which the parent handles, and end with the parent if it is killed."""
    leave_interrupts_to_parent()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
