# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Types of downloads: checksums, results, errors, and the cache folder."""

from __future__ import annotations

import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from codescan.errors import SourceError
from codescan.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "Checksum", "Expected", "Fetchable", "Fetched", "TransferError", "cache_folder", "fetch_all",
    "iso_date", "mismatch", "public", "refused", "unfetched", "unreachable",
]  # fmt: skip

_ALGORITHMS = {"sha512": 128, "sha384": 96, "sha256": 64, "sha1": 40, "md5": 32}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?!\d)", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+")
_CONNECTIONS = 4
_MAX_DETAIL = 1000


class TransferError(SourceError):
    """A download failed.

    Args:
        reason: a stable word for a Skipped: "not-found", "unreachable", "refused",
            "checksum-mismatch" or "too-large".
        message: what happened, to which URL.
        hint: what to do next.
    """

    def __init__(self, reason: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Checksum:
    """The expected hash of a file."""

    algorithm: str
    digest: str
    """Lower-case hexadecimal."""

    def __post_init__(self) -> None:
        """Reject an invalid checksum before anything is downloaded."""
        length = _ALGORITHMS.get(self.algorithm)
        if length != len(self.digest) or not _HEX.fullmatch(self.digest):
            raise TransferError(
                "checksum-mismatch", f"{self.algorithm}:{self.digest[:80]} is not a usable checksum"
            )

    def matches(self, path: Path) -> bool:
        """Whether a file has this checksum."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(
                file, lambda: hashlib.new(self.algorithm, usedforsecurity=False)
            )
        return digest.hexdigest() == self.digest


class Expected(Protocol):
    """Verifies that a downloaded file is the expected one."""

    @property
    def algorithm(self) -> str:
        """Name of the hash, for messages."""
        ...

    def matches(self, path: Path) -> bool:
        """Whether a file is the expected one."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A package whose archives are in the cache, complete and verified."""

    item: str
    """Package URL."""
    files: tuple[Path, ...]
    size: int
    """Bytes of all files."""


class Fetchable(Protocol):
    """A source whose packages can be downloaded before they are read."""

    def fetch(self) -> Iterator[Fetched | Skipped]:
        """Download every package; yield the result or the failure, in the source's order."""
        ...


def fetch_all(
    items: Iterable[tuple[str, Callable[[], tuple[Path, ...]]]],
) -> Iterator[Fetched | Skipped]:
    """Run downloads over a few connections at once; results are in the order of the items.

    Args:
        items: package URL, and a function that downloads it and returns the files.
    """

    def one(item: tuple[str, Callable[[], tuple[Path, ...]]]) -> Fetched | Skipped:
        name, download = item
        try:
            files = download()
        except TransferError as error:
            return unfetched(name, error)
        return Fetched(name, files, sum(file.stat().st_size for file in files))

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        yield from pool.map(one, items)


def unfetched(item: str, error: TransferError) -> Skipped:
    """The Skipped of a failed download."""
    detail = f"{error.message} ({error.hint})" if error.hint else error.message
    return Skipped(item=item, stage="fetch", reason=error.reason, detail=detail[:_MAX_DETAIL])


def iso_date(stated: object) -> str | None:
    """The date of a time in ISO 8601, as an index states it; None for anything else."""
    match = _DATE.match(stated) if isinstance(stated, str) else None
    return match.group() if match is not None else None


def cache_folder(option: str | Path | None = None) -> Path:
    """The folder for downloads: the option, else CODESCAN_CACHE, else the user's cache folder."""
    chosen = option or os.environ.get("CODESCAN_CACHE")
    if chosen:
        return Path(chosen).expanduser() / "corpora"
    from platformdirs import user_cache_path

    return user_cache_path("codescan", appauthor=False) / "corpora"


def public(url: str) -> str:
    """A URL without user name and password, safe for messages and requests."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def unreachable(url: str, cause: object) -> TransferError:
    """The error for a server that does not answer."""
    return TransferError(
        "unreachable",
        f"{public(url)} cannot be reached: {cause}",
        "check the network, or configure a mirror that can be reached",
    )


def refused(url: str, status: int) -> TransferError:
    """The error for a server that answers without the file."""
    missing = status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    return TransferError(
        "not-found" if missing else "refused",
        f"{public(url)} answers {status} {phrase}".rstrip(),
        "check the name and version" if missing else "check the credentials of this index",
    )


def mismatch(url: str, checksum: Expected) -> TransferError:
    """The error for a file with a wrong checksum."""
    return TransferError(
        "checksum-mismatch",
        f"{public(url)} does not match the {checksum.algorithm} of its index",
        "try again later; if it stays so, the mirror is damaged",
    )
