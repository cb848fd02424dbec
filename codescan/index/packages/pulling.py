# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pulls a package: its statement is verified first, each part before it is used.

Parts are written into a folder beside the shards (`.pull`), where an interrupted pull leaves them
for the next one. The index changes in one step, once every byte of the new one is there; until then
it stays what it was. Parts that the present index holds are copied from it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError, OutputError, PackageError
from codescan.index.manifest import Manifest
from codescan.index.packages.assembly import Assembly
from codescan.index.packages.cutting import index_paths
from codescan.index.packages.downloading import download_parts
from codescan.index.packages.statement import (
    MANIFEST,
    MAX_ENVELOPE_BYTES,
    Package,
    check_times,
    envelope_path,
    key_id_of,
    read_statement,
    unverified_package,
)
from codescan.index.regular_files import read_regular
from codescan.index.transaction import changing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from codescan.index.packages.storage import Storage
    from codescan.index.packages.trust_store import TrustStore

__all__ = ["ENVELOPE", "Pulled", "VerifiedPackage", "fetch_statement", "pull", "read_installed"]

ENVELOPE = "package.json"
"""Name of the statement in the folder of a pulled index."""
_SPARE_BYTES = 16 * 1024 * 1024
"""Free space that a pull leaves on the disk."""


@dataclass(frozen=True, slots=True)
class VerifiedPackage:
    """A package whose statement a trusted key signed."""

    package: Package
    key_id: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Pulled:
    """An index that was pulled."""

    package: Package
    received_parts: int
    received_bytes: int


def fetch_statement(
    name: str, storage: Storage, trust: TrustStore, now: dt.datetime
) -> VerifiedPackage:
    """Fetch the newest package of a name, and verify its statement.

    Raises:
        PackageError: it is out of reach, not signed by a trusted key, altered, expired, of another
            name, or older than one that was seen before.
    """
    envelope = storage.read(envelope_path(name), MAX_ENVELOPE_BYTES)
    key_id = key_id_of(envelope)
    package = read_statement(envelope, trust.key_for(name, key_id))
    if package.name != name:
        raise PackageError(
            f"{storage.url} answers with the package {package.name} for {name}",
            "the server returns the wrong package: tell its publisher",
        )
    check_times(package, now)
    trust.accept(package, key_id)
    return VerifiedPackage(package, key_id, envelope)


def pull(
    verified: VerifiedPackage,
    storage: Storage,
    out: Path,
    on_bytes: Callable[[int, int], None] = lambda _done, _total: None,
) -> Pulled:
    """Make the folder `out` the index of a package.

    Args:
        verified: the package.
        storage: where its parts are.
        out: folder of the index; an index in it is replaced.
        on_bytes: called with the bytes that are in place, and with all bytes of the package.

    Raises:
        PackageError: a part is missing, altered or out of reach; or the files are not an index.
        OutputError: the folder cannot be written, is too small, or another process changes it.
    """
    package = verified.package
    with changing(out):
        try:
            assembly = Assembly(out, package, ENVELOPE)
            missing = assembly.missing_parts(lambda done: on_bytes(done, package.bytes))
            _check_space(out, sum(part.bytes for part in missing))
            present_bytes = package.bytes - sum(
                part.bytes * len(places) for part, places in missing.items()
            )
            received = download_parts(
                storage,
                missing,
                assembly,
                lambda done: on_bytes(present_bytes + done, package.bytes),
            )
            _check_index(assembly, package)
            assembly.install(verified.envelope)
        except OSError as error:
            raise OutputError(
                f"the index folder {out} cannot be written: {error.strerror or error}",
                "check the free space and the permissions; then pull again: finished parts stay",
            ) from error
    return Pulled(package, len(missing), received)


def read_installed(folder: Path, manifest: Manifest, trust: TrustStore) -> VerifiedPackage | None:
    """The package that an index was pulled from; None where there is none, or the index changed.

    Args:
        folder: of the index.
        manifest: of the index.
        trust: the keys that the user trusts.

    Raises:
        PackageError: the statement is damaged, or not signed by a key that is trusted now.
    """
    try:
        envelope = read_regular(folder / ENVELOPE, MAX_ENVELOPE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IndexFormatError as error:
        raise PackageError(error.message, "pull the package again") from error
    unverified = unverified_package(envelope)
    if unverified.index.root != manifest.root:
        return None
    key_id = key_id_of(envelope)
    package = read_statement(envelope, trust.key_for(unverified.name, key_id))
    return VerifiedPackage(package, key_id, envelope)


def _check_space(out: Path, needed: int) -> None:
    free = shutil.disk_usage(out).free
    if free < needed + _SPARE_BYTES:
        raise OutputError(
            f"{out} has {free:,} bytes free, the package needs {needed + _SPARE_BYTES:,}",
            "free some space, or choose another folder with --out",
        )


def _check_index(assembly: Assembly, package: Package) -> None:
    """Check that the files are one index: that which the statement names, and nothing else.

    Raises:
        PackageError: they are not.
    """
    for file in package.files:
        if assembly.sha256(file) != file.sha256:
            raise PackageError(
                f"the parts of {file.path} do not make up the file", "ask its publisher"
            )
    try:
        manifest = Manifest.load(assembly.folder)
    except IndexFormatError as error:
        raise PackageError(
            f"the package {package.name} cannot be used: {error.message}",
            "update codescan, or ask its publisher for a package of this version",
        ) from error
    sizes = {file.path: file.bytes for file in package.files if file.path != MANIFEST}
    described = {path: size for path, size in index_paths(manifest).items() if size is not None}
    if sizes != described or manifest.root != package.index.root:
        raise PackageError(
            f"the files of the package {package.name} are not those of its index",
            "ask its publisher to pack the index again",
        )
