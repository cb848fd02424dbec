# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index together with the matchers that search it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct

from codescan.registry import load, names

if TYPE_CHECKING:
    from codescan.index import Index
    from codescan.index.sketch.reader import SketchIndex
    from codescan.protocols import Matcher

__all__ = ["Matching"]


class Matching(Struct, frozen=True):
    """An index with its matchers: the sketch matcher for a sketch, else all of the registry."""

    index: Index
    matchers: tuple[Matcher, ...]

    @classmethod
    def of(cls, index: Index) -> Matching:
        """Select the matchers of an index."""
        if not index.has_texts:
            from codescan.matchers.sketch import SketchMatcher  # few indexes need it

            return cls(index, (SketchMatcher(cast("SketchIndex", index)),))
        return cls(index, tuple(load("matchers", name)(index) for name in names("matchers")))
