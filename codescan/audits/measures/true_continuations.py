# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Share of prompts with a completion that holds the true continuation, token for token.

This is the extraction rate of a log, or of a service without log-probabilities, for which greedy
decoding cannot be replayed. A true continuation needs at least 23 lexer tokens; shorter ones are
common. White space and comments are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.records import Arm
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from codescan.audits.measure import AuditState
    from codescan.records import Prompt
    from codescan.runs import RunReader
    from codescan.stats.intervals import Rate

__all__ = ["LEAST_TOKENS", "TrueContinuations", "TrueContinuationsMeasure", "true_continuations"]

LEAST_TOKENS = 23
"""Minimum lexer tokens of a true continuation."""
_HASH_BYTES = 8


@dataclass(frozen=True, slots=True)
class TrueContinuations:
    """Prompts with a completion that holds the true continuation."""

    unit: str
    least_tokens: int
    target: Rate
    null: Rate | None
    too_short: int
    """Prompts with a shorter true continuation; excluded from all rates."""


class TrueContinuationsMeasure:
    """Look for the true continuation in the completions of each prompt."""

    name = "true_continuations"

    def applies(self, audit: AuditState) -> bool:
        """Whether a prompt has an unscored true continuation."""
        return any(_is_from_prompt_file(audit.run, prompt) for prompt in audit.run.prompts())

    def run(self, audit: AuditState) -> TrueContinuations | None:
        """Compare the completions with the true continuations."""
        return true_continuations(audit.run)


def true_continuations(store: RunReader) -> TrueContinuations | None:
    """The rates of a run; None if no prompt has a long enough true continuation."""
    frame = main_frame(store)
    shares = {arm: Share(frame) for arm in Arm}
    too_short = 0
    for prompt in store.prompts():
        if not _is_from_prompt_file(store, prompt) or frame_of(prompt) != frame:
            continue
        expected = _tokens(prompt.expected, prompt.language)
        completions = list(store.completions_of(prompt.id))
        if len(expected) < LEAST_TOKENS * _HASH_BYTES:
            too_short += 1
        elif completions:
            has_continuation = any(
                _holds(_tokens(completion.text, prompt.language), expected)
                for completion in completions
            )
            shares[prompt.arm].add(prompt, int(has_continuation), 1)
    if not any(share.n for share in shares.values()):
        return None
    null = shares[Arm.NULL]
    return TrueContinuations(
        unit="prompts of which a completion holds the true continuation",
        least_tokens=LEAST_TOKENS,
        target=shares[Arm.TARGET].rate(),
        null=null.rate() if null.n else None,
        too_short=too_short,
    )


def _is_from_prompt_file(store: RunReader, prompt: Prompt) -> bool:
    """Whether the user or the log named the true continuation, and no model scored it."""
    return bool(prompt.expected) and not prompt.document_id and store.score_of(prompt.id) is None


def _tokens(text: str, language: str) -> bytes:
    """The hashes of the tokens of a text, 8 bytes each."""
    spec = LANGUAGES.get(language) or LANGUAGES["prose"]
    lexed = _native.lex(text.encode("utf-8", "replace"), _native.LEXERS[spec.lexer])
    return lexed.hashes().tobytes()


def _holds(text: bytes, part: bytes) -> bool:
    """Whether the tokens of a part occur consecutively in a text."""
    at = text.find(part)
    while at >= 0 and at % _HASH_BYTES:
        at = text.find(part, at + 1)
    return at >= 0
