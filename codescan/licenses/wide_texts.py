# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""License files and manifests in UTF-16 and UTF-32, as some editors and shells write them."""

from __future__ import annotations

from codescan.text.decoding import HEAD_BYTES, decode_text

__all__ = ["as_utf8"]


def as_utf8(content: bytes) -> bytes:
    """A text in UTF-16 or UTF-32 converted to UTF-8; other content is unchanged."""
    if b"\0" not in content[:HEAD_BYTES]:  # nearly always
        return content
    return decode_text(content).content or content
