# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An audit of logs in stages of tasks: hash, read, match; then counts and rates.

Results depend on the inputs, the index and the settings only, not on workers or interruptions.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.audits.shuffling import shuffled_index
from codescan.log_audit.distinct_lines import DistinctLines
from codescan.log_audit.matching import (
    CHANCE,
    FINDINGS,
    HITS,
    SEPARATOR,
    MatchTask,
    match_segment,
    read_match_statistics,
)
from codescan.log_audit.rates import Sample, hits_by_group
from codescan.log_audit.reading import ReadTask, read_file, read_keys, read_statistics
from codescan.records.json_form import encode
from codescan.records.log_audit import LogRate
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from codescan.audits.shuffling import ShuffledIndex
    from codescan.index import Index
    from codescan.log_audit.design import Design
    from codescan.log_audit.matching import MatchStatistics
    from codescan.log_audit.reading import FileStatistics
    from codescan.tasks.task_pool import TaskPool

__all__ = ["AuditedLogs", "LogAuditSettings", "LogFile", "audit_logs"]

_HASH = "sha256"
_LISTED = 1000
"""Texts that were not compared which the result names."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of the log, as it was when the audit began."""

    path: Path
    name: str
    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class LogAuditSettings:
    """The settings that determine the results, besides files and index."""

    design: Design
    min_tokens: int
    quote: int
    """Characters of a quote."""
    with_user_text: bool
    chance_sample: int
    """Conversations that are matched with the shuffled index; 0: none."""


@dataclass(slots=True)
class AuditedLogs:
    """The results of an audit."""

    hashes: list[str]
    """SHA-256 of each file."""
    files: list[FileStatistics]
    sample: Sample
    rates: list[LogRate]
    """By side, dimension and then the largest share first."""
    chance: dict[str, Any] | None
    responses: int = 0
    failed: int = 0
    texts: int = 0
    bytes: int = 0
    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    suppressed: Counter[str] = field(default_factory=Counter)
    skipped_by_reason: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str, str, str, int]] = field(default_factory=list)
    """File, row, reason, detail and count of the first texts that were not compared."""
    finding_parts: list[Path] = field(default_factory=list)
    """JSON Lines files of findings, in the order of the log."""


def audit_logs(
    files: Sequence[LogFile], index: Index, settings: LogAuditSettings, pool: TaskPool
) -> AuditedLogs:
    """Audit files of a log.

    Args:
        files: regular files, in the order of the results.
        index: an index on disk.
        settings: of the audit.
        pool: runs the tasks.

    Raises:
        CodescanError: a library is missing, the index is damaged, or the disk is full.
    """
    names = [f"{number:06d}" for number in range(len(files))]
    hashed = pool.run("hash", _hash_file, _tasks(names, [file.path for file in files]))
    hashes = [(folder / _HASH).read_text("ascii") for folder in hashed]
    reads = [
        ReadTask(
            file.path, file.name, file_id, (file.size, file.changed_ns), settings.design,
            max(settings.design.sample, settings.chance_sample), settings.with_user_text,
        )
        for file, file_id in zip(files, _identities(hashes), strict=True)
    ]  # fmt: skip
    folders = pool.run("read", read_file, _tasks(names, reads))
    statistics = [read_statistics(folder) for folder in folders]
    population: Counter[str] = Counter()
    for one in statistics:
        population.update(one.conversations)
    size = settings.design.sample
    drawn = {name: min(size, n) if size else n for name, n in population.items()}
    sample = Sample(dict(population), drawn, is_census=not size)
    chance_each = _chance_each(settings, statistics)
    shuffling = (
        shuffled_index(index, pool.work.path, settings.design.seed)
        if chance_each and population
        else nullcontext(None)
    )
    with shuffling as shuffled:
        matched = _match(files, folders, statistics, index, settings, pool, shuffled)
    audited = AuditedLogs(hashes, statistics, sample, [], None)
    lines = DistinctLines(pool.work.path)
    findings: Counter[str] = Counter()
    for file, folder in matched:
        _add(audited, read_match_statistics(folder), file, findings)
        audited.finding_parts.append(folder / FINDINGS)
        with (folder / HITS).open("rb") as stream:
            for line in stream:
                lines.add(line.rstrip(b"\n"))
    _state_rates(audited, lines, findings, shuffled, chance_each)
    return audited


def _match(
    files: Sequence[LogFile],
    folders: Sequence[Path],
    statistics: Sequence[FileStatistics],
    index: Index,
    settings: LogAuditSettings,
    pool: TaskPool,
    shuffled: ShuffledIndex | None,
) -> list[tuple[str, Path]]:
    """The file's name and the results of each segment, in the order of the log."""
    size = settings.design.sample
    limits = _largest_drawn(folders, size) if size else None
    chance_each = _chance_each(settings, statistics)
    chance_limits = _largest_drawn(folders, chance_each) if chance_each else {}
    names: list[str] = []
    tasks: list[MatchTask] = []
    for number, (file, folder, one) in enumerate(zip(files, folders, statistics, strict=True)):
        for segment in range(one.segments):
            names.append(f"{number:06d}-{segment:08d}")
            tasks.append(
                MatchTask(
                    folder / f"{segment:08d}.zst",
                    file.name,
                    index.path,
                    index.manifest.root,
                    None if shuffled is None else shuffled.matching.index.path,
                    limits,
                    chance_limits,
                    settings.min_tokens,
                    settings.quote,
                )
            )
    results = pool.run("match", match_segment, _tasks(names, tasks))
    return [(task.file, result) for task, result in zip(tasks, results, strict=True)]


def _chance_each(settings: LogAuditSettings, statistics: Sequence[FileStatistics]) -> int:
    """Conversations of each stratum that are matched with the shuffled index."""
    strata = {name for one in statistics for name in one.conversations}
    return -(-settings.chance_sample // max(1, len(strata)))


def _tasks(names: Sequence[str], arguments: Sequence[Any]) -> list[tuple[str, Any]]:
    return list(zip(names, arguments, strict=True))


def _hash_file(path: Path, out: Path) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, _HASH).hexdigest()
    (out / _HASH).write_text(digest, encoding="ascii")


def _identities(hashes: Sequence[str]) -> list[str]:
    """A name for each file: its hash, with a number where several files are equal."""
    seen: Counter[str] = Counter()
    names = []
    for digest in hashes:
        names.append(f"{digest}/{seen[digest]}")
        seen[digest] += 1
    return names


def _largest_drawn(folders: Iterable[Path], size: int) -> dict[str, bytes]:
    """The largest of the `size` smallest keys of each stratum of all files."""
    smallest: dict[str, list[bytes]] = {}
    for folder in folders:
        for stratum, keys in read_keys(folder).items():
            smallest[stratum] = heapq.nsmallest(size, [*smallest.get(stratum, ()), *keys])
    return {stratum: keys[-1] for stratum, keys in smallest.items() if keys}


def _add(audited: AuditedLogs, counts: MatchStatistics, file: str, findings: Counter[str]) -> None:
    audited.responses += counts.responses
    audited.failed += counts.failed
    audited.texts += counts.texts
    audited.bytes += counts.bytes
    for side, grades in counts.grades.items():
        total = audited.grades.setdefault(side, {})
        for grade, number in grades.items():
            total[grade] = total.get(grade, 0) + number
    audited.suppressed.update(counts.suppressed)
    audited.skipped_by_reason.update(counts.skipped_by_reason)
    room = max(0, _LISTED - len(audited.skipped))
    audited.skipped += [(file, *skip) for skip in counts.skipped[:room]]
    findings.update(counts.findings)


def _state_rates(
    audited: AuditedLogs,
    lines: DistinctLines,
    findings: Counter[str],
    shuffled: ShuffledIndex | None,
    chance_each: int,
) -> None:
    """Fill in the rates, and the chance of a match."""
    sample = audited.sample
    by_chance: Counter[str] = Counter()
    copied: Counter[str] = Counter()
    for side, dimension, name, strata in hits_by_group(lines):
        if side == CHANCE:
            by_chance = strata
            continue
        if (side, dimension) == ("model", "all"):
            copied = strata
        count = findings[SEPARATOR.join((side, dimension, name))]
        audited.rates.append(LogRate(side, dimension, name, count, encode(sample.rate(strata))))
    audited.rates.sort(key=lambda r: (r.side, r.dimension, -r.rate["k"], r.name))
    if shuffled is not None:
        chance_sample = sample.limited(chance_each)
        chance = chance_sample.rate(by_chance)
        audited.chance = {
            "unit": "conversations whose responses match the shuffled index, grade A or B",
            "description": shuffled.description,
            "files": shuffled.files,
            "of_files": shuffled.of_files,
            "rate": encode(chance),
            "excess": encode(cluster_excess(sample.rate(copied), chance)),
        }
