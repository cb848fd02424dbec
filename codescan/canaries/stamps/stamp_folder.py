# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The private folder of a stamp: the key, the originals, and a commitment that can be published."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from codescan.canaries.private_files import RESTORE, decoded_record, private_content
from codescan.canaries.stamps.package_forms import StampedFile, stamped_before
from codescan.errors import EvidenceError, UsageError
from codescan.records.json_encode import canonical_json
from codescan.runs.files import PRIVATE_FOLDER, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "COMMITMENT", "LARGEST_FILE", "ORIGINALS", "STAMP", "Stamp", "kept_stamp", "read_stamp",
    "sha256_of", "stamped_files", "write_stamp",
]  # fmt: skip

STAMP, COMMITMENT, ORIGINALS = "stamp.json", "commitment.json", "originals"
LARGEST_FILE = 1 << 20
_HINT = "give the folder that `codescan canary stamp --private-folder` wrote"


class Stamp(Struct, frozen=True, kw_only=True):
    """The data that a later test needs, besides the originals."""

    schema_version: int = 1
    key: str
    forms: int
    """Forms of a file that a test compares."""
    files: dict[str, tuple[str, str]]
    """SHA-256 of the original and of the published form, by path."""


class _Commitment(Struct, frozen=True, kw_only=True):
    schema_version: int = 1
    stamp_sha256: str
    files: int


def write_stamp(private: Path, key: str, forms: int, files: Iterable[StampedFile]) -> str:
    """Write the stamp and its commitment; return the SHA-256 of the stamp.

    Raises:
        OutputError: a file cannot be written.
    """
    hashes = {
        f.path: (sha256_of(f.source.encode()), sha256_of(f.published.encode())) for f in files
    }
    stamp = canonical_json(to_builtins(Stamp(key=key, forms=forms, files=hashes)))
    private.chmod(PRIVATE_FOLDER)
    write_atomically(private / STAMP, stamp)
    write_atomically(private / COMMITMENT, _commitment(stamp, len(hashes)))
    return sha256_of(stamp)


def _commitment(stamp: bytes, files: int) -> bytes:
    """The one spelling of the commitment to a stamp."""
    commitment = _Commitment(stamp_sha256=sha256_of(stamp), files=files)
    return canonical_json(to_builtins(commitment))


def kept_stamp(private: Path) -> tuple[str, str] | None:
    """Key and SHA-256 of a stamp whose published form may be missing; None where there is none."""
    try:
        content = private_content(private / STAMP, _HINT)
        key = decoded_record(private / STAMP, content, Stamp).key
    except (EvidenceError, UsageError):
        return None
    return (key, sha256_of(content)) if key else None


def read_stamp(private: Path) -> tuple[Stamp, str]:
    """The stamp of a folder, checked against its commitment, and its SHA-256.

    Raises:
        UsageError: the folder holds no stamp.
        EvidenceError: a file is damaged, or is not the one that was committed to.
    """
    content, commitment = (private_content(private / name, _HINT) for name in (STAMP, COMMITMENT))
    stamp = decoded_record(private / STAMP, content, Stamp)
    if commitment != _commitment(content, len(stamp.files)):
        raise EvidenceError(f"{private / STAMP} or its commitment changed after writing", _HINT)
    return stamp, sha256_of(content)


def stamped_files(private: Path, stamp: Stamp) -> list[StampedFile]:
    """The files of a stamp with their forms, checked against their hashes.

    Raises:
        UsageError: an original is missing.
        EvidenceError: an original changed, or this version draws other forms.
    """
    files = []
    for path, (original, published) in stamp.files.items():
        place = private / ORIGINALS / path
        if not place.resolve().is_relative_to(private.resolve()):
            raise EvidenceError(f"{private / STAMP} names a file outside {private}: {path}", _HINT)
        source = private_content(place, _HINT, LARGEST_FILE)
        if sha256_of(source) != original:
            raise EvidenceError(f"{place} changed after it was stamped", RESTORE)
        form = stamped_before(path, source.decode("utf-8", "replace"), stamp.key, stamp.forms)
        if isinstance(form, str) or sha256_of(form.published.encode()) != published:
            raise EvidenceError(
                f"{path} has other forms in this version", "use the version that stamped it"
            )
        files.append(form)
    return files


def sha256_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
