# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs functions as tasks of a Ray cluster whose nodes share a file system.

Ray (Moritz et al., OSDI 2018) assigns tasks to nodes and repeats the tasks of a lost process or
node. Tasks must therefore be safe to repeat; see `work_folder`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.errors import CodescanError, MissingExtraError, ResourceError, UsageError
from codescan.system.usable_cores import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["ENGINES", "RayCluster", "cluster"]

ENGINES = ("local", "ray")
_RETRIES = 20
"""Maximum number of retries after a task's process is lost."""
_AHEAD = 3
"""Number of waiting tasks on the cluster for each CPU."""


class RayCluster:
    """A connection to a cluster. Use `cluster`.

    Args:
        ray: the module.
    """

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        options = {"max_retries": _RETRIES, "num_cpus": 1}
        self._call = ray.remote(**options)(_call_in_folder)

    @property
    def cpus(self) -> int:
        """CPUs of all nodes, at least 1."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def map(
        self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Call a module-level function with each tuple of arguments, as soon as a CPU is free.

        Yields:
            The number of a call and its result, as calls end.

        Raises:
            ResourceError: a task was lost too often.
            CodescanError: what a task raised.
        """
        waiting: dict[Any, int] = {}
        calls = enumerate(arguments)
        folder = str(Path.cwd())
        try:
            while True:
                while len(waiting) < self.cpus * _AHEAD and (call := next(calls, None)) is not None:
                    waiting[self._call.remote(folder, sys.path, function, call[1])] = call[0]
                if not waiting:
                    return
                ready, _ = self._ray.wait(list(waiting), num_returns=1)
                for reference in ready:
                    yield waiting.pop(reference), self._result(reference)
        finally:
            for reference in waiting:
                self._ray.cancel(reference, force=True)

    def _result(self, reference: Any) -> Any:
        from ray import exceptions

        try:
            error, result = self._ray.get(reference)
        except exceptions.RayError as lost:
            raise ResourceError(
                f"a task was lost on the cluster: {type(lost).__name__}",
                "memory may have run out on a node; run the same command again",
            ) from lost
        if error is not None:
            raise error
        return result


@contextmanager
def cluster(engine: str, address: str | None, workers: int | None) -> Iterator[RayCluster | None]:
    """Connect to a cluster, or start one on this machine.

    Args:
        engine: one of `ENGINES`.
        address: address of a running cluster, such as "auto"; None: start one for this block.
        workers: CPUs of a cluster that is started; None: those of this machine.

    Yields:
        The cluster; None for the engine "local".

    Raises:
        UsageError: an address is given without Ray, or no cluster answers there.
        MissingExtraError: the extra `cluster` is not installed.
    """
    if engine not in ENGINES:
        raise UsageError(f"--engine has no kind {engine!r}", f"known: {', '.join(ENGINES)}")
    if engine == "local":
        if address is not None:
            raise UsageError("--ray-address is for a Ray cluster", "add: --engine ray")
        yield None
        return
    if find_spec("ray") is None:
        raise MissingExtraError("running on a Ray cluster", "cluster")
    import ray

    was_connected = ray.is_initialized()
    try:
        if not was_connected:
            cluster_options = {} if address else {"num_cpus": workers or usable_cores()}
            ray.init(
                address=address or "local",
                log_to_driver=False,
                include_dashboard=None if address else False,
                logging_level="ERROR",
                **cluster_options,
            )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"no Ray cluster answers at {address}: {str(error)[:200]}",
            "start one with: ray start --head",
        ) from error
    try:
        yield RayCluster(ray)
    finally:
        if not was_connected:
            ray.shutdown()


def _call_in_folder(
    folder: str, path: list[str], function: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[CodescanError | OSError | None, Any]:
    """Call a function in the driver's working folder, so that relative paths are valid.

    Errors that the user can correct are returned: Ray would wrap an exception and repeat the task.
    """
    sys.path.extend(entry for entry in path if entry not in sys.path)
    os.chdir(folder)
    try:
        return None, function(*arguments)
    except CodescanError as error:
        return error, None
    except OSError as error:
        return OSError(error.errno, error.strerror, error.filename), None
    except MemoryError:
        return ResourceError("memory ran out on a node", "use larger nodes"), None
