# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lone surrogates: JSON can contain them, but encodings, tokenizers and databases reject them."""

from __future__ import annotations

__all__ = ["valid_text"]


def valid_text(text: str) -> str:
    """A text that UTF-8 can hold: lone surrogates are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
