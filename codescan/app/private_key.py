# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The key for hashes of private values: from a file, from a run folder, or for one command."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from codescan.errors import OutputError, UsageError
from codescan.private_data.redaction import KeyedHash
from codescan.runs.files import private_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KEY_FILE", "keyed_hash"]

KEY_FILE = "private.key"
"""File name in a run folder; only its owner may read it."""
_BYTES = 32
_LEAST = 16
_MOST = 4096


def keyed_hash(key_file: Path | None, run: Path | None = None) -> KeyedHash:
    """The hash function of a search.

    Args:
        key_file: file with the key, to compare the hashes of several searches.
        run: run folder whose key is used if no file is named; created at first use.

    Raises:
        UsageError: the file cannot be read, or is too short for a key.
        OutputError: the key of the run folder cannot be written.
    """
    if key_file is not None:
        return KeyedHash(_read(key_file))
    if run is None:
        return KeyedHash(secrets.token_bytes(_BYTES))
    path = run / KEY_FILE
    if not path.exists():
        try:
            with private_file(path, "xb") as file:
                file.write(secrets.token_bytes(_BYTES))
        except FileExistsError:
            pass  # another process created it first
        except OSError as error:
            raise OutputError(
                f"cannot write {path}: {error.strerror}", "name a key with --hash-key FILE"
            ) from error
    return KeyedHash(_read(path))


def _read(path: Path) -> bytes:
    hint = "make one with: head -c 32 /dev/urandom > FILE; chmod 600 FILE"
    try:
        if not path.is_file():
            raise UsageError(f"there is no key file {path}", hint)
        with path.open("rb") as file:
            key = file.read(_MOST)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint) from error
    if len(key) < _LEAST:
        raise UsageError(f"{path} holds {len(key)} bytes, a key has at least {_LEAST}", hint)
    return key
