# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index together with the matchers that search it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.lazy_dataclass import dataclass
from codescan.registry import load, names

if TYPE_CHECKING:
    from codescan.index import Index
    from codescan.protocols import Matcher

__all__ = ["Matching"]


@dataclass(frozen=True, slots=True)
class Matching:
    """An index with every matcher of the registry bound to it."""

    index: Index
    matchers: tuple[Matcher, ...]

    @classmethod
    def of(cls, index: Index) -> Matching:
        """Bind the matchers."""
        return cls(index, tuple(load("matchers", name)(index) for name in names("matchers")))
