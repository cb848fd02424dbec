# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A bundle: files in a folder, and a signed statement of the hash of each of them.

Verification refuses every file that changed, that is missing and that was added. The statement is
an in-toto Statement v1 in a DSSE envelope, so that other tools verify it, too.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.errors import EvidenceError, OutputError, UsageError
from codescan.signatures.dsse import sign_statement, verified_statement
from codescan.signatures.signing_keys import PublicKey
from codescan.sources.folder_walk import walk_folder
from codescan.sources.regular_files import read_bounded
from codescan.tasks.unfinished import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.signatures.signing_keys import SigningKey

__all__ = ["PREDICATE_TYPE", "PUBLIC_KEY", "STATEMENT", "verify_bundle", "write_bundle"]

PREDICATE_TYPE = "https://codescan.dev/evidence/v1"
STATEMENT = "statement.dsse.json"
PUBLIC_KEY = "public-key.pem"
_LARGEST = 1 << 30
_HINT = "get the bundle again from whoever signed it"


def write_bundle(
    folder: Path, files: Mapping[str, bytes], predicate: object, key: SigningKey
) -> None:
    """Write files, the public key and the signed statement into a new folder.

    Args:
        folder: not there yet.
        files: content by path below the folder, with forward slashes.
        predicate: what is stated beside the hashes, as JSON can hold it.
        key: signs.

    Raises:
        UsageError: the folder is there.
        OutputError: it cannot be written.
    """
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} already exists", "choose another folder with --out")
    all_files = {**files, PUBLIC_KEY: key.public.pem}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in all_files.items()}
    envelope = sign_statement(digests, PREDICATE_TYPE, predicate, key)
    # The folder gets its name when it is whole, so that a killed command can be repeated.
    try:
        with scratch_folder(folder.parent) as scratch:
            for name, content in sorted({**all_files, STATEMENT: envelope}.items()):
                path = scratch / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            scratch.rename(folder)
    except OSError as error:
        raise OutputError(
            f"cannot write {folder}: {error.strerror or error}",
            "check the free space and the permissions of the folder",
        ) from error


def verify_bundle(folder: Path, key: PublicKey | None = None) -> dict[str, Any]:
    """Check every byte of a bundle.

    Args:
        folder: of the bundle.
        key: whose signature is wanted; None: of the key in the bundle, which shows that nothing
            changed since it was signed, but not by whom.

    Returns:
        "key_id", "files" (the number of files) and "predicate".

    Raises:
        UsageError: there is no bundle.
        EvidenceError: a file changed, is missing, was added, or the signature is wrong.
    """
    if not (folder / STATEMENT).exists():
        raise UsageError(f"{folder} holds no {STATEMENT}", "give the folder of a bundle")
    names = _names(folder)
    if PUBLIC_KEY not in names:
        raise EvidenceError(f"{folder / PUBLIC_KEY} is missing", _HINT)
    bundled = PublicKey(_read(folder / PUBLIC_KEY))
    if key is not None and key.key_id != bundled.key_id:
        raise EvidenceError(
            f"the bundle is signed with key {bundled.key_id}, not with {key.key_id}", _HINT
        )
    statement = verified_statement(_read(folder / STATEMENT), bundled, PREDICATE_TYPE)
    digests = statement["digests"]
    for name in sorted(names | digests.keys()):
        if name == STATEMENT:
            continue
        if name not in digests:
            raise EvidenceError(f"{name} was added to the bundle", _HINT)
        if name not in names:
            raise EvidenceError(f"{name} is missing from the bundle", _HINT)
        if hashlib.sha256(_read(folder / name)).hexdigest() != digests[name]:
            raise EvidenceError(f"{name} changed after it was signed", _HINT)
    return {
        "key_id": bundled.key_id,
        "files": len(digests),
        "predicate": statement["predicate"],
    }


def _names(folder: Path) -> set[str]:
    return {
        (Path(place) / name).relative_to(folder).as_posix()
        for place, names in walk_folder(folder)
        for name in names
    }


def _read(path: Path) -> bytes:
    try:
        content = read_bounded(path, _LARGEST)
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {error.strerror or error}", _HINT) from error
    if not isinstance(content, bytes):
        raise EvidenceError(f"{path} is not a file of the bundle", _HINT)
    return content
