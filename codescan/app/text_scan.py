# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scan texts one by one against an open index, for the service, the gateway and tools.

A text gives the same findings as a row of `codescan scan --jsonl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from codescan.app.snippet_inputs import InputNotes, text_snippet
from codescan.pipeline import scan
from codescan.records import Coverage, Finding, Skipped, Snippet, Suppressed

if TYPE_CHECKING:
    from codescan.app.shared_index import OpenIndex

__all__ = ["Status", "Text", "TextResult", "scan_text", "without_origin_text"]

Status = Literal["findings", "clean", "partial", "nothing"]


class Text(Struct, frozen=True):
    """A text to scan."""

    text: str
    id: str = "text"
    language: str | None = None
    """Name of its language; None or unknown: detected."""
    path: str | None = None
    """Path of its target file, which also gives the language."""
    context: str = ""
    """Input of its author; text that repeats it is not a copy from the index."""

    def __repr__(self) -> str:
        return f"<Text {self.id!r}>"


class TextResult(Struct, frozen=True):
    """The result of one text."""

    id: str
    bytes: int
    """Bytes of the compared text."""
    findings: tuple[Finding, ...] = ()
    """The findings, in the order of the text."""
    suppressed: tuple[Suppressed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unknown_language: str = ""
    """The text's language name, if codescan does not know it."""

    @property
    def coverage(self) -> Coverage:
        """Coverage of the scan."""
        is_compared = all(skip.item != self.id for skip in self.skipped)
        return Coverage.of(int(is_compared), self.skipped)

    @property
    def status(self) -> Status:
        """The status: "clean" only if the whole text was compared without any finding."""
        if self.findings:
            return "findings"
        coverage = self.coverage
        if coverage.is_nothing:
            return "nothing"
        return "clean" if coverage.is_complete else "partial"


def scan_text(
    text: Text, opened: OpenIndex, min_tokens: int | None = None, *, name_functions: bool = True
) -> TextResult:
    """Scan one text.

    Args:
        text: to scan.
        opened: the index.
        min_tokens: minimum length of a finding; None or less: that of the index.
        name_functions: whether findings name their functions, which requires parsing both files.

    Raises:
        CodescanError: the index is damaged.
    """
    notes = InputNotes()
    snippet = text_snippet(text.id, text.text, text.language, notes, path=text.path)
    unknown = next(iter(notes.unknown_languages), "")
    if isinstance(snippet, Skipped):
        return TextResult(text.id, 0, skipped=(snippet,), unknown_language=unknown)
    if text.context:
        snippet = replace(snippet, context=text.context)
    least = max(min_tokens or 0, opened.min_tokens)
    result = _scanned(snippet, opened, least, name_functions=name_functions)
    return replace(result, unknown_language=unknown)


def _scanned(
    snippet: Snippet, opened: OpenIndex, least: int, *, name_functions: bool
) -> TextResult:
    matching = opened.matching
    items = list(
        scan(
            [snippet],
            matching.index,
            matching.matchers,
            min_tokens=least,
            name_functions=name_functions,
        )
    )
    return TextResult(
        snippet.id,
        len(snippet.content),
        tuple(item for item in items if isinstance(item, Finding)),
        tuple(item for item in items if isinstance(item, Suppressed)),
        tuple(item for item in items if isinstance(item, Skipped)),
    )


def without_origin_text(finding: Finding) -> Finding:
    """The finding without the source text and names of its origin."""
    return replace(finding, origin_text="", renames=())
