# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""E-values: how many matches of a score a text would find in an index by chance.

Scores of unrelated texts follow an extreme-value law (Karlin and Altschul 1990): a query of m
tokens finds, in an index of n tokens, K * m * n**g * 2**(-lambda * S) matches of score S or more
by chance. Code repeats itself, so twice the index has less than twice the chance matches: g is
below 1. Lambda, K and g are fitted for each kind of match and lexer family on unrelated packages
by scripts/calibrate_thresholds, and kept in data/calibration.json.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.records import MatchKind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SearchSpace", "calibration", "weaker"]

_MOST_BITS = 1000.0
"""Exponents beyond this would leave the range of a float."""


class Parameters(NamedTuple):
    """Of the extreme-value law, for one kind of match and lexer family."""

    decay: float
    """Lambda: the share of a bit by which chance gets rarer with each bit of score, 0..1."""
    log_scale: float
    """log2 of K."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The shipped parameters."""

    parameters: Mapping[tuple[str, MatchKind], Parameters]
    """By lexer family, "other" for those without, and kind of match."""
    index_exponent: float
    """By which power of its tokens an index gives chance matches, 0..1."""


@cache
def calibration() -> Calibration:
    """The parameters in data/calibration.json."""
    text = files("codescan.matchers").joinpath("data/calibration.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    parameters = {
        (family, MatchKind(kind)): Parameters(float(each["lambda"]), float(each["log2_k"]))
        for family, kinds in raw["parameters"].items()
        for kind, each in kinds.items()
    }
    return Calibration(parameters, float(raw["index_exponent"]))


def weaker(e_value: float, kind: MatchKind, lexer: int, bits: float) -> float:
    """The E-value of a match with so many bits less.

    Args:
        e_value: of the match.
        kind: of the match.
        lexer: a value of `_native.LEXERS`.
        bits: taken off its score.
    """
    decay = _parameters(kind, lexer).decay
    return e_value * float(2.0 ** min(_MOST_BITS, decay * bits))


def _parameters(kind: MatchKind, lexer: int) -> Parameters:
    known = calibration().parameters
    return known.get((_FAMILY_NAMES[lexer], kind)) or known["other", kind]


_FAMILY_NAMES = {number: name for name, number in _native.LEXERS.items()}


class SearchSpace(NamedTuple):
    """What is compared: it decides how many matches chance gives."""

    lexer: int
    """A value of `_native.LEXERS`."""
    query_tokens: int
    index_tokens: int

    def e_value(self, kind: MatchKind, bits: float) -> float:
        """Expected number of chance matches of at least this score.

        Args:
            kind: of the match.
            bits: its score.
        """
        decay, log_scale = _parameters(kind, self.lexer)
        exponent = log_scale + self._log_size - decay * bits
        return float(2.0 ** max(-_MOST_BITS, min(_MOST_BITS, exponent)))

    def least_bits(self, kind: MatchKind, e_value: float) -> float:
        """The score from which a match has at most this E-value; the inverse of `e_value`."""
        if e_value == math.inf:
            return 0.0
        decay, log_scale = _parameters(kind, self.lexer)
        return max(0.0, (log_scale + self._log_size - math.log2(e_value)) / decay)

    @property
    def _log_size(self) -> float:
        index = math.log2(max(self.index_tokens, thresholds.LEAST_INDEX_TOKENS))
        query = math.log2(max(self.query_tokens, thresholds.LEAST_QUERY_TOKENS))
        return query + calibration().index_exponent * index
