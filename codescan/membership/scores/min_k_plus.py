# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Min-K %++: the tokens that are least likely beside their alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["MinKPlusScore"]

_SHARE = 0.2
_LEAST_DEVIATION = 1e-6


class MinKPlusScore:
    """Mean of the 20 % lowest token log-probabilities, each standardized.

    A token's log-probability, minus the mean over the vocabulary, over the standard deviation.
    """

    name = "min-k++"
    source = "Zhang et al. 2024, arXiv 2404.02936"
    needs = "the model gives no distribution over its vocabulary"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over the lowest standardized values, at least one."""
        statistics = evidence.score.token_statistics if evidence.score is not None else None
        if statistics is None or not statistics.logprobs:
            return None
        spread = np.maximum(np.asarray(statistics.deviations), _LEAST_DEVIATION)
        values = (np.asarray(statistics.logprobs) + np.asarray(statistics.entropies)) / spread
        if np.isnan(values).any():
            return None
        count = max(1, int(len(values) * _SHARE))
        return float(np.partition(values, count - 1)[:count].mean())
