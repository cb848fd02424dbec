# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The keys by which given texts are looked up."""

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
    """The keys of some texts, for an index that answers for these alone.

    Args:
        snippets: every text that will be matched; of texts to scan, `pipeline.texts_of` them.
    """
    keys = _native.QueryKeyFilter(DEFAULT_PROFILE)
    for snippet in snippets:
        keys.add(query_tokens(snippet))
    return keys
