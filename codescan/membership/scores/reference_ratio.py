# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The log-probability of a text under the model, against that under a base model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["ReferenceRatioScore"]


class ReferenceRatioScore:
    """Log of the likelihood ratio of model and base model, in nats for each byte of the text."""

    name = "reference-ratio"
    source = "Carlini et al. 2021, arXiv 2012.07805"
    needs = "no base model scored the text"

    def of(self, evidence: TextEvidence) -> float | None:
        """The difference of the log-probabilities; models may cut the text differently."""
        if evidence.score is None or evidence.base is None:
            return None
        size = len(evidence.text.encode("utf-8", "replace"))
        return (evidence.score.logprob - evidence.base.logprob) / size if size else None
