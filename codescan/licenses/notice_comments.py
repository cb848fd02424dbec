# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the comments of a file that may be notices, by their words, in the native core.

A word about rights or of a license name selects a comment; other modules read its statement.
"""

from __future__ import annotations

from functools import cache

from codescan._core import _native
from codescan.licenses.license_names import name_starts
from codescan.licenses.official_names import LOOSE_WORDS
from codescan.licenses.pattern_words import words_of
from codescan.licenses.rights_words import (
    ANY_CLAUSE,
    ANY_STATING,
    ANY_STRONG,
    ANY_TELLING,
    ENGLISH,
)
from codescan.licenses.short_statements import MAY_STATE, OWNING
from codescan.licenses.text_normalization import NOTICE_ENDINGS

__all__ = ["notice_scanner"]

_LEADS = _native.Words([word.encode() for word in (
    "under", "covered", "governed", "placed", "released", "contribut", "dedicat", "disclaim",
    "unencumbered", "general public", "exception", "either", "choice", "choos", "pick ", "option",
    "alternativ", "disjunctive", "whichever", "one of", "wtfpl", "mpl", "ofl", "askubuntu",
    "superuser", "serverfault", "mathoverflow", "same ", "free ", "evil", "gnu.org", "fsf.org",
    "apache.org", "mozilla.org", "eclipse.org", "sil.org", "elastic.co", "mongodb.com",
    "mariadb.com", "opensource.org", "spdx.org", "oss.oracle", "img.shields", "joinup",
)], is_wrapped=True)  # fmt: skip
"""First words of phrases that grant a license by name, point to one, or offer a choice."""
_TEXTS = _native.Words([
    b"warrant", b"permission", b"redistribut", b"liab", b"hereby", b"conditions", b"without fee",
    b"as is", b"any purpose", b"no responsib", b"cite the", b"trademark", b"direct all questions",
    b"get in touch",
], is_wrapped=True)  # fmt: skip
"""Words of license texts, since some of their paragraphs have no words about rights."""
_END_NOTES = _native.Words([b" of file", b" of this file", b" of the file"], is_wrapped=True)
"""Words of notes that the license is at the end of a file."""


@cache
def notice_scanner() -> _native.NoticeScanner:
    """The scanner of comments, with the words of notices and of license names."""
    names = _native.NameStarts(name_starts(), sorted(LOOSE_WORDS))
    doubts, modal = words_of("doubts"), words_of("modal")
    english = _native.Words([f" {word} ".encode() for word in sorted(ENGLISH)])
    return _native.NoticeScanner(
        ANY_STATING, ANY_CLAUSE, MAY_STATE, OWNING, names, _LEADS, doubts, modal, NOTICE_ENDINGS,
        _TEXTS, ANY_STRONG, ANY_TELLING, _END_NOTES, english,
    )  # fmt: skip
