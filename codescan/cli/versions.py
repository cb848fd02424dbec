# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The version of codescan, as installed."""

from __future__ import annotations

__all__ = ["version"]


def version() -> str:
    """The installed version, or "unknown" when codescan runs from a source tree."""
    from importlib import metadata

    try:
        return metadata.version("codescan")
    except metadata.PackageNotFoundError:
        return "unknown"
