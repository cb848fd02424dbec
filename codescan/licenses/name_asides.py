# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Words in parentheses after the name of a license: a short name, or a condition."""

from __future__ import annotations

from codescan.licenses.pattern_words import may_add_terms
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["without_aside"]

# A short name after the long one, as in "The MIT License (MIT)".
_ASIDE = lazy_pattern(r"\s*\([^()]{0,60}\)\s*$")


def without_aside(text: str) -> str:
    """A name without the short name in parentheses; other words there may be a condition."""
    aside = _ASIDE.search(text)
    if aside is None or may_add_terms(aside.group().encode("utf-8", "replace")):
        return text
    return text[: aside.start()]
