# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check for the optional libraries for private data."""

from __future__ import annotations

from importlib.util import find_spec

from codescan.errors import MissingExtraError

__all__ = ["require_libraries"]

_LIBRARIES = ("numpy", "phonenumbers", "stdnum", "scipy")


def require_libraries() -> None:
    """Check that the extra `private` is installed, before anything is read.

    Raises:
        MissingExtraError: a library of the extra is not installed.
    """
    if any(find_spec(name) is None for name in _LIBRARIES):
        raise MissingExtraError("finding private data", "private")
