# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds where the head of a source file ends: its banner of comments, then its imports.

Reads line by line with the comment marks of the language, so that it works on every language of the
table. A rough answer is enough: a line taken for the body only moves the cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["banner_end", "heading_end"]

_MAX_CHARACTERS = 20_000
"""A head longer than this ends here."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)?")
_IMPORT = re.compile(
    r"""\s*(?:
        import\b | from\s+\S+\s+import\b | using\b | package\b | use\b | require | extern\s+crate\b
        | \#\s*(?:include|import|ifndef|ifdef|if|endif|define|pragma|undef)\b | @import\b
        | (?:const|let|var)\s[^=]{1,200}=\s*require\b | export\s+\*\s+from\b | library\( | source\(
        | open\s+[A-Z] | module\s+[\w.]+\s+where\b | namespace\s+[\w\\.]+;
        | ["']use\ strict["'] | <\?php | <\?xml | <!doctype | declare\( | local\s+\w+\s*=\s*require
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_OPEN, _CLOSE = "([{", ")]}"


def banner_end(text: str, language: Language) -> int:
    """Characters of the comment that opens a file, for example a license notice; 0 for prose."""
    return _end(text, language, imports=False)


def heading_end(text: str, language: Language) -> int:
    """Characters of a source file up to the end of its last leading comment or import.

    The line end after that is not counted. 0 where a file begins with something else.
    """
    return _end(text, language, imports=True)


def _end(text: str, language: Language, *, imports: bool) -> int:
    spec = LANGUAGES.get(language)
    if spec is None or spec.kind == "prose":
        return 0
    opening, closing = spec.block_comment or ("", "")
    if spec.name == "python" and imports:
        opening = closing = '"""'  # the docstring of a module occurs before its imports
    inside = False
    depth = end = 0
    for start, line in _lines(text):
        code = line.strip().removeprefix("\ufeff")
        remainder = ""
        if depth > 0:  # an import over several lines
            depth += _depth(code)
        elif inside or (opening and code.startswith(opening)):
            after = code if inside else code[len(opening) :]
            inside = closing not in after
            remainder = "" if inside else after.partition(closing)[2].strip()
        elif imports and _IMPORT.match(code):
            depth = max(0, _depth(code))
        elif not _is_comment(code, spec.line_comment, first=start == 0):
            remainder = code
        if remainder and not (imports and _IMPORT.match(remainder)):
            return end
        if code:
            end = start + len(line.rstrip())
    return end


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Start and text of each line of the first 20,000 characters, line ends included."""
    at = 0
    while at < min(len(text), _MAX_CHARACTERS):
        match = _LINE.match(text, at)
        line = match.group() if match else text[at:]
        yield at, line
        at += len(line)


def _is_comment(code: str, mark: str, *, first: bool) -> bool:
    if not code or (first and code.startswith("#!")):
        return True
    return bool(mark) and code.startswith(mark.strip())


def _depth(code: str) -> int:
    return sum((character in _OPEN) - (character in _CLOSE) for character in code)
