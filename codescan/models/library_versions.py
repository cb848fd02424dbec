# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Versions of the libraries that a model runs on, for repeatable runs."""

from __future__ import annotations

import importlib.metadata

__all__ = ["library_versions"]


def library_versions(*libraries: str) -> dict[str, str]:
    """The versions of the installed libraries, by name."""
    versions = {}
    for library in libraries:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
