# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""By which keys some texts are going to be looked up, whatever their languages turn out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.index.build import DEFAULT_PROFILE
from codescan.matchers.verified_runs import readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.records import Snippet

__all__ = ["asked_keys"]


def asked_keys(snippets: Iterable[Snippet]) -> _native.AskedKeys:
    """The keys of some texts, for an index that is to answer for these alone."""
    keys = _native.AskedKeys(DEFAULT_PROFILE)
    for snippet in snippets:
        for tokens in readings(snippet):
            keys.add(tokens)
    return keys
