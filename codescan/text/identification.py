# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Identifies the languages of a text from its content.

A linear model of the native core scores every line and divides the text into stretches of one
language. scripts/train_identification trains the weights. If the text is mixed or the model is
not sure, several languages are named, so that a text is never read only in a wrong language.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan._core import _native
from codescan.packaged_data import packaged_data
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.records import Language

__all__ = ["CLASSES", "CLASS_OF", "SCALE", "Identified", "identify"]

_MERGED: Mapping[str, str] = {
    "c": "c cpp cuda objective-c opencl glsl yacc",
    "java": "java groovy",
    "typescript": "typescript tsx",
    "ruby": "ruby crystal",
    "perl": "perl raku",
    "shell": "shell dockerfile",
    "haskell": "haskell elm purescript",
    "lisp": "lisp emacs-lisp scheme clojure",
    "html": "html xml",
    "ini": "ini toml terraform",
    "vhdl": "vhdl ada",
    "prose": "prose markdown rst asciidoc org roff texinfo pod",
}
_ALONE = (
    "python csharp kotlin scala swift go rust javascript dart php powershell r julia elixir nim "
    "lua sql ocaml erlang prolog tex matlab css scss yaml json make cmake vim fortran pascal "
    "asm verilog tcl batch visual-basic"
)
CLASSES: tuple[Language, ...] = (*_MERGED, *_ALONE.split())
"""The classes of the model, each named after one language."""
CLASS_OF: Mapping[str, str] = {
    **{name: name for name in CLASSES},
    **{name: target for target, names in _MERGED.items() for name in names.split()},
}
"""The model class of each language that the model knows."""

SCALE = 16
"""The weights of the model are natural logarithms multiplied by this."""
_PENALTY = 12 * SCALE
"""Penalty for a change of language between two lines, so that weak evidence makes no stretch."""
_FAINT_PENALTY = 3 * SCALE
"""The same within prose, where a short piece of code may give little evidence."""
_NEAR = 2048
"""Bytes before and after such lines that are read too, as most of such code is documentation."""
_DOUBT = 10 * SCALE
"""A class is also named if its score is at most this far below the best."""
_LEAST_BYTES = 24
"""Minimum bytes, without white space, of a stretch in another language."""
_MOST = 4
"""Maximum number of named languages."""
_PROSE = CLASSES.index("prose")
_LEXERS = tuple(LANGUAGES[name].lexer for name in CLASSES)
_BLANKS = b" \t\n\r\v\f"


class Identified(Struct, frozen=True):
    """The languages that a text appears to contain."""

    languages: tuple[Language, ...]
    """Languages of code and data, at most one for each lexer family, the most likely first."""
    has_prose: bool
    best: Language
    """The most likely language of most of the text; "prose" if the text gives no evidence."""
    stretches: tuple[tuple[Language, int, int], ...] = ()
    """(language, start, end) of each stretch of one language; together they cover the text."""
    doubtful: frozenset[Language] = frozenset()
    """Members of `languages` that are nearly as likely as the best one for the whole text."""
    others: tuple[tuple[Language, int, int], ...] = ()
    """(language, start, end) of passages that may be in a language missing from `languages`: for
    example a function among many lines of data, or a function that is mostly documentation."""


def identify(content: bytes) -> Identified:
    """The languages of a text; time is linear in its length."""
    shares, stretches, windows = _model().divide(content, _PENALTY, _DOUBT)
    shares.sort(key=lambda share: (-share[2], -share[1], share[0]))
    best, _score, best_bytes = shares[0]
    if not best_bytes:
        return Identified((), has_prose=True, best="prose")
    limit = max(score for _class, score, _bytes in shares) - _DOUBT
    likely = {c for c, score, _bytes in shares if score >= limit}
    named = [c for c, _score, size in shares if c == best or size >= _LEAST_BYTES or c in likely]
    families: dict[str, Language] = {}
    for c in named:
        if c != _PROSE:
            families.setdefault(_LEXERS[c], CLASSES[c])
    languages = tuple(families.values())[:_MOST]
    others = _others(content, windows, languages)
    if _PROSE in named:
        known = {LANGUAGES[each].lexer for each in (*languages, *(other[0] for other in others))}
        # The model may have taken prose for code.
        in_all = _PROSE in likely
        searched = [part for part in stretches if in_all or part[0] == _PROSE]
        others += tuple(_faint(content, searched, known))
    return Identified(
        languages,
        has_prose=_PROSE in named,
        best=CLASSES[best],
        stretches=tuple((CLASSES[c], start, end) for c, start, end in stretches),
        doubtful=frozenset(CLASSES[c] for c in likely),
        others=others,
    )


def _others(
    content: bytes, windows: list[tuple[int, int, int]], languages: tuple[Language, ...]
) -> tuple[tuple[Language, int, int], ...]:
    """(language, start, end) of each passage in a lexer family that the text is not read in."""
    families = {LANGUAGES[language].lexer for language in languages}
    return tuple(
        (CLASSES[c], start, end)
        for c, start, end in windows
        if c != _PROSE
        and _LEXERS[c] not in families
        and len(content[start:end].translate(None, _BLANKS)) >= _LEAST_BYTES
    )


def _faint(
    content: bytes, stretches: list[tuple[int, int, int]], known: set[str]
) -> Iterator[tuple[Language, int, int]]:
    """In each stretch with a line that may be code, the passage of the most likely code language.

    Args:
        content: the whole text.
        stretches: (class, start, end) of each stretch to search.
        known: lexer families that the text is already read in.
    """
    for own, start, end in stretches:
        shares, parts, _windows = _model().divide(content[start:end], _FAINT_PENALTY, 0)
        sizes = [(size, -c) for c, _score, size in shares if c not in {_PROSE, own}]
        size, negated = max(sizes, default=(0, 0))
        likeliest = -negated
        if size < _LEAST_BYTES or _LEXERS[likeliest] in known:
            continue
        parts_of_likeliest = [(first, last) for c, first, last in parts if c == likeliest]
        first, last = (
            start + parts_of_likeliest[0][0] - _NEAR,
            start + parts_of_likeliest[-1][1] + _NEAR,
        )
        yield CLASSES[likeliest], max(first, 0), min(last, len(content))


@cache
def _model() -> _native.LanguageModel:
    import zstandard

    packed = packaged_data("codescan.text", "language_weights.bin")
    return _native.LanguageModel(zstandard.decompress(packed), len(CLASSES))
