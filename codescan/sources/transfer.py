# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Downloads over HTTP into a cache folder: retried, resumed, verified, renamed when complete.

urllib of the standard library is enough for plain GETs. It honors proxies and SSL_CERT_FILE and
adds no dependency to the base installation. It is imported when the first download starts.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from codescan.errors import SourceError
from codescan.records.json_decode import decode_json
from codescan.sources.downloads import (
    Expected,
    TransferError,
    mismatch,
    public,
    refused,
    unreachable,
)
from codescan.system.file_locks import lock_file
from codescan.tasks.unfinished import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.client import HTTPResponse

_T = TypeVar("_T")

__all__ = ["Client", "Page"]

_BLOCK = 1 << 18
_MAX_PAGE = 256 << 20
_MAX_FILE = 4 << 30
_RETRIED = frozenset((408, 425, 429, 500, 502, 503, 504))
_PATIENCE = 20.0
_SLOWEST = 100
"""Bytes in a second; a slower server counts as one that does not answer."""
_MAX_NAME = 200
_PLAIN_NAME = re.compile(r"[^/\\:\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A small answer of a server."""

    url: str
    """URL after redirects, the base of relative links."""
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Client:
    """Fetches pages and files; picklable, so that worker processes can use it.

    Args:
        folder: cache folder; made when needed.
        certificates: file with the certificates to trust; "" for those of the system.
        credentials: (URL prefix, value of the Authorization header), longest prefix wins.
        timeout: seconds without an answer, or with hardly any bytes of it, before an attempt counts
            as failed.
        attempts: maximum attempts for each download.
        offline: use only the cache.
    """

    folder: Path
    certificates: str = ""
    credentials: tuple[tuple[str, str], ...] = ()
    timeout: float = 30.0
    attempts: int = 4
    offline: bool = False

    def page(
        self,
        url: str,
        accept: str = "*/*",
        max_age: float = 3600.0,
        shortened: Callable[[Page], bytes] | None = None,
    ) -> Page:
        """An index page, from the cache if it is recent enough or the server cannot be reached.

        Args:
            url: http, https or file; a file URL of a folder means its index.html.
            accept: requested media types.
            max_age: seconds for which a cached page is used without a request.
            shortened: returns the part of a page to cache and return; default: all of it.

        Raises:
            TransferError: no answer, and none in the cache.
        """
        local = _local(url)
        if local is not None:
            return _local_page(url, local)
        key = hashlib.sha256(f"{accept} {url}".encode()).hexdigest()
        stored = self.folder / "pages" / key[:2] / key
        cached = _read_page(stored)
        if cached is not None and (self.offline or _age(stored) < max_age):
            return cached
        try:
            page = self._retrying(url, lambda: self._read(url, accept))
        except TransferError as error:
            if cached is None or error.reason != "unreachable":
                raise
            return cached
        if len(page.content) > _MAX_PAGE:
            raise TransferError("too-large", f"{public(url)} answers with more than 256 MiB")
        if shortened is not None:
            page = replace(page, content=shortened(page))
        header = json.dumps({"url": page.url, "type": page.media_type}).encode()
        _write(stored, header + b"\n" + page.content)
        return page

    def file(self, url: str, name: str, checksum: Expected | None) -> Path:
        """A complete, verified file; from the cache or downloaded now.

        Args:
            url: http, https or file.
            name: its file name in the cache, without folders.
            checksum: its expected checksum; None accepts any file.

        Raises:
            TransferError: it is not available, its checksum is wrong, or the name is not one.
        """
        local = _local(url)
        if local is not None:
            if not local.is_file():
                raise TransferError("not-found", f"there is no file {local}")
            if checksum is not None and not checksum.matches(local):
                raise mismatch(url, checksum)
            return local
        if not name.strip(".") or len(name) > _MAX_NAME or not _PLAIN_NAME.fullmatch(name):
            raise TransferError("refused", f"{public(url)}: {name[:80]!r} is not a file name")
        key = hashlib.sha256(public(url).encode()).hexdigest()[:20]
        target = self.folder / "files" / key / name
        if target.is_file() and (checksum is None or checksum.matches(target)):
            return target
        _make_folder(target.parent)
        part = target.with_name(name + ".part")
        with part.open("ab") as file:
            lock_file(file.fileno(), wait=True)  # two runs may download the same file
            if target.is_file() and (checksum is None or checksum.matches(target)):
                return target
            try:
                self._complete(url, file, part, checksum)
            except TransferError:
                if not file.tell():
                    part.unlink()
                raise
            part.replace(target)
        return target

    def _complete(self, url: str, file: IO[bytes], part: Path, checksum: Expected | None) -> None:
        """Complete a partial file; its bytes are used only if a checksum can verify them."""
        if checksum is None:
            file.truncate(0)
            self._download(url, file)
            file.flush()
            return
        tries = 2 if file.seek(0, os.SEEK_END) else 1  # a partial file may be of another release
        for _ in range(tries):
            self._download(url, file)
            file.flush()
            if checksum.matches(part):
                return
            file.truncate(0)
        raise mismatch(url, checksum)

    def _download(self, url: str, file: IO[bytes]) -> None:
        self._retrying(url, lambda: self._append(url, file))

    def _append(self, url: str, file: IO[bytes]) -> None:
        import urllib.error

        have = file.seek(0, os.SEEK_END)
        try:
            with self._open(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
                if have and answer.status != HTTPStatus.PARTIAL_CONTENT:
                    file.truncate(0)
                    have = 0
                for block in self._blocks(answer):
                    have += len(block)
                    if have > _MAX_FILE:
                        raise TransferError("too-large", f"{public(url)} is larger than 4 GiB")
                    file.write(block)
                if answer.length:  # urllib does not report a connection that closes early
                    raise ConnectionError("the server closed the connection early")
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not have:
                raise
            error.close()
            file.truncate(0)
            raise ConnectionError("the partial file is not a part of this download") from error

    def _read(self, url: str, accept: str) -> Page:
        with self._open(url, {"Accept": accept}) as answer:
            content = bytearray()
            for block in self._blocks(answer):
                content += block
                if len(content) > _MAX_PAGE:
                    break
            if answer.length and len(content) <= _MAX_PAGE:
                raise ConnectionError("the server closed the connection early")
            return Page(answer.url or url, answer.headers.get_content_type(), bytes(content))

    def _blocks(self, answer: HTTPResponse) -> Iterator[bytes]:
        """The content of an answer; raises ConnectionError for a server that only trickles."""
        start = time.monotonic()
        size = 0
        while block := answer.read1(_BLOCK):
            yield block
            size += len(block)
            seconds = time.monotonic() - start
            if seconds > self.timeout and size < _SLOWEST * seconds:
                raise ConnectionError(f"the server sends less than {_SLOWEST} bytes a second")

    def _retrying(self, url: str, action: Callable[[], _T]) -> _T:
        """The result of an action, with retries after temporary failures."""
        import http.client
        import urllib.error

        from codescan.sources.http_get import hopeless

        attempt = 0
        while True:
            attempt += 1
            pause = min(0.5 * 2**attempt, _PATIENCE)
            try:
                return action()
            except urllib.error.HTTPError as error:
                error.close()
                if error.code not in _RETRIED or attempt >= self.attempts:
                    raise refused(url, error.code) from error
                after = error.headers.get("Retry-After") or ""
                pause = min(float(after), _PATIENCE) if after.isdecimal() else pause
            except ValueError as error:  # a redirect to something that is not an address
                raise TransferError("refused", f"{public(url)} answers: {error}") from error
            except (OSError, http.client.HTTPException) as error:
                cause = error.reason if isinstance(error, urllib.error.URLError) else error
                if attempt >= self.attempts or hopeless(cause):
                    raise unreachable(url, cause) from error
            time.sleep(pause)

    def _open(self, url: str, headers: dict[str, str]) -> HTTPResponse:
        """An open response with a success status."""
        from codescan.sources.http_get import open_url

        if self.offline:
            raise TransferError("unreachable", f"{public(url)} is not in the cache (offline)")
        return open_url(
            url,
            headers,
            authorization=self._authorization(url),
            certificates=self.certificates,
            timeout=self.timeout,
        )

    def _authorization(self, url: str) -> str:
        from base64 import b64encode
        from urllib.parse import unquote, urlsplit

        parts = urlsplit(url)
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            return "Basic " + b64encode(pair.encode()).decode()
        fitting = [(p, v) for p, v in self.credentials if url.startswith(p)]
        return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else ""


def _local(url: str) -> Path | None:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None


def _local_page(url: str, path: Path) -> Page:
    if path.is_dir():
        path, url = path / "index.html", url.rstrip("/") + "/"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TransferError("not-found", f"{path} cannot be read: {error.strerror}") from error
    media_type = "application/json" if path.suffix == ".json" else "text/html"
    return Page(url, media_type, content)


def _read_page(path: Path) -> Page | None:
    try:
        header, _, content = path.read_bytes().partition(b"\n")
        fields = decode_json(header, dict[str, str])
        return Page(fields["url"], fields["type"], content)
    except (OSError, ValueError, KeyError):
        return None


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _write(path: Path, content: bytes) -> None:
    """Write a file completely or not at all."""
    _make_folder(path.parent)
    with replacing(path) as file:
        file.write(content)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError("not writable")
    except OSError as error:
        raise SourceError(
            f"the cache folder {path} cannot be written: {error}",
            "set CODESCAN_CACHE to a folder that can be written",
        ) from error
