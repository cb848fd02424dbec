# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packages in an object store, through fsspec: s3, gs, az."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from codescan.errors import MissingExtraError, PackageError
from codescan.index.packages.storage import MissingObjectError, public_url

__all__ = ["ObjectStorage", "open_object_storage"]

_HINT = "check the network, the name of the bucket and its credentials, then run it again"


def open_object_storage(url: str) -> ObjectStorage:
    """The object store at a URL, with the credentials that its library finds.

    Raises:
        MissingExtraError: fsspec or the library of this store is not installed.
        PackageError: the store cannot be opened.
    """
    if find_spec("fsspec") is None:
        raise MissingExtraError("packages in object stores", "share")
    from fsspec.core import url_to_fs

    try:
        file_system, root = url_to_fs(url)
    except ImportError:
        raise MissingExtraError(f"packages at {public_url(url)}", "share") from None
    except Exception as error:  # each store has exceptions of its own
        raise PackageError(
            f"{public_url(url)} cannot be opened: {type(error).__name__}", _HINT
        ) from error
    return ObjectStorage(file_system, root, public_url(url))


class ObjectStorage:
    """Packages in a file system of fsspec.

    Args:
        file_system: of fsspec.
        root: path of the repository in it.
        url: the same for messages, without credentials.
    """

    def __init__(self, file_system: Any, root: str, url: str) -> None:
        self._file_system = file_system
        self._root = root.rstrip("/")
        self.url = url.rstrip("/")

    def read(self, path: str, limit: int) -> bytes:
        """The object at `path`, of at most `limit` bytes; more are not requested."""
        try:
            content = bytes(self._file_system.cat_file(self._at(path), start=0, end=limit + 1))
        except FileNotFoundError:
            raise MissingObjectError(
                f"there is no {self.url}/{path}", "check the name of the package and the URL"
            ) from None
        except Exception as error:
            raise self._failed(path, error) from error
        if len(content) > limit:
            raise PackageError(
                f"{self.url}/{path} is longer than the {limit:,} bytes that it may have",
                "the file in the store was altered: tell the publisher",
            )
        return content

    def size(self, path: str) -> int | None:
        """Bytes of the object at `path`; None where there is none."""
        try:
            return int(self._file_system.info(self._at(path))["size"])
        except FileNotFoundError:
            return None
        except Exception as error:
            raise self._failed(path, error) from error

    def write(self, path: str, content: bytes) -> None:
        """Put an object in place."""
        try:
            self._file_system.pipe_file(self._at(path), content)
        except Exception as error:
            raise self._failed(path, error) from error

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _failed(self, path: str, error: Exception) -> PackageError:
        # Messages of such libraries may hold signed URLs.
        return PackageError(f"{self.url}/{path} cannot be used: {type(error).__name__}", _HINT)
