# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens the place of packages that an address names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from codescan.errors import UsageError
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.storage import public_url

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from codescan.index.packages.storage import Storage

__all__ = ["open_storage"]

_OBJECT_STORES = ("abfs", "az", "gs", "s3")
"""Schemes that fsspec opens."""


def open_storage(address: str, *, token: str = "", allow_local_http: bool = False) -> Storage:
    """The place at a URL or in a folder; nothing is read yet.

    Args:
        address: a folder, or a URL: file, https, http (of this machine only), s3, gs, az, abfs.
        token: bearer token for a server; "" for none.
        allow_local_http: accept http URLs of this machine.

    Raises:
        UsageError: the address is none of these.
        MissingExtraError: its kind needs an extra that is not installed.
    """
    scheme, separator, _ = address.partition("://")
    if not separator:
        return FolderStorage(Path(address))
    parts = _split(address)
    if parts.query or parts.fragment:
        raise UsageError(
            f"{public_url(address)} has a query (?...) or a fragment (#...)",
            "give the URL of the folder alone",
        )
    if scheme == "file":
        if parts.hostname not in (None, "localhost"):
            raise UsageError(f"{address} is on another machine", "write file:///FOLDER")
        return FolderStorage(Path(unquote(parts.path)))
    if scheme in ("http", "https"):
        from codescan.index.packages.http_storage import HttpStorage

        return HttpStorage(address, token=token, allow_local_http=allow_local_http)
    if scheme in _OBJECT_STORES:
        from codescan.index.packages.object_storage import open_object_storage

        return open_object_storage(address)
    raise UsageError(
        f"{scheme[:40]!r} is not a supported kind of package repository",
        f"use a folder, file, https, {', '.join(_OBJECT_STORES)}",
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port  # parsed when they are asked for
    except ValueError:
        raise UsageError(f"{public_url(url)!r} is not a URL", "correct it") from None
    return parts
