# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Creative Commons licenses by their long names, abbreviations and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.licenses import spdx_list
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CREATIVE", "commons", "creative_commons", "has_commons"]

_ELEMENTS = {
    "by": "BY", "attribution": "BY", "nc": "NC", "noncommercial": "NC", "sa": "SA",
    "sharealike": "SA", "nd": "ND", "noderivatives": "ND", "noderivs": "ND", "noderiv": "ND",
    "ncsa": "NC SA", "bysa": "BY SA", "byncsa": "BY NC SA", "byncnd": "BY NC ND", "bync": "BY NC",
    "bynd": "BY ND",
    # in other languages, accents taken off
    "namensnennung": "BY", "paternite": "BY", "atribucion": "BY", "reconocimiento": "BY",
    "attribuzione": "BY", "atribuicao": "BY", "naamsvermelding": "BY", "compartirigual": "SA",
    "nocomercial": "NC", "partage": "SA", "weitergabe": "SA",
}  # fmt: skip
_PAIRS = {
    ("non", "commercial"): "NC", ("share", "alike"): "SA", ("no", "derivatives"): "ND",
    ("no", "derivs"): "ND", ("no", "derivative"): "ND", ("no", "comercial"): "NC",
    ("compartir", "igual"): "SA", ("nicht", "kommerziell"): "NC", ("keine", "bearbeitung"): "ND",
    ("pas", "d"): "", ("non", "commerciale"): "NC",
}  # fmt: skip
_FILLERS = frozenset((
    "license", "licenses", "international", "intl", "generic", "unported", "version", "v", "public",
    "the", "a", "an", "cc", "creative", "commons", "works", "unter", "gleichen", "bedingungen",
    "l", "identique", "conditions", "des", "dans", "les", "memes", "utilisation", "wiki", "org",
    "creativecommons", "legal", "code", "deed", "lizenz", "licence", "de", "la",
))  # fmt: skip
_ORDER = ("BY", "NC", "SA", "ND")
_VERSIONS = frozenset({"1 0", "2 0", "2 5", "3 0", "4 0"})


def creative_commons(words: Sequence[str]) -> tuple[int, str] | None:
    """The license named after "creative commons", "cc", or "licenses" of an address.

    Args:
        words: plain words, starting with that mark.

    Returns:
        (number of words read, the id; NOASSERTION if no version is named), or None.
    """
    if not words or words[0] not in CREATIVE:
        return None
    elements: set[str] = set()
    version = ""
    at = last = 0
    while at < len(words) and at < _MAX_WORDS:
        word = words[at]
        pair = tuple(words[at : at + 2])
        if word in {"zero", "cc0"} and not elements:
            return at + 1, "CC0-1.0"
        if pair in _PAIRS:
            elements.add(_PAIRS[pair])
            at += 2
            last = at
            continue
        if word in _ELEMENTS:
            elements.update(_ELEMENTS[word].split())
            last = at + 1
        elif word.removeprefix("v").isdigit() and not version and elements:
            number = " ".join((word.removeprefix("v"), *words[at + 1 : at + 2]))
            if number not in _VERSIONS:
                number = f"{word.removeprefix('v')} 0"
            else:
                at += 1
            version = number.replace(" ", ".") if number in _VERSIONS else ""
            last = at + 1
        elif word not in _FILLERS:
            break
        at += 1
    elements.discard("")
    if not elements:
        return None
    if version and version != "1.0":
        elements.add("BY")
    if not version:
        return last, NOASSERTION
    name = "-".join(("CC", *(part for part in _ORDER if part in elements), version))
    alternate = name.replace("SA-ND", "ND").replace("NC-ND-1.0", "ND-NC-1.0")
    return last, spdx_list.canonical_id(alternate) or NOASSERTION


_MAX_WORDS = 24
CREATIVE = frozenset(("creative", "cc", "creativecommons", "ccby"))
"""The name of a Creative Commons license begins with one of these words."""


_COMMONS = lazy_pattern(rb" (?:cc (?=by |0 |zero )|cc0 |creative commons |creativecommons )")
_ANY_COMMONS = _native.Words((b" cc by ", b" cc 0 ", b" cc zero ", b" cc0 ", b" creative"))
"""Every match contains one of these."""
_MAX_MENTIONS = 12


def commons(normalized: bytes) -> list[tuple[int, str]]:
    """Offset and id of each named Creative Commons license; NOASSERTION without a version."""
    positions: list[tuple[int, str]] = []
    for number, match in enumerate(
        _COMMONS.finditer(normalized) if has_commons(normalized) else ()
    ):
        if number == _MAX_MENTIONS:
            break
        words = normalized[match.start() : match.start() + 250].decode("ascii").split()
        named = creative_commons(words)
        if named is not None:
            positions.append((match.start() + 1, named[1]))
        elif words[0] == "cc0":
            positions.append((match.start() + 1, "CC0-1.0"))
    return positions


def has_commons(normalized: bytes) -> bool:
    """Whether words may name a Creative Commons license."""
    return _ANY_COMMONS.any_in(normalized)
