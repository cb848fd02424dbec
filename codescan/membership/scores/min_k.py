# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Min-K %: the least likely tokens of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["MinKScore"]

_SHARE = 0.2


class MinKScore:
    """Mean log-probability of the 20 % least likely tokens, in nats."""

    name = "min-k"
    source = "Shi et al. 2023, arXiv 2310.16789"
    needs = "the model gives no log-probability for each token"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over the least likely tokens, at least one."""
        statistics = evidence.score.token_statistics if evidence.score is not None else None
        if statistics is None or not statistics.logprobs:
            return None
        lowest = sorted(statistics.logprobs)[: max(1, int(len(statistics.logprobs) * _SHARE))]
        return sum(lowest) / len(lowest)
