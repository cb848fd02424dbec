# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Software Heritage identifiers: the archive's names for texts; it has most public source files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.digests import sha1

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["blob_sha1", "swhid"]


def swhid(content: bytes) -> str:
    """Software Heritage identifier of a content (ISO/IEC 18670): Git's blob hash."""
    return f"swh:1:cnt:{blob_sha1((content,), len(content)).hex()}"


def blob_sha1(chunks: Iterable[bytes], size: int) -> bytes:
    """Git's hash of a blob, which is part of a Software Heritage identifier: 20 bytes.

    Args:
        chunks: the content, in order.
        size: size of the content in bytes.
    """
    digest = sha1(b"blob %d\0" % size, usedforsecurity=False)
    for chunk in chunks:
        digest.update(chunk)
    blob_id: bytes = digest.digest()
    return blob_id
