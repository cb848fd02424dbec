# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find duplicates in training data, choose the kept copies, and write the results."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from codescan.app.outcome import ExitCode, allowed_kinds
from codescan.app.progress import OnProgress, no_progress
from codescan.app.versions import version
from codescan.dedup.cleaning import write_cleaned_copy
from codescan.dedup.engine import DedupSettings, find_duplicates, read_parts
from codescan.dedup.inputs import TrainingSet
from codescan.dedup.keep_rules import KEEP_RULES
from codescan.dedup.leak_curve import read_leak_curve
from codescan.dedup.passages import LEAST_TOKENS
from codescan.dedup.reread import texts_of
from codescan.dedup.results import DropList, duplicate_rows, nothing_found, write_results
from codescan.errors import UsageError
from codescan.records import Coverage, Skipped
from codescan.records.json_form import encode
from codescan.reports.dedup_page import ClusterTexts, render_dedup_page
from codescan.system.usable_cores import usable_cores
from codescan.tasks.ray_cluster import cluster
from codescan.tasks.task_pool import TaskPool
from codescan.tasks.work_folder import WorkFolder, work_path, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.dedup.engine import Duplicates
    from codescan.dedup.inputs import InputKind, InputPart
    from codescan.dedup.keep_rules import KeepRule
    from codescan.records.duplicates import DedupSummary, DuplicateRow

__all__ = ["CLEAN", "PAGE", "SUMMARY", "DedupOptions", "DedupResult", "dedup"]

SUMMARY = "summary.json"
PAGE = "report.html"
CLEAN = "clean"
_WORK = ".codescan-dedup"
_PUBLISHED = "published"
"""Marker in the work folder: the cleaned copy is about to be moved into place."""
_LEVELS = ("file", "unit", "passage")
_LISTED = 1000
"""Maximum number of unread items that the summary names."""


@dataclass(frozen=True, slots=True)
class DedupOptions:
    """Options of `codescan dedup`; see `codescan dedup --help`."""

    paths: tuple[Path, ...]
    out: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: InputKind | None = None
    keep: KeepRule = "best-license"
    similarity: float = 0.8
    passage_tokens: int = 64
    levels: tuple[str, ...] = _LEVELS
    workers: int | None = None
    engine: str = "local"
    address: str | None = None
    clean: bool = False
    leak_curve: Path | None = None
    allow_unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DedupResult:
    """The summary and the exit code."""

    summary: DedupSummary
    exit_code: ExitCode


def dedup(options: DedupOptions, on_progress: OnProgress = no_progress) -> DedupResult:
    """Search a training set for duplicates.

    With `out`, a repeated call resumes a stopped run.

    Raises:
        UsageError: options contradict each other.
        CodescanError: the training set cannot be read, or a result cannot be written.
    """
    settings, data = _checked(options)
    allowed = allowed_kinds(options.allow_unchecked)
    curve = read_leak_curve(options.leak_curve) if options.leak_curve is not None else None
    with _searched(options, settings, data, on_progress) as (duplicates, skipped, work):
        on_progress("results", 0, None)
        shown: dict[str, tuple[int, int]] = {}
        if duplicates is None:
            summary, drops = nothing_found(settings), DropList()
            results = None
        else:
            results = _fresh(work, "results") if options.out is not None else None
            with writing(options.out or work.path):
                summary, drops, shown = write_results(duplicates, settings, curve, results)
        coverage = Coverage.of(summary.documents, skipped, allowed=allowed)
        summary = replace(
            summary,
            data=tuple(map(str, options.paths)),
            coverage=encode(coverage),
            skipped=tuple(skipped[:_LISTED]),
            skipped_total=len(skipped),
        )
        if options.out is not None and results is not None and duplicates is not None:
            names = [*summary.files, SUMMARY, PAGE, *([CLEAN] if options.clean else [])]
            summary = replace(summary, files=tuple(names))
            texts = _texts(data, duplicates, shown)
            _publish(options, data, summary, texts, drops, results, work)
    is_complete = coverage.is_complete
    return DedupResult(summary, ExitCode.NOTHING_FOUND if is_complete else ExitCode.UNCHECKED)


def duplicates_of(
    options: DedupOptions, on_progress: OnProgress = no_progress
) -> Iterator[DuplicateRow]:
    """Yield the rows of the table of duplicates; writes only temporary files.

    Raises:
        UsageError: options contradict each other.
        CodescanError: the training set cannot be read.
    """
    settings, data = _checked(options)
    with _searched(options, settings, data, on_progress) as (duplicates, _skipped, _work):
        if duplicates is not None:
            yield from duplicate_rows(duplicates)


def _checked(options: DedupOptions) -> tuple[DedupSettings, TrainingSet]:
    if options.keep not in KEEP_RULES:
        raise UsageError(f"--keep has no rule {options.keep!r}", f"known: {', '.join(KEEP_RULES)}")
    if not 0.5 <= options.similarity <= 1:  # noqa: PLR2004
        raise UsageError(
            f"--similarity {options.similarity} is out of range", "give 0.5 to 1; candidates of "
            "less similar texts are not complete"
        )  # fmt: skip
    if options.passage_tokens < LEAST_TOKENS:
        raise UsageError(
            f"--passage-tokens {options.passage_tokens} is too short",
            f"passages of at least {LEAST_TOKENS} tokens can be found",
        )
    if options.clean and options.out is None:
        raise UsageError("--clean needs a folder to write to", "add: --out DIR")
    data = TrainingSet(options.paths, options.columns, options.kind)
    if options.out is not None:
        _check_out(options.out, options)
        if options.clean and data.kind == "index":
            raise UsageError(
                "an index can't be copied without its duplicates",
                "clean the data it is built from",
            )
    levels = tuple(level for level in _LEVELS if level in options.levels or level == "file")
    settings = DedupSettings(options.keep, options.similarity, options.passage_tokens, levels)
    return settings, data


def _check_out(out: Path, options: DedupOptions) -> None:
    target = out.resolve()
    for path in options.paths:
        if path.is_dir() and target.is_relative_to(path.resolve()):
            raise UsageError(
                f"--out {out} lies in the training set", "write the results somewhere else"
            )
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is not a folder", "name a folder")
    is_ours = (out / _WORK / _PUBLISHED).exists()  # left by a run that was killed at its end
    if options.clean and (out / CLEAN).exists() and not is_ours:
        raise UsageError(f"{out / CLEAN} exists already", "remove it, or use another --out")


@contextmanager
def _searched(
    options: DedupOptions, settings: DedupSettings, data: TrainingSet, on_progress: OnProgress
) -> Iterator[tuple[Duplicates | None, list[Skipped], WorkFolder]]:
    """Results, unread items, and the work folder, which is removed afterwards."""
    parts: list[InputPart] = []
    skipped: list[Skipped] = []
    for item in data.parts():
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            parts.append(item)
    plan = {"version": version(), "settings": asdict(settings), "parts": list(map(repr, parts))}
    with (
        cluster(options.engine, options.address, options.workers) as nodes,
        work_path(options.out, _WORK) as path,
        WorkFolder.opened(path, plan) as work,
    ):
        workers = options.workers or usable_cores()
        pool = TaskPool(work, max(1, workers), on_progress, nodes)
        try:
            segments, unread = read_parts(parts, settings, pool)
            duplicates = find_duplicates(segments, settings, pool) if segments else None
        finally:
            pool.close()
        yield duplicates, [*skipped, *unread], work
        work.remove()


def _fresh(work: WorkFolder, name: str) -> Path:
    """A new empty folder in the work folder."""
    folder = work.path / name
    with writing(work.path):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    return folder


def _publish(
    options: DedupOptions,
    data: TrainingSet,
    summary: DedupSummary,
    texts: dict[str, ClusterTexts],
    drops: DropList,
    results: Path,
    work: WorkFolder,
) -> None:
    """Write the page, the summary and the cleaned copy, and then move all of them into place."""
    out = options.out or Path()
    page = render_dedup_page(summary, texts)
    with writing(out):
        (results / SUMMARY).write_bytes(
            msgspec.json.format(msgspec.json.encode(encode(summary)), indent=2) + b"\n"
        )
        (results / PAGE).write_text(page, encoding="utf-8")
        for name in summary.files:
            if name != CLEAN:
                (results / name).replace(out / name)
        if options.clean:
            _publish_copy(data, drops, out / CLEAN, work)


def _publish_copy(data: TrainingSet, drops: DropList, target: Path, work: WorkFolder) -> None:
    """Write the cleaned copy, unless a killed run already did."""
    marker = work.path / _PUBLISHED
    if target.exists():
        if not marker.exists():
            raise UsageError(f"{target} exists already", "remove it, or use another --out")
        return
    folder = _fresh(work, CLEAN)
    write_cleaned_copy(data, drops.rows, folder)
    marker.touch()
    folder.rename(target)


def _texts(
    data: TrainingSet, duplicates: Duplicates, shown: Mapping[str, tuple[int, int]]
) -> dict[str, ClusterTexts]:
    """For each shown cluster, the kept text and the least similar one."""
    table = duplicates.table
    documents = {number: table.document(number) for pair in shown.values() for number in pair}
    texts = texts_of(data, documents.values())

    def text(number: int) -> str | None:
        return texts.get(documents[number].document.origin.sha256)

    return {name: ClusterTexts(text(first), text(last)) for name, (first, last) in shown.items()}
