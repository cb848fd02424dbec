# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The log-probability of masked parts of a text, given both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["InfillingScore"]


class InfillingScore:
    """Mean log-probability of masked identifiers, literals and comments, in nats a token."""

    name = "infilling"
    source = "TraWiC, Majdinasab et al. 2024, arXiv 2402.09299"
    needs = "no part was masked, or the model cannot fill in the middle"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over all tokens of the masked parts."""
        tokens = sum(score.tokens for score in evidence.infilled)
        return sum(score.logprob for score in evidence.infilled) / tokens if tokens else None
