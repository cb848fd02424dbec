# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Choices among licenses that a list offers."""

from __future__ import annotations

from codescan.licenses import license_names
from codescan.licenses.expressions import any_of
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["chosen_from", "offers_choice"]

_CHOICE = lazy_pattern(
    rb" (?:(?:dual|double|triple|multi|tri) ?licensed|dual license|either license|either licenses"
    rb"|at your option (?:either|any one)|under either|either of|(?:one|any) of (?:these|the"
    rb" following|the) (?:\w+ )?licenses?|of your choice|your choice of|choose (?:either"
    rb"|between|one"
    rb"|which|any)|choice of license|alternatively|disjunctive|at your option(?! any)"
    rb"|at your choice|whichever you prefer|or alternatively)(?= )"
)

_CHOICE_LIST = lazy_pattern(
    rb" (?:choose|choice|choosing) (?:between|from|of|among) (?:one of |any of |either of )?"
    rb"(?:the |these )?(?:\w+ )?licen[sc]es "
)
_MAX_CHOICE = 300


def chosen_from(normalized: bytes) -> list[tuple[int, str]]:
    """Place and expression of a list: "choose between two licenses: 1) GPLv2 2) PSF license"."""
    match = (
        _CHOICE_LIST.search(normalized)
        if b" choos" in normalized or b" choice " in normalized
        else None
    )
    if match is None:
        return []
    words = normalized[match.end() : match.end() + _MAX_CHOICE].decode("ascii").split()
    names: list[str] = []
    at = 0
    while at < len(words):
        if names and words[at] == "for":
            at += 2  # "PSF license for Python 2.2" names no license of that name
            continue
        named = license_names.find(" ".join(words[at:]), in_list=True)
        if named is not None and named[1] != NOASSERTION:
            names.append(named[1])
            at += named[0].count(" ")
        at += 1
    several = len(set(names)) > 1
    return [(match.start() + 1, any_of(names))] if several else []


def offers_choice(normalized: bytes) -> bool:
    """Whether a text lets its reader choose among licenses."""
    return _CHOICE.search(normalized) is not None
