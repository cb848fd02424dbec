# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check for the optional libraries of the service."""

from __future__ import annotations

from importlib.util import find_spec

from codescan.errors import MissingExtraError

__all__ = ["require_serve"]

_LIBRARIES = ("fastapi", "uvicorn", "prometheus_client", "httpx2")


def require_serve() -> None:
    """Check that the extra `serve` is installed.

    Raises:
        MissingExtraError: a library of the extra is not installed.
    """
    if any(find_spec(name) is None for name in _LIBRARIES):
        raise MissingExtraError("the service", "serve")
