# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A text to match, in one language, inside an outer text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.records import Span

if TYPE_CHECKING:
    from codescan.records import Language, Region
    from codescan.text.views.mapped_text import Label, MappedText

__all__ = ["View"]


class View(Struct, frozen=True):
    """A text to match, in one language, inside an outer text."""

    text: MappedText
    """The decoded text; the view may be an excerpt of it."""
    language: Language
    start: int = 0
    end: int | None = None
    """Bytes of the decoded text that are read; None: up to its end."""
    is_documentation: bool = False
    """Whether prose is read as documentation in a string literal: only the same words count."""

    @property
    def content(self) -> bytes:
        """The part of the decoded text that is read."""
        return self.text.content if self.end is None else self.text.content[self.start : self.end]

    @property
    def searched_bytes(self) -> int:
        """Bytes of the whole decoded text, over which chance is reckoned."""
        return len(self.text.content)

    def outer_span(self, span: Span) -> Span:
        """The bytes of the outer text that a span of the view stands for."""
        return self.text.outer_span(self._in_text(span))

    def label_of(self, span: Span) -> Label:
        """The path of the part that holds a span, outermost first; () for the text itself."""
        return self.text.label_of(self._in_text(span))

    def region_of(self, span: Span) -> Region | None:
        """The lines of a span within its part; None for the text itself."""
        return self.text.region_of(self._in_text(span)) if self.label_of(span) else None

    def _in_text(self, span: Span) -> Span:
        return Span(self.start + span.start, self.start + span.end)
