# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The versions of codescan and of the libraries that results may depend on."""

from __future__ import annotations

from codescan.version import VERSION

__all__ = ["library_versions", "version"]

_LIBRARIES = ("torch", "transformers", "tokenizers", "vllm", "numpy", "scipy", "datasketch",
              "rapidfuzz")  # fmt: skip
"""Packages whose version may change completions or statistics."""


def version() -> str:
    """The version of this program."""
    return VERSION


def library_versions() -> dict[str, str]:
    """Versions of Python, codescan and the installed libraries, by name."""
    import platform
    from importlib import metadata

    versions = {"python": platform.python_version(), "codescan": version()}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
