# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a lab run in words: rows of tables and sentences, read from its JSON form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports.text_table import table_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CANARY_HEADS",
    "COVERAGE_HEADS",
    "DEFENSE_HEADS",
    "HELD_HEADS",
    "LEVEL_HEADS",
    "canary_rows",
    "coverage_rows",
    "defense_rows",
    "headline",
    "held_rows",
    "lab_text",
    "level_rows",
    "sentences",
]

HELD_HEADS = ("Measurement", "Truth", "Estimate", "95 % interval", "Covered")
COVERAGE_HEADS = ("Interval of", "Held the truth", "p (below 95 %)", "p, Holm")
LEVEL_HEADS = ("Copies", "Passages", "Greedy", "In 100 tries")
CANARY_HEADS = ("Copies", "Canaries", "Exposure (bits)", "TPR at 1 % FPR", "Extracted")
DEFENSE_HEADS = ("Defense", "Greedy, from 16 copies", "Exposure", "Held-out loss", "Note")
_NONE = "not measured"


def headline(result: Mapping[str, Any]) -> str:
    """The result in one sentence."""
    pooled, summary = result["pooled"], result["summary"]
    seeds = summary["seeds"]
    runs = f"{seeds:,} seeds" if seeds > 1 else "one seed"
    return (
        f"{pooled['k']:,} of {pooled['n']:,} intervals hold the truth "
        f"({_percent(pooled['value'])}; {runs}, size {result['size']})."
    )


def held_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Truth, estimate and interval of every measurement of the first seed."""
    first = result["seeds"][0]
    return [
        (
            row["name"],
            _number(row["truth"]),
            _number(row["estimate"]),
            f"{_number(row['low'])} to {_number(row['high'])}",
            "yes" if row["covered"] else "no",
        )
        for row in first["held"]
    ]


def coverage_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The number of intervals of each kind that contain the truth."""
    return [
        (
            one["kind"],
            f"{one['covered']['k']} of {one['covered']['n']} ({_percent(one['covered']['value'])})",
            f"{one['p_value']:.2g}",
            f"{one['adjusted_p_value']:.2g}",
        )
        for one in result["coverage"]
    ]


def level_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Extraction by copies, exact ones first."""
    return [
        (
            f"{row['copies']}{', near copies' if row['is_near'] else ''}",
            str(row["passages"]),
            _rate(row["greedy"]),
            _rate(row["in_100_tries"]),
        )
        for row in result["summary"]["levels"]
    ]


def canary_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Canaries by copies; 0 copies are held out."""
    return [
        (
            str(row["copies"]) if row["copies"] else "0 (held out)",
            str(row["canaries"]),
            f"{row['exposure']:.2f}",
            _rate(row["tpr_at_1_percent"]),
            _rate(row["extraction"]),
        )
        for row in result["summary"]["canaries"]
    ]


def defense_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Each defense of the first seed that has them."""
    with_them = [seed for seed in result["seeds"] if seed["defenses"]]
    rows: list[tuple[str, ...]] = []
    for row in with_them[0]["defenses"] if with_them else ():
        change = row["loss_change"]
        cost = (
            f"{change['value']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f})"
            if change is not None
            else _number(row["loss"])
        )
        note = row["note"]
        if row["epsilon"] is not None:
            note = f"epsilon {row['epsilon']:.1f} at delta 1e-5"
        if "needless_blocks" in row:
            note = f"withheld without reason: {_rate(row['needless_blocks'])}"
        exposure = "" if row["exposure"] is None else f"{row['exposure']:.2f}"
        rows.append((row["name"], _rate(row["extraction"]), exposure, cost, note))
    return rows


def sentences(result: Mapping[str, Any]) -> list[str]:
    """The sentences below the tables."""
    texts = []
    below = result["summary"]["kinds_below_95_percent"]
    if below:
        texts.append(f"Intervals that hold the truth significantly too rarely: {', '.join(below)}.")
    else:
        texts.append(
            "No kind of interval holds the truth significantly less than 95 % of the time."
        )
    controls = result["summary"]["controls"]
    if controls is not None:
        seeds = f"{controls['seeds']:,} seed{'s' if controls['seeds'] > 1 else ''}"
        texts.append(
            f"Held-out controls differ from twins with p up to 1 % in "
            f"{controls['up_to_1_percent']:,} of {seeds} "
            f"(p = {controls['p_value_of_their_number']:.2g} for as many); the least p-value is "
            f"{controls['least_adjusted_p_value']:.2g} after Holm."
        )
    first = result["seeds"][0]
    texts += [
        f"Leak curve ({curve['name']}): log-odds {curve['intercept']:.2f} + "
        f"{curve['slope']:.2f} ln(copies), slope {curve['slope_low']:.2f} to "
        f"{curve['slope_high']:.2f}."
        for curve in first["curves"]
    ]
    weight = first["near_weight"]
    if weight is not None:
        texts.append(
            f"One near copy is worth {weight['value']:.2f} exact copies "
            f"({weight['low']:.2f} to {weight['high']:.2f})."
        )
    ratio = first["tuning"].get("tpr_ratio") if first["tuning"] else None
    if ratio is not None:
        texts.append(
            "After fine-tuning, the TPR at 1 % FPR of the window comparison is "
            f"{ratio['value']:.2f} times that of Min-K %++ "
            f"({ratio['low']:.2f} to {ratio['high']:.2f})."
        )
    texts.append(f"Training took {result['summary']['cpu_seconds']:,.0f} CPU seconds.")
    return texts


def lab_text(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    lines = [headline(result)]
    for title, heads, rows in (
        ("Truth and estimate", HELD_HEADS, held_rows(result)),
        ("Coverage", COVERAGE_HEADS, coverage_rows(result)),
        ("Extraction by copies", LEVEL_HEADS, level_rows(result)),
        ("Canaries by copies", CANARY_HEADS, canary_rows(result)),
        ("Defenses", DEFENSE_HEADS, defense_rows(result)),
    ):
        if rows:
            lines += ["", title, *table_lines((heads, *rows))]
    return "\n".join([*lines, "", *sentences(result)])


def _rate(rate: Mapping[str, Any] | None) -> str:
    if rate is None or rate["value"] is None:
        return _NONE
    return f"{rate['value']:.2f} ({rate['low']:.2f} to {rate['high']:.2f})"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{share * 100:.3g} %"
