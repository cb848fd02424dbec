# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Matches the drawn exchanges of a segment, and writes findings and what they count for."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from codescan.errors import IndexFormatError
from codescan.index import Index
from codescan.licenses.copyrights import holder_name
from codescan.log_audit.quotes import quote_of, shown_label
from codescan.log_audit.segments import read_segment
from codescan.matchers.matching import Matching
from codescan.pipeline import BELOW_THRESHOLD, scan, snippets_of
from codescan.records import (
    HEADLINE_GRADES,
    NOASSERTION,
    Completion,
    Finding,
    Prompt,
    Skipped,
    Snippet,
    Suppressed,
)
from codescan.records.log_audit import LogFinding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.log_audit.segments import StoredExchange

__all__ = [
    "CHANCE", "FINDINGS", "HITS", "SEPARATOR", "MatchStatistics", "MatchTask", "match_segment",
    "read_match_statistics",
]  # fmt: skip

FINDINGS = "findings.jsonl"
HITS = "hits"
"""Lines of side, dimension, name, stratum and conversation: one has a copy of the other."""
CHANCE = "chance"
"""Side of matches with the shuffled index."""
SEPARATOR = "\x1f"
_STATISTICS = "statistics.msgpack"
_LONGEST_NAME = 200
_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ")
_LISTED = 100


@dataclass(frozen=True, slots=True)
class MatchTask:
    """A segment to match."""

    segment: Path
    file: str
    """Name of the log file that it is of."""
    index: Path
    index_root: str
    """Identifies the state of the index."""
    shuffled: Path | None
    drawn: Mapping[str, bytes] | None
    """Largest key that is drawn, by stratum; None: every conversation is."""
    chance: Mapping[str, bytes]
    """Largest key of the conversations that are matched with the shuffled index."""
    min_tokens: int
    quote: int
    """Characters of a quote."""


class MatchStatistics(msgspec.Struct):
    """The counts of a matched segment."""

    responses: int = 0
    texts: int = 0
    """Responses, and texts of users."""
    failed: int = 0
    """Texts of which a part was not compared."""
    bytes: int = 0
    grades: dict[str, dict[str, int]] = {}
    """Findings by side and grade."""
    findings: dict[str, int] = {}
    """Findings of grade A and B by side, dimension and name, joined with `SEPARATOR`."""
    suppressed: dict[str, int] = {}
    skipped_by_reason: dict[str, int] = {}
    skipped: list[tuple[str, str, str, int]] = []
    """Row, reason, detail and count of the first texts that were not compared."""


@dataclass(frozen=True, slots=True)
class _Text:
    exchange: StoredExchange
    response: int
    side: str


@dataclass(slots=True)
class _Counts:
    statistics: MatchStatistics = field(default_factory=MatchStatistics)
    hits: set[str] = field(default_factory=set)
    findings: Counter[str] = field(default_factory=Counter)
    grades: dict[str, Counter[str]] = field(default_factory=dict)
    suppressed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def match_segment(task: MatchTask, out: Path) -> None:
    """Match the drawn conversations of a segment by the rule of `codescan.pipeline.scan`.

    Raises:
        IndexFormatError: the index changed since the audit began, or is damaged.
    """
    _match(task, out)
    gc.collect()  # matchers and index hold each other: unmap the index before the next task


def _match(task: MatchTask, out: Path) -> None:
    counts = _Counts()
    encoder = msgspec.json.Encoder()
    with Index.open(task.index) as index, (out / FINDINGS).open("wb") as table:
        if index.manifest.root != task.index_root:
            raise IndexFormatError(
                f"the index {task.index} was replaced during the audit", "run the command again"
            )
        for row in _findings(task, Matching.of(index), counts):
            table.write(encoder.encode(row) + b"\n")
    if task.shuffled is not None:
        with Index.open(task.shuffled) as index:
            _match_by_chance(task, Matching.of(index), counts)
    with (out / HITS).open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{hit}\n" for hit in sorted(counts.hits))
    statistics = counts.statistics
    statistics.grades = {side: dict(sorted(n.items())) for side, n in sorted(counts.grades.items())}
    statistics.findings = dict(sorted(counts.findings.items()))
    statistics.suppressed = dict(sorted(counts.suppressed.items()))
    statistics.skipped_by_reason = dict(sorted(counts.skipped.items()))
    (out / _STATISTICS).write_bytes(msgspec.msgpack.encode(statistics))


def read_match_statistics(folder: Path) -> MatchStatistics:
    """Read the counts of `match_segment`."""
    return msgspec.msgpack.decode((folder / _STATISTICS).read_bytes(), type=MatchStatistics)


def _drawn(task: MatchTask, limits: Mapping[str, bytes] | None) -> Iterator[StoredExchange]:
    for exchange in read_segment(task.segment):
        if limits is None or exchange.key <= limits.get(exchange.stratum, b""):
            yield exchange


def _findings(task: MatchTask, matching: Matching, counts: _Counts) -> Iterator[LogFinding]:
    statistics = counts.statistics
    texts: dict[str, _Text] = {}

    def snippets() -> Iterator[Snippet]:
        for exchange in _drawn(task, task.drawn):
            texts.clear()
            for snippet, text in _texts(exchange):
                texts[snippet.id] = text
                statistics.responses += text.side == "model"
                statistics.texts += 1
                statistics.bytes += len(snippet.content)
                yield snippet

    failed: set[str] = set()
    for item in scan(snippets(), matching.index, matching.matchers):
        if isinstance(item, Skipped):
            row = next((t.exchange.row for t in texts.values()), "")
            counts.skipped[item.reason] += 1
            if item.is_unchecked:
                failed.add(item.item)
            if len(statistics.skipped) < _LISTED:
                statistics.skipped.append((row, item.reason, item.detail[:200], 1))
        elif isinstance(item, Suppressed):
            counts.suppressed[item.reason] += 1
        elif item.tokens < task.min_tokens:
            counts.suppressed[BELOW_THRESHOLD] += 1
        else:
            text = texts[item.snippet_id]
            row_of_finding = _row(task, text, item)
            _count(row_of_finding, counts)
            yield row_of_finding
    statistics.failed = len(failed)


def _match_by_chance(task: MatchTask, matching: Matching, counts: _Counts) -> None:
    """Match the responses of some conversations with an index that they cannot come from."""
    for exchange in _drawn(task, task.chance):
        snippets = [snippet for snippet, text in _texts(exchange) if text.side == "model"]
        matches = scan(snippets, matching.index, matching.matchers)
        if any(
            isinstance(item, Finding)
            and item.grade in HEADLINE_GRADES
            and item.tokens >= task.min_tokens
            for item in matches
        ):
            counts.hits.add(_hit(CHANCE, "all", "", exchange.stratum, exchange.key.hex()))


def _texts(exchange: StoredExchange) -> Iterator[tuple[Snippet, _Text]]:
    """The texts of an exchange, each as `audit --replay` matches it."""
    prompt = Prompt(str(exchange.number), exchange.prompt, "replay", exchange.language)
    for number, response in enumerate(exchange.responses):
        completion = Completion(prompt.id, exchange.model, response, number)
        for snippet in snippets_of(completion, prompt):
            yield snippet, _Text(exchange, number, "model")
    if exchange.user_text:
        name = f"{exchange.number}/user"
        yield Snippet(name, exchange.user_text.encode()), _Text(exchange, -1, "user")


def _row(task: MatchTask, text: _Text, finding: Finding) -> LogFinding:
    attribution = finding.attribution
    origin, exchange = attribution.origin, text.exchange
    return LogFinding(
        file=task.file,
        row=exchange.row,
        exchange=exchange.number,
        response=text.response,
        side=text.side,
        conversation=exchange.key.hex(),
        stratum=exchange.stratum,
        model=exchange.model,
        grade=finding.grade.value,
        kind=finding.kind.value,
        tokens=finding.tokens,
        similarity=finding.similarity,
        e_value=finding.e_value,
        start_byte=finding.span.start,
        end_byte=finding.span.end,
        start_line=finding.region.start_line,
        end_line=finding.region.end_line,
        view=" / ".join(map(shown_label, finding.view)),
        work=_name(origin.package.family or origin.package.purl),
        owner=_owner(finding),
        license=_name(attribution.license.expression),
        category=attribution.license.category,
        purl=origin.package.purl,
        path=origin.path,
        origin_start_line=attribution.region.start_line,
        origin_end_line=attribution.region.end_line,
        families=attribution.families,
        ambiguous=attribution.ambiguous,
        fingerprint=finding.fingerprint,
        quote=quote_of(finding, task.quote),
    )


def _owner(finding: Finding) -> str:
    """The first copyright holder that the origin names."""
    attribution = finding.attribution
    lines = (*attribution.copyrights, *attribution.origin.package.copyrights)
    return next((name for line in lines if (name := _name(holder_name(line)))), NOASSERTION)


def _count(row: LogFinding, counts: _Counts) -> None:
    counts.grades.setdefault(row.side, Counter())[row.grade] += 1
    if row.grade not in {grade.value for grade in HEADLINE_GRADES}:
        return
    for dimension, name in (
        ("all", ""), ("work", row.work), ("owner", row.owner), ("license", row.license),
        ("category", row.category),
    ):  # fmt: skip
        counts.findings[SEPARATOR.join((row.side, dimension, name))] += 1
        counts.hits.add(_hit(row.side, dimension, name, row.stratum, row.conversation))


def _hit(*parts: str) -> str:
    return SEPARATOR.join(parts)


def _name(text: str) -> str:
    """A name on one line, of bounded length."""
    text = text.translate(_CONTROLS).strip()[:_LONGEST_NAME]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
