# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Handles the "+" for later versions, and licenses that apply only from a later date.

Plain words lose the sign of "GPLv3+". A text under the Business Source License changes to another
license on a date; that license does not apply before the date.
"""

from __future__ import annotations

import re

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["spelled_out", "without_later_license"]

_SIGN = lazy_pattern(
    r"((?:gpl|gfdl|fdl|general[ \t]+public[ \t]+licen[sc]e|documentation[ \t]+licen[sc]e)"
    r"(?:[ \t,]*\(\w{3,5}\))?[ \t,:-]*(?:version|ver\.?|v\.?)?[ \t-]*\d(?:\.\d){0,2})"
    r"\+(?![\w+])",
    re.IGNORECASE,
)
_CHANGE_LICENSE = lazy_pattern(
    r"\bchange[ \t]+licen[sc]e[ \t]*(?::|[ \t]is\b)[^\n]*(?:\n[ \t]{2,}[^\n:]+(?=\n|$))*"
    r"|\b(?:as of|on|after|from|upon)(?:\s+or\s+after)?\s+the"
    r"\s+(?:change\s+date|date\s+above)\b[^.]*",
    re.IGNORECASE,
)


def spelled_out(text: str) -> str:
    """A text with "or later" instead of the sign, and without licenses that apply later."""
    return without_later_license(_SIGN.sub(r"\1 or later", text) if "+" in text else text)


def without_later_license(text: str) -> str:
    """A text without the license that applies from a later date."""
    may_change = "hange" in text or "date above" in text
    return _CHANGE_LICENSE.sub(" ", text) if may_change else text
