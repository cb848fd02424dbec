# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names of the GNU licenses with their versions, as in "lgplv2 1 or later"."""

from __future__ import annotations

from functools import cache

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["GNU_NAMES", "gnu_id", "gnu_prefixes"]

GNU_NAMES = {
    "gpl": "GPL",
    "gnu gpl": "GPL",
    "gnu general public license": "GPL",
    "general public license": "GPL",
    "lgpl": "LGPL",
    "gnu lgpl": "LGPL",
    "gnu lesser general public license": "LGPL",
    "gnu general lesser public license": "LGPL",
    "gnu library general public license": "LGPL",
    "lesser gnu general public license": "LGPL",
    "gnu library or lesser general public license": "LGPL",
    "lesser general public license": "LGPL",
    "agpl": "AGPL",
    "gnu agpl": "AGPL",
    "gnu affero general public license": "AGPL",
    "affero general public license": "AGPL",
    "affero gpl": "AGPL",
    "gnu affero gpl": "AGPL",
    "lesser gpl": "LGPL",
    "gnu lesser gpl": "LGPL",
    "library gpl": "LGPL",
    "gnu library gpl": "LGPL",
}
_GNU_VERSIONS = {
    "GPL": {"1": "1.0", "2": "2.0", "3": "3.0"},
    "LGPL": {"2": "2.0", "2 1": "2.1", "3": "3.0"},
    "AGPL": {"1": "1.0", "3": "3.0"},
}
_GNU_ANY = {
    "GPL": "GPL-1.0-or-later",
    "LGPL": "LGPL-2.0-or-later",
    "AGPL": "AGPL-3.0-or-later",
}
# Words that may occur between the name and the number, and the forms of "or later".
_GNU_VERSION = lazy_pattern(
    r"^ ?(?:license )?(?:\w{0,5}gpl ?)?(?:either )?(?:version|ver|v)? ?(\d)(?: ?(0|1))?"
    r"(?: (?:of the )?license)?"
    r"( ?(?:only|or later|or newer|or any later|or above|and later|and newer|plus"
    r"|or at your option any later))?(?: versions?)?(?: \w{0,5}gpl\w{0,3}(?: \d)?(?: or later)?)?$"
)


def gnu_id(name: str) -> str | None:
    """The id of names such as "lgplv2 1 or later" and "gnu general public license v3 gplv3"."""
    if not name.startswith(gnu_prefixes()):
        return None
    for prefix in gnu_prefixes():
        if not name.startswith(prefix):
            continue
        suffix = name[len(prefix) :]
        if suffix in {"", "s", " license", " licenses"}:
            # GPL, section 9: without a version, every version is permitted.
            return _GNU_ANY[GNU_NAMES[prefix]]
        match = _GNU_VERSION.match(suffix)
        if match is None:
            continue
        family = GNU_NAMES[prefix]
        major, minor, later = match.groups()
        number = f"{major} {minor}" if minor == "1" else major
        version = _GNU_VERSIONS[family].get(number)
        if version is None:
            return None
        # Without "only" or "or later", the narrower license is assumed.
        return f"{family}-{version}-{'only' if not later or 'only' in later else 'or-later'}"
    return None


@cache
def gnu_prefixes() -> tuple[str, ...]:
    """The names, longer ones first."""
    return tuple(sorted(GNU_NAMES, key=lambda name: (-len(name), name)))
