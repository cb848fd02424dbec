# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The loss of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["LossScore"]


class LossScore:
    """Mean log-probability of the text's tokens, in nats: minus the loss."""

    name = "loss"
    source = "Yeom et al. 2018, arXiv 1709.01604"
    needs = "the model gives no log-probabilities"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over all scored tokens."""
        score = evidence.score
        return score.logprob / score.tokens if score is not None and score.tokens else None
