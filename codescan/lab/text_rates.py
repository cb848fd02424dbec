# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Membership of a lab run's texts: figures over all of them, and intervals of samples.

The truth of a rate is its value over all texts of the run; the estimate comes from a sample of
them. On a random split of texts that no model has seen, the truth of every AUROC is 0.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.lab.results import HeldInterval
from codescan.records.json_form import encode
from codescan.stats.mean_tests import mean_with_interval
from codescan.stats.roc import RocTable, tpr_at_fpr

if TYPE_CHECKING:
    from codescan.membership.analysis import ScoreTable
    from codescan.stats.roc import Auroc, TprAtFpr

__all__ = ["held_membership", "membership_rows", "tuning_comparison"]

_FPR = 0.01
_DRAWS = 1_000


def membership_rows(table: ScoreTable) -> list[dict[str, Any]]:
    """AUROC and TPR at 1 % FPR of each score over all texts."""
    labels = _labels(table)
    roc = RocTable(table.values, labels)
    rows = []
    for number, name in enumerate(table.names):
        auroc = roc.auroc(number)
        if auroc.value is not None:
            rate = tpr_at_fpr(table.values[labels, number], table.values[~labels, number], _FPR)
            rows.append({"name": name, "auroc": _plain(auroc), "tpr_at_1_percent": _plain(rate)})
    return rows


def held_membership(
    table: ScoreTable, sampled: int, generator: np.random.Generator
) -> list[HeldInterval]:
    """Intervals from a sample, beside the values over all texts.

    Args:
        table: scores of all texts.
        sampled: members in the sample, and as many non-members.
        generator: of the samples.
    """
    labels = _labels(table)
    chosen = _sample(labels, sampled, generator)
    whole = RocTable(table.values, labels)
    part = RocTable(table.values[chosen], labels[chosen])
    held = []
    for number, name in enumerate(table.names):
        truth, estimate = whole.auroc(number), part.auroc(number)
        if truth.value is None or estimate.value is None:
            continue
        held.append(
            HeldInterval(
                "membership: AUROC",
                f"AUROC of {name}",
                truth.value,
                estimate.value,
                estimate.low,
                estimate.high,
                estimate.members + estimate.non_members,
            )
        )
        column = table.values[:, number]
        true_rate = tpr_at_fpr(column[labels], column[~labels], _FPR)
        own = tpr_at_fpr(column[chosen][labels[chosen]], column[chosen][~labels[chosen]], _FPR)
        if true_rate.value is not None and own.value is not None:
            held.append(
                HeldInterval(
                    "membership: TPR at 1 % FPR",
                    f"TPR of {name} at 1 % FPR",
                    true_rate.value,
                    own.value,
                    own.low,
                    own.high,
                    own.members + own.non_members,
                )
            )
    return held + _held_on_unseen(table, labels, sampled, generator)


def _held_on_unseen(
    table: ScoreTable, labels: Any, sampled: int, generator: np.random.Generator
) -> list[HeldInterval]:
    """A random split of non-members: every AUROC is 0.5."""
    unseen = generator.permutation(np.flatnonzero(~labels))[: 2 * sampled]
    split = np.arange(len(unseen)) < len(unseen) // 2
    roc = RocTable(table.values[unseen], split.tolist())
    aurocs = [(n, roc.auroc(n)) for n in range(len(table.names))]
    measured = [(n, auroc) for n, auroc in aurocs if auroc.value is not None]
    held = [
        HeldInterval(
            "unseen split: AUROC",
            f"AUROC of {table.names[n]} on unseen text",
            0.5,
            auroc.value,
            auroc.low,
            auroc.high,
            len(unseen),
        )
        for n, auroc in measured
    ]
    if measured:
        low = max(auroc.simultaneous_low for _, auroc in measured)
        high = min(auroc.simultaneous_high for _, auroc in measured)
        name = f"all {len(measured)} AUROC at once on unseen text"
        held.append(
            HeldInterval("unseen split: simultaneous", name, 0.5, None, low, high, len(unseen))
        )
    return held


def held_loss(
    table: ScoreTable, sampled: int, generator: np.random.Generator, arm: str
) -> HeldInterval | None:
    """The mean loss of held-out texts from a sample of them."""
    labels = _labels(table)
    losses = -table.column("loss")[~labels]
    losses = losses[~np.isnan(losses)]
    if len(losses) < 2:  # noqa: PLR2004 - a deviation
        return None
    own = generator.permutation(losses)[:sampled]
    mean, low, high = mean_with_interval(own.tolist())
    name = f"held-out loss of {arm}"
    return HeldInterval("held-out loss", name, float(losses.mean()), mean, low, high, len(own))


def tuning_comparison(table: ScoreTable, generator: np.random.Generator) -> dict[str, Any]:
    """TPR at 1 % FPR of the window comparison over that of Min-K %++, after fine-tuning.

    The interval is a percentile bootstrap over texts; half a text is added to both counts, so that
    it stays finite where one score finds none.
    """
    labels = _labels(table)
    columns = {name: table.column(name) for name in ("window-comparison", "min-k++")}
    if any(np.isnan(column).all() for column in columns.values()):
        return {}
    members, others = np.flatnonzero(labels), np.flatnonzero(~labels)
    if not len(members) or not len(others):
        return {}
    comparison: dict[str, Any] = {
        "members": len(members),
        "non_members": len(others),
        "scores": membership_rows(table),
    }
    if len(others) * _FPR < 1:  # no threshold has that rate
        return comparison

    def ratio(own: Any, their: Any) -> float:
        counts = [
            tpr_at_fpr(column[own], column[their], _FPR).detected + 0.5
            for column in columns.values()
        ]
        return counts[0] / counts[1]

    draws = [
        ratio(generator.choice(members, len(members)), generator.choice(others, len(others)))
        for _ in range(_DRAWS)
    ]
    low, high = np.quantile(draws, (0.025, 0.975))
    comparison["tpr_ratio"] = {
        "value": ratio(members, others),
        "low": float(low),
        "high": float(high),
        "method": "percentile bootstrap over texts",
    }
    return comparison


def _sample(labels: Any, sampled: int, generator: np.random.Generator) -> Any:
    sides = [generator.permutation(np.flatnonzero(labels == side)) for side in (True, False)]
    return np.concatenate([side[:sampled] for side in sides])


def _labels(table: ScoreTable) -> Any:
    return np.array([bool(text.is_member) for text in table.texts])


def _plain(record: Auroc | TprAtFpr) -> Any:
    return encode(record)
