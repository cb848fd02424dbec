# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The overlap between a text and the model's continuations of its first half."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["SamplingOverlapScore"]

_WORDS = re.compile(r"\w+|[^\w\s]")


class SamplingOverlapScore:
    """Mean recall of the true second half's words in sampled continuations (ROUGE-1)."""

    name = "sampling-overlap"
    source = "SaMIA, Kaneko et al. 2024, arXiv 2404.11262"
    needs = "no continuation was sampled (--samples)"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over all sampled continuations, 0..1."""
        true_words = Counter(_WORDS.findall(evidence.continuation))
        if not true_words or not evidence.continuations:
            return None
        recalls = [
            (true_words & Counter(_WORDS.findall(sampled))).total() / true_words.total()
            for sampled in evidence.continuations
        ]
        return sum(recalls) / len(recalls)
