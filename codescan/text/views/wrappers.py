# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The registry of wrapper formats: one row for each, in the order in which they are tried."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from codescan.text.views.mark import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.records import Language
    from codescan.text.views.part import Part

__all__ = ["BESIDE", "REWRITING", "REWRITING_MARKS", "REWRITING_MARKS_IN_CODE", "Wrapper"]


class Wrapper(NamedTuple):
    """A format that wraps texts in a text."""

    find: Callable[[bytes, Language | None], Iterator[Part]]
    """Yields the parts of a text, in order; None as the language of what may be anything."""
    marks: int
    """Bits of `Mark`; a text without any of these has no such part."""
    is_exact: bool = True
    """Whether the marks are certain; else the text is also read as it is."""
    in_code: bool = False
    """Whether a text in a known programming language is searched, too."""
    is_repeated: bool = True
    """Whether a text is searched again after marks were taken off it."""


def _find(module: str, function: str) -> Callable[[bytes, Language | None], Iterator[Part]]:
    """A function of a module of this folder that is loaded when a text first has its marks."""
    loaded: Callable[[bytes, Language | None], Iterator[Part]] | None = None

    def find(content: bytes, language: Language | None) -> Iterator[Part]:
        nonlocal loaded
        if loaded is None:
            loaded = getattr(import_module(f"codescan.text.views.{module}"), function)
        return loaded(content, language)

    return find


REWRITING = (
    # First: what is in front of the lines of a dump belongs to it. It stays in the text, too.
    Wrapper(_find("encoded_text", "find_dumps"), Mark.NUMBERED, in_code=True, is_repeated=False),
    Wrapper(_find("line_ends", "find_carriage_returns"), Mark.ODD_CHARACTERS, in_code=True),
    Wrapper(
        _find("invisible_characters", "find"), Mark.ODD_CHARACTERS, is_exact=False, in_code=True
    ),
    Wrapper(_find("vocabulary_marks", "find"), Mark.ODD_CHARACTERS, is_exact=False),
    Wrapper(_find("json_strings", "find"), Mark.BRACKETS_FIRST, in_code=True),
    Wrapper(_find("html_elements", "find_pages"), Mark.TAGS),
    Wrapper(_find("html_elements", "find_fragments"), Mark.TAGS, is_exact=False),
    Wrapper(_find("fences", "find"), Mark.FENCES, in_code=True),
    Wrapper(_find("delimited_blocks", "find"), Mark.CODE_MARKS),
    Wrapper(_find("directives", "find"), Mark.COLONS),
    Wrapper(_find("html_elements", "find_elements"), Mark.TAGS),
    Wrapper(_find("diffs", "find"), Mark.HUNKS, in_code=True),
    Wrapper(_find("yaml_scalars", "find_block_scalars"), Mark.BLOCK_SCALARS),
    # Before the signs in front of strings are taken off. These stay in the text, too.
    Wrapper(_find("literal_lines", "find_echoes"), Mark.ALIKE_LINES, is_repeated=False),
    Wrapper(_find("literal_lines", "find"), Mark.STRING_LINES, in_code=True),
    # Before what only some of the lines have, such as prompts in a list.
    Wrapper(
        _find("line_prefixes", "find_signs"), Mark.ALIKE_LINES, is_exact=False, is_repeated=False
    ),
    Wrapper(_find("log_lines", "find"), Mark.NUMBERED, is_exact=False),
    Wrapper(_find("annotated_lines", "find"), Mark.NUMBERED, is_exact=False, in_code=True),
    Wrapper(
        _find("annotated_lines", "find_covered"), Mark.ALIKE_LINES | Mark.QUOTED, is_exact=False
    ),
    Wrapper(_find("line_numbers", "find"), Mark.NUMBERED, is_exact=False, in_code=True),
    Wrapper(_find("quotes", "find"), Mark.QUOTED, is_exact=False),
    Wrapper(_find("line_ends", "find"), Mark.ALIKE_ENDS, is_exact=False),
    Wrapper(_find("line_ends", "find_callouts"), Mark.ALIKE_ENDS, is_exact=False),
    Wrapper(_find("diffs", "find_marked_lines"), Mark.PLUS_LINES, is_exact=False, in_code=True),
    Wrapper(_find("html_elements", "find_entities"), Mark.REFERENCES, is_exact=False, in_code=True),
    Wrapper(
        _find("string_literals", "find_escaped_text"),
        Mark.ESCAPED_ENDS,
        is_exact=False,
        in_code=True,
    ),
    Wrapper(_find("latex_highlighting", "find"), Mark.ESCAPED_SIGNS, is_exact=False),
    Wrapper(_find("escaped_signs", "find_quoted_printable"), Mark.ESCAPED_SIGNS, is_exact=False),
    Wrapper(_find("escaped_signs", "find_backslashes"), Mark.ESCAPED_SIGNS, is_exact=False),
    Wrapper(_find("escaped_signs", "find_word_diffs"), Mark.ESCAPED_SIGNS, is_exact=False),
    Wrapper(_find("encoded_text", "find_percents"), Mark.PERCENTS, is_exact=False, in_code=True),
    # Once: columns of a table would be taken off one by one.
    Wrapper(_find("line_prefixes", "find"), Mark.ALIKE_LINES, is_exact=False, is_repeated=False),
)
"""Formats whose marks stand between a copy and the reader: the text is rewritten without them."""

REWRITING_MARKS = reduce(or_, (wrapper.marks for wrapper in REWRITING))
REWRITING_MARKS_IN_CODE = reduce(or_, (each.marks for each in REWRITING if each.in_code))
"""Bits of `Mark` without which a text is in none of them."""

BESIDE = (
    Wrapper(_find("prompts", "find"), Mark.PROMPTS, in_code=True),
    Wrapper(_find("yaml_scalars", "find_quoted_scalars"), Mark.QUOTED_VALUES),
    Wrapper(_find("csv_cells", "find"), Mark.QUOTED_CELLS),
    Wrapper(_find("string_literals", "find"), Mark.ESCAPED_ENDS, in_code=True),
    Wrapper(_find("string_literals", "find_unquoted"), Mark.ESCAPED_ENDS),
    Wrapper(_find("string_literals", "find_lists"), Mark.LISTED_STRINGS),
    Wrapper(_find("escaped_signs", "find_escaped_quotes"), Mark.ESCAPED_SIGNS),
    Wrapper(_find("escaped_signs", "find_doubled_quotes"), Mark.DOUBLED_QUOTES, in_code=True),
    Wrapper(_find("number_lists", "find"), Mark.LISTED_BYTES, in_code=True),
    Wrapper(_find("encoded_text", "find"), Mark.LONG_WORDS, in_code=True),
)
"""Formats whose parts are read in addition to the text around them."""
