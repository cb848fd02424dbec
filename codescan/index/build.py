# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Builds an index: sources are read by worker processes, each of which writes shards of its own.

The shards are merged and the manifest is replaced last, in one step. Killed at any moment, the
folder holds the old index or the new one; what a killed build left behind is removed by the next.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import heapq
import multiprocessing
import os
import queue
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from codescan._core import _native
from codescan.errors import CodescanError, EmptyCorpusError, OutputError, SourceError
from codescan.index.catalogue import CatalogueReader
from codescan.index.manifest import Manifest, ShardEntry
from codescan.index.merge import MAX_MERGED_TOKENS, merge
from codescan.index.shard_writer import CATALOGUE, Tally, write_shards
from codescan.records import Document, Skipped
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.protocols import Source

__all__ = ["DEFAULT_PROFILE", "Progress", "build"]

DEFAULT_PROFILE = "default"
_REPORT_EVERY = 200
"""Documents between two progress messages of a worker."""
_QUEUE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is."""

    stage: str
    """"read" or "merge"."""
    files: int = 0
    bytes: int = 0
    skipped: int = 0
    item: str = ""
    """The package that is being read."""


ProgressCallback = Callable[[Progress], None]


def build(
    sources: Iterable[Source],
    out: Path,
    *,
    name: str,
    recipe: Mapping[str, object],
    profile: str = DEFAULT_PROFILE,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> Manifest:
    """Build the index of a corpus at `out`, replacing one that is there.

    Args:
        sources: the corpus.
        out: folder of the index; created if need be.
        name: name of the corpus.
        recipe: what the corpus was made from, kept in the manifest.
        profile: a name of `_native.PROFILES`; fixes the guarantee.
        workers: processes; by default one for each core, and one where the corpus is one part.
        progress: called now and then.

    Raises:
        EmptyCorpusError: nothing can be indexed.
        SourceError: the corpus cannot be read.
        OutputError: `out` cannot be written.
    """
    if profile not in _native.PROFILES:
        raise ValueError(f"there is no profile {profile!r}")
    shards = out / "shards"
    try:
        shards.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the index folder {out} cannot be created: {error.strerror}",
            "choose another folder with --out",
        ) from error
    report = progress or (lambda _progress: None)
    with _alone(out):
        _remove_orphans(out)
        try:
            return _build(sources, out, name, recipe, profile, workers, report)
        finally:
            _remove_orphans(out)


def _build(
    sources: Iterable[Source],
    out: Path,
    name: str,
    recipe: Mapping[str, object],
    profile: str,
    workers: int | None,
    report: ProgressCallback,
) -> Manifest:
    shards = out / "shards"
    parts = [part for source in sources for part in source.parts()]
    count = min(workers or len(os.sched_getaffinity(0)), max(1, len(parts)))
    tally = Tally()
    if count == 1:
        entries = _read(iter(parts), shards, profile, tally, report)
    else:
        entries = _read_in_processes(parts, shards, profile, tally, report, count)
    skipped = sum(tally.skipped.values())
    if not any(entry.contents for entry in entries):
        raise EmptyCorpusError(
            f"the corpus {name!r} holds no file that can be indexed"
            + (f" ({skipped} skipped)" if skipped else ""),
            f"see what it is made of with: codescan corpus show {name}",
        )
    report(Progress("merge", tally.files, tally.bytes, skipped))
    manifest = replace(
        _describe(shards, _merge_all(shards, entries), tally),
        name=name,
        profile=profile,
        recipe=dict(recipe),
        guarantee_tokens=guarantee_tokens(profile),
    )
    manifest.save(out)
    return manifest


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the index's lock: two builds would remove each other's unfinished shards."""
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputError(
                f"another build is writing the index {out}",
                "wait for it to end, or choose another folder with --out",
            ) from None
        yield


def guarantee_tokens(profile: str) -> int:
    """T of a profile: the least that both forms guarantee."""
    return max(w + k - 1 for k, w, _r in _native.PROFILES[profile])


def _remove_orphans(out: Path) -> None:
    """Remove shards that no manifest names: left by a killed build, or replaced by this one."""
    try:
        named = {entry.id for entry in Manifest.load(out).shards}
    except CodescanError:
        named = set()
    for folder in (out / "shards").iterdir():
        if folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)


def _items(
    parts: Iterator[Source], tally: Tally, report: ProgressCallback
) -> Iterator[Document | Skipped]:
    done = 0
    for part in parts:
        try:
            for item in part.documents():
                yield item
                done += 1
                if done % _REPORT_EVERY == 0:
                    where = item.origin.package.purl if isinstance(item, Document) else item.item
                    skipped = sum(tally.skipped.values())
                    report(Progress("read", tally.files, tally.bytes, skipped, where))
        except SourceError as error:  # one bad package does not lose the rest
            yield Skipped(str(getattr(part, "name", part)), "read", "unreadable", str(error))


def _read(
    parts: Iterator[Source],
    shards: Path,
    profile: str,
    tally: Tally,
    report: ProgressCallback,
) -> list[ShardEntry]:
    return write_shards(_items(parts, tally, report), shards, profile, tuple(LANGUAGES), tally)


def _work(tasks: Any, results: Any, shards: Path, profile: str) -> None:
    """Body of a worker process: read parts until there are none, report what was written."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    tally = Tally()

    def parts() -> Iterator[Source]:
        while (part := tasks.get()) is not None:
            yield part

    def report(progress: Progress) -> None:
        results.put(("progress", os.getpid(), progress))

    try:
        entries = _read(parts(), shards, profile, tally, report)
        results.put(("done", os.getpid(), (entries, tally)))
    except CodescanError as error:
        results.put(("error", os.getpid(), error))
    except Exception as error:  # noqa: BLE001 - carried to the parent, which raises it
        results.put(("error", os.getpid(), RuntimeError(f"{type(error).__name__}: {error}")))


def _read_in_processes(
    parts: list[Source],
    shards: Path,
    profile: str,
    tally: Tally,
    report: ProgressCallback,
    count: int,
) -> list[ShardEntry]:
    # "spawn": a forked child of a program with threads may deadlock.
    context = multiprocessing.get_context("spawn")
    tasks, results = context.Queue(), context.Queue()
    processes = [
        context.Process(target=_work, args=(tasks, results, shards, profile), daemon=True)
        for _ in range(count)
    ]
    entries: list[ShardEntry] = []
    latest: dict[int, Progress] = {}
    try:
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


def _next_result(results: Any, processes: list[Any]) -> tuple[str, int, Any]:
    while True:
        try:
            return results.get(timeout=_QUEUE_SECONDS)  # type: ignore[no-any-return]
        except queue.Empty:
            dead = [p for p in processes if p.exitcode not in (None, 0)]
            if dead:
                raise RuntimeError(
                    f"a worker process died with exit code {dead[0].exitcode}; "
                    "it may have run out of memory"
                ) from None


def _add(tally: Tally, other: Tally) -> None:
    tally.files += other.files
    tally.bytes += other.bytes
    for reason, count in other.skipped.items():
        tally.skip(reason, count)


def _merge_all(shards: Path, entries: list[ShardEntry]) -> list[ShardEntry]:
    """Merge neighbors as long as a shard can number their tokens."""
    merged: list[ShardEntry] = []
    group: list[ShardEntry] = []
    for entry in [*entries, None]:
        full = entry is None or sum(e.tokens for e in group) + entry.tokens > MAX_MERGED_TOKENS
        if full and group:
            merged.append(group[0] if len(group) == 1 else merge(shards, group))
            for old in group if len(group) > 1 else []:
                shutil.rmtree(shards / old.id, ignore_errors=True)
            group = []
        if entry is not None:
            group.append(entry)
    return merged


def _describe(shards: Path, entries: list[ShardEntry], tally: Tally) -> Manifest:
    catalogues = [CatalogueReader(shards / entry.id / CATALOGUE) for entry in entries]
    digest = hashlib.sha256()
    for sha256, purl, path in heapq.merge(*(c.origins() for c in catalogues)):
        digest.update(sha256 + f"{purl}\n{path}\n".encode())
    packages = {purl for catalogue in catalogues for purl in catalogue.purls()}
    for catalogue in catalogues:
        catalogue.close()
    try:
        tool_version = version("codescan")
    except PackageNotFoundError:  # run from a source tree that is not installed
        tool_version = "unknown"
    return Manifest(
        name="",
        profile="",
        guarantee_tokens=0,
        languages=tuple(LANGUAGES),
        shards=tuple(entries),
        packages=len(packages),
        files=tally.files,
        contents=sum(entry.contents for entry in entries),
        tokens=sum(entry.tokens for entry in entries),
        bytes=sum(entry.bytes for entry in entries),
        skipped=dict(sorted(tally.skipped.items())),
        digest=digest.hexdigest(),
        created=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        tool_version=tool_version,
    )
