# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The documentation in files: docstrings, comments of doc tools, descriptions of packages.

Lines of interactive sessions (">>> ") and descriptions in the metadata of Python packages also hold
examples.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Docstrings"]

_PYTHON = (".py", ".pyi", ".pyx")
_BLOCKS = (
    ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".java", ".kt", ".scala", ".php", ".c", ".h",
    ".cc", ".cpp", ".hpp", ".cs", ".swift", ".dart",
)  # fmt: skip
_METADATA = re.compile(r"(?:^|/)(?:METADATA|PKG-INFO)$")
_BODY = re.compile(r"\r?\n\r?\n")
"""Separator of metadata fields, such as the author's address, and the description."""
_STRINGS = re.compile(
    r'#[^\n]*|"""|\'\'\'|"(?:[^"\\\n]|\\[^\n])*|\'(?:[^\'\\\n]|\\[^\n])*', re.DOTALL
)
"""Comments, beginnings of triple-quoted strings, and other strings up to their last quote."""
_CLOSING = {quotes: re.compile(rf"\\.|{quotes}", re.DOTALL) for quotes in ('"""', "'''")}
_OPENING = re.compile(
    r"[ \t]*(?:(?:\w{0,40}(?:DOC|DOCS|DOCSTRING|DOCUMENTATION|EXAMPLES?|USAGE|RETURN)|__doc__|"
    r"\w{0,40}(?i:epilog|description|help|usage)(?:_?text)?)"
    r"[ \t]*=[ \t]*)?[rRuUbB]{0,2}"
)
"""The text before the quotes of a docstring on its line: empty, or a name for documentation."""
_LONGEST_OPENING = 100


class Docstrings:
    """The documentation inside a file.

    Args:
        text: text of the file.
        path: path of the file; its suffix gives the language.
    """

    def __init__(self, text: str, path: str) -> None:
        suffix = "." + path.rpartition(".")[2].lower()
        spans: list[tuple[int, int]] = []
        if _METADATA.search(path):
            body = _BODY.search(text)
            spans = [] if body is None else [(body.end(), len(text))]
        elif suffix in _PYTHON:
            spans = list(_docstrings(text))
        elif suffix in _BLOCKS:
            spans = list(_doc_comments(text))
        self._text = text
        self._starts = [start for start, _end in spans]
        self._ends = [end for _start, end in spans]

    def include(self, offset: int) -> bool:
        """Whether a character of the text belongs to its documentation."""
        place = bisect_right(self._starts, offset) - 1
        if place >= 0 and offset < self._ends[place]:
            return True
        line = self._text[max(0, offset - _LONGEST_OPENING) : offset].rpartition("\n")[2]
        return line.lstrip(" \t*#").startswith(">>> ")


def _docstrings(text: str) -> Iterator[tuple[int, int]]:
    """Triple-quoted strings that are statements, or are assigned to a documentation name."""
    place = 0
    while (string := _STRINGS.search(text, place)) is not None:
        closing = _CLOSING.get(string[0])
        if closing is None:
            # The last quote of a string, which its pattern leaves, would open another.
            place = string.end() + (text[string.end() : string.end() + 1] == string[0][0] != "#")
            continue
        parts = closing.finditer(text, string.end())
        end = next((part.end() for part in parts if part[0] == string[0]), None)
        if end is None:
            return
        if _is_docstring(text, string.start()):
            yield string.start(), end
        place = end


def _is_docstring(text: str, start: int) -> bool:
    first = text.rfind("\n", max(0, start - _LONGEST_OPENING), start) + 1
    if not first and start > _LONGEST_OPENING:
        return False
    return _OPENING.fullmatch(text, first, start) is not None


def _doc_comments(text: str) -> Iterator[tuple[int, int]]:
    """Comments that begin with two asterisks, as JSDoc, Javadoc and Doxygen read them."""
    end = 0
    while (start := text.find("/**", end)) >= 0:
        closed = text.find("*/", start + 3)
        if closed < 0:
            return
        end = closed + 2
        yield start, end
