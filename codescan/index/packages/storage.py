# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Storage of packages: a folder, an HTTP server or an object store, with the same three methods."""

from __future__ import annotations

from typing import Protocol

from codescan.errors import PackageError

__all__ = ["MissingObjectError", "Storage", "public_url"]


class MissingObjectError(PackageError):
    """A place has no object of this name."""


class Storage(Protocol):
    """A place with objects by path, all of them small enough for memory."""

    @property
    def url(self) -> str:
        """The place, without credentials."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """The object at `path`.

        Raises:
            MissingObjectError: there is none.
            PackageError: it is longer than `limit` bytes, or cannot be read.
        """
        ...

    def size(self, path: str) -> int | None:
        """Bytes of the object at `path`; None where there is none.

        Raises:
            PackageError: the place cannot be asked.
        """
        ...

    def write(self, path: str, content: bytes) -> None:
        """Put an object in place, whole or not at all.

        Raises:
            PackageError: it cannot be written.
        """
        ...


def public_url(url: str) -> str:
    """A URL without user name, password, query and fragment, fit for messages."""
    scheme, separator, tail = url.partition("://")
    if not separator:
        return url
    tail = tail.partition("?")[0].partition("#")[0]
    host, slash, path = tail.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
