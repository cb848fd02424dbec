# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The sentences and tables of an audit of logs, for the terminal and the page."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from codescan.reports.plurals import plural
from codescan.reports.text_table import table_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "RATE_HEADS", "STRATUM_HEADS", "UNREAD_HEADS", "headline", "log_audit_text", "rate_rows",
    "sentences", "stratum_rows", "unread_rows", "warnings",
]  # fmt: skip

RATE_HEADS = ("Name", "Findings", "Conversations", "Share", "95 % interval")
STRATUM_HEADS = ("Stratum", "Conversations", "Drawn")
UNREAD_HEADS = ("File", "Place", "Reason", "Number", "Detail")
_DESIGNS = {
    "all": "All conversations were matched",
    "simple-random": "A simple random sample of the conversations was matched",
    "stratified": "A random sample of the conversations of each stratum was matched",
}
_SIDES = {"model": "text of the model", "user": "text that the model was given"}
_SHOWN = 10
_WIDTH = 100
_LONGEST = 60


def headline(summary: Mapping[str, Any]) -> str:
    """The result in one sentence, with what was not read."""
    rate = _overall(summary, "model")
    unread = sum(summary["coverage"]["unchecked"].values())
    if not summary["coverage"]["checked"]:
        return "Nothing was checked: the logs hold no text that could be read."
    if rate is None:
        result = (
            f"No copy was found in {plural(summary['responses'], 'response')} of "
            f"{plural(summary['sampled'], 'conversation')}"
        )
    else:
        result = f"Conversations in which the model copied: {rate['words']}"
    if not unread:
        return f"{result}."
    return f"{result}; {_parts(unread)} not read."


def sentences(summary: Mapping[str, Any]) -> list[str]:
    """Design, claim, chance and what is not listed, a sentence each; none if nothing was read."""
    if not summary["coverage"]["checked"]:
        return []
    design = summary["design"]
    drawn = (
        f"{_DESIGNS[design['kind']]}: {summary['sampled']:,} of {summary['conversations']:,}, "
        f"with {plural(summary['responses'], 'response')} "
        f"({summary['bytes']:,} bytes of text). Unit: {design['unit']}."
    )
    lines = [drawn]
    for side, grades in summary["findings_by_grade"].items():
        counted = ", ".join(f"{count:,} {grade}" for grade, count in grades.items())
        lines.append(f"Findings in {_SIDES[side]} by grade: {counted}. Rates count A and B.")
    chance = summary["chance"]
    if chance is None:
        lines.append("Chance matches: not measured.")
    else:
        lines.append(
            f"Conversations that match the shuffled index ({chance['files']:,} of "
            f"{chance['of_files']:,} files): {chance['rate']['words']}. Excess of copies over "
            f"chance: {chance['excess']['words']}."
        )
    bound = summary["unlisted_bound"]
    if bound is not None:
        lines.append(
            "Any work, owner or license without a finding: at most "
            f"{bound * 100:.2g} % of conversations (95 % bound for {design['claim']})."
        )
    return lines


def warnings(summary: Mapping[str, Any]) -> list[str]:
    """Warnings on inputs that the result does not cover."""
    unchecked = summary["coverage"]["unchecked"]
    if not unchecked:
        return []
    counted = ", ".join(f"{count:,} {reason}" for reason, count in unchecked.items())
    return [f"Not checked: {counted}. Rates are about the rows that were read."]


def rate_rows(
    summary: Mapping[str, Any], side: str, dimension: str, most: int | None = None
) -> list[tuple[str, ...]]:
    """Rows of the rates of one side and dimension, the most frequent first."""
    rates = [
        one for one in summary["rates"] if one["side"] == side and one["dimension"] == dimension
    ]
    return [
        (
            row["name"][:_LONGEST],
            f"{row['findings']:,}",
            f"{row['rate']['k']:,} of {row['rate']['n']:,}",
            _percent(row["rate"]["value"]),
            f"{_percent(row['rate']['low'])} to {_percent(row['rate']['high'])}",
        )
        for row in rates[:most]
    ]


def stratum_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of the strata."""
    return [
        (one["name"][:_LONGEST], f"{one['conversations']:,}", f"{one['sampled']:,}")
        for one in summary["strata"]
    ]


def unread_rows(summary: Mapping[str, Any], most: int) -> list[tuple[str, ...]]:
    """Rows of what was not read."""
    return [
        (one["file"][-_LONGEST:], one["place"], one["reason"], f"{one['count']:,}", one["detail"])
        for one in summary["unread"][:most]
    ]


def log_audit_text(summary: Mapping[str, Any]) -> str:
    """The summary for a terminal."""
    blocks = [fill(text, _WIDTH) for text in (headline(summary), *sentences(summary))]
    for side in summary["findings_by_grade"]:
        for dimension in ("work", "owner", "license"):
            rows = rate_rows(summary, side, dimension, _SHOWN)
            if rows:
                title = f"By {dimension}, {_SIDES[side]}"
                blocks.append(f"{title}\n{_table(RATE_HEADS, rows)}")
    if summary["strata"]:
        blocks.append(_table(STRATUM_HEADS, stratum_rows(summary)[:_SHOWN]))
    if unread := unread_rows(summary, _SHOWN):
        blocks.append(_table(UNREAD_HEADS, unread))
    blocks += [fill(text, _WIDTH) for text in warnings(summary)]
    blocks.append(f"Chain of hashes: {summary['chain_head']}")
    return "\n\n".join(blocks)


def _parts(count: int) -> str:
    return "1 part of the logs was" if count == 1 else f"{count:,} parts of the logs were"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _overall(summary: Mapping[str, Any], side: str) -> Mapping[str, Any] | None:
    for one in summary["rates"]:
        if one["side"] == side and one["dimension"] == "all":
            rate: Mapping[str, Any] = one["rate"]
            return rate
    return None


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(table_lines([heads, *rows]))
