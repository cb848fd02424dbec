# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names a text as the Software Heritage archive does, which keeps a copy of most public ones."""

from __future__ import annotations

import hashlib

__all__ = ["swhid"]


def swhid(content: bytes) -> str:
    """Software Heritage identifier of a content (ISO/IEC 18670): Git's blob hash."""
    digest = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return f"swh:1:cnt:{digest.hexdigest()}"
