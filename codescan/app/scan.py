# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scan texts against an index or a folder, and report the findings."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from msgspec import structs

from codescan.app.indexes import compare_folders, describe_index, minimum_tokens, open_index
from codescan.app.origin_texts import verify_on_texts
from codescan.app.outcome import ExitCode, allowed_kinds, exit_code
from codescan.app.progress import OnProgress, no_progress
from codescan.app.scan_batches import scanned
from codescan.app.snippet_inputs import (
    STDIN,
    InputNotes,
    file_snippets,
    json_lines_snippets,
    language_named,
)
from codescan.app.stale_index import described_with_age
from codescan.app.versions import version
from codescan.audits.measures.extraction import findings_by_grade, license_statistics
from codescan.config import Config
from codescan.errors import UsageError
from codescan.matchers.matching import Matching
from codescan.pipeline import texts_of
from codescan.records import Coverage, Finding, Report, Skipped, Snippet, Suppressed
from codescan.records.json_form import encode
from codescan.records.skip_reasons import is_missing_reason
from codescan.tasks.ray_cluster import cluster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from codescan.app.scan_batches import Scanned
    from codescan.index import Index
    from codescan.tasks.ray_cluster import RayCluster

__all__ = ["ScanOptions", "ScanResult", "scan", "scan_report"]

_BATCH = 256  # snippets in memory at a time
_MAX_REPORT_TEXT_BYTES = 64 << 20
_MAX_HELD = 16 << 20  # bytes of texts that are compared with a folder, to know all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """Options of `codescan scan`; see `codescan scan --help`."""

    paths: tuple[str, ...] = ()
    stdin: BinaryIO | None = None
    """Stream for the path "-" or for no path; None: not available."""
    jsonl: bool = False
    language: str | None = None
    min_tokens: int | None = None
    show_suppressed: bool = False
    index_folder: Path | None = None
    corpus: str | None = None
    verify: bool = False
    """Whether matches of a sketch are verified on fetched origin files."""
    against: tuple[str, ...] = ()
    fail_on: str | None = None
    allow_unchecked: tuple[str, ...] = ()
    """Kinds of unchecked inputs that do not fail the scan."""
    engine: str = "local"
    address: str | None = None
    """Address for `codescan.tasks.ray_cluster.cluster`."""
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The report of a scan and its exit code."""

    report: Report
    exit_code: ExitCode


def scan(options: ScanOptions, on_progress: OnProgress = no_progress) -> ScanResult:
    """Scan texts.

    Raises:
        UsageError: options contradict each other, or an input does not exist.
        CodescanError: the index is missing or damaged, or a folder cannot be read.
    """
    config = options.config
    if options.against and (options.index_folder is not None or options.corpus is not None):
        raise UsageError(
            "--against cannot be combined with --index or --corpus", "give one of them"
        )
    allowed = allowed_kinds(options.allow_unchecked)
    notes = InputNotes()
    snippets = _snippets(options, notes)
    settings: dict[str, object] = {
        "command": "scan",
        "inputs": list(options.paths),
        **({"against": list(options.against)} if options.against else {}),
        "language": options.language,
    }
    if options.against and options.engine != "local":
        raise UsageError("--engine ray needs an index", "build one: codescan index build")
    if options.against:
        snippets, texts = _held(snippets)
        opened = compare_folders(options.against, texts, on_progress)
    else:
        opened = open_index(options.index_folder, options.corpus, config)
    with (
        contextlib.closing(opened) as index,
        cluster(options.engine, options.address, None) as nodes,
    ):
        if options.verify:
            verify_on_texts(index)
        report = scan_report(
            snippets,
            index,
            {**settings, "min_tokens": minimum_tokens(index, options.min_tokens, config)},
            show_suppressed=options.show_suppressed,
            allowed=allowed,
            notes=notes,
            unread=_unread(index) if options.against else (),
            on_progress=on_progress,
            verify=options.verify,
            nodes=nodes,
        )
        if not options.against:
            report = structs.replace(report, index=described_with_age(index))
    return ScanResult(report, exit_code(report, options.fail_on or config.fail_on or "B"))


def scan_report(  # noqa: PLR0913
    snippets: Iterable[Snippet | Skipped],
    index: Index,
    settings: dict[str, object],
    *,
    show_suppressed: bool = False,
    allowed: Iterable[str] = (),
    notes: InputNotes | None = None,
    unread: Iterable[Skipped] = (),
    on_progress: OnProgress = no_progress,
    verify: bool = False,
    nodes: RayCluster | None = None,
) -> Report:
    """Match snippets and build the report; memory grows with the findings, not with the texts.

    Args:
        snippets: texts to scan; unreadable ones are Skipped items.
        index: the index to match against.
        settings: for the report; its "min_tokens" is applied here.
        show_suppressed: list suppressed findings; they are always counted.
        allowed: kinds of unchecked inputs that do not fail the scan.
        notes: notes of the snippet reader, used after the last snippet.
        unread: unreadable files of a compared folder.
        on_progress: called with the number of finished snippets.
        verify: whether nodes verify matches of a sketch on fetched texts.
        nodes: cluster that matches the snippets instead of this process.
    """
    counts = _Counts(skipped=list(unread))
    matching = Matching.of(index)
    iterator = iter(snippets)
    on_progress("scan", 0, None)
    batches = iter(lambda: list(itertools.islice(iterator, _BATCH)), [])
    least = int(str(settings["min_tokens"]))
    for batch, items in scanned(batches, matching, least, verify=verify, cluster=nodes):
        _count(batch, items, counts)
        on_progress("scan", counts.snippets, None)
    return Report(
        tool={"name": "codescan", "version": version()},
        run=settings,
        index=describe_index(index),
        statistics={
            "snippets": counts.snippets,
            "bytes": counts.bytes,
            "coverage": encode(
                Coverage.of(counts.snippets - counts.failed, counts.skipped, allowed=allowed)
            ),
            "skipped": _counted(skip.reason for skip in counts.skipped),
            **(
                {"unknown_languages": dict(notes.unknown_languages.most_common())}
                if notes is not None and notes.unknown_languages
                else {}
            ),
            "findings_by_grade": findings_by_grade(counts.findings),
            "suppressed": _counted(item.reason for item in counts.suppressed),
            "by_license_category": license_statistics(
                counts.findings, lambda finding: finding.snippet_id
            ),
        },
        findings=tuple(sorted(counts.findings, key=lambda finding: finding.grade.value)),
        suppressed=tuple(counts.suppressed) if show_suppressed else (),
        skipped=tuple(counts.skipped),
        completions=counts.texts,
    )


def _snippets(options: ScanOptions, notes: InputNotes) -> Iterator[Snippet | Skipped]:
    language = language_named(options.language)
    paths = options.paths or (STDIN,)
    if STDIN in paths and options.stdin is None:
        raise UsageError("nothing to scan", "name files or folders, or pipe a text in")
    if options.jsonl:
        return json_lines_snippets(paths, language, options.stdin, notes)
    return file_snippets(paths, language, options.stdin)


def _unread(index: Index) -> Iterator[Skipped]:
    """Unreadable files of a compared folder; the index counts them by reason."""
    for reason, count in index.manifest.skipped.items():
        if is_missing_reason(reason):
            for _ in range(count):
                yield Skipped(str(index.path), "read", "origin-unreadable", reason)


def _held(
    snippets: Iterator[Snippet | Skipped],
) -> tuple[Iterator[Snippet | Skipped], list[Snippet] | None]:
    """The same snippets and all of their texts; None if these exceed the memory limit."""
    held: list[Snippet | Skipped] = []
    size = 0
    for item in snippets:
        held.append(item)
        size += len(item.content) if isinstance(item, Snippet) else 0
        if size > _MAX_HELD:
            return itertools.chain(held, snippets), None
    return iter(held), list(texts_of(item for item in held if isinstance(item, Snippet)))


@dataclass(slots=True)
class _Counts:
    """Running totals of a scan."""

    snippets: int = 0
    failed: int = 0
    """Snippets that could not be compared."""
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    text_bytes: int = 0
    """Bytes of files among the texts."""


def _count(batch: list[Snippet | Skipped], items: list[Scanned], counts: _Counts) -> None:
    snippets = [item for item in batch if isinstance(item, Snippet)]
    counts.skipped += [item for item in batch if isinstance(item, Skipped)]
    counts.snippets += len(snippets)
    counts.bytes += sum(len(snippet.content) for snippet in snippets)
    by_id = {snippet.id: snippet for snippet in snippets}
    failed: set[str] = set()
    for item in items:
        if isinstance(item, Skipped):
            counts.skipped.append(item)
            failed |= {item.item} & by_id.keys()
        elif isinstance(item, Suppressed):
            counts.suppressed.append(item)
        else:
            counts.findings.append(item)
            _keep(by_id[item.snippet_id], item, counts)
    counts.failed += len(failed)


def _keep(snippet: Snippet, finding: Finding, counts: _Counts) -> None:
    """Keep a text that is stored nowhere else, or whose hash formats such as SPDX need."""
    if snippet.id in counts.texts or not (snippet.path is None or finding.counts):
        return
    if snippet.path is not None:
        counts.text_bytes += len(snippet.content)
        if counts.text_bytes > _MAX_REPORT_TEXT_BYTES:
            return
    counts.texts[snippet.id] = snippet.content.decode("utf-8", "replace")


def _counted(reasons: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(reasons).items()))
