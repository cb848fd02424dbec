# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The whole result of a membership test, with the warnings that its figures need."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from codescan.membership.analysis import MEANING
from codescan.membership.results import SCHEMA_VERSION, MembershipResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.membership.analysis import Analysis
    from codescan.records import Skipped

__all__ = ["result_of"]

_CHANCE = 0.5
_LISTED = 1_000
_LEAST_NON_MEMBERS = 1_000
_SIGNIFICANT = 0.05
_SAME_MODEL = (
    "The base model has the weights of the model itself, so comparing them says nothing. Give the "
    "model before fine-tuning."
)


def result_of(
    analysis: Analysis | None,
    skipped: Sequence[Skipped],
    *,
    model: dict[str, Any],
    base_model: dict[str, Any] | None,
    settings: dict[str, Any],
) -> MembershipResult:
    """Put a result together.

    Args:
        analysis: None where there was no text.
        skipped: inputs that were not scored.
        model: what identifies the model.
        base_model: likewise.
        settings: of the test.
    """
    texts = analysis.texts if analysis is not None else ()
    labels = [text.is_member for text in texts]
    return MembershipResult(
        schema_version=SCHEMA_VERSION,
        model=model,
        base_model=base_model,
        settings=settings,
        scored=sum(any(v is not None for v in text.scores.values()) for text in texts),
        members=labels.count(True),
        non_members=labels.count(False),
        unlabeled=labels.count(None),
        groups=analysis.groups if analysis is not None else 0,
        cut_texts=sum(text.is_cut for text in texts),
        attacks=analysis.attacks if analysis is not None else (),
        blind=analysis.blind if analysis is not None else None,
        loss_tail=analysis.loss_tail if analysis is not None else None,
        set_test=analysis.set_test if analysis is not None else None,
        warnings=(
            *((_SAME_MODEL,) if base_model is not None and _is_same(model, base_model) else ()),
            *(_warnings(analysis) if analysis is not None else ()),
        ),
        meaning=MEANING,
        skipped=tuple(
            {"item": s.item, "stage": s.stage, "reason": s.reason, "detail": s.detail}
            for s in skipped[:_LISTED]
        ),
        skipped_by_reason=dict(sorted(Counter(s.reason for s in skipped).items())),
        texts=texts,
    )


def _is_same(model: dict[str, Any], base_model: dict[str, Any]) -> bool:
    """Whether both descriptions identify the same weights."""
    weights = model.get("weights_sha256")
    return bool(weights) and weights == base_model.get("weights_sha256")


def _warnings(analysis: Analysis) -> list[str]:
    warnings = []
    blind = analysis.blind
    if blind is not None and blind.auroc.value is not None and blind.auroc.low > _CHANCE:
        warnings.append(
            "The two sets differ without the model: a classifier that never sees it reaches an "
            f"AUROC of {blind.auroc.value:.2f} ({blind.auroc.low:.2f} to {blind.auroc.high:.2f}). "
            "Read only the gain over it, or draw both sets at random from one source."
        )
    if blind is not None and blind.auroc.value is None:
        warnings.append(
            "The blind baseline was not measured: too few groups of texts. Without it, a "
            "difference between the sets cannot be told from memory."
        )
    test = analysis.set_test
    if test is not None and test.blind_p_value is not None and test.blind_p_value < _SIGNIFICANT:
        warnings.append(
            "The blind baseline separates the two sets in the set-level test, too "
            f"(p = {test.blind_p_value:.2g}): that test shows no memory."
        )
    others = sum(text.is_member is False for text in analysis.texts)
    if analysis.attacks and others < _LEAST_NON_MEMBERS:
        warnings.append(f"TPR at 0.1 % FPR needs at least 1,000 non-members; there are {others:,}.")
    labels = {text.is_member for text in analysis.texts}
    if len(labels) == 1 and labels <= {True, False}:
        only = "members" if labels == {True} else "non-members"
        warnings.append(f"All texts are {only}, so no rate is measured. Give both sets.")
    elif labels == {None}:
        warnings.append(
            "The texts have no labels, so no rate is measured: scores alone do not tell members "
            "from non-members. Give known non-members with --reference-data for a set-level test."
        )
    return warnings
