# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Comments by which the authors of a file let a passage in.

    # codescan: allow reason=written by us, published as acme-tools
    # codescan: allow[license-conflict] pkg:pypi/acme-tools reason=...
    # codescan: allow-next reason=...           for a passage that begins below
    # codescan: off reason=...                  up to the next "codescan: on"

Without a reason nothing is let in. What lets nothing in is reported, so that none stays forever.
"""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from codescan.records import Region
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    import re

    from codescan.records import Finding

__all__ = ["Allowance", "CommentChange", "allowances", "comment_changes"]

_MARK = b"codescan:"
_MOST = 256
_COMMENT = lazy_pattern(
    rb"(?:#|//|/\*|\*|--|;|%|<!--|\(\*|\"|'|!|\bREM\b)[ \t*#/;%-]{0,20}codescan:[ \t]{0,8}"
    rb"(allow-next|allow|off|on)\b(?:\[([\w, -]{1,200})\])?([^\r\n]{0,500})"
)
_PURL = lazy_pattern(r"\s(pkg:[^\s]{3,200})")
_REASON = lazy_pattern(r"reason\s?=\s?(.+)")
_CLOSING = lazy_pattern(r"\s{0,20}(?:\*/|-->|\*\))\s{0,20}$")


class Allowance(Struct, frozen=True):
    """One such comment."""

    line: int
    """1-based."""
    offset: int
    """The offset of the comment's first byte."""
    region: Region
    """The lines in which a passage must lie, or begin."""
    whole: bool
    """Whether the passage has to lie inside `region`; else it has to share a line with it."""
    rules: frozenset[str]
    """Rules that it lets through; empty for all of them."""
    purl: str
    """Package URL of the origin, `*` for any characters, with or without a version; "" for all."""
    reason: str
    problem: str = ""
    """The error in the comment; it then lets nothing in."""

    def covers(self, finding: Finding) -> bool:
        """Whether it lets a passage in."""
        if self.problem or not self._is_there(finding.region):
            return False
        if self.rules and self.rules.isdisjoint(
            {finding.rule.value, *(finding.policy.rules if finding.policy else ())}
        ):
            return False
        purl = finding.attribution.origin.package.purl
        return not self.purl or any(
            fnmatchcase(purl, pattern) for pattern in (self.purl, f"{self.purl}@*")
        )

    def _is_there(self, region: Region) -> bool:
        own = self.region
        if self.whole:
            return own.start_line <= region.start_line and region.end_line <= own.end_line
        return region.start_line <= own.end_line and own.start_line <= region.end_line


def allowances(content: bytes) -> tuple[Allowance, ...]:
    """Every such comment of a text, in order; "on" only ends "off"."""
    if _MARK not in content:
        return ()
    lines = LineMap(content)
    listed: list[Allowance] = []
    opened: tuple[int, Allowance] | None = None
    for match in islice(_COMMENT.finditer(content), _MOST):
        line = lines.line_of(match.start())
        word = match[1].decode()
        if word == "on":
            if opened is not None:
                at, begun = opened
                listed[at] = _with_end(begun, line)
                opened = None
            continue
        allowance = _allowance(word, line, match, content, lines)
        if word == "off" and opened is None:
            opened = len(listed), allowance
        listed.append(allowance)
    return tuple(listed)


class CommentChange(Struct, frozen=True):
    """An allow comment that a change adds or removes."""

    line: int
    """1-based, in the version that has it."""
    text: str
    added: bool


def comment_changes(before: bytes, after: bytes) -> tuple[CommentChange, ...]:
    """The allow comments, "on" included, that one version has more often than the other."""
    old, new = _comment_texts(before), _comment_texts(after)
    changes: list[CommentChange] = []
    for comments, others, added in ((new, old, True), (old, new, False)):
        surplus = Counter(text for _, text in comments)
        surplus.subtract(Counter(text for _, text in others))
        for line, text in comments:
            if surplus[text] > 0:
                surplus[text] -= 1
                changes.append(CommentChange(line, text, added))
    return tuple(changes)


def _comment_texts(content: bytes) -> list[tuple[int, str]]:
    if _MARK not in content:
        return []
    lines = LineMap(content)
    return [
        (
            lines.line_of(match.start()),
            match[0][match[0].find(_MARK) :].decode("utf-8", "replace").strip(),
        )
        for match in islice(_COMMENT.finditer(content), _MOST)
    ]


def _allowance(
    word: str, line: int, match: re.Match[bytes], content: bytes, lines: LineMap
) -> Allowance:
    statement = _CLOSING.sub("", match[3].decode("utf-8", "replace"))
    reason = _REASON.search(statement)
    head = statement[: reason.start()] if reason else statement
    purl = _PURL.search(" " + head)
    region = Region(line, line)
    if word == "allow-next":
        below = _next_line(content, lines, line)
        region = Region(below, below)
    elif word == "off":
        region = Region(line, len(lines))
    rules = (match[2] or b"").decode().replace(",", " ").split()
    stated_reason = reason[1].strip() if reason else ""
    return Allowance(
        line,
        match.start(),
        region,
        whole=word == "off",
        rules=frozenset(rules),
        purl=purl[1] if purl else "",
        reason=stated_reason,
        problem="" if stated_reason else "it gives no reason=...",
    )


def _with_end(begun: Allowance, line: int) -> Allowance:
    return replace(begun, region=Region(begun.line, line))


def _next_line(content: bytes, lines: LineMap, line: int) -> int:
    """The next line that is not blank and no comment of the same kind."""
    marks = (b"#", b"//", b"--", b";", b"%", b"*", b"/*", b"<!--")
    for below in range(line + 1, min(line + 50, len(lines)) + 1):
        span = lines.span(Region(below, below))
        text = content[span.start : span.end].strip()
        if text and not (text.startswith(marks) and not text.startswith(b"#include")):
            return below
    return line + 1
