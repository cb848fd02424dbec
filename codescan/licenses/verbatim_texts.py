# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compares with the license texts of the SPDX list, where these differ from its templates.

Some templates require words of a copyright line, or lack a paragraph that the text has. Words of
templates are ASCII, so licenses in other scripts are compared here by their letters.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.licenses import spdx_list, text_normalization
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan.licenses.license_text_matcher import Part

__all__ = ["NON_LATIN", "is_in_license", "is_once_more", "non_latin_licenses", "without_listed"]

NON_LATIN = ("CC-BY-SA-2.1-JP",)
"""Licenses of the list with too few ASCII words for a template."""

_MIN_ADDED = 6
_MIN_FILLED = 2
_MIN_LETTERS = 12
_MIN_SIGNS = 4


@lru_cache(maxsize=64)
def _words(license_id: str) -> tuple[str, tuple[str, ...]]:
    """The words of a license text without its copyright lines, and the words of each such line."""
    text = (spdx_list.license_text(license_id) or "").encode()
    bare = text_normalization.without_notices(text)
    lines = text_normalization.notice_lines(text)
    return _normal(bare), tuple(_normal(line) for line in lines)


def _normal(text: bytes) -> str:
    return text_normalization.normal(text).decode("ascii")


_OTHER_LETTER = lazy_pattern("[\u0370-\u1dff\u2c00-\ud7ff\uf900-\ufb00]")
"""A letter of a script other than Latin."""
_SIGNS = bytes(c for c in range(128) if not chr(c).isalnum())


def _letters(text: str) -> str:
    if text.isascii():
        return text.lower().encode().translate(None, _SIGNS).decode()
    return "".join(character for character in text.casefold() if character.isalnum())


@lru_cache(maxsize=64)
def _license_letters(license_id: str) -> str:
    return _letters(spdx_list.license_text(license_id) or "")


def without_listed(part: Part) -> Part:
    """A part without those differences from its template that the list's own text has too."""
    if not part.changes and not part.filled:
        return part
    own, notices = _words(part.license_id)
    changes = []
    for change in part.changes:
        kind, _, words = change.partition(": ")
        is_in_text = f" {words} " in own
        if kind == "missing" and not is_in_text and not _besides(words, notices):
            continue  # copyright lines, which are removed before texts are compared
        if kind == "added" and is_in_text and words.count(" ") >= _MIN_ADDED - 1:
            continue
        changes.append(change)
    filled = tuple(_without_ends(words, own) for words in part.filled)
    return replace(part, changes=tuple(changes), filled=filled)


def _without_ends(filled: str, own: str) -> str:
    """Filled-in words without words at both ends that the license has elsewhere."""
    words = filled.split()
    for count in range(len(words), _MIN_FILLED - 1, -1):
        if f" {' '.join(words[:count])} " in own:
            words = words[count:]
            break
    for count in range(len(words), _MIN_FILLED - 1, -1):
        if f" {' '.join(words[-count:])} " in own:
            words = words[:-count]
            break
    return " ".join(words)


def _besides(words: str, notices: tuple[str, ...]) -> str:
    """Words without the words of copyright lines."""
    other_words = f" {words} "
    for notice in notices:
        other_words = other_words.replace(notice, " ")
    return other_words.strip()


def is_in_license(sentence: str, license_ids: list[str]) -> bool:
    """Whether a sentence, by its letters, occurs in the text of one of the licenses."""
    letters = _letters(sentence)
    least = _MIN_LETTERS if letters.isascii() else _MIN_SIGNS
    return len(letters) >= least and any(
        letters in _license_letters(license_id) for license_id in license_ids
    )


def is_once_more(sentence: str, text: str, license_ids: list[str]) -> bool:
    """Whether a text contains a sentence more often than each of some licenses.

    A grant may precede a license text whose appendix contains the same sentence.
    """
    letters = _letters(sentence)
    most = max((_license_letters(each).count(letters) for each in license_ids), default=0)
    return _letters(text).count(letters) > most


def non_latin_licenses(text: str) -> tuple[str, ...]:
    """The licenses of `NON_LATIN` whose whole text occurs in a text, ignoring layout."""
    if text.isascii() or _OTHER_LETTER.search(text) is None:
        return ()
    letters = _letters(text)
    return tuple(each for each in NON_LATIN if _license_letters(each) in letters)
