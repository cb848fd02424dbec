# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a set of canaries: a commitment, then the manifest, the places and a signature.

The commitment holds the hash of the manifest and the public key. It tells nothing of the canaries,
so it can be published before training. The folder must stay out of the training data.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from codescan.canaries.canary import CanarySet, Role
from codescan.canaries.private_files import RESTORE, decoded_record, private_content
from codescan.errors import EvidenceError
from codescan.records.json_encode import canonical_json
from codescan.runs.files import PRIVATE_FOLDER, output_error, write_atomically
from codescan.signatures.dsse import sign_statement, verified_statement
from codescan.signatures.signing_keys import PublicKey, require_signing

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.canaries.planting import Planted
    from codescan.signatures.signing_keys import SigningKey

__all__ = [
    "COMMITMENT", "MANIFEST", "PLACES", "PREDICATE_TYPE", "SIGNATURE", "commit", "digest",
    "read_set",
    "sign_set", "verify_signature", "write_places",
]  # fmt: skip

COMMITMENT = "commitment.json"
MANIFEST = "manifest.json"
PLACES = "places.json"
SIGNATURE = "signature.dsse.json"
PREDICATE_TYPE = "https://codescan.dev/canaries/v1"
_SCHEMA_VERSION = 1
_HINT = "give the folder that `codescan canary plant` wrote"
_T = TypeVar("_T")


class _Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """The commitment that is published before training."""

    schema_version: int = _SCHEMA_VERSION
    manifest_sha256: str
    planted: int
    copies: int
    held_out: int
    public_key: str | None
    """PEM of the key that signs; None for an unsigned set."""


class _DataHashes(msgspec.Struct, frozen=True):
    """SHA-256 of the data before and after, as the places hold them."""

    data_sha256: str
    planted_sha256: str


def commit(folder: Path, canaries: CanarySet, key: SigningKey | None) -> str:
    """Write the commitment, then the manifest that it commits to.

    Args:
        folder: made if it is missing; only the user may read it.
        canaries: the set.
        key: that will sign; None for none.

    Returns:
        SHA-256 of the manifest.

    Raises:
        OutputError: a file cannot be written.
    """
    manifest = canonical_json({"schema_version": _SCHEMA_VERSION, **msgspec.to_builtins(canaries)})
    manifest_sha256 = hashlib.sha256(manifest).hexdigest()
    commitment = _Commitment(
        manifest_sha256=manifest_sha256,
        planted=len(canaries.planted),
        copies=canaries.copies,
        held_out=len(canaries.entries) - len(canaries.planted),
        public_key=key.public.pem.decode() if key is not None else None,
    )
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
    write_atomically(folder / COMMITMENT, canonical_json(msgspec.to_builtins(commitment)))
    write_atomically(folder / MANIFEST, manifest)
    return manifest_sha256


def read_set(folder: Path) -> CanarySet:
    """The set of a folder, checked against its commitment.

    Raises:
        UsageError: the folder holds no set of canaries.
        EvidenceError: the manifest is damaged, or is not the one that was committed to.
    """
    if digest(folder) != _decoded(folder / COMMITMENT, _Commitment).manifest_sha256:
        raise EvidenceError(
            f"{folder / MANIFEST} is not the manifest that {COMMITMENT} commits to", RESTORE
        )
    canaries = _decoded(folder / MANIFEST, CanarySet)
    entries = canaries.entries
    if (
        not canaries.planted
        or len({entry.canary.id for entry in entries}) != len(entries)
        or not all((entry.copies > 0) == (entry.role is Role.PLANTED) for entry in entries)
        or not all(entry.canary.secret for entry in entries)
    ):
        raise EvidenceError(
            f"{folder / MANIFEST} is not a set of canaries: it plants none, or one is repeated, "
            "has no secret, or is both planted and held out",
            RESTORE,
        )
    return canaries


def digest(folder: Path) -> str:
    """SHA-256 of the manifest of a folder.

    Raises:
        UsageError: the folder holds no set of canaries.
    """
    return hashlib.sha256(_read(folder / MANIFEST)).hexdigest()


def write_places(folder: Path, planted: Planted) -> None:
    """Write where the copies stand, and the hashes of the data before and after.

    Raises:
        OutputError: it cannot be written.
    """
    content = {"schema_version": _SCHEMA_VERSION, **msgspec.to_builtins(planted)}
    write_atomically(folder / PLACES, canonical_json(content))


def sign_set(folder: Path, key: SigningKey) -> None:
    """Sign the commitment, the manifest and the places.

    Raises:
        UsageError: a file is missing.
        OutputError: the signature cannot be written.
    """
    predicate = msgspec.to_builtins(_decoded(folder / PLACES, _DataHashes))
    envelope = sign_statement(_digests(folder), PREDICATE_TYPE, predicate, key)
    write_atomically(folder / SIGNATURE, envelope)


def verify_signature(folder: Path, key: PublicKey | None = None) -> str | None:
    """Check the signature of a folder.

    Args:
        folder: of the set.
        key: whose signature is wanted; None: of the key in the commitment.

    Returns:
        The id of the key; None where the set is not signed.

    Raises:
        EvidenceError: a file changed, or the signature is missing, wrong or of another key.
        MissingExtraError: the extra `evidence` is not installed.
    """
    pem = _decoded(folder / COMMITMENT, _Commitment).public_key
    if pem is None and key is None and not (folder / SIGNATURE).exists():
        return None
    require_signing()
    committed = PublicKey(str(pem).encode("utf-8", "replace"))
    if key is not None and key.key_id != committed.key_id:
        raise EvidenceError(f"{folder / COMMITMENT} names another key than {key.key_id}", RESTORE)
    statement = verified_statement(_read(folder / SIGNATURE), committed, PREDICATE_TYPE)
    if statement["digests"] != _digests(folder):
        raise EvidenceError(f"a file of {folder} changed after it was signed", RESTORE)
    return committed.key_id


def _digests(folder: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256(_read(folder / name)).hexdigest()
        for name in (COMMITMENT, MANIFEST, PLACES)
    }


def _decoded(path: Path, kind: type[_T]) -> _T:
    return decoded_record(path, _read(path), kind)


def _read(path: Path) -> bytes:
    return private_content(path, _HINT)
