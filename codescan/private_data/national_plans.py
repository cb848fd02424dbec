# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""National numbers of persons: form, checksum and context words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Plan", "plans"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of national number."""

    module: str
    """Module of python-stdnum, below `stdnum`."""
    title: str
    pattern: str
    """Pattern of the number with its usual separators; of bounded length."""
    words: tuple[str, ...]
    """Context words, one of which must occur next to it; lower case, without accents."""
    stands_alone: bool = False
    """Whether its form and checksum suffice without a word."""


@cache
def plans() -> tuple[Plan, ...]:
    """The plans of `data/national_plans.toml`."""
    text = files("codescan.private_data").joinpath("data/national_plans.toml").read_text("utf-8")
    return tuple(
        Plan(**{**entry, "words": tuple(entry["words"])}) for entry in tomllib.loads(text)["plans"]
    )
