# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The report: findings with everything that is needed to read them."""

from __future__ import annotations

from msgspec import Struct, field

from codescan.records.core import Finding, Prompt, Skipped, Suppressed
from codescan.records.enums import Arm

__all__ = ["FindingList", "Report", "ReportedPrompt"]

_LONGEST = 20_000
_HEAD = 2_000


class ReportedPrompt(Struct, frozen=True):
    """A prompt as a report shows it beside its completions."""

    id: str
    text: str
    """What the model was given: at most 20,000 characters. Of a longer prompt the first 2,000 and
    the last 18,000 are kept, with a line between them that says how many are left out."""
    strategy: str
    characters: int = 0
    """Characters of the whole prompt."""
    suffix: str = ""
    """Text after the hole, for fill-in-the-middle; shortened likewise."""
    expected: str = ""
    """The true continuation, where there is one; shortened likewise."""
    arm: Arm = Arm.TARGET
    variant: str = ""
    """Which form of its strategy it is, for example "50 tokens"."""
    frame: str = ""
    """The sampling frame of its document; "" if it was not drawn."""
    document_id: str = ""
    """Package URL, "#" and path of the file it was drawn from; "" for prompts from elsewhere."""
    chat: bool = False
    """Whether the text is a user's message."""
    extracted: bool | None = None
    """Whether greedy decoding emits the true continuation token for token; None: not scored."""

    @classmethod
    def of(cls, prompt: Prompt, *, extracted: bool | None = None) -> ReportedPrompt:
        """Shorten a prompt for a report."""
        return cls(
            id=prompt.id,
            text=_shortened(prompt.text),
            strategy=prompt.strategy,
            characters=len(prompt.text),
            suffix=_shortened(prompt.suffix),
            expected=_shortened(prompt.expected),
            arm=prompt.arm,
            variant=prompt.variant,
            frame=prompt.frame,
            document_id=prompt.document_id,
            chat=prompt.chat,
            extracted=extracted,
        )


def _shortened(text: str) -> str:
    """The head and the tail of a long text: a completion continues the tail."""
    if len(text) <= _LONGEST:
        return text
    omitted = len(text) - _LONGEST
    tail = text[len(text) - (_LONGEST - _HEAD) :]
    return f"{text[:_HEAD]}\n[... {omitted:,} characters left out ...]\n{tail}"


class Report(Struct, frozen=True):
    """The lossless result of a run; every format is rendered from it.

    The mappings hold only what JSON can hold. `reports.json` publishes the schema.
    """

    tool: dict[str, object]
    """Name, version."""
    run: dict[str, object]
    """Settings that produced the result: command, model, sampling, strategies, seeds, hashes."""
    index: dict[str, object]
    statistics: dict[str, object]
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    completions: dict[str, str] = field(default_factory=dict)
    """Full text of each snippet that has a finding, by snippet id, for side-by-side display."""
    prompts: tuple[ReportedPrompt, ...] = ()
    """Prompts of the completions that have a finding, in the order in which they were drawn."""


class FindingList(Struct, frozen=True):
    """Findings of a report without the rest of it."""

    findings: tuple[Finding, ...]
