# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The renamed matcher: the same tokens after a one-to-one renaming of identifiers."""

from __future__ import annotations

from codescan.matchers.verbatim import VerbatimMatcher
from codescan.matchers.verified_runs import Form

__all__ = ["RenamedMatcher"]


class RenamedMatcher(VerbatimMatcher):
    """Finds every run that a snippet shares with an index up to a renaming, with the renames.

    The verbatim matcher finds a run without renames, too; `resolve` then removes one of the two.
    """

    name = "renamed"
    _form = Form.RENAMED
