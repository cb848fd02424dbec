# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The version of codescan. Reading it from what is installed takes longer than a small check."""

from __future__ import annotations

from typing import Final

__all__ = ["VERSION"]

VERSION: Final = "0.2.0"
"""Also in pyproject.toml and CITATION.cff; the tests compare them."""
