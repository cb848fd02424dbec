# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Matches the text of an answer while it arrives, at a cost that is linear in its length.

Each new piece is compared together with the text before it, as far back as a passage must reach
that could now grow over the limit. The whole text is compared again whenever it has doubled, and at
its end, so that the result is that of the whole text however it was cut.
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
"""Tokens before a passage that decide how it is read, such as the begin of a string."""
_STEP = 4
"""Tokens that may arrive before the text is compared again."""
_LONGEST_TAIL = 32 << 10
"""Bytes of a text that are compared again and again, however long its tokens are."""
_CONFIRMATIONS = 16
"""Times that a text is compared whole to confirm what its tail holds."""
_RESETS = 4
"""Times that a shorter tail is confirmed at once."""
_FIRST_WHOLE = 4_096
"""Characters at which a text is compared whole for the first time."""


@dataclass(slots=True)
class PartWatch:
    """One text of an answer."""

    name: str
    strings: PartialJsonStrings | None = None
    """Reads the strings of a text that is JSON; None: it is not."""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    waiting: int = 0
    """Tokens that were not compared yet."""
    next_whole: int = _FIRST_WHOLE
    confirming: int = 0
    """Characters that were compared to confirm what tails held."""
    next_confirmed: int = 0
    """Tokens of denied passages of the tail from which the whole text is compared again."""
    resets: int = 0
    """Times that this number was set back."""
    tail: str = ""
    next_cut: int = 0
    """Characters of the tail at which it is shortened again."""

    def add(self, text: str) -> None:
        """Add a piece as it came."""
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
        """Keep a tail of at least this number of tokens, as they are counted in a passage."""
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
    """All texts of one answer.

    Args:
        opened: the index.
        policy: that judges passages.
        limit: tokens that a denied passage may have.
        context: the text of the prompt.
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
        """Add what an event brings. Returns whether it is time to compare."""
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
        """Add the whole text of a part that came in pieces, where it is not what they make."""
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
        """Compare what is new. Returns a denied passage that is over the limit."""
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
        """Compare every text whole: the results, and the first denied passage over the limit."""
        results = [self._scanned(part.name, part.text) for part in self._parts.values()]
        denied = next(filter(None, map(self._denied, results)), None)
        return results, denied

    def texts(self) -> dict[str, str]:
        """The texts by the names of their results."""
        return {part.name: part.text for part in self._parts.values()}

    def _scanned(self, name: str, text: str) -> TextResult:
        result = scan_text(Text(text, name, context=self._context), self._opened)
        return self._policy.applied_to(result, text)

    def _confirmed(self, part: PartWatch, denied: list[Finding]) -> Finding | None:
        """A denied passage in the whole text so far, where the tail of a text has one.

        What is before a tail tells its language and its license. The work is a multiple of the
        text: beyond it, the tail decides.
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
        """The same for passages that may end the stream; no origin of others is looked for."""
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
