# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detects unnamed terms that a notice points to, and additions to a named license.

"Use is subject to license terms" refers to unknown terms; "BSD 3-Clause + Patents disclaimed" is
another license than its first words name.
"""

from __future__ import annotations

import re

from codescan.licenses import license_names
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["has_addition", "other_terms"]

_OTHER_TERMS = lazy_pattern(
    rb" (?:use|usage|distribution)(?: of \w+(?: \w+)?)? is (?:governed by|subject to|covered by)"
    rb" (?:the |an? |our )?(?:\w+ ){0,4}?"
    rb"(?:licen[sc]e terms|agreement|eula|terms of (?:use|service)|contract)(?= )"
    # The macros of gettext, whose free license has no name.
    rb"| (?:may|can) be (?:copied and used|used and copied|copied|used) freely without"
    rb" restrictions(?= )"
)
_ADDED_TO_NAME = lazy_pattern(
    r"^(?!.*(?:exception|exemption|later|see ))[^(]*\w (?:\+|plus|with) *"
    r"(?!later|newer|above)[A-Za-z]",
    re.IGNORECASE,
)
"""A field whose name has an addition, as in "BSD 3-Clause + Patents disclaimed"."""

_JOINED_TO_NAME = lazy_pattern(
    r"^[^(,]*\w (?:and|&) (?!(?:see|the|is|are|may|can|you|we|it|this|its|all|later|above|any)\b)"
    r"[A-Za-z][\w.-]*(?: [\w.-]+){0,3}\W*$",
    re.IGNORECASE,
)
"""A field that joins a second license to the name of one, as in "MIT and Custom"."""


def other_terms(words: bytes) -> str:
    """The words that state other terms; "" for none.

    Args:
        words: words in the form of `text_normalization.normal`.
    """
    match = _OTHER_TERMS.search(words)
    return "" if match is None else match.group().decode().strip()


def has_addition(value: str) -> bool:
    """Whether the value of a field such as "License:" adds words to the name of a license."""
    is_added = _ADDED_TO_NAME.search(value) or _JOINED_TO_NAME.search(value)
    return is_added is not None and license_names.lookup(value) == NOASSERTION
