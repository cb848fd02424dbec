# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the files of the private folders of canaries and stamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from codescan.errors import EvidenceError, UsageError
from codescan.records.json_decode import DecodingError, decode_json
from codescan.sources.regular_files import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LARGEST", "RESTORE", "decoded_record", "private_content"]

LARGEST = 256 << 20
"""Bytes of a file that a command writes."""
RESTORE = "restore the folder from a copy"
"""Hint for a file that changed."""
_T = TypeVar("_T")


def private_content(path: Path, hint: str, limit: int = LARGEST) -> bytes:
    """The content of a file.

    Args:
        path: of the file.
        hint: which folder the user should give.
        limit: bytes; a larger file is refused.

    Raises:
        UsageError: it cannot be read, is too large, or is not a regular file.
    """
    try:
        content = read_bounded(path, limit)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}", hint) from error
    if not isinstance(content, bytes):
        raise UsageError(f"{path} is too large or not a regular file", hint)
    return content


def decoded_record(path: Path, content: bytes, kind: type[_T]) -> _T:
    """The record that the content of a file holds.

    Raises:
        EvidenceError: the file is damaged.
    """
    try:
        return decode_json(content, kind)
    except DecodingError as error:
        raise EvidenceError(f"{path} is damaged: {error}", RESTORE) from error
