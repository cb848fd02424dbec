# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The log-probability of a text's comments alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.membership.code_parts import part_mean
from codescan.membership.texts import TextPart

if TYPE_CHECKING:
    from codescan.membership.texts import TextEvidence

__all__ = ["CommentScore"]


class CommentScore:
    """Mean log-probability of the tokens of comments, in nats: syntax is easy for any model."""

    name = "comments"
    source = "surprising tokens, arXiv 2407.21248; named entities of code, arXiv 2402.09299"
    needs = "the text has no comments, or its tokens cannot be placed"

    def of(self, evidence: TextEvidence) -> float | None:
        """The mean over those tokens."""
        return part_mean(evidence, TextPart.COMMENT)
