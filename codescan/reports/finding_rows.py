# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Findings as rows of a table: the columns of CSV, Parquet and data frames.

Readers must ignore columns that they do not know: columns may be added at the end, but never
renamed or removed within a schema version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from codescan.reports.deep_links import citation
from codescan.reports.finding_measures import FindingMeasures
from codescan.reports.json import qualified
from codescan.reports.summary import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.records import Finding, Report, ReportedPrompt

__all__ = ["COLUMNS", "Cell", "Column", "rows"]

Cell = str | int | float | bool | None
Kind = Literal["text", "whole", "number", "truth"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its cells hold, and what they mean."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class _Context:
    """The values of a row besides its finding."""

    report: Report
    prompt: ReportedPrompt | None
    measures: tuple[str, ...]


_TABLE: tuple[tuple[Column, Callable[[Finding, _Context], Cell]], ...] = (
    (Column("fingerprint", "text", "Identifier of the finding, stable across reports"),
     lambda f, _: f.fingerprint),
    (Column("grade", "text", "A, B, C or D"), lambda f, _: f.grade.value),
    (Column("kind", "text", "verbatim, renamed or edited"), lambda f, _: f.kind.value),
    (Column("arm", "text", "target, or null for unseen text"), lambda f, _: f.arm.value),
    (Column("measures", "text", "Measures that the finding supports, separated by spaces"),
     lambda _, c: " ".join(c.measures)),
    (Column("project", "text", "Family of the origin: its versions, forks and mirrors"),
     lambda f, _: f.attribution.origin.package.family),
    (Column("package", "text", "Name of the origin's package"),
     lambda f, _: f.attribution.origin.package.name),
    (Column("version", "text", "Its version, or empty"),
     lambda f, _: f.attribution.origin.package.version),
    (Column("purl", "text", "Package URL of the origin"),
     lambda f, _: f.attribution.origin.package.purl),
    (Column("origin_path", "text", "Path inside the package"),
     lambda f, _: f.attribution.origin.path),
    (Column("origin_start_line", "whole", "First line there, from 1"),
     lambda f, _: f.attribution.region.start_line),
    (Column("origin_end_line", "whole", "Last line there, inclusive"),
     lambda f, _: f.attribution.region.end_line),
    (Column("swhid", "text", "Software Heritage identifier with lines, or empty"),
     lambda f, _: qualified(f.attribution.swhid, f.attribution.region)),
    (Column("released", "text", "Date of release, YYYY-MM-DD, or none"),
     lambda f, _: f.attribution.origin.package.released),
    (Column("license", "text", "SPDX expression, or NOASSERTION"),
     lambda f, _: f.attribution.license.expression),
    (Column("license_category", "text", "For example permissive or strong-copyleft"),
     lambda f, _: f.attribution.license.category),
    (Column("license_basis", "text", "Where the license was read"),
     lambda f, _: f.attribution.license.basis.value),
    (Column("ambiguous", "truth", "Whether the best origins differ in license category"),
     lambda f, _: f.attribution.ambiguous),
    (Column("families", "whole", "Independent families that hold the passage"),
     lambda f, _: f.attribution.families),
    (Column("policy", "text", "State of the project's policy, or none"),
     lambda f, _: f.policy.state if f.policy is not None else None),
    (Column("tokens", "whole", "Tokens of the passage"), lambda f, _: f.tokens),
    (Column("similarity", "number", "Share of the tokens that the origin has, 0..1"),
     lambda f, _: f.similarity),
    (Column("bits", "number", "Information that passage and origin share"), lambda f, _: f.bits),
    (Column("e_value", "number", "Matches of this strength expected by chance"),
     lambda f, _: f.e_value),
    (Column("snippet", "text", "Name of the completion or file"), lambda f, _: f.snippet_id),
    (Column("path", "text", "Path of the scanned file, or none for a completion"),
     lambda f, _: f.snippet_path),
    (Column("start_line", "whole", "First line of the passage, from 1"),
     lambda f, _: f.region.start_line),
    (Column("end_line", "whole", "Last line, inclusive"), lambda f, _: f.region.end_line),
    (Column("start_byte", "whole", "First byte in the UTF-8 text"), lambda f, _: f.span.start),
    (Column("end_byte", "whole", "Byte after the last"), lambda f, _: f.span.end),
    (Column("strategy", "text", "Prompt strategy, or none for a file"),
     lambda _, c: c.prompt.strategy if c.prompt else None),
    (Column("prompt_id", "text", "Id of the prompt, or none for a file"),
     lambda f, _: f.prompt_id or None),
    (Column("prompt", "text", "The prompt, shortened in its middle; none for a file"),
     lambda _, c: c.prompt.text if c.prompt else None),
    (Column("text", "text", "Lines of the passage, possibly shortened"),
     lambda f, _: f.snippet_text),
    (Column("origin_text", "text", "Lines of the origin, possibly shortened"),
     lambda f, _: f.origin_text),
    (Column("citation", "text", "One paragraph that names the finding"),
     lambda f, c: citation(c.report, f)),
)  # fmt: skip

COLUMNS = tuple(column for column, _ in _TABLE)
"""Every column, in the order of the formats."""


def rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """One row for each finding, strongest evidence first; cells in the order of `COLUMNS`."""
    measures = FindingMeasures(report)
    prompts = {prompt.id: prompt for prompt in report.prompts}
    for finding in ordered(report):
        context = _Context(report, prompts.get(finding.prompt_id), measures.of(finding))
        yield tuple(read(finding, context) for _, read in _TABLE)
