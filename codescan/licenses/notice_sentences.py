# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Splits a notice into sentences, converts them to plain words, and removes mentions of licenses.

A sentence that only compares ("compatible with the GPL", "a replacement for X, which is GPL") or
negates ("not under the GPL") does not grant the license that it names.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache

from codescan._core import _native
from codescan.licenses import spdx_list
from codescan.licenses.pattern_words import WordedPatterns
from codescan.text.lazy_patterns import lazy_pattern

__all__ = [
    "decoded",
    "has_links",
    "is_as_written",
    "plain_words",
    "split",
    "translated",
    "without_contractions",
    "without_links",
    "without_mentions",
]

_MAX_SENTENCES = 2000
_END = lazy_pattern(
    "(?<=[a-z\\d)\\]\"'>\N{RIGHT DOUBLE QUOTATION MARK}][.!?])"
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bv\.)(?<!\bver\.)(?<!\bno\.)(?<!\binc\.)(?<!\bco\.)"
    r"(?<!\bcorp\.)(?<!\bltd\.)(?=\s|$)"
    "|(?<=[\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}])"
    r"|\n[ \t]*(?=\n)|\n[ \t]*[-=*_~#]{4,}[ \t]*(?=\n)",
    re.IGNORECASE,
)
_ANGLES = lazy_pattern(r"<[^<>]{0,300}>")
_LINK_PARENTHESES = lazy_pattern(
    r"\((?=[^()]{0,300}(?:https?:|www\.|licen[sc]e[-_.]|see |copying|licen[sc]e file|found in"
    r"|contained in|included in|available (?:in|at)|stated in))[^()]{0,300}\)",
    re.IGNORECASE,
)
_URL = lazy_pattern(r"(?:https?://|www\.)[^\s<>\"')\]]{1,300}", re.IGNORECASE)

# Words about a work derived from another one: its license is more than a mention.
_DERIVED = lazy_pattern(
    r" (?:based on|derived|derivative|port of|ported|copied|taken from|adapted|contains|includes|"
    r"incorporates|borrowed|extracted|portions|parts of|fork(?:ed)? (?:of|from)|translated"
    r"|modified) "
)
# If the original is in the public domain, the license of the derived work still applies.
_ORIGINAL_IS_FREE = lazy_pattern(
    r" (?:which|that) (?:is|was|are|were|has been|have been)(?: \w+){0,3}? (?:in|into|to) the"
    r" public domain(?= )"
)


@cache
def _tables() -> tuple[tuple[re.Pattern[str], ...], tuple[tuple[re.Pattern[str], str], ...]]:
    """The patterns of mentions, and patterns of other languages with their English translations."""
    table = tomllib.loads(spdx_list.data("mentions.toml").decode("utf-8"))
    mentions = tuple(lazy_pattern(pattern) for pattern in table["mentions"])
    return mentions, tuple((lazy_pattern(p), english) for p, english in table["translations"])


_OTHER_LANGUAGE = lazy_pattern(
    r" (?:unter|lizen\w*|sous|suivant|selon|bajo|sotto|sob|licencia|licenza|licenca|licentie|oder"
    r"|ou|soit|oppure|generale|publica|licencji|lisens\w*|licensen|licensierad|licenseret|o) "
)
_ANY_OTHER_LANGUAGE = _native.Words([
    b" unter ", b" lizen", b" sous ", b" suivant ", b" selon ", b" bajo ", b" sotto ", b" sob ",
    b" licencia ", b" licenza ", b" licenca ", b" licentie ", b" oder ", b" ou ", b" soit ",
    b" licencji ", b" oppure ", b" lisens", b" licensen ", b" licensierad ",
    b" licenseret ", b" generale ", b" publica ", b" o ",
])  # fmt: skip
"""Every match of `_OTHER_LANGUAGE` contains one of these."""
_NAMES_LICENSE = _native.Words([
    b"licenc", b"licens", b"gpl", b"gnu", b"compatib", b"covered", b"under ",
])  # fmt: skip
_ANY_DERIVED = _native.Words([
    b" based on ", b" derived ", b" derivative ", b" port of ", b" ported ", b" copied ",
    b" taken from ", b" adapted ", b" contains ", b" includes ", b" incorporates ", b" borrowed ",
    b" extracted ", b" portions ", b" parts of ", b" fork", b" translated ", b" modified ",
])  # fmt: skip
"""Every match of `_DERIVED` contains one of these."""


@cache
def worded_mentions() -> WordedPatterns:
    """The patterns of mentions, with the words that each requires."""
    return WordedPatterns(*(pattern.pattern for pattern in _tables()[0]))


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8, else Latin-1."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def split(text: str) -> list[str]:
    """The sentences of a text, split at sentence ends and empty lines; no text is lost."""
    if text.isascii():
        sentences = _native.sentences(text)
    else:
        sentences = [piece for piece in _END.split(text) if piece and not piece.isspace()]
    if len(sentences) > _MAX_SENTENCES:
        sentences[_MAX_SENTENCES - 1 :] = [" ".join(sentences[_MAX_SENTENCES - 1 :])]
    return sentences


def plain_words(text: str) -> str:
    """Lower-case ASCII words without accents, with single spaces around each.

    Grants in some other languages are translated to English.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l"))
        text = text.encode("ascii", "ignore").decode("ascii")
    return _native.plain_words(text)


_CANNOT = lazy_pattern(r" can t (?=\w)")
_NOT = lazy_pattern(
    r" (is|are|was|were|does|did|has|have|must|should|would|could|need|may)n t (?=\w)"
)


def without_contractions(words: str) -> str:
    """Plain words with "cannot" for "can't" and similar words; "don't" stays."""
    if " t " not in words:
        return words
    return _CANNOT.sub(" cannot ", _NOT.sub(r" \1 not ", words))


def translated(words: str) -> str:
    """Plain words with grants of other languages in English."""
    if not _ANY_OTHER_LANGUAGE.any_in(words.encode()) or _OTHER_LANGUAGE.search(words) is None:
        return words
    for pattern, english in _tables()[1]:
        words = pattern.sub(english, words)
    return words


def is_as_written(words: str) -> bool:
    """Whether `translated` and `without_mentions` certainly do not change plain words."""
    encoded = words.encode()
    if _ANY_OTHER_LANGUAGE.any_in(encoded) or _ANY_DERIVED.any_in(encoded):
        return False
    return not _NAMES_LICENSE.any_in(encoded) or not worded_mentions().is_in(words)


def has_links(text: str) -> bool:
    """Whether `without_links` may remove something from a text."""
    return "<" in text or "(" in text or "://" in text or "www." in text.lower()


def without_links(text: str) -> str:
    """A text without the content of angle brackets, addresses, and parentheses with addresses."""
    if "<" in text:
        text = _ANGLES.sub(" ", text)
    if "(" in text:
        text = _LINK_PARENTHESES.sub(" ", text)
    return _URL.sub(" ", text) if "://" in text or "www." in text.lower() else text


def without_mentions(words: str) -> str:
    """The plain words of one sentence without mentions of licenses that it does not grant."""
    encoded = words.encode()
    if _ANY_DERIVED.any_in(encoded) and _DERIVED.search(words):
        return _ORIGINAL_IS_FREE.sub(" ", words)
    if not _NAMES_LICENSE.any_in(encoded):
        return words
    if not worded_mentions().is_in(words):
        return words
    for pattern in _tables()[0]:
        words = pattern.sub(" ", words)
    return f" {' '.join(words.split())} "
