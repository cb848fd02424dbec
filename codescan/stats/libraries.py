# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The libraries for statistics, which are not in the base installation."""

from __future__ import annotations

from importlib.util import find_spec

from codescan.errors import MissingExtraError

__all__ = ["require_libraries"]

_LIBRARIES = ("scipy", "datasketch")


def require_libraries() -> None:
    """Check that the extra `audit` is installed, before anything is measured or costs money.

    Raises:
        MissingExtraError: a library of the extra is not installed.
    """
    if any(find_spec(name) is None for name in _LIBRARIES):
        raise MissingExtraError("measuring rates with intervals", "audit")
