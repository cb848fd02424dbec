# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompts that ask a model about a text: its likelihood, masked parts, sampled continuations.

The first token of a text is given, the rest is the true continuation. Texts longer than the limit
are cut at a token, so that scores of long texts stay comparable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from codescan.membership.code_parts import language_of, maskable_spans
from codescan.prompts.slicing import hashed, prompt_id
from codescan.records import Prompt, Skipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.membership.texts import CandidateText
    from codescan.protocols import Tokenizer

__all__ = [
    "INFILL",
    "LIKELIHOOD",
    "SAMPLED",
    "PlacesTokens",
    "infill_prompts",
    "likelihood_prompt",
    "sampling_prompt",
]

LIKELIHOOD = "membership"
INFILL = "membership-infill"
SAMPLED = "membership-sample"
_CONTEXT = 1_200
"""Characters on either side of a masked part."""
_CHARACTERS_OF_A_TOKEN = 4
_FIRST_WORD = re.compile(r"\s*\S+")
_LONGEST_PART = 80


@runtime_checkable
class PlacesTokens(Protocol):
    """A tokenizer that tells where in the text each token lies."""

    def encode_with_spans(self, text: str) -> tuple[list[int], list[tuple[int, int]] | None]:
        """Model tokens, and the first character and the end of each; None where not known."""
        ...


@dataclass(frozen=True, slots=True)
class PlacedPrompt:
    """A prompt for the likelihood of a text."""

    prompt: Prompt
    spans: tuple[tuple[int, int], ...] = ()
    """First character and end of each scored token, in the scored text; () if not known."""
    is_cut: bool = False
    """Whether the text goes on after the scored part."""

    @property
    def text(self) -> str:
        """The scored part of the text, its first token included."""
        return self.prompt.text + self.prompt.expected


def likelihood_prompt(
    candidate: CandidateText, tokenizer: Tokenizer | None, max_tokens: int
) -> PlacedPrompt | Skipped:
    """The prompt whose score is the likelihood of a text.

    Args:
        candidate: the text.
        tokenizer: the model's; None for a service that keeps its tokens.
        max_tokens: model tokens that are looked at; about four characters each without a tokenizer.
    """
    text = candidate.text
    name = prompt_id(LIKELIHOOD, candidate.id, text)
    if tokenizer is None:
        first = _FIRST_WORD.match(text)
        limit = max_tokens * _CHARACTERS_OF_A_TOKEN
        cut = text[:limit]
        head = cut[: first.end()] if first is not None else ""
        if not head or not cut[len(head) :].strip():
            return Skipped(candidate.id, "score", "too-short", "fewer than two words")
        prompt = Prompt(name, head, LIKELIHOOD, expected=cut[len(head) :], document_id=candidate.id)
        return PlacedPrompt(prompt, is_cut=len(text) > limit)
    return _with_tokens(candidate, name, tokenizer, max_tokens)


def infill_prompts(candidate: CandidateText, text: str, count: int, seed: int = 0) -> list[Prompt]:
    """Prompts for masked identifiers, literals and comments of a text, drawn by a hash.

    Args:
        candidate: the text.
        text: its scored part.
        count: parts to mask, at most.
        seed: another seed, other parts.
    """
    language = language_of(candidate)
    spans = [
        (start, end)
        for start, end in maskable_spans(text, language)
        if start > 0 and end < len(text) and end - start <= _LONGEST_PART
    ]
    spans.sort(key=lambda span: hashed(seed, candidate.id, *span))
    return [
        Prompt(
            prompt_id(INFILL, f"{candidate.id}#{start}-{end}", text),
            text[max(0, start - _CONTEXT) : start],
            INFILL,
            language=language,
            document_id=candidate.id,
            expected=text[start:end],
            suffix=text[end : end + _CONTEXT],
        )
        for start, end in sorted(spans[:count])
    ]


def sampling_prompt(candidate: CandidateText, text: str) -> Prompt | None:
    """The prompt that asks to continue the first half of a text; None where it has no half.

    The cut is at the line end nearest before the middle, else at white space.
    """
    middle = len(text) // 2
    cut = max(text.rfind("\n", 0, middle), text.rfind(" ", 0, middle)) + 1
    line = text.rfind("\n", 0, middle) + 1
    cut = line if line > middle // 2 else cut
    if not text[:cut].strip() or not text[cut:].strip():
        return None
    name = prompt_id(SAMPLED, candidate.id, text)
    return Prompt(name, text[:cut], SAMPLED, document_id=candidate.id, expected=text[cut:])


def _with_tokens(
    candidate: CandidateText, name: str, tokenizer: Tokenizer, max_tokens: int
) -> PlacedPrompt | Skipped:
    text = candidate.text
    spans: Sequence[tuple[int, int]] | None = None
    # A tokenizer's cost grows with the text; what lies far beyond the limit is never scored.
    head = text[: max_tokens * 16]
    if isinstance(tokenizer, PlacesTokens):
        tokens, spans = tokenizer.encode_with_spans(head)
    else:
        tokens = list(tokenizer.encode(head))
    if len(tokens) < 2:  # noqa: PLR2004 - one is given, one is scored
        return Skipped(candidate.id, "score", "too-short", "fewer than two model tokens")
    head_ids = tokens[:max_tokens]
    is_cut = len(tokens) > len(head_ids) or len(head) < len(text)
    if spans is not None:
        split, end = spans[0][1], (spans[len(head_ids) - 1][1] if is_cut else len(text))
        first, expected = text[:split], text[split:end]
    else:
        first = tokenizer.decode(head_ids[:1])
        whole = tokenizer.decode(head_ids)
        expected = (
            whole[len(first) :] if whole.startswith(first) else tokenizer.decode(head_ids[1:])
        )
    prompt = Prompt(
        name,
        first,
        LIKELIHOOD,
        document_id=candidate.id,
        expected=expected,
        prompt_tokens=tuple(head_ids[:1]),
        expected_tokens=tuple(head_ids[1:]),
    )
    return PlacedPrompt(
        prompt, tuple(spans[1 : len(head_ids)]) if spans is not None else (), is_cut
    )
