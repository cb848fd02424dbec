# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Short forms in which the tables of services write their rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.private_data.anchored_rules import AnchoredRule

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["named", "prefixed"]

_END = r"(?![A-Za-z0-9_-])"
_END_WORD = r"(?![A-Za-z0-9])"


def prefixed(
    kind: str,
    description: str,
    prefixes: str | tuple[str, ...],
    body: str,
    *,
    check: Callable[[str], bool] | None = None,
) -> AnchoredRule:
    """A token that begins with one of some prefixes.

    Args:
        kind: name of the kind.
        description: of the kind.
        prefixes: as they are spelled, none a prefix of another.
        body: pattern of what follows, of bounded length.
        check: tests the checksum or structure of a whole token.
    """
    anchors = (prefixes,) if isinstance(prefixes, str) else prefixes
    # A token of letters and digits may be followed by "-" or "_" in a text; another may not.
    end = _END if re.search(r"[_-](?:\\?-)?\]", body) else _END_WORD
    head = "|".join(map(re.escape, anchors))
    return AnchoredRule(
        kind,
        description,
        anchors,
        re.compile(rf"(?:{head}){body}{end}"),
        check=check,
        varies_from=min(map(len, anchors)),
    )


def named(
    kind: str, description: str, names: tuple[str, ...], value: str, *, words: str = ""
) -> AnchoredRule:
    """A value without a form of its own, beside the name of its service.

    Matches `NAME... = "value"` and `NAME...: value`, as in code and configuration.

    Args:
        kind: name of the kind.
        description: of the kind.
        names: of the service, in lower case.
        value: pattern of the value, of bounded length.
        words: pattern of a word that must stand between name and value, in lower case.
    """
    anchors = tuple(spelled for name in names for spelled in _spellings(name))
    head = "|".join(map(re.escape, anchors))
    between = rf"(?i:[\w .-]{{0,16}}?(?:{words}))" if words else ""
    return AnchoredRule(
        kind,
        description,
        anchors,
        re.compile(
            rf"(?:{head}){between}[\w.-]{{0,16}}[\"'\]`]{{0,2}}\s{{0,3}}(?:=>|:=|[:=,(]){{1,2}}\s{{0,3}}"
            rf"(?:[bru]{{0,2}}[\"'`]{{1,3}})?(?P<value>{value})(?![A-Za-z0-9_/+=-])"
        ),
        inside_words=True,
    )


def _spellings(name: str) -> tuple[str, ...]:
    parts = name.split(" ")
    return tuple(
        dict.fromkeys(
            (
                "_".join(parts),
                "-".join(parts),
                "".join(parts),
                "_".join(parts).upper(),
                "".join(part.capitalize() for part in parts),
                parts[0] + "".join(part.capitalize() for part in parts[1:]),
                " ".join(parts),
                " ".join(part.capitalize() for part in parts),
            )
        )
    )
