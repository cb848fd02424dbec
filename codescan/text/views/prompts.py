# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The input typed at the prompts of an interpreter or a shell, without prompts and output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.mark import Mark
from codescan.text.views.part import Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_PROMPT = lazy_pattern(
    rb"[ \t]*+(?:"
    rb">>>|\.\.\."  # Python
    rb"|In[ ]\[\d{1,6}\]:|\.\.\.:"  # IPython
    rb"|[$%](?=[ ])"  # shells
    rb"|[\w.-]{1,40}@[\w.-]{1,60}:[^\n$#]{0,120}[$#]"
    rb"|PS[ ][^\n>]{0,120}>"
    rb"|(?:irb|pry|iex|ghci|scala|julia|lua|php|node|sqlite|mysql|postgres|jshell|gdb|ocaml|user|sql)"
    rb"[\w.]{0,20}(?:\([^)\n]{0,40}\))?[:\d]{0,12}[=-]?[>#](?=[ ])"
    rb"|-+>(?=[ ])|\+(?=[ ])|>(?=[ ])|\xce\xbb>"
    rb")(?:[ ]|(?=\r?$))([^\n]*\n?)",
    re.MULTILINE,
)
_STRONG = lazy_pattern(
    rb"[ \t]*+(?:>>> |In \[\d|\$ |[\w.-]{1,40}@|PS |[a-z]{2,10}[\w(:\d)]{0,40}> |> )"
)
_LEAST_LINES = 2
_LEAST_SHARE = 0.5
"""Of the lines of code: documentation strings with examples are not a session."""


def find(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield all typed lines of a text as one part beside it."""
    starts = _native.lines_with(content, Mark.PROMPTS)
    if not any(_STRONG.match(content, start) for start in starts):
        return
    pieces = [
        Piece(*prompt.span(1)) for start in starts if (prompt := _PROMPT.match(content, start))
    ]
    if len(pieces) < _LEAST_LINES:
        return
    if language is not None and len(pieces) < _LEAST_SHARE * (content.count(b"\n") + 1):
        return
    yield Part("session", pieces[0].start, pieces[-1].end, tuple(pieces), None, Place.BESIDE)
