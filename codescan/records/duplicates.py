# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records of a search for duplicates: rows of its table, clusters, and the summary.

The table has one row for each file, and for each function, block or passage of a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codescan.records.core import Skipped

__all__ = [
    "DedupSummary",
    "DuplicateCluster",
    "DuplicateRow",
    "ExpectedLeaks",
    "LaunderingCase",
    "LeakCurve",
    "LevelTotals",
    "LikelyLeak",
    "OwnerLeaks",
]


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A document, or a part of a document that has copies."""

    level: str
    """"file", "unit" (a function or block) or "passage"."""
    document: str
    """The name of the document in the training set."""
    start_line: int
    """First line, from 1."""
    end_line: int
    """Last line, inclusive; 0 for a whole file."""
    tokens: int
    cluster: str
    """Name of its cluster; "" for a file without a duplicate."""
    decision: str
    """"kept" or "dropped" for files; "kept" for the reference of a unit or passage, "copy" else."""
    reason: str
    """Why: "unique", "kept-copy", "equal-bytes", "equal-tokens", "near-duplicate", "renamed",
    "near-dropped" (kept: it is near to dropped files, and not to the copy that stays for them),
    "equal-unit", "near-unit" or "passage"."""
    similarity: float
    """Tokens in common with the kept one, as a share of the longer of both; 0..1."""
    license: str
    """SPDX expression, or NOASSERTION."""
    category: str
    """License category."""
    family: str
    """Its project; "" if the data names none."""


@dataclass(frozen=True, slots=True)
class DuplicateCluster:
    """Copies of one file, unit or passage."""

    level: str
    name: str
    """A stable name: a hash of the kept copy's name and place."""
    copies: int
    """Documents that hold it, the kept one included."""
    families: int
    """Projects among them; unknown ones count as one."""
    tokens: int
    """The tokens of the kept copy."""
    bits: float
    """Information of the kept copy under the token statistics of the training set."""
    kept: DuplicateRow
    members: tuple[DuplicateRow, ...]
    """Possibly shortened; most similar last."""


@dataclass(frozen=True, slots=True)
class LaunderingCase:
    """A cluster of files whose members declare licenses of different categories."""

    cluster: str
    kept: str
    """The kept document."""
    license: str
    category: str
    family: str
    others: tuple[tuple[str, str, int], ...]
    """(license, category, documents) of members that declare another category."""
    owners: tuple[str, ...]
    """Projects of these members."""
    documents: tuple[str, ...]
    """These members; possibly shortened."""
    documents_total: int


@dataclass(frozen=True, slots=True)
class LikelyLeak:
    """A text that a model is likely to memorize, with its copies and its information in bits."""

    level: str
    cluster: str
    document: str
    start_line: int
    end_line: int
    copies: int
    bits: float
    score: float
    """Copies times bits."""
    owner: str
    license: str


@dataclass(frozen=True, slots=True)
class OwnerLeaks:
    """The likely leaks of one owner together."""

    owner: str
    clusters: int
    copies: int
    score: float


@dataclass(frozen=True, slots=True)
class LevelTotals:
    """Duplicates on one level."""

    level: str
    items: int
    """Files or units that were compared; on the level of passages, files with a passage."""
    clusters: int
    copies: int
    """Items in clusters beyond the kept ones."""
    by_reason: tuple[tuple[str, int], ...] = ()
    histogram: tuple[tuple[int, int], ...] = ()
    """(copies, number of clusters with them), by copies; a file without duplicates counts as 1."""


@dataclass(frozen=True, slots=True)
class LeakCurve:
    """A measured curve: the chance of a leak by the number of copies.

    The chance is 1 / (1 + exp(-(intercept + slope * ln(copies)))).
    """

    intercept: float
    slope: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    """The covariance of intercept and slope."""
    source: str = ""
    """Source of the measurement: model, run, date."""


@dataclass(frozen=True, slots=True)
class ExpectedLeaks:
    """The mean probability of a leak over the distinct files, before and after removal."""

    files: int
    """Different files: clusters, and files without a duplicate."""
    before: float
    after: float
    change: float
    """The difference, after minus before."""
    low: float
    """95 % interval of the change, from the covariance of the curve (delta method)."""
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class DedupSummary:
    """The result of a search for duplicates."""

    data: tuple[str, ...]
    keep: str
    similarity: float
    passage_tokens: int
    documents: int
    bytes: int
    kept: int
    dropped: int
    dropped_bytes: int
    levels: tuple[LevelTotals, ...]
    laundering: tuple[LaunderingCase, ...]
    """Possibly shortened."""
    laundering_total: int
    laundering_documents: int
    """Members of these clusters whose license category differs from that of the kept copy."""
    largest: tuple[DuplicateCluster, ...]
    likely_leaks: tuple[LikelyLeak, ...]
    owners: tuple[OwnerLeaks, ...]
    expected_leaks: ExpectedLeaks | None
    """None: not measured."""
    coverage: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    """Inputs that were not read or not compared; possibly shortened."""
    skipped_total: int = 0
    repeated_names: int = 0
    """Documents that share their name with another one."""
    not_compared: int = 0
    """Occurrences of passages that were not compared: one key has too many different ones."""
    files: tuple[str, ...] = ()
    """Names of the written files."""
    schema_version: int = 1
