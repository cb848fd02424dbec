# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A report for Python programs and notebooks: findings, statement, tables, formats."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from codescan.app import reports
from codescan.errors import MissingExtraError
from codescan.reports import summary
from codescan.reports.escaping import clip, visible
from codescan.reports.finding_rows import COLUMNS, rows
from codescan.reports.statement import null_sentence, quotation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.records import Finding, Report

__all__ = ["RunReport"]

_SHOWN = 10  # findings in a notebook
_LONGEST = 120  # characters of one cell there
_TYPES = {"text": "string", "whole": "Int64", "number": "Float64", "truth": "boolean"}


@dataclass(frozen=True, slots=True)
class RunReport:
    """The report of a finished run. Iterates over the findings, strongest evidence first.

    Notebooks show a short summary; `to_pandas` returns one row per finding.
    """

    record: Report
    """The whole record, as in report.json."""
    paths: tuple[Path, ...] = ()
    """Files of the run folder, if there is one."""

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        return f"{summary.headline(self.record)}."

    @property
    def statement(self) -> str:
        """A statement for quotation: prompts, model, completions, copies, and confidence.

        "" for the report of a scan.
        """
        return quotation(self.record)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, strongest evidence first."""
        return tuple(summary.ordered(self.record))

    @property
    def statistics(self) -> Mapping[str, object]:
        """Counts and rates with their intervals."""
        return self.record.statistics

    def __iter__(self) -> Iterator[Finding]:
        """The findings, strongest evidence first."""
        return iter(self.findings)

    def __len__(self) -> int:
        """Number of findings."""
        return len(self.record.findings)

    def __bool__(self) -> bool:
        """Always True, also without findings."""
        return True

    def __repr__(self) -> str:
        """The headline and the number of findings, without texts."""
        shown = visible(clip(self.headline, _LONGEST))
        return f"<RunReport, findings: {len(self):,}, headline: {shown}>"

    def render(self, format_: str) -> str | bytes:
        """The report in a format such as "html", "markdown" or "csv"; bytes for "parquet".

        Raises:
            UsageError: the format does not exist.
            MissingExtraError: the format needs packages that are not installed.
        """
        return reports.render(self.record, format_)

    def to_pandas(self) -> Any:
        """The findings as a `pandas.DataFrame`, with one row per finding and the columns of CSV.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtraError("a data frame", "pandas") from error
        table = list(zip(*rows(self.record), strict=True)) or [()] * len(COLUMNS)
        return pd.DataFrame(
            {
                column.name: pd.Series(list(cells), dtype=_TYPES[column.kind])
                for column, cells in zip(COLUMNS, table, strict=True)
            }
        )

    def _repr_html_(self) -> str:
        """A short summary for notebooks; every value is escaped."""
        counts = ", ".join(
            f"{grade.value}: {count:,}"
            for grade, count in summary.grade_counts(self.record).items()
        )
        sentence = null_sentence(self.record) or self.statement or summary.reach(self.record)
        listed = [finding for finding in self.findings if finding.counts][:_SHOWN]
        parts = [
            f"<p><b>{_text(self.headline)}</b></p>",
            f"<p>{_text(sentence, 4_000)}</p>",
            f"<p>Findings by grade: {counts}</p>",
        ]
        if listed:
            heads = ("Grade", "Found in", "Origin", "Path", "License", "Tokens")
            cells = (
                (
                    finding.grade.value,
                    finding.snippet_path or finding.snippet_id,
                    summary.origin_name(finding),
                    finding.attribution.origin.path,
                    summary.license_name(finding.attribution.license.expression),
                    f"{finding.tokens:,}",
                )
                for finding in listed
            )
            body = "".join(
                f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in cells
            )
            head = "".join(f"<th>{name}</th>" for name in heads)
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        return f"<div>{''.join(parts)}</div>"


def _text(untrusted: str, limit: int = _LONGEST) -> str:
    return escape(visible(clip(untrusted, limit)))
