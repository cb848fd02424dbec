# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Make keys that sign canaries and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.signatures.signing_keys import create_key_files

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["new_key"]


def new_key(path: Path) -> str:
    """Write a new private key to `path` and its public half beside it, with ".pub" added.

    Returns:
        The id of the key.

    Raises:
        OutputError: a file exists, or cannot be written.
        MissingExtraError: the extra `evidence` is not installed.
    """
    return create_key_files(path).public.key_id
