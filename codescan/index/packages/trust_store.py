# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The trust store: keys whose packages are accepted, and the newest package seen of each name.

One JSON file that only the user may read or write, in a folder of the same kind. A store that
others can write is refused: whoever writes it decides which index is believed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fnmatch
import json
import os
import stat
from typing import TYPE_CHECKING

import msgspec

from codescan.errors import IndexFormatError, OutputError, PackageError, UsageError
from codescan.index.packages.statement import check_name
from codescan.index.regular_files import read_regular
from codescan.records.json_decode import DecodingError, decode_json
from codescan.signatures.signing_keys import PublicKey
from codescan.system.file_locks import lock_file
from codescan.system.files import open_file
from codescan.system.permissions import belongs_to_user, others_may
from codescan.tasks.unfinished import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from codescan.index.packages.statement import Package

__all__ = ["PinnedKey", "TrustStore"]

_FILE = "trust.json"
_MAX_BYTES = 4 * 1024 * 1024
_SCHEMA_VERSION = 1
_OTHERS = 0o077
"""Permission bits of group and others."""


class PinnedKey(msgspec.Struct, frozen=True):
    """A key that may sign packages."""

    key_id: str
    pem: str
    packages: tuple[str, ...]
    """Names of packages that it may sign; `*` stands for any characters."""
    added: str
    """ISO 8601 date."""

    def may_sign(self, name: str) -> bool:
        """Whether packages of this name are accepted from it."""
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.packages)


class _Seen(msgspec.Struct, frozen=True):
    """The newest package of a name that a key signed."""

    key_id: str
    name: str
    sequence: int
    root: str


class _Content(msgspec.Struct, frozen=True):
    schema_version: int = _SCHEMA_VERSION
    keys: tuple[PinnedKey, ...] = ()
    seen: tuple[_Seen, ...] = ()


class TrustStore:
    """The pinned keys of a user.

    Args:
        folder: where they are kept; made when the first key is added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pinned_keys(self) -> tuple[PinnedKey, ...]:
        """The pinned keys, by id.

        Raises:
            PackageError: the store is damaged, or others can write it.
        """
        return self._load().keys

    def key_for(self, name: str, key_id: str) -> PublicKey:
        """The pinned key with this id.

        Args:
            name: the package that it signed.
            key_id: the id that the package states.

        Raises:
            PackageError: it is not pinned, or not for packages of this name.
        """
        for pinned in self.pinned_keys():
            if pinned.key_id != key_id:
                continue
            if not pinned.may_sign(name):
                raise PackageError(
                    f"the key {key_id} is not trusted for packages named {name}",
                    f"it is trusted for: {', '.join(pinned.packages)}",
                )
            key = PublicKey(pinned.pem.encode())
            if key.key_id != key_id:
                raise self._damaged("a key does not have its id")
            return key
        raise PackageError(
            f"the package {name} is signed by a key that is not trusted: {key_id}",
            "compare this id with the one that the publisher made known; if they are equal, get "
            "the publisher's public key and run: codescan index trust add KEY.pub",
        )

    def add(self, pem: bytes, packages: Sequence[str] = ("*",)) -> PinnedKey:
        """Pin a key, or change the packages of a pinned one.

        Args:
            pem: the public key.
            packages: names of packages that it may sign; `*` stands for any characters.

        Raises:
            EvidenceError: it is not an ed25519 public key.
            UsageError: a name cannot be one of a package.
            OutputError: the store cannot be written.
        """
        for pattern in packages:
            check_name(pattern.replace("*", "x"))
        key = PublicKey(pem)
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        pinned = PinnedKey(key.key_id, key.pem.decode(), tuple(packages), today)
        with self._changing() as content:
            other_keys = [one for one in content.keys if one.key_id != pinned.key_id]
            keys = tuple(sorted((*other_keys, pinned), key=lambda one: one.key_id))
            self._save(msgspec.structs.replace(content, keys=keys))
        return pinned

    def remove(self, key_id: str) -> PinnedKey:
        """Unpin a key.

        Args:
            key_id: its id, or the beginning of it, at least 8 characters.

        Raises:
            UsageError: no key, or more than one, has an id that begins like this.
        """
        with self._changing() as content:
            fitting = [key for key in content.keys if key.key_id.startswith(key_id)]
            if len(key_id) < 8 or len(fitting) != 1:  # noqa: PLR2004  as the docstring says
                raise UsageError(
                    f"{key_id[:80]!r} names {len(fitting)} trusted keys",
                    "give the id, or at least 8 characters of it: codescan index trust list",
                )
            keys = tuple(key for key in content.keys if key is not fitting[0])
            self._save(msgspec.structs.replace(content, keys=keys))
        return fitting[0]

    def accept(self, package: Package, key_id: str) -> None:
        """Record that a package was seen; from now on no older one of its name is accepted.

        Packages of one name are compared whichever trusted key signed them. Otherwise a server
        could bring back a package of an old key after its publisher changed keys.

        Raises:
            PackageError: a newer package of the same name, or another one of the same sequence
                number, was seen before.
        """
        with self._changing() as content:
            trusted = {key.key_id for key in content.keys if key.may_sign(package.name)}
            for seen in content.seen:
                if seen.name == package.name and seen.key_id in trusted:
                    _check_newer(package, key_id, seen)
            new = _Seen(key_id, package.name, package.sequence, package.index.root)
            others = [
                seen for seen in content.seen if (seen.name, seen.key_id) != (new.name, new.key_id)
            ]
            self._save(msgspec.structs.replace(content, seen=(*others, new)))

    def _load(self) -> _Content:
        try:
            for path in (self.folder, self.folder / _FILE):
                self._check_private(path)
            raw = read_regular(self.folder / _FILE, _MAX_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return _Content()
        except (OSError, IndexFormatError) as error:
            raise self._damaged(str(error)) from error
        try:
            content = decode_json(raw, _Content)
        except DecodingError as error:
            raise self._damaged(str(error)) from error
        if content.schema_version != _SCHEMA_VERSION:
            raise self._damaged(f"it has version {content.schema_version}")
        return content

    def _check_private(self, path: Path) -> None:
        """Check that only the user can read and write a file or folder of the store.

        Raises:
            PackageError: others can.
        """
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise self._damaged(f"{path} is a symbolic link")
        if not belongs_to_user(status):
            raise PackageError(f"{path} belongs to another user", "remove it, and add keys again")
        if others_may(status, _OTHERS):
            mode = "700" if stat.S_ISDIR(status.st_mode) else "600"
            raise PackageError(
                f"other users can change {path}, the list of trusted keys",
                f"check its content, then run: chmod {mode} {path}",
            )

    @contextlib.contextmanager
    def _changing(self) -> Iterator[_Content]:
        """Hold the lock of the store; the value is its content."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = open_file(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            lock_file(lock, wait=True)
            yield self._load()
        finally:
            os.close(lock)

    def _save(self, content: _Content) -> None:
        text = json.dumps(msgspec.to_builtins(content), indent=2) + "\n"
        try:
            with replacing(self.folder / _FILE, private=True) as file:
                file.write(text.encode())
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"the trusted keys in {self.folder} cannot be written: {error.strerror}",
            "check the free space and the permissions of the folder",
        )

    def _damaged(self, reason: str) -> PackageError:
        return PackageError(
            f"the trusted keys in {self.folder} cannot be read: {reason}",
            f"remove {self.folder / _FILE}, and add the keys again: codescan index trust add",
        )


def _check_newer(package: Package, key_id: str, seen: _Seen) -> None:
    """Check that a package is not older than one that was seen.

    Raises:
        PackageError: it is older, or another one of the same number.
    """
    other_key = "" if key_id == seen.key_id else f", of the key {seen.key_id}"
    if package.sequence < seen.sequence:
        raise PackageError(
            f"the package {package.name} is older (number {package.sequence}) than one that was "
            f"seen before (number {seen.sequence}{other_key})",
            "if both keys sign packages of this name, limit each to its own names (codescan index "
            "trust add KEY.pub --package NAME) or remove one"
            if other_key
            else "the server holds or serves an old copy: ask its publisher",
        )
    if package.sequence == seen.sequence and package.index.root != seen.root:
        raise PackageError(
            f"two different packages {package.name} have the number {seen.sequence}{other_key}",
            "ask its publisher to pack the index again",
        )
