# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a membership test in words: rows of tables and sentences.

Read from the JSON form, which also occurs in report.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports.coverage_text import skip_sentences
from codescan.reports.plurals import plural
from codescan.reports.text_table import table_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HEADS", "attack_rows", "headline", "interval", "membership_text", "sentences"]

HEADS = ("Score", "AUROC", "Gain over blind", "TPR at 1 % FPR", "TPR at 0.1 % FPR")
_NONE = "not measured"
_LISTED = 12


def headline(result: Mapping[str, Any]) -> str:
    """The result in one sentence."""
    attacks = [one for one in result["attacks"] if one["auroc"]["value"] is not None]
    test = result["set_test"]
    if attacks:
        best = max(attacks, key=lambda one: one["auroc"]["simultaneous_low"])
        auroc = best["auroc"]
        bounds = interval(auroc["value"], auroc["simultaneous_low"], auroc["simultaneous_high"])
        if auroc["simultaneous_low"] <= 0.5 <= auroc["simultaneous_high"]:  # noqa: PLR2004 - chance
            return (
                "No score tells members from non-members beyond chance "
                f"(best: {best['name']}, AUROC {bounds})."
            )
        return f"The best score is {best['name']}: AUROC {bounds}, for all scores at once."
    if test is not None and test["p_value"] is not None:
        return (
            f"The set scores higher than {test['other']} with p = {test['p_value']:.3g} "
            f"({test['set_groups']} against {test['other_groups']} groups of texts)."
        )
    if not result["scored"]:
        return "Nothing was checked: no text could be scored."
    return f"Texts scored: {result['scored']:,}. No rate was measured."


def attack_rows(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """One row for each score that was measured, the blind baseline last."""
    listed = [one for one in result["attacks"] if one["auroc"]["value"] is not None]
    if result["blind"] is not None:
        listed.append(result["blind"])
    return [
        (
            one["name"],
            interval(one["auroc"]["value"], one["auroc"]["low"], one["auroc"]["high"]),
            ""
            if one is result["blind"]
            else interval(*(one["gain_over_blind"][key] for key in _BOUNDS), signed=True),
            _rate(one["tpr_at_1_percent"]),
            _rate(one["tpr_at_01_percent"]),
        )
        for one in listed
    ]


_BOUNDS = ("value", "low", "high")


def interval(value: float | None, low: float, high: float, *, signed: bool = False) -> str:
    """A number with its 95 % interval."""
    form = "+.3f" if signed else ".3f"
    return _NONE if value is None else f"{value:{form}} ({low:{form}} to {high:{form}})"


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["value"] is None:
        return f"{_NONE} (≤ {rate['high']:.2f})" if rate["high"] < 1 else _NONE
    return interval(rate["value"], rate["low"], rate["high"])


def sentences(result: Mapping[str, Any]) -> list[str]:
    """The sentences below the table."""
    texts = []
    tail = result["loss_tail"]
    if tail is not None and tail["at_1_percent"]["value"] is not None:
        texts.append(
            f"The loss tail predicts a TPR of {_rate(tail['at_1_percent'])} at 1 % FPR for LiRA, "
            "without a reference model."
        )
    test = result["set_test"]
    if test is not None and test["p_value"] is not None:
        blind = test["blind_p_value"]
        beside = f"; the blind baseline: p = {blind:.3g}" if blind is not None else ""
        texts.append(
            f"Set-level test against {test['other']}: p = {test['p_value']:.3g} "
            f"({test['set_groups']} and {test['other_groups']} groups of texts{beside})."
        )
    if result["cut_texts"]:
        limit = result["settings"]["max_tokens"]
        is_one = result["cut_texts"] == 1
        texts.append(
            f"{plural(result['cut_texts'], 'text')} {'is' if is_one else 'are'} longer than "
            f"{limit:,} model tokens: only {'its' if is_one else 'their'} first tokens were scored."
        )
    missing = [one for one in result["attacks"] if one["not_measured"]]
    if missing:
        words = "; ".join(f"{one['name']}: {one['not_measured']}" for one in missing)
        texts.append(f"Not measured: {words}.")
    return texts


def membership_text(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    lines = [headline(result), ""]
    sizes = (
        (result["members"], "member"),
        (result["non_members"], "non-member"),
        (result["unlabeled"], "unlabeled text"),
    )
    counted = ", ".join(plural(count, word) for count, word in sizes if count)
    if counted:
        lines += [f"{counted} in {plural(result['groups'], 'group')}.", ""]
    rows = attack_rows(result)
    if rows:
        lines += [*table_lines((HEADS, *rows)), ""]
    lines += sentences(result)
    lines += [f"Warning: {warning}" for warning in result["warnings"]]
    lines += _skipped(result)
    lines += ["", result["meaning"]]
    return "\n".join(lines)


def _skipped(result: Mapping[str, Any]) -> list[str]:
    skipped = result["skipped"]
    if not skipped:
        return []
    counts = result["skipped_by_reason"]
    lines = ["", *skip_sentences(counts)]
    for one in skipped[:_LISTED]:
        detail = f" ({one['detail']})" if one["detail"] else ""
        lines.append(f"  {one['item']}: {one['reason']}{detail}")
    if sum(counts.values()) > _LISTED:
        lines.append(f"  … and {sum(counts.values()) - _LISTED:,} more; see report.json")
    return lines
