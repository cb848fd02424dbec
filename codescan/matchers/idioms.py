# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Idioms: short runs of tokens that unrelated projects write alike.

`def __exit__(self, exc_type, exc_value, traceback)` is long and has rare names, but does not show
that it was copied. data/idioms.bin holds hashes of the k-grams that short stretches of several
independent packages share; scripts/calibrate_thresholds finds them. Their tokens score little. A
long passage of such k-grams still scores enough to be distinguished from chance.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from codescan.matchers.token_grams import read_gram_file
from codescan.packaged_data import mapped_data

if TYPE_CHECKING:
    from codescan._core import _native

__all__ = ["GRAM", "IDIOM_BITS", "idioms"]

GRAM = 8
"""Number of tokens of a k-gram."""
IDIOM_BITS = 1.0
"""Maximum score of a token of an idiom."""


@cache
def idioms() -> _native.GramSet:
    """The k-grams of the shipped idioms."""
    return read_gram_file(mapped_data("codescan.matchers", "data/idioms.bin"), GRAM).grams
