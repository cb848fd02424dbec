# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The log-probability of a text's literals alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.membership.code_parts import part_mean
from codescan.membership.texts import TextPart

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["LiteralScore"]


class LiteralScore:
    """Mean log-probability of the tokens of literals, in nats: syntax is easy for any model."""

    name = "literals"
    source = "surprising tokens, arXiv 2407.21248; named entities of code, arXiv 2402.09299"
    needs = "the text has no literals, or its tokens cannot be placed"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over those tokens."""
        return part_mean(evidence, TextPart.LITERAL)
