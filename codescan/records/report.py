# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The report: findings with all information needed to interpret them."""

from __future__ import annotations

from msgspec import Struct, field

from codescan.records.core import Finding, Prompt, Skipped, Suppressed
from codescan.records.enums import Arm

__all__ = ["FindingList", "Report", "ReportedPrompt"]

_LONGEST = 20_000
_HEAD = 2_000


class ReportedPrompt(Struct, frozen=True):
    """A prompt in the form in which a report shows it with its completions."""

    id: str
    text: str
    """The model's input: at most 20,000 characters. Of a longer prompt the first 2,000 and the last
    18,000 are kept, with a line between them that says how many are left out."""
    strategy: str
    characters: int = 0
    """Characters of the whole prompt."""
    suffix: str = ""
    """Text after the hole, for fill-in-the-middle; shortened likewise."""
    expected: str = ""
    """The true continuation, where there is one; shortened likewise."""
    arm: Arm = Arm.TARGET
    variant: str = ""
    """The variant of its strategy, for example "50 tokens"."""
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
    """The head and the tail of a long text; the tail is longer, as a completion continues it."""
    if len(text) <= _LONGEST:
        return text
    omitted = len(text) - _LONGEST
    tail = text[len(text) - (_LONGEST - _HEAD) :]
    return f"{text[:_HEAD]}\n[... {omitted:,} characters left out ...]\n{tail}"


class Report(Struct, frozen=True):
    """The complete result of a run, from which every format is rendered.

    The mappings hold only JSON values. `reports.json` publishes the schema.
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
    """The findings of a report without its other fields."""

    findings: tuple[Finding, ...]
