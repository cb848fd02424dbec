# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a corpus into shards, in this process or in several.

Worker processes take parts of the corpus from a queue, write their own shards and report them.
Memory is one open shard for each worker and does not depend on the size of the corpus; with more
workers, each open shard is smaller.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.errors import CodescanError, ResourceError, SourceError
from codescan.index.shard_writer import Tally, write_shards
from codescan.records import Document, Skipped
from codescan.system.stop_signals import interrupts_blocked, leave_interrupts_to_parent
from codescan.system.usable_cores import usable_cores
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from codescan.index.manifest import ShardEntry
    from codescan.protocols import Source
    from codescan.tasks.ray_cluster import RayCluster

__all__ = ["OPEN_TOKENS", "Progress", "ProgressCallback", "read_parts"]

_REPORT_EVERY = 200
"""Documents between two progress messages of a worker."""
_QUEUE_SECONDS = 1.0
OPEN_TOKENS = 2**26
"""Maximum tokens of all open shards together: about 550 MB. Fewer shards mean a faster merge."""
_GROUPS = 4
"""Cluster tasks for each CPU: enough that one slow task does not delay the end much."""
_LEAST_TOKENS = 2**24
"""Minimum size of an open shard in tokens, so that the longest file fits."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a build."""

    stage: str
    """"read" or "merge"."""
    files: int = 0
    bytes: int = 0
    skipped: int = 0
    item: str = ""
    """The package that is being read."""


ProgressCallback = Callable[[Progress], None]


def read_parts(
    parts: list[Source],
    shards: Path,
    profile: str,
    workers: int | None,
    report: ProgressCallback,
    cluster: RayCluster | None = None,
) -> tuple[list[ShardEntry], Tally]:
    """Write the documents of every part into new shards under `shards`.

    Args:
        parts: parts to read; each is read by one process.
        shards: folder of the shards.
        profile: one of `building.PROFILES`.
        workers: processes; by default one for each core, and at most one for each part.
        report: called regularly.
        cluster: reads parts instead of processes of this machine; it must be able to write to
            `shards`.

    Raises:
        SourceError: a source cannot be read at all.
        OutputError: the folder cannot be written.
    """
    tally = Tally()
    if cluster is not None:
        return _read_on_cluster(parts, shards.resolve(), profile, tally, report, cluster), tally
    count = min(workers or usable_cores(), max(1, len(parts)))
    room = max(_LEAST_TOKENS, OPEN_TOKENS // count)
    if count == 1:
        return _read(iter(parts), shards, profile, room, tally, report), tally
    return _read_in_processes(parts, shards, profile, room, tally, report, count), tally


def _items(
    parts: Iterator[Source], tally: Tally, report: ProgressCallback
) -> Iterator[Document | Skipped]:
    item_count = 0
    for part in parts:
        try:
            for item in part.documents():
                yield item
                item_count += 1
                if item_count % _REPORT_EVERY == 0:
                    where = item.origin.package.purl if isinstance(item, Document) else item.item
                    skipped = sum(tally.skipped.values())
                    report(Progress("read", tally.files, tally.bytes, skipped, where))
        except SourceError as error:  # one bad package must not stop the others
            yield Skipped(str(getattr(part, "name", part)), "read", "unreadable", str(error))


def _read(
    parts: Iterator[Source],
    shards: Path,
    profile: str,
    room: int,
    tally: Tally,
    report: ProgressCallback,
) -> list[ShardEntry]:
    items = _items(parts, tally, report)
    return write_shards(items, shards, profile, tuple(LANGUAGES), tally, room)


def _read_on_cluster(
    parts: list[Source],
    shards: Path,
    profile: str,
    tally: Tally,
    report: ProgressCallback,
    cluster: RayCluster,
) -> list[ShardEntry]:
    """Read groups of parts as tasks; if a node is lost, its group is read again into new shards."""
    room = max(_LEAST_TOKENS, OPEN_TOKENS // cluster.cpus)
    groups = min(len(parts), _GROUPS * cluster.cpus)
    calls = [(parts[number::groups], shards, profile, room) for number in range(groups)]
    results: dict[int, list[ShardEntry]] = {}
    for number, (entries, group_tally) in cluster.map(_read_group, calls):
        results[number] = entries
        _add(tally, group_tally)
        report(Progress("read", tally.files, tally.bytes, sum(tally.skipped.values())))
    return [entry for number in sorted(results) for entry in results[number]]


def _read_group(
    parts: list[Source], shards: Path, profile: str, room: int
) -> tuple[list[ShardEntry], Tally]:
    tally = Tally()
    return _read(iter(parts), shards, profile, room, tally, lambda _progress: None), tally


def _work(tasks: Any, results: Any, shards: Path, profile: str, room: int) -> None:
    """Body of a worker process: read parts until none is left, and report the shards written."""
    leave_interrupts_to_parent()
    tally = Tally()

    def parts() -> Iterator[Source]:
        while (part := tasks.get()) is not None:
            yield part

    def report(progress: Progress) -> None:
        results.put(("progress", os.getpid(), progress))

    try:
        entries = _read(parts(), shards, profile, room, tally, report)
        results.put(("done", os.getpid(), (entries, tally)))
    except CodescanError as error:
        results.put(("error", os.getpid(), error))
    except MemoryError:
        ended = ResourceError("memory ran out in a worker process", "use fewer --workers")
        results.put(("error", os.getpid(), ended))
    except OSError as error:  # keep its number, which decides the hint
        results.put(("error", os.getpid(), OSError(error.errno, error.strerror, error.filename)))
    except Exception as error:  # noqa: BLE001 - sent to the parent, which raises it
        results.put(("error", os.getpid(), RuntimeError(f"{type(error).__name__}: {error}")))


def _read_in_processes(
    parts: list[Source],
    shards: Path,
    profile: str,
    room: int,
    tally: Tally,
    report: ProgressCallback,
    count: int,
) -> list[ShardEntry]:
    # "spawn": a forked child of a program with threads may deadlock.
    context = multiprocessing.get_context("spawn")
    tasks, results = context.Queue(), context.Queue()
    processes = [
        context.Process(target=_work, args=(tasks, results, shards, profile, room), daemon=True)
        for _ in range(count)
    ]
    entries: list[ShardEntry] = []
    latest: dict[int, Progress] = {}
    try:
        with _ctrl_c_put_off():
            for process in processes:
                process.start()
        for part in parts:
            tasks.put(part)
        for _ in processes:
            tasks.put(None)
        finished = 0
        while finished < count:
            kind, worker, value = _next_result(results, processes)
            if kind == "error":
                raise value
            if kind == "done":
                finished += 1
                entries += value[0]
                latest[worker] = Progress("read", value[1].files, value[1].bytes,
                                          sum(value[1].skipped.values()))  # fmt: skip
                _add(tally, value[1])
            else:
                latest[worker] = value
            report(
                Progress(
                    "read",
                    sum(p.files for p in latest.values()),
                    sum(p.bytes for p in latest.values()),
                    sum(p.skipped for p in latest.values()),
                    latest[worker].item,
                )
            )
    finally:
        for process in processes:
            if process.pid is not None:
                process.terminate()
                process.join()
    return entries


@contextmanager
def _ctrl_c_put_off() -> Iterator[None]:
    """Delay KeyboardInterrupt until the end of the block.

    A process that is interrupted while it starts would print a traceback. Processes started in the
    block inherit a signal mask, so that Ctrl-C, which a terminal sends to all processes, does not
    reach them before they are ready. Other threads of this process may still receive the signal,
    so a handler is set as well.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda *signaled: signals.append(signaled))
    try:
        with interrupts_blocked():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        if signals and callable(before):
            before(*signals[0])


def _next_result(results: Any, processes: list[Any]) -> tuple[str, int, Any]:
    while True:
        try:
            return results.get(timeout=_QUEUE_SECONDS)  # type: ignore[no-any-return]
        except queue.Empty:
            dead = [p.exitcode for p in processes if p.exitcode not in (None, 0)]
            if dead:
                raise ResourceError(
                    f"a worker process {_end_of(dead[0])} before it was done",
                    "memory may have run out: use fewer --workers, or free some memory",
                ) from None


def _end_of(exit_code: int) -> str:
    """A description of how a process ended."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was killed by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was killed by signal {-exit_code}"


def _add(tally: Tally, other: Tally) -> None:
    tally.files += other.files
    tally.bytes += other.bytes
    for reason, count in other.skipped.items():
        tally.skip(reason, count)
    for skip in other.missing:
        tally.miss(skip)
