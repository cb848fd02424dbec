# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The loss of a text, against how well zlib compresses it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["ZlibRatioScore"]


class ZlibRatioScore:
    """Log-probability of the text, in nats for each byte of its compressed form."""

    name = "zlib"
    source = "Carlini et al. 2021, arXiv 2012.07805"
    needs = "the model gives no log-probabilities"

    def of(self, evidence: TextEvidence) -> float | None:
        """The total log-probability over the compressed size."""
        if evidence.score is None or not evidence.score.tokens:
            return None
        size = len(zlib.compress(evidence.text.encode("utf-8", "replace"), 9))
        return evidence.score.logprob / size
