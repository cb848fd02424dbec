# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lists of licenses from which the user may choose."""

from __future__ import annotations

from codescan.licenses import license_names
from codescan.licenses.expressions import any_of
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["chosen_from", "may_offer_list", "offers_choice"]

_CHOICE = lazy_pattern(
    rb" (?:(?:dual|double|triple|multi|tri) ?licensed|dual license|either license|either licenses"
    rb"|at your option (?:either|any one)|under either|either of|(?:one|any) of (?:these|the"
    rb" following|the) (?:\w+ )?licenses?|of your choice|your choice of|choose (?:either"
    rb"|between|one"
    rb"|which|any)|choice of license|alternatively|disjunctive|at your option(?! any)"
    rb"|at your choice|at your election|at your discretion|whichever (?:one )?you"
    rb" (?:prefer|like|want|wish|choose)"
    rb"|or alternatively)(?= )"
)

_CHOICE_LIST = lazy_pattern(
    rb" (?:choose|choice|choosing) (?:between|from|of|among) (?:one of |any of |either of )?"
    rb"(?:the |these )?(?:\w+ )?licen[sc]es "
    rb"| (?:licensed|released|available|distributed|published|offered|provided|used|it) under"
    rb" (?:the terms of )?(?:either|any|any one|one|at least one|your choice) of (?:the )?"
    rb"(?:following )?(?:two |three )?(?:licen[sc]es )?(?:at your (?:option|choice) )?"
)
_LIST_END = lazy_pattern(rb" at your (?:option|choice|discretion|election) ")
_LIST_WORDS = (b" choos", b" choice ", b" either of ", b" any of ", b" one of ", b" any one of ")
_MAX_CHOICE = 300


def chosen_from(normalized: bytes) -> list[tuple[int, str]]:
    """Offset and expression of each list: "choose between two licenses: 1) GPLv2 2) PSF"."""
    match = _CHOICE_LIST.search(normalized) if may_offer_list(normalized) else None
    if match is None:
        return []
    listed = normalized[match.end() - 1 : match.end() + _MAX_CHOICE]
    end = _LIST_END.search(listed)
    words = (listed if end is None else listed[: end.start()]).decode("ascii").split()
    names: list[str] = []
    at = 0
    while at < len(words):
        if names and words[at] == "for":
            at += 2  # "PSF license for Python 2.2" is not the name of a license
            continue
        named = license_names.find(" ".join(words[at:]), in_list=True)
        if named is not None and named[1] != NOASSERTION:
            names.append(named[1])
            at += named[0].count(" ")
        at += 1
    several = len(set(names)) > 1
    return [(match.start() + 1, any_of(names))] if several else []


def may_offer_list(normalized: bytes) -> bool:
    """Whether `chosen_from` may find a list, by a fast check of the words."""
    return any(word in normalized for word in _LIST_WORDS)


def offers_choice(normalized: bytes) -> bool:
    """Whether a text lets its reader choose among licenses."""
    return _CHOICE.search(normalized) is not None
