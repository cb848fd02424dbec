# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records of a log audit: rows of its table of findings, rates, and the summary.

A *conversation* is the unit of sampling and of every rate: the exchanges that a log groups, or a
single exchange. The *side* of a text is "model" (text that the model wrote) or "user" (text that it
was given: messages, files and tool results).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["SIDES", "LogFinding", "LogInput", "LogRate", "LogStratum", "LogSummary", "UnreadPart"]

SIDES = ("model", "user")


@dataclass(frozen=True, slots=True)
class LogFinding:
    """A passage of a logged text that the index holds, too."""

    file: str
    row: str
    """The place of the exchange in the file: "line 3"; "" for one that the file's end completed."""
    exchange: int
    """Number of the exchange in the file, from 0."""
    response: int
    """Number of the response in the exchange, from 0; -1 for text that the model was given."""
    side: str
    conversation: str
    """Hash that names the conversation: equal for findings of one conversation."""
    stratum: str
    model: str
    grade: str
    kind: str
    tokens: int
    similarity: float
    e_value: float
    start_byte: int
    end_byte: int
    """Half-open offsets into the UTF-8 text of the response."""
    start_line: int
    end_line: int
    view: str
    """Path of the text inside the response that holds the passage, joined with " / "."""
    work: str
    """Family of the origin's package, such as "pypi/requests"."""
    owner: str
    """Copyright holder of the origin; NOASSERTION where none is known."""
    license: str
    category: str
    purl: str
    path: str
    origin_start_line: int
    origin_end_line: int
    families: int
    """Independent families that hold the passage."""
    ambiguous: bool
    fingerprint: str
    quote: str
    """Lines of the passage that the origin holds, too; others are redacted. Shortened."""


@dataclass(frozen=True, slots=True)
class LogRate:
    """The share of conversations that hold a copy, by origin."""

    side: str
    dimension: str
    """"all", "work", "owner", "license" or "category"."""
    name: str
    findings: int
    """Findings of grade A and B in the sampled conversations."""
    rate: dict[str, Any]
    """The rate, as `records.json_form` writes it."""


@dataclass(frozen=True, slots=True)
class LogStratum:
    """A part of the log that was sampled by itself."""

    name: str
    conversations: int
    sampled: int


@dataclass(frozen=True, slots=True)
class LogInput:
    """A file of the log."""

    name: str
    bytes: int
    sha256: str
    formats: dict[str, int] = field(default_factory=dict)
    """Exchanges by the reader that found them."""


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """Rows of one shape, or another part, that were not read."""

    file: str
    place: str
    reason: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The result of an audit of logs."""

    schema_version: int
    tool: dict[str, str]
    data: tuple[str, ...]
    index: dict[str, Any]
    settings: dict[str, Any]
    design: dict[str, Any]
    """"kind" (all, simple-random or stratified), "unit", "sample", "stratify_by", "seed" and
    "claim": what the rates are about."""
    files: int
    exchanges: int
    conversations: int
    """In the log, as far as it was read."""
    sampled: int
    """Conversations that were matched."""
    responses: int
    """Responses that were matched."""
    bytes: int
    """UTF-8 bytes of the matched texts."""
    strata: tuple[LogStratum, ...]
    findings_by_grade: dict[str, dict[str, int]]
    """Number of findings by side and grade."""
    rates: tuple[LogRate, ...]
    """Of every side "all", and the most frequent of each other dimension."""
    rates_total: int
    unlisted_bound: float | None
    """Upper 95 % bound of the rate of any work, owner or license without a finding."""
    chance: dict[str, Any] | None
    """The rate of matches with the shuffled index, and the excess over it; None: not measured."""
    coverage: dict[str, Any]
    unread: tuple[UnreadPart, ...]
    unread_total: int
    """Rows and other parts that were not read."""
    suppressed: dict[str, int]
    """Shared runs that are not findings, by reason."""
    inputs: tuple[LogInput, ...] = ()
    """The first files; all of them are in chain.jsonl."""
    chain_head: str = ""
    """Hash over code, index, settings, inputs and table of findings; see chain.jsonl."""
    files_written: tuple[str, ...] = ()
