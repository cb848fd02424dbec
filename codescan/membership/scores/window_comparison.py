# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sliding windows in which the model beats its base model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["WindowComparisonScore"]

_WINDOWS = (2, 3, 4, 6, 9, 13, 18, 25, 32, 40)
"""Tokens of a window: the geometric ladder of the paper."""


class WindowComparisonScore:
    """Share of windows whose loss is lower under the model than under its base model.

    Each window of each size has one vote, sizes count alike. Votes resist the few tokens whose
    loss moves a lot, which dominate the mean.
    """

    name = "window-comparison"
    source = "WBC, arXiv 2601.02751"
    needs = "no base model with the same tokens scored the text"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean share over all window sizes that fit into the text."""
        own = evidence.score.token_statistics if evidence.score is not None else None
        base = evidence.base.token_statistics if evidence.base is not None else None
        if own is None or base is None or not evidence.base_has_same_tokens:
            return None
        gains = np.asarray(own.logprobs) - np.asarray(base.logprobs)
        if not len(gains):
            return None
        sums = np.concatenate([[0.0], np.cumsum(gains)])
        sizes = [size for size in _WINDOWS if size <= len(gains)] or [len(gains)]
        return float(np.mean([np.mean(sums[size:] - sums[:-size] > 0) for size in sizes]))
