# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Grants under the GNU Free Documentation License in normalized words: its version, "or later"."""

from __future__ import annotations

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["documentation_grants", "may_grant_documentation"]

_ANY_NAME = _native.Words((b" free documentation license ", b" gfdl ", b" gnu fdl "))
_NAME = lazy_pattern(rb" (?:gnu )?(?:free documentation license|gfdl|fdl)(?= )")
_VERSION = lazy_pattern(rb"^(?: (?:gfdl|gnu fdl|fdl))?,? (?:version |v |ver )?v?1 ([123])(?= )")
_LATER = lazy_pattern(rb" (?:or|and|any) (?:\w+ ){0,6}?(?:later|newer|above)(?= )|^ (?:or )?plus ")
_ONLY = lazy_pattern(rb"^ only ")
_GRANTS = (b" under ", b" terms of ", b" licensed ", b" license ", b" subject to ", b" covered by ")
_BEFORE = 80
_BEHIND = 90
_MAX_MENTIONS = 12


def may_grant_documentation(normalized: bytes) -> bool:
    """Whether words may name the license."""
    return _ANY_NAME.any_in(normalized)


def documentation_grants(normalized: bytes) -> list[tuple[int, str]]:
    """Each grant with its offset; without a version number, any version is granted (section 10).

    Args:
        normalized: the words of a notice.
    """
    if not may_grant_documentation(normalized):
        return []
    grants: list[tuple[int, str]] = []
    unversioned: list[tuple[int, str]] = []
    for number, name in enumerate(_NAME.finditer(normalized)):
        if number == _MAX_MENTIONS:
            break
        before = normalized[max(0, name.start() - _BEFORE) : name.start() + 1]
        if not any(grant in before for grant in _GRANTS):
            continue
        after = normalized[name.end() : name.end() + _BEHIND]
        version = _VERSION.match(after)
        if version is None:
            unversioned.append((name.start() + 1, "GFDL-1.1-or-later"))
            continue
        behind = after[version.end() :]
        is_later = _ONLY.match(behind) is None and _LATER.search(behind) is not None
        minor = version.group(1).decode()
        grants.append((name.start() + 1, f"GFDL-1.{minor}-{'or-later' if is_later else 'only'}"))
    return grants or unversioned
