# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The keys that the look-ups of some texts need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.index.building import DEFAULT_PROFILE
from codescan.matchers.verified_runs import query_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.records import Snippet

__all__ = ["query_key_filter"]


def query_key_filter(snippets: Iterable[Snippet]) -> _native.QueryKeyFilter:
    """The keys of some texts, for an index that is searched for these texts only.

    Args:
        snippets: every text that will be matched; for texts to scan, the results of
            `pipeline.texts_of`.
    """
    keys = _native.QueryKeyFilter(DEFAULT_PROFILE)
    for snippet in snippets:
        keys.add(query_tokens(snippet))
    return keys
