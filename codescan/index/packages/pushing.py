# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pushes a packed index to a server: parts that the server lacks, then the statement."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.errors import PackageError
from codescan.index.packages.statement import (
    MAX_ENVELOPE_BYTES,
    Package,
    envelope_path,
    key_id_of,
    part_path,
    read_statement,
)
from codescan.index.packages.storage import MissingObjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.index.packages.storage import Storage
    from codescan.index.packages.trust_store import TrustStore

__all__ = ["Pushed", "push"]

_THREADS = 4


@dataclass(frozen=True, slots=True)
class Pushed:
    """A package on a server."""

    package: Package
    key_id: str
    sent_parts: int
    sent_bytes: int


def push(
    name: str,
    packed: Storage,
    target: Storage,
    trust: TrustStore,
    on_bytes: Callable[[int, int], None] = lambda _done, _total: None,
) -> Pushed:
    """Copy a package; run again, it goes on where it was interrupted.

    Args:
        name: of the package.
        packed: the folder that `pack` wrote.
        target: the server or folder.
        trust: the keys that the user trusts; the package must be signed by one of them.
        on_bytes: called with the bytes handled, and with all bytes of the package.

    Raises:
        PackageError: the package is missing, damaged or not signed by a trusted key; the server
            cannot be reached, or has a newer package.
    """
    envelope = packed.read(envelope_path(name), MAX_ENVELOPE_BYTES)
    key_id = key_id_of(envelope)
    package = read_statement(envelope, trust.key_for(name, key_id))
    if package.name != name:
        raise PackageError(
            f"the package in {packed.url} is named {package.name}, not {name}", "pack it again"
        )
    _check_target(package, envelope, target, trust)
    sent_so_far = sent = sent_bytes = 0

    def send(sha256: str, size: int) -> tuple[int, int]:
        path = part_path(sha256)
        if target.size(path) == size:
            return size, 0
        content = packed.read(path, size)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PackageError(
                f"the part {path} in {packed.url} is damaged", "pack the index again"
            )
        target.write(path, content)
        if target.size(path) != size:
            raise PackageError(
                f"{target.url} did not keep the part {path}", "check the server, then push again"
            )
        return size, size

    with ThreadPoolExecutor(_THREADS) as threads:
        futures = [threads.submit(send, sha256, size) for sha256, size in package.parts.items()]
        try:
            for future in futures:
                size, moved = future.result()
                sent_so_far += size
                sent += moved > 0
                sent_bytes += moved
                on_bytes(sent_so_far, package.bytes)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    target.write(envelope_path(name), envelope)
    if target.read(envelope_path(name), MAX_ENVELOPE_BYTES) != envelope:
        raise PackageError(
            f"{target.url} does not return the pushed package",
            "check the server and its caches, then push again",
        )
    return Pushed(package, key_id, sent, sent_bytes)


def _check_target(package: Package, envelope: bytes, target: Storage, trust: TrustStore) -> None:
    """Check that a package takes the place of an older one of the same name only.

    Raises:
        PackageError: the target has a newer package, or one of a key that is not trusted.
    """
    try:
        present = target.read(envelope_path(package.name), MAX_ENVELOPE_BYTES)
    except MissingObjectError:
        return
    if present == envelope:
        return
    published = read_statement(present, trust.key_for(package.name, key_id_of(present)))
    if published.sequence >= package.sequence:
        raise PackageError(
            f"{target.url} has a package {package.name} that is not older "
            f"(number {published.sequence}, this one has {package.sequence})",
            "pack the index again: a new package gets a higher number",
        )
