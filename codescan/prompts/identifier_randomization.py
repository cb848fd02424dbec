# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Documents with every name and literal replaced: text that no model can have seen.

The null arm of an audit asks for these with the same strategies. Every identifier is replaced, part
by part: "read_line" may become "amber_table", and "line" alone then "table". So are the words and
numbers in strings and comments, numbers of two digits or more and, in prose, words of four letters
or more. Keywords, punctuation, layout, the lengths of things and small numbers stay.

So the arm controls for what syntax, idiom and the given text alone let a model guess. It does not
control for the choice of words. A model finds the names that a person chooses likelier than random
ones, which makes the null rate too low. A model that knows the original by its shape may still
follow it, which makes the rate too high. Where text from after the model's training exists, it is
the better null arm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan._core import _native
from codescan.prompts.reserved_words import reserved_words
from codescan.prompts.slicing import hashed
from codescan.prompts.word_list import WORDS
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.records import Document

__all__ = ["rewritten"]

_Edit = tuple[int, int, "Callable[[str], str]"]
"""Start and end in bytes, and what makes the new text of the old."""
_IDENTIFIER, _NUMBER, _STRING, _WORD = 0, 2, 3, 5
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+|.", re.DOTALL)
_LITERAL_PARTS = re.compile(
    r"""\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|.)
    |%[-+\#0-9.*]*[a-zA-Z](?![a-zA-Z])|![rsa](?=[}:])|\b[fFrRbB]{1,2}(?=['"])|[^\W\d_]+|\d+|[^\\]""",
    re.DOTALL | re.VERBOSE,
)
"""Escapes, conversions of formats, words, numbers, and single characters."""
_PREFIX = re.compile(r"[a-zA-Z]{1,2}8?")
_PREFIXES = frozenset({"f", "F", "r", "R", "b", "B", "rb", "Rb", "fr", "rf", "br"})
_QUOTES = (b'"', b"'")
_LONG_WORD = 4
"""Letters from which a word of prose is replaced; shorter ones are mostly grammar."""
_MAX_BYTES = 1 << 20


def rewritten(document: Document, seed: int = 0, *, literals: bool = True) -> Document | None:
    """The document with fresh names; same layout, tokens of the same kinds in the same order.

    The same name of one document always becomes the same, and two names never become one.

    Args:
        document: with its content.
        seed: another seed, other names.
        literals: False replaces identifiers only, as someone does who renames.

    Returns:
        None for what is not UTF-8, larger than 1 MiB or of no known language.
    """
    spec = LANGUAGES.get(document.language)
    content = document.content
    if spec is None or len(content) > _MAX_BYTES:
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    names = _Names(document.id, seed, reserved_words(document.language))
    tokens = _native.lex(content, _native.LEXERS[spec.lexer], True)
    edits = _edits(tokens, content, names, literals=literals)
    pieces = []
    at = 0
    for start, end, fresh in sorted(edits, key=lambda edit: edit[:2]):
        if start < at:
            continue
        pieces.append(content[at:start])
        pieces.append(fresh(content[start:end].decode("utf-8", "replace")).encode())
        at = end
    pieces.append(content[at:])
    return replace(document, content=b"".join(pieces))


def _edits(tokens: _native.Tokens, content: bytes, names: _Names, *, literals: bool) -> list[_Edit]:
    """The replacements; comments and tokens do not overlap."""
    spans: list[tuple[int, int]] = tokens.spans().tolist()
    kinds: list[int] = tokens.kinds().tolist()
    edits: list[_Edit] = []
    if literals:
        edits += [(start, end, names.literal) for start, end in tokens.comments().tolist()]
    for (start, end), kind in zip(spans, kinds, strict=True):
        if kind == _IDENTIFIER:
            if content[end : end + 1] in _QUOTES and _PREFIX.fullmatch(
                content[start:end].decode("utf-8", "replace")
            ):
                continue  # the prefix of a string, such as f"..."
            edits.append((start, end, names.identifier))
        elif not literals:
            continue
        elif kind == _NUMBER:
            edits.append((start, end, names.number))
        elif kind == _STRING:
            edits.append((start, end, names.literal))
        elif kind == _WORD:
            edits.append((start, end, names.prose))
    return edits


class _Names:
    """Fresh names of one document, each chosen by a hash and used once."""

    def __init__(self, document_id: str, seed: int, reserved: frozenset[str]) -> None:
        self._key = seed, document_id
        self._reserved = reserved
        self._words: dict[str, str] = {}
        self._used: set[str] = set()

    def identifier(self, text: str) -> str:
        if text in self._reserved:
            return text
        return "".join(self._part(part) for part in _PARTS.findall(text))

    def literal(self, text: str) -> str:
        reserved = self._reserved if "{" in text else frozenset()
        return "".join(
            part if part in reserved or part in _PREFIXES or part[0] in "\\%!" else self._part(part)
            for part in _LITERAL_PARTS.findall(text)
        )

    def prose(self, text: str) -> str:
        parts = re.findall(r"[^\W\d_]+|\d+|.", text, re.DOTALL)
        return "".join(
            self._part(part) if len(part) >= _LONG_WORD or part.isdigit() else part
            for part in parts
        )

    def number(self, text: str) -> str:
        return re.sub(r"(?<![\w.])\d{2,}|(?<=\.)\d{2,}", lambda match: self._digits(match[0]), text)

    def _part(self, part: str) -> str:
        if part.isdigit():
            return self._digits(part)
        if not part.isalpha():
            return part
        fresh = self._fresh(part.lower())
        if part.isupper() and len(part) > 1:
            return fresh.upper()
        return fresh.capitalize() if part[0].isupper() else fresh

    def _fresh(self, name: str) -> str:
        replacement = self._words.get(name)
        if replacement is not None:
            return replacement
        single = len(name) == 1
        choices: tuple[str, ...] = _LETTERS if single else WORDS
        first = hashed(*self._key, name) % len(choices)
        for step in range(len(choices)):
            fresh = choices[(first + step) % len(choices)]
            if fresh not in self._used and fresh != name:
                break
        else:  # every word is taken: two of them make a new one
            fresh = choices[first] + choices[hashed(*self._key, name, 2) % len(choices)]
            while fresh in self._used or fresh == name:
                fresh += choices[hashed(*self._key, fresh) % len(choices)]
        self._words[name] = fresh
        self._used.add(fresh)
        return fresh

    def _digits(self, digits: str) -> str:
        if len(digits) == 1:
            return digits
        value = hashed(*self._key, "number", digits)
        return str(10 ** (len(digits) - 1) + value % (9 * 10 ** (len(digits) - 1)))


_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
