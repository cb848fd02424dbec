# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hash functions without `hashlib`, which loads OpenSSL: that takes 5 % of the time of a check.

The digests are the same. Only commands that must start quickly need this module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["blake2b", "sha1", "sha256"]


def _constructor(name: str, modules: tuple[str, ...]) -> Callable[..., Any]:
    """The hash constructor from the first module that has it; FIPS builds lack some modules."""
    for module in (*modules, "hashlib"):
        try:
            constructor: Callable[..., Any] = getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
        return constructor
    raise ImportError(f"this Python has no {name}")


blake2b = _constructor("blake2b", ("_blake2",))
sha1 = _constructor("sha1", ("_sha1",))
sha256 = _constructor("sha256", ("_sha2", "_sha256"))
