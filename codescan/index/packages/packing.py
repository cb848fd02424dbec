# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packs an index: verifies it, cuts its files into parts, signs the statement."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import PackageError, UsageError
from codescan.index.packages.cutting import cut_file, index_paths
from codescan.index.packages.statement import (
    FORMAT_VERSION,
    MAX_ENVELOPE_BYTES,
    IndexIdentity,
    Package,
    check_name,
    envelope_path,
    part_path,
    read_statement,
    sign_package,
)
from codescan.index.packages.storage import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.index.packages.statement import Material, Part
    from codescan.index.packages.storage import Storage
    from codescan.index.reader import Index
    from codescan.signatures.signing_keys import SigningKey

__all__ = ["Validity", "pack"]

_USER_INFO = re.compile(r"://[^/\s\"]*@")


@dataclass(frozen=True, slots=True)
class Validity:
    """When a package is made, and how long clients accept it."""

    now: dt.datetime
    days: int = 365


def pack(
    index: Index,
    storage: Storage,
    key: SigningKey,
    material: Material,
    validity: Validity,
    *,
    name: str = "",
    on_bytes: Callable[[int], None] = lambda _count: None,
) -> Package:
    """Write the package of an index; parts that the storage has are not written again.

    The statement is written last: until then the storage has the package that it had before.

    Args:
        index: it is verified first.
        storage: usually a folder.
        key: signs the statement.
        material: licenses and texts of the index.
        validity: its time.
        name: of the package; "" for that of the index.
        on_bytes: called with the number of bytes cut.

    Raises:
        IndexFormatError: the index is damaged.
        UsageError: the name cannot be one of a package, the recipe of the index holds credentials,
            or the index is too large.
        PackageError: the storage cannot be written, holds a package of this name by another key, or
            the index changes during packing.
    """
    name = check_name(name or index.manifest.name)
    _check_publishable(index)
    index.verify()
    sequence = _next_sequence(storage, name, key, validity.now)
    cut = 0

    def keep(part: Part, content: bytes) -> None:
        nonlocal cut
        path = part_path(part.sha256)
        if not _holds(storage, path, content):
            storage.write(path, content)
        cut += part.bytes
        on_bytes(cut)

    files = [cut_file(index.path, path, keep) for path in sorted(index_paths(index.manifest))]
    package = Package(
        format_version=FORMAT_VERSION,
        name=name,
        sequence=sequence,
        created=validity.now,
        expires=validity.now + dt.timedelta(days=validity.days),
        index=_identity(index),
        material=material,
        files=tuple(files),
    )
    _check_unchanged(index, package)
    envelope = sign_package(package, key)
    read_statement(envelope, key.public)  # nothing is published that a client would refuse
    storage.write(envelope_path(name), envelope)
    return package


def _check_publishable(index: Index) -> None:
    """Check that the manifest, which is published, holds no credentials.

    Raises:
        UsageError: a URL of its recipe has a user name or password.
    """
    if _USER_INFO.search(json.dumps(index.manifest.recipe, ensure_ascii=False, default=str)):
        raise UsageError(
            f"the recipe in the index {index.path} holds a user name or password in a URL",
            "build the index again: this version keeps recipes without credentials",
        )


def _holds(storage: Storage, path: str, content: bytes) -> bool:
    """Whether an object is there, and is this one."""
    if storage.size(path) != len(content):
        return False
    return storage.read(path, len(content)) == content


def _next_sequence(storage: Storage, name: str, key: SigningKey, now: dt.datetime) -> int:
    """The seconds of the clock, or one more than the newest package has.

    Raises:
        PackageError: the newest package cannot be read with this key.
    """
    clock = int(now.timestamp())
    try:
        envelope = storage.read(envelope_path(name), MAX_ENVELOPE_BYTES)
    except MissingObjectError:
        return clock
    try:
        newest = read_statement(envelope, key.public)
    except PackageError as error:
        raise PackageError(
            f"{storage.url} has a package {name} that this key did not sign: {error.message}",
            "sign with the key of that package, or choose another folder or --name",
        ) from error
    return max(clock, newest.sequence + 1)


def _identity(index: Index) -> IndexIdentity:
    manifest = index.manifest
    return IndexIdentity(
        **{name: getattr(manifest, name) for name in IndexIdentity.__struct_fields__}
    )


def _check_unchanged(index: Index, package: Package) -> None:
    """Check that the files are those of the index that was verified.

    Raises:
        PackageError: the index was replaced during packing.
    """
    sizes = {file.path: file.bytes for file in package.files}
    expected = index_paths(index.manifest)
    changed = [path for path, size in expected.items() if size not in (None, sizes[path])]
    if changed or type(index.manifest).load(index.path).root != index.manifest.root:
        raise PackageError(
            f"the index {index.path} changed while it was packed", "wait, then pack it again"
        )
