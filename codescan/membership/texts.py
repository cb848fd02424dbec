# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The records of a membership test: candidate texts, and what models say of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from codescan.records import Score, Skipped

__all__ = ["CandidateText", "MembershipScore", "TextEvidence", "TextPart", "TextSet"]


@dataclass(frozen=True, slots=True)
class CandidateText:
    """A text whose membership is tested, or known."""

    id: str
    """Unique in its set: a path, the value of an id column, or a row number."""
    text: str = field(repr=False)
    is_member: bool | None = None
    """None where it is not known."""
    group: str = ""
    """Texts of one group are not independent, for example files of one repository; "": alone."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TextSet:
    """The texts of a test, in a fixed order."""

    texts: tuple[CandidateText, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def is_labeled(self) -> bool:
        """Whether membership of the texts is known."""
        return any(text.is_member is not None for text in self.texts)


class TextPart:
    """The part of a text that a token belongs to."""

    OTHER = 0
    IDENTIFIER = 1
    LITERAL = 2
    COMMENT = 3


@dataclass(frozen=True, slots=True)
class TextEvidence:
    """Everything that scores may look at for one text."""

    text: str
    """The scored part of the text, as it is."""
    score: Score | None = None
    """The score by the target model."""
    base: Score | None = None
    """Of the base model, on the same text."""
    base_has_same_tokens: bool = False
    """Whether both models cut the text into the same tokens."""
    parts: tuple[int, ...] = ()
    """`TextPart` of each scored token; () where tokens cannot be placed in the text."""
    infilled: tuple[Score, ...] = ()
    """Of masked spans of the text, each given the text before and after it."""
    continuations: tuple[str, ...] = ()
    """Sampled continuations of the first half of the text."""
    continuation: str = ""
    """The true second half."""


class MembershipScore(Protocol):
    """One number for a text; higher means more likely a member."""

    name: str
    source: str
    """The publication of the method."""
    needs: str
    """The reason why a text has no score, in words."""

    def of(self, evidence: TextEvidence) -> float | None:
        """The score of a text; None where it cannot be measured."""
        ...
