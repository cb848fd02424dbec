# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Create keys that sign canaries and evidence."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from codescan.signatures.signing_keys import create_key_files

__all__ = ["KeyFiles", "new_key"]


class KeyFiles(Struct, frozen=True, kw_only=True):
    """A new key and its files."""

    schema_version: int = 1
    key: Path
    public_key: Path
    key_id: str


def new_key(path: Path) -> KeyFiles:
    """Write a new private key to `path`, and its public key to the same path with ".pub" added.

    Raises:
        OutputError: a file exists or cannot be written.
        MissingExtraError: the extra `evidence` is not installed.
    """
    key_id = create_key_files(path).public.key_id
    return KeyFiles(key=path, public_key=Path(f"{path}.pub"), key_id=key_id)
