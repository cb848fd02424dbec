# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Match the text of a completion while it arrives, at a cost linear in its length.

Each new piece is compared together with enough preceding text to detect a passage that now exceeds
the limit. The whole text is compared again each time its length doubles, and at its end. The final
result is therefore independent of the pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.app.text_scan import Text, TextResult, scan_text
from codescan.serve.partial_json import PartialJsonStrings
from codescan.text.identification import identify
from codescan.text.last_tokens import tail_start

if TYPE_CHECKING:
    from codescan.app.completion_policy import CompletionPolicy
    from codescan.app.shared_index import OpenIndex
    from codescan.records import Finding
    from codescan.serve.completion_texts import Delta

__all__ = ["AnswerWatch", "PartWatch"]

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SLACK = 64
"""Tokens before a passage that affect its reading, such as the start of a string."""
_STEP = 4
"""Tokens that may arrive before the next comparison."""
_LONGEST_TAIL = 32 << 10
"""Maximum bytes of the tail that is compared repeatedly."""
_CONFIRMATIONS = 16
"""Maximum number of comparisons of a whole text to confirm matches of its tail."""
_RESETS = 4
"""Maximum number of immediate confirmations of a shorter tail."""
_FIRST_WHOLE = 4_096
"""Characters at the first comparison of the whole text."""


@dataclass(slots=True)
class PartWatch:
    """One text of a completion."""

    name: str
    strings: PartialJsonStrings | None = None
    """Reads the strings of JSON text; None for other text."""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    waiting: int = 0
    """Number of uncompared tokens."""
    next_whole: int = _FIRST_WHOLE
    confirming: int = 0
    """Number of characters compared to confirm matches of tails."""
    next_confirmed: int = 0
    """Denied tokens in the tail at which the whole text is compared again."""
    resets: int = 0
    """Number of resets of this threshold."""
    tail: str = ""
    next_cut: int = 0
    """Characters of the tail at which it is shortened again."""

    def add(self, text: str) -> None:
        """Add a piece in its original form."""
        if self.strings is not None:
            text = self.strings.feed(text)
        if text:
            self.pieces.append(text)
            self.length += len(text)
            self.tail += text
            self.waiting += sum(1 for _ in _TOKEN.finditer(text))

    @property
    def text(self) -> str:
        """The whole text so far."""
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""

    def shorten(self, tokens: int) -> None:
        """Keep a tail of at least this number of tokens, counted as in a passage."""
        if len(self.tail) <= max(self.next_cut, tokens * 2):
            return
        content = self.tail.encode("utf-8", "replace")
        start = max(tail_start(content, tokens), len(content) - _LONGEST_TAIL)
        self.tail = content[start:].decode("utf-8", "replace")
        self.next_cut = len(self.tail) * 5 // 4
        if self.next_confirmed and self.resets < _RESETS:
            self.next_confirmed = 0  # a shorter tail has fewer tokens of the same passage
            self.resets += 1


class AnswerWatch:
    """All texts of one completion.

    Args:
        opened: the index.
        policy: policy for passages.
        limit: maximum tokens of a denied passage.
        context: text of the prompt.
    """

    def __init__(
        self, opened: OpenIndex, policy: CompletionPolicy, limit: int, context: str
    ) -> None:
        self._opened, self._policy, self._context = opened, policy, context
        self._limit = max(limit, opened.min_tokens)
        self._window = 2 * self._limit + _SLACK
        self._parts: dict[str, PartWatch] = {}

    @property
    def characters(self) -> int:
        """Characters of all texts so far."""
        return sum(part.length for part in self._parts.values())

    def add(self, deltas: list[Delta]) -> bool:
        """Add the text of an event; returns whether to compare now."""
        is_due = False
        in_pieces = set(self._parts)
        for delta in deltas:
            if delta.is_whole and delta.part in in_pieces:
                is_due = self._add_repeated(delta) or is_due
                continue
            if not delta.is_whole:
                in_pieces.add(delta.part)
            part = self._parts.get(delta.part)
            if part is None:
                strings = PartialJsonStrings() if delta.is_json else None
                part = self._parts.setdefault(delta.part, PartWatch(delta.part, strings))
            part.add(delta.text)
            is_due = is_due or part.waiting >= _STEP
        return is_due

    def _add_repeated(self, delta: Delta) -> bool:
        """Add the whole text of a part if it differs from its joined pieces."""
        text = PartialJsonStrings().feed(delta.text) if delta.is_json else delta.text
        name = f"{delta.part} whole"
        other = self._parts.get(name)
        known = self._parts[delta.part].text, other.text if other is not None else ""
        if text.strip() in {each.strip() for each in known}:
            return False
        part = self._parts[name] = PartWatch(name)
        part.add(text)
        return part.waiting >= _STEP

    def look(self) -> Finding | None:
        """Compare the new text; returns a denied passage above the limit."""
        for part in self._parts.values():
            if part.waiting < _STEP:
                continue
            part.waiting = 0
            is_whole = part.length >= part.next_whole
            text = part.text if is_whole else part.tail
            if is_whole:
                part.next_whole = 2 * part.length
            passages = self._long_passages(part.name, text)
            denied = self._all_denied(passages)
            finding = denied[0] if denied else None
            if denied and len(text) < part.length:
                finding = self._confirmed(part, denied)
            if finding is None:
                finding = self._denied_code(part.name, text, passages)
            if finding is not None:
                return finding
            part.shorten(self._window)
        return None

    def finish(self) -> tuple[list[TextResult], Finding | None]:
        """Compare every whole text; results and the first denied passage over the limit."""
        results = [self._scanned(part.name, part.text) for part in self._parts.values()]
        denied = next(filter(None, map(self._denied, results)), None)
        return results, denied

    def texts(self) -> dict[str, str]:
        """The texts by result name."""
        return {part.name: part.text for part in self._parts.values()}

    def _scanned(self, name: str, text: str) -> TextResult:
        result = scan_text(Text(text, name, context=self._context), self._opened)
        return self._policy.applied_to(result, text)

    def _confirmed(self, part: PartWatch, denied: list[Finding]) -> Finding | None:
        """Confirm a denied passage of a tail in the whole text so far.

        The text before a tail determines its language and license. The total work is limited to a
        multiple of the text; beyond this limit, the tail decides.
        """
        if part.confirming > _CONFIRMATIONS * part.length:
            return denied[0]
        tokens = sum(finding.tokens for finding in denied)
        if tokens < part.next_confirmed:
            return None
        part.confirming += part.length
        confirmed = self._denied(self._long_passages(part.name, part.text))
        part.next_confirmed = 0 if confirmed is not None else tokens * 5 // 4
        return confirmed

    def _denied_code(self, name: str, text: str, passages: TextResult) -> Finding | None:
        """The same for code whose language the text before it hides, such as lines of numbers.

        Code in a passage of the text is not hidden: the grade of that passage counts.
        """
        content = text.encode("utf-8", "replace")
        start = tail_start(content, self._limit + 4 * _STEP)
        code = content[start:]
        if set(identify(code).languages) <= set(identify(content).languages):
            return None
        result = self._long_passages(name, code.decode("utf-8", "replace"))
        for finding in self._all_denied(result):
            first, last = start + finding.span.start, start + finding.span.end
            if not any(p.span.start <= first and last <= p.span.end for p in passages.findings):
                return finding
        return None

    def _long_passages(self, name: str, text: str) -> TextResult:
        """The same for passages that may end the stream; other passages get no origin."""
        result = scan_text(
            Text(text, name, context=self._context), self._opened, self._limit, name_functions=False
        )
        return self._policy.applied_to(result, text)

    def _denied(self, result: TextResult) -> Finding | None:
        return next(iter(self._all_denied(result)), None)

    def _all_denied(self, result: TextResult) -> list[Finding]:
        return [
            finding
            for finding in result.findings
            if finding.tokens >= self._limit and self._policy.is_denied(finding)
        ]
