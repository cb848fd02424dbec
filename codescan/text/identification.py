# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Identifies the languages of a text from its content.

A linear model of the native core scores every line and divides the text into stretches of one
language. The weights are trained by scripts/train_identification. Several languages are named
where the text is mixed or the model is in doubt, so that nothing is read in a wrong one alone.
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
"""The class of each language that the model knows."""

SCALE = 16
"""Weights of the table are natural logarithms times this."""
_PENALTY = 12 * SCALE
"""Of a change of language between two lines: stretches of little evidence are not told apart."""
_FAINT_PENALTY = 3 * SCALE
"""The same within prose, where a short piece of code may have little evidence."""
_NEAR = 2048
"""Bytes on either side of these lines that are read, too: most of such code is documentation."""
_DOUBT = 10 * SCALE
"""A class this close to the best is named, too."""
_LEAST_BYTES = 24
"""Of a stretch of another language, white space left out."""
_MOST = 4
"""Languages that are named."""
_PROSE = CLASSES.index("prose")
_LEXERS = tuple(LANGUAGES[name].lexer for name in CLASSES)
_BLANKS = b" \t\n\r\v\f"


class Identified(Struct, frozen=True):
    """The languages that a text seems to hold."""

    languages: tuple[Language, ...]
    """Languages of code and data, at most one for each lexer family, the likeliest first."""
    has_prose: bool
    best: Language
    """The one that most of the text seems to be in; "prose" if it is unknown."""
    stretches: tuple[tuple[Language, int, int], ...] = ()
    """Language and bytes of the stretches of one language each; together they are the text."""
    doubtful: frozenset[Language] = frozenset()
    """Languages of `languages` that the whole text may be in nearly as likely as in the best."""
    others: tuple[tuple[Language, int, int], ...] = ()
    """Language and bytes of passages that may be in a language not named for the text: such as a
    function between lines of data, which outweigh it, or one that is documentation for the most
    part."""


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
        # Prose may have been taken for code.
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
    """Language and bytes of each passage of another lexer family than those of a text."""
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
    """The passage of the likeliest language of code in each stretch, where a line may be of one.

    Args:
        content: the whole text.
        stretches: class and bytes of what is searched.
        known: lexer families that the text is read in already.
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
