# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""E-values: the expected number of chance matches of a score between a text and an index.

Scores of unrelated texts follow an extreme-value law (Karlin and Altschul 1990). A query of m
tokens finds, in an index of n tokens, `K * m**h * n**g * 2**(-lambda * S)` matches of score S or
more by chance. Code repeats itself, so an index of twice the size has less than twice the chance
matches: g is below 1. `scripts/calibrate_thresholds` fits lambda and K on unrelated packages for
each kind of match and lexer family, and one g and h for all. It writes them to
data/calibration.json.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.packaged_data import packaged_data
from codescan.records import MatchKind
from codescan.records.json_decode import decode_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FAMILIES",
    "Calibration",
    "Parameters",
    "SearchSpace",
    "calibration",
    "calibration_text",
    "family_of",
    "read_calibration",
    "weaker",
]

FAMILIES = ("python", "javascript", "prose", "other")
"""Groups of lexer families; each group has its own parameters."""

_FORMAT_VERSION = 2
_MOST_BITS = 1000.0
"""Exponents beyond this would leave the range of a float."""


class Parameters(NamedTuple):
    """Parameters of the extreme-value law, for one kind of match and lexer family."""

    decay: float
    """Lambda, 0..1: each bit of score multiplies the number of chance matches by 2**-lambda."""
    log_scale: float
    """log2 of K."""
    matches: int = 0
    """Number of chance matches on which they were fitted."""


class Calibration(Struct, frozen=True):
    """The shipped parameters."""

    parameters: Mapping[tuple[str, MatchKind], Parameters]
    """Parameters by group, one of FAMILIES, and kind of match."""
    query_exponent: float
    """h, 0..1: the number of chance matches grows with the tokens of the text to this power."""
    index_exponent: float
    """g, 0..1: the number of chance matches grows with the tokens of the index to this power."""


@cache
def calibration() -> Calibration:
    """The parameters in data/calibration.json."""
    return read_calibration(packaged_data("codescan.matchers", "data/calibration.json").decode())


def calibration_text(fitted: Calibration) -> str:
    """The text of a data file with these parameters; `read_calibration` reads it."""
    parameters = {
        family: {
            kind.value: {
                "lambda": round(each.decay, 4),
                "log2_k": round(each.log_scale, 2),
                "matches": each.matches,
            }
            for kind in MatchKind
            for each in (fitted.parameters[family, kind],)
        }
        for family in FAMILIES
    }
    calibration_values = {
        "version": _FORMAT_VERSION,
        "query_exponent": round(fitted.query_exponent, 3),
        "index_exponent": round(fitted.index_exponent, 3),
        "parameters": parameters,
    }
    return json.dumps(calibration_values, indent=2) + "\n"


def read_calibration(text: str) -> Calibration:
    """Read a data file of parameters.

    Raises:
        ValueError: it has another version.
    """
    raw = decode_json(text, dict[str, Any])
    if raw["version"] != _FORMAT_VERSION:
        raise ValueError(f"calibration of version {raw['version']}, not {_FORMAT_VERSION}")
    parameters = {
        (family, kind): Parameters(float(one["lambda"]), float(one["log2_k"]), int(one["matches"]))
        for family in FAMILIES
        for kind in MatchKind
        for one in (raw["parameters"][family][kind.value],)
    }
    return Calibration(parameters, float(raw["query_exponent"]), float(raw["index_exponent"]))


def family_of(lexer: int) -> str:
    """The group of a lexer, one of FAMILIES.

    Args:
        lexer: a value of `_native.LEXERS`.
    """
    return _FAMILY_OF[lexer]


def weaker(e_value: float, kind: MatchKind, lexer: int, bits: float) -> float:
    """The E-value of a match after this many bits are subtracted from its score.

    Args:
        e_value: E-value of the match before.
        kind: kind of the match.
        lexer: a value of `_native.LEXERS`.
        bits: bits to subtract.
    """
    decay = calibration().parameters[family_of(lexer), kind].decay
    return e_value * float(2.0 ** min(_MOST_BITS, decay * bits))


_GROUPS = {"component": "javascript"}  # JavaScript in markup
_FAMILY_OF = {
    number: group if (group := _GROUPS.get(name, name)) in FAMILIES else "other"
    for name, number in _native.LEXERS.items()
}


class SearchSpace(NamedTuple):
    """The sizes of the text and the index that are compared, from which E-values follow."""

    lexer: int
    """A value of `_native.LEXERS`: the lexer of the part of the text that is compared."""
    query_tokens: int
    """Tokens of that part."""
    index_tokens: int

    def e_value(self, kind: MatchKind, bits: float) -> float:
        """Expected number of chance matches of at least this score.

        Args:
            kind: kind of the match.
            bits: score of the match.
        """
        decay, log_scale = self._law(kind)
        exponent = log_scale - decay * bits
        return float(2.0 ** max(-_MOST_BITS, min(_MOST_BITS, exponent)))

    def least_bits(self, kind: MatchKind, e_value: float) -> float:
        """The minimum score at which a match has at most this E-value; the inverse of `e_value`.

        Never below LEAST_BITS.
        """
        if e_value == math.inf:
            return 0.0
        decay, log_scale = self._law(kind)
        return max(thresholds.LEAST_BITS, (log_scale - math.log2(e_value)) / decay)

    def _law(self, kind: MatchKind) -> tuple[float, float]:
        """Lambda, and log2 of the number of chance matches of any score."""
        fitted = calibration()
        law = fitted.parameters[family_of(self.lexer), kind]
        index = math.log2(max(self.index_tokens, thresholds.LEAST_INDEX_TOKENS))
        query = math.log2(max(self.query_tokens, thresholds.LEAST_QUERY_TOKENS))
        size = fitted.query_exponent * query + fitted.index_exponent * index
        return law.decay, law.log_scale + size
