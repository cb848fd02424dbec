# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tells files that only name their content, which Git LFS or git-annex keeps elsewhere."""

from __future__ import annotations

from codescan.text.languages import detect

__all__ = ["pointer_reason"]

_MAX_BYTES = 1024
"""Of a pointer, by the specification of Git LFS."""
_LFS_MARKS = (b"version https://git-lfs.github.com/spec/", b"version http://git-media.io/")
_ANNEX_MARK = b"/annex/objects/"


def pointer_reason(name: str, content: bytes) -> str | None:
    """Why a pointer is not read: it stands for a source, or for a binary file; None for a text.

    Args:
        name: of the file.
        content: all of it.
    """
    if len(content) > _MAX_BYTES or not content.startswith((*_LFS_MARKS, _ANNEX_MARK)):
        return None
    return "lfs-pointer" if detect(name) is not None else "binary"
