# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines that consist of license names, as in "MIT, BSD-3-Clause or Zlib, your choice"."""

from __future__ import annotations

import re

from codescan.licenses import license_names, text_normalization
from codescan.licenses.categories import category, strictness
from codescan.licenses.creative_commons import creative_commons
from codescan.licenses.expressions import any_of
from codescan.licenses.notice_sentences import plain_words
from codescan.licenses.repeated_texts import kept_by_text
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["AMBIGUOUS", "bare_names"]

_CHOICE_WORDS = lazy_pattern(
    r"[,; (]*(?:(?:take |use |pick |choose )?(?:whichever|whatever)(?: one| license)? (?:you"
    r" (?:prefer|like|want|wish|choose)|suits you)|at your (?:option|choice|election|discretion)"
    r"|as you (?:like|prefer|wish)|(?:take |it is )?your (?:choice|pick)|pick (?:one|any)"
    r"|choose (?:one|any)|take your pick|you choose|whatever you prefer)[\s.)]*$",
    re.IGNORECASE,
)
_BEFORE_NAMES = lazy_pattern(
    r"^(?:version: ?|you (?:may|can) (?:choose|use):? ?|licensed |released |available )?"
    r"(?:(?:dual|double|triple|tri|multi)[- ]?(?:licen[sc]ed?)?:? ?)?(?:under )?(?:the )?"
    r"(?:your choice of |choice of |either |one of |any of |choose (?:from |between )?)?",
    re.IGNORECASE,
)
_SUBJECT = lazy_pattern(
    r"^(?:(?:this|the|my|our|all|these) (?:\w+ )?(?:code|files?|source|program|software|library"
    r"|module|script|package|work|project|plugin|driver|header|changes|modifications|additions"
    r"|rest|remainder)|everything(?: else)?) (?:is|are) (?:now |all |also |currently |entirely )?"
    r"(?:released |licensed )?(?:under )?(?:the |an? )?",
    re.IGNORECASE,
)
"""The subject of a name, as in "My changes are GPLv3"."""
_POINTER = lazy_pattern(
    r"[ \t]*[,;(\u2013\u2014-][ \t]*(?:please )?(?:see|cf\.?|refer to|read)\b.{0,120}$",
    re.IGNORECASE,
)
"""A pointer to the text of a license, as in "GPLv3+, see COPYING"."""
_BEHIND_NAMES = lazy_pattern(r"[ ,(]+(?:dual|tri|triple|multi)[- ]?licen[sc]ed?$", re.IGNORECASE)
_CHOOSING = ("choice", "dual", "double", "tri", "multi", "choose")
_WORDS_BEFORE = frozenset((
    "licensed", "released", "available", "dual", "under", "the", "your", "choice", "of", "either",
    "one", "any", "choose", "from", "between", "you", "may", "can", "use", "double", "tri",
    "triple", "multi", "version", "license", "this", "my", "our", "all", "these", "code", "file",
    "files", "source", "program", "software", "library", "module", "script", "package", "work",
    "project", "plugin", "driver", "header", "changes", "modifications", "additions", "rest",
    "remainder", "everything", "else", "is", "are", "now", "also", "currently", "entirely",
))  # fmt: skip
_SEPARATOR = lazy_pattern(r"\s*,\s*(?:or|and/or)\s+|\s+(?:or|and/or)\s+|\s*,\s*|\s*[/|]\s*")
_OR = lazy_pattern(r"\bor\b|[/|]", re.IGNORECASE)
_LATER = lazy_pattern(r"\bor (?=(?:any )?(?:later|newer|above)\b)", re.IGNORECASE)
_MAX_NAMES_LINE = 160
_MAX_PARTS = 8
_AMBIGUOUS_WORDS = 2
AMBIGUOUS = "?"
"""Replaces an ambiguous name, which several licenses have."""
_LEAST = strictness("permissive")


def bare_names(line: str) -> str:
    """The expression of a line that consists only of license names; "" for other lines."""
    return _only_names(line) if len(line) <= _MAX_NAMES_LINE and _may_be_names(line) else ""


def _may_be_names(line: str) -> bool:
    """Whether the first word after those of `_BEFORE_NAMES` begins a name."""
    if not line.isascii():
        return True  # letters may lose their accents
    words = text_normalization.plain(line).split()
    while words and words[0] in _WORDS_BEFORE and not license_names.may_begin(words):
        del words[0]
    return not words or license_names.may_begin(words)


@kept_by_text(2048, _MAX_NAMES_LINE)
def _only_names(line: str) -> str:
    line = _POINTER.sub("", line.strip(" \t.;:()[]*-")).strip(" \t.;:()[]*-")
    choice = _CHOICE_WORDS.search(line)
    names = line[: choice.start()] if choice is not None else line
    subject = _SUBJECT.match(names)
    names = names if subject is None else names[subject.end() :]
    behind = _BEHIND_NAMES.search(names)
    names = names if behind is None else names[: behind.start()]
    opened = _BEFORE_NAMES.match(names)
    before = opened.group().lower() if opened is not None else ""
    is_choice = (
        choice is not None or behind is not None or any(word in before for word in _CHOOSING)
    )
    names = names[len(before) :]
    whole = _named(names) if "," in names and subject is None else ""
    if whole and whole != AMBIGUOUS and " " not in whole and _is_strict(whole):
        return whole  # "GNU GPL, v3 or any later version"
    parts = [p for p in _SEPARATOR.split(_LATER.sub("\0", names)) if p][: _MAX_PARTS + 1]
    license_ids = [_named(part.replace("\0", "or ")) for part in parts]
    if not license_ids or len(license_ids) > _MAX_PARTS or not all(license_ids):
        return ""
    if NOASSERTION in license_ids:  # a Creative Commons license without its version
        return NOASSERTION
    if AMBIGUOUS in license_ids:
        return AMBIGUOUS if is_choice else ""
    if len(license_ids) > 1:
        is_written = any(character.isdigit() for character in names)
        return any_of(license_ids) if is_choice or (_OR.search(names) and is_written) else ""
    is_stated = is_choice or subject is not None or _is_strict(license_ids[0])
    return license_ids[0] if is_stated else ""


def _is_strict(license_id: str) -> bool:
    return license_id != NOASSERTION and strictness(category(license_id)) > _LEAST


def _named(name: str) -> str:
    """The id of a license name; "" for other words."""
    words = plain_words(name).split()
    commons = creative_commons(words) if words[:1] in (["cc"], ["creative"]) else None
    if commons is not None:
        ignored = {"unported", "international", "license", "generic", "intl"}
        other_words = [word for word in words[commons[0] :] if word not in ignored]
        return commons[1] if not other_words else ""
    expression = license_names.lookup(name)
    if expression != NOASSERTION:
        return expression
    is_ambiguous = license_names.NAMES.get(" ".join(words)) == ""
    return AMBIGUOUS if is_ambiguous and len(words) <= _AMBIGUOUS_WORDS else ""
