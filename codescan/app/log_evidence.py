# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sign the results of an audit of logs, and check their chain of hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from codescan.app.text_files import open_file
from codescan.errors import EvidenceError
from codescan.evidence.bundle import PREDICATE_TYPE, PUBLIC_KEY, STATEMENT
from codescan.log_audit.chain import CHAIN, read_chain
from codescan.records import Skipped
from codescan.runs import write_atomically
from codescan.signatures.dsse import sign_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from codescan.signatures.signing_keys import SigningKey

__all__ = ["check_log_chain", "remove_signature", "sign_log_results"]

_BLOCK = 1 << 20
_HINT = "run the audit of the logs again"


def sign_log_results(
    folder: Path, names: Iterable[str], predicate: Mapping[str, Any], key: SigningKey
) -> None:
    """Sign the files of an audit, so that `codescan evidence verify` checks every byte of them.

    Args:
        folder: folder of the results.
        names: names of its files.
        predicate: further facts to sign.
        key: private key.

    Raises:
        OutputError: the folder cannot be written.
    """
    write_atomically(folder / PUBLIC_KEY, key.public.pem)
    digests = {name: _digest(folder / name) for name in (*names, PUBLIC_KEY)}
    write_atomically(
        folder / STATEMENT, sign_statement(digests, PREDICATE_TYPE, dict(predicate), key)
    )


def remove_signature(folder: Path) -> None:
    """Remove the signature of earlier results, which is not valid for new ones."""
    for name in (STATEMENT, PUBLIC_KEY):
        (folder / name).unlink(missing_ok=True)


def check_log_chain(folder: Path) -> int:
    """Check a hash chain and every result that it names.

    Returns:
        Number of results.

    Raises:
        EvidenceError: the chain is broken, or a file differs from it.
    """
    checked = 0
    for entry in read_chain(folder / CHAIN):
        if entry.get("kind") != "result":
            continue
        name = str(entry.get("name"))
        if "/" in name or name in ("", ".", "..", CHAIN):
            raise EvidenceError(f"the chain names {name!r}, which is not a result", _HINT)
        if _digest(folder / name) != entry.get("sha256"):
            raise EvidenceError(f"{name} changed after the audit", _HINT)
        checked += 1
    if not checked:
        raise EvidenceError(f"the chain {folder / CHAIN} names no result", _HINT)
    return checked


def _digest(path: Path) -> str:
    stream = open_file(path)
    if isinstance(stream, Skipped):
        raise EvidenceError(f"{path} cannot be read: {stream.reason} {stream.detail}", _HINT)
    digest = hashlib.sha256()
    with stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
