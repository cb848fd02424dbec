# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Audit conversation logs, and write tables, summary, page and hash chain."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import stat
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from codescan.app.code_identity import code_hash
from codescan.app.indexes import identify_index, minimum_tokens, open_index
from codescan.app.log_evidence import remove_signature, sign_log_results
from codescan.app.outcome import ExitCode, allowed_kinds, failing_grades
from codescan.app.progress import OnProgress, no_progress
from codescan.app.text_files import walk_files
from codescan.app.versions import version
from codescan.config import Config
from codescan.errors import UsageError
from codescan.log_audit.chain import CHAIN, Chain
from codescan.log_audit.design import Design
from codescan.log_audit.engine import LogAuditSettings, LogFile, audit_logs
from codescan.log_audit.tables import write_findings
from codescan.records import Coverage, Grade, Skipped
from codescan.records.json_form import encode
from codescan.records.log_audit import LogInput, LogStratum, LogSummary, UnreadPart
from codescan.records.skip_reasons import is_unchecked_reason
from codescan.reports.log_audit_page import log_audit_page
from codescan.signatures.signing_keys import read_signing_key, require_signing
from codescan.stats.libraries import require_libraries
from codescan.system.usable_cores import usable_cores
from codescan.tasks.ray_cluster import cluster
from codescan.tasks.task_pool import TaskPool
from codescan.tasks.work_folder import WorkFolder, work_path, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.index import Index
    from codescan.log_audit.engine import AuditedLogs
    from codescan.signatures.signing_keys import SigningKey

__all__ = [
    "PAGE", "RATES", "SUMMARY", "LogAuditOptions", "LogAuditResult", "audit_log_files",
]  # fmt: skip

SUMMARY = "summary.json"
RATES = "rates.jsonl"
PAGE = "report.html"
_WORK = ".codescan-logs"
_HISTORIES = frozenset({".git", ".hg", ".svn"})
"""Folders of version histories, which are not logs."""
_LISTED = 1000
"""Maximum number of files and unread parts that the summary names."""
_RATES = 100
"""Maximum number of rates per side and dimension in the summary."""
_UNIT = "a conversation: the exchanges that a file groups, or a single exchange; within one stratum"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAuditOptions:
    """Options of `codescan logs`; see `codescan logs --help`."""

    paths: tuple[Path, ...]
    index_folder: Path | None = None
    corpus: str | None = None
    out: Path | None = None
    sample: int = 0
    stratify_by: str = ""
    seed: int = 0
    user_text: bool = False
    key: Path | None = None
    """Private key that signs the results."""
    quote: int = 400
    chance_sample: int = 2000
    min_tokens: int | None = None
    workers: int | None = None
    engine: str = "local"
    address: str | None = None
    fail_on: str = "none"
    allow_unchecked: tuple[str, ...] = ()
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True)
class LogAuditResult:
    """The summary and the exit code."""

    summary: LogSummary
    exit_code: ExitCode


def audit_log_files(
    options: LogAuditOptions, on_progress: OnProgress = no_progress
) -> LogAuditResult:
    """Audit logs. With `out`, a repeated call resumes a stopped run.

    Raises:
        UsageError: options contradict each other, or a file does not exist.
        CodescanError: the index is missing or damaged, or a result cannot be written.
        MissingExtraError: a library is not installed.
    """
    require_libraries()
    allowed = allowed_kinds(options.allow_unchecked)
    key = _signing_key(options)
    design = Design(options.sample, options.stratify_by, options.seed)
    files, skipped = _inputs(options.paths)
    if options.out is not None:
        _check_out(options.out, options.paths)
    with contextlib.closing(
        open_index(options.index_folder, options.corpus, options.config)
    ) as index:
        settings = LogAuditSettings(
            design,
            minimum_tokens(index, options.min_tokens, options.config),
            options.quote,
            options.user_text,
            options.chance_sample if index.has_texts else 0,  # else nothing can be shuffled
        )
        plan = {
            "version": version(),
            "code": code_hash(),
            "settings": asdict(settings),
            "index": [str(index.path), index.manifest.root],
            "files": [(str(f.path), f.size, f.changed_ns) for f in files],
        }
        with (
            cluster(options.engine, options.address, options.workers) as nodes,
            work_path(options.out, _WORK) as path,
            WorkFolder.opened(path, plan) as work,
        ):
            workers = options.workers or usable_cores()
            pool = TaskPool(work, workers, on_progress, nodes)
            try:
                audited = audit_logs(files, index, settings, pool)
            finally:
                pool.close()
            on_progress("results", 0, None)
            summary = _summary(options, settings, index, files, skipped, audited, allowed)
            with writing(options.out or path):
                summary = _publish(options, summary, settings, files, audited, work)
            if options.out is not None and key is not None:
                names = summary.files_written
                sign_log_results(options.out, names, {"chain_head": summary.chain_head}, key)
            work.remove()
    return LogAuditResult(summary, _exit_code(summary, options, allowed))


def _signing_key(options: LogAuditOptions) -> SigningKey | None:
    if options.key is None:
        return None
    if options.out is None:
        raise UsageError("--signing-key needs files to sign", "add: --out DIR")
    require_signing()
    return read_signing_key(options.key)


def _inputs(paths: Sequence[Path]) -> tuple[list[LogFile], list[Skipped]]:
    """The regular files of the paths, each once, and the other entries of folders."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}", "check the spelling")
    files: dict[Path, LogFile] = {}
    skipped: list[Skipped] = []
    for path in paths:
        items: Iterable[Path | Skipped] = (path,)
        if path.is_dir():
            items = walk_files(path, excluded_names=_HISTORIES)
        for item in items:
            if isinstance(item, Skipped):
                skipped.append(_left_out(item, paths))
                continue
            status = item.stat()
            if not stat.S_ISREG(status.st_mode):
                raise UsageError(
                    f"{item} is not a regular file", "logs are read twice: write it to a file"
                )
            name = item.as_posix()
            files.setdefault(
                item.resolve(), LogFile(item, name, status.st_size, status.st_mtime_ns)
            )
    return list(files.values()), skipped


def _left_out(skip: Skipped, paths: Sequence[Path]) -> Skipped:
    """Entries of a folder that are not read; links read nowhere else and pipes may hide data."""
    if skip.reason == "special-file":
        return structs.replace(skip, reason="not-a-file")
    if skip.reason != "link":
        return skip
    try:
        target = Path(skip.item).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # a ring of links, for example
        return structs.replace(skip, reason="unreadable", detail="a link that leads to nothing")
    if any(target.is_relative_to(path.resolve()) for path in paths):
        return skip
    return structs.replace(skip, reason="outside-link", detail="name its target to read it")


def _check_out(out: Path, paths: Sequence[Path]) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is not a folder", "name a folder")
    target = out.resolve()
    for path in paths:
        if path.is_dir() and target.is_relative_to(path.resolve()):
            raise UsageError(f"--out {out} lies in the data", "write the results somewhere else")


def _summary(
    options: LogAuditOptions,
    settings: LogAuditSettings,
    index: Index,
    files: Sequence[LogFile],
    skipped: Sequence[Skipped],
    audited: AuditedLogs,
    allowed: tuple[str, ...],
) -> LogSummary:
    sample, design = audited.sample, settings.design
    unread = [
        *(UnreadPart(skip.item, "", skip.reason, skip.detail, 1) for skip in skipped),
        *(
            UnreadPart(file.name, *part)
            for file, one in zip(files, audited.files, strict=True)
            for part in one.unread
        ),
        *(UnreadPart(*part) for part in audited.skipped),
    ]
    reasons = Counter(skip.reason for skip in skipped) + audited.skipped_by_reason
    for one in audited.files:
        reasons.update(one.unread_by_reason)
    unchecked = {why: n for why, n in sorted(reasons.items()) if is_unchecked_reason(why)}
    out_of_scope = {why: n for why, n in sorted(reasons.items()) if why not in unchecked}
    coverage = Coverage(audited.texts - audited.failed, out_of_scope, unchecked, allowed)
    shown = Counter[tuple[str, str]]()
    rates = []
    for one_rate in audited.rates:
        shown[one_rate.side, one_rate.dimension] += 1
        if shown[one_rate.side, one_rate.dimension] <= _RATES:
            rates.append(one_rate)
    nothing = sample.rate({})
    return LogSummary(
        schema_version=1,
        tool={"name": "codescan", "version": version()},
        data=tuple(map(str, options.paths)),
        index=identify_index(index),
        settings={
            "min_tokens": settings.min_tokens,
            "quote": settings.quote,
            "user_text": settings.with_user_text,
            "chance_sample": settings.chance_sample,
        },
        design={
            "kind": design.kind,
            "unit": _UNIT,
            "sample": design.sample or None,
            "stratify_by": design.stratify_by or None,
            "seed": design.seed,
            "claim": nothing.claim,
        },
        files=len(files),
        exchanges=sum(one.exchanges for one in audited.files),
        conversations=sum(sample.population.values()),
        sampled=sample.size,
        responses=audited.responses,
        bytes=audited.bytes,
        strata=tuple(
            LogStratum(name, number, sample.drawn[name])
            for name, number in sorted(sample.population.items())[:_LISTED]
            if name
        ),
        findings_by_grade={
            side: {grade.value: grades.get(grade.value, 0) for grade in Grade}
            for side, grades in _sides(audited, with_user_text=settings.with_user_text)
        },
        rates=tuple(rates),
        rates_total=len(audited.rates),
        unlisted_bound=nothing.high if nothing.n else None,
        chance=audited.chance,
        coverage=encode(coverage),
        unread=tuple(unread[:_LISTED]),
        unread_total=sum(reasons.values()),
        suppressed=dict(sorted(audited.suppressed.items())),
        inputs=tuple(
            LogInput(file.name, file.size, digest, one.formats)
            for file, digest, one in zip(
                files[:_LISTED], audited.hashes[:_LISTED], audited.files[:_LISTED], strict=True
            )
        ),
    )


def _sides(
    audited: AuditedLogs, *, with_user_text: bool
) -> Iterator[tuple[str, Mapping[str, int]]]:
    yield "model", audited.grades.get("model", {})
    if with_user_text:
        yield "user", audited.grades.get("user", {})


def _publish(
    options: LogAuditOptions,
    summary: LogSummary,
    settings: LogAuditSettings,
    files: Sequence[LogFile],
    audited: AuditedLogs,
    work: WorkFolder,
) -> LogSummary:
    """Write all results, then move them into place; without `out` only build the chain."""
    results = work.path / "results"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir()
    names = [*write_findings(audited.finding_parts, results), RATES]
    with (results / RATES).open("wb") as stream:
        encoder = msgspec.json.Encoder()
        stream.writelines(encoder.encode(rate) + b"\n" for rate in audited.rates)
    chain = Chain()
    chain.add("code", {"name": "codescan", "version": version(), "sha256": code_hash()})
    chain.add("index", encode(summary.index))
    chain.add("settings", encode(settings))
    for file, digest in zip(files, audited.hashes, strict=True):
        chain.add("input", {"name": encode(file.name), "bytes": file.size, "sha256": digest})
    for name in names:
        chain.add("result", _described(results / name))
    names += [SUMMARY, PAGE]
    summary = replace(summary, chain_head=chain.head, files_written=(*names, CHAIN))
    if options.out is None:
        return replace(summary, files_written=())
    built = encode(summary)
    (results / SUMMARY).write_bytes(msgspec.json.format(msgspec.json.encode(built), indent=2))
    (results / PAGE).write_text(log_audit_page(built), encoding="utf-8")
    for name in (SUMMARY, PAGE):
        chain.add("result", _described(results / name))
    (results / CHAIN).write_bytes(chain.content())
    remove_signature(options.out)
    for name in (*names, CHAIN):
        (results / name).replace(options.out / name)
    return summary


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest}


def _exit_code(summary: LogSummary, options: LogAuditOptions, allowed: tuple[str, ...]) -> ExitCode:
    failing = {grade.value for grade in failing_grades(options.fail_on)}
    if any(
        count and grade in failing
        for grades in summary.findings_by_grade.values()
        for grade, count in grades.items()
    ):
        return ExitCode.FINDINGS
    entry = summary.coverage
    coverage = Coverage(entry["checked"], entry["out_of_scope"], entry["unchecked"], allowed)
    return ExitCode.NOTHING_FOUND if coverage.is_complete else ExitCode.UNCHECKED
