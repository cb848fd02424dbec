# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packages on an HTTP server: GET, HEAD and PUT with bounds on size, time and redirects.

With the standard library: it honors proxies and SSL_CERT_FILE, and adds no dependency.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from codescan.errors import PackageError, UsageError
from codescan.index.packages.storage import MissingObjectError, public_url
from codescan.index.packages.time_limit import TimeLimitError, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.client import HTTPMessage, HTTPResponse

__all__ = ["HttpStorage"]

_T = TypeVar("_T")

_BLOCK = 1 << 16
_TIMEOUT_SECONDS = 30.0
"""Without any byte."""
_ATTEMPTS = 4
_LEAST_BYTES_PER_SECOND = 16 * 1024
_GRACE_SECONDS = 60.0
"""Of each answer, before the least rate counts."""
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_MAX_DIGITS = 18
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_NETWORK = "check the network and the proxy, then run the same command again; finished parts stay"


class HttpStorage:
    """Packages on a server.

    Args:
        url: https; http only of this machine, and only when it is allowed.
        token: bearer token; "" for none. Sent to this server only.
        allow_local_http: accept http URLs of this machine.
        pause: seconds before the second try; doubled for each later one.

    Raises:
        UsageError: the URL is http of another machine, or not allowed.
    """

    def __init__(
        self, url: str, *, token: str = "", allow_local_http: bool = False, pause: float = 0.5
    ) -> None:
        parts = urlsplit(url)
        is_local = parts.hostname in _LOOPBACK
        self.url = public_url(url).rstrip("/")
        if parts.scheme != "https" and not (is_local and allow_local_http):
            raise UsageError(
                f"{self.url} is not encrypted",
                "use https; http is accepted of this machine only, with --allow-local-http",
            )
        if not parts.hostname:
            raise UsageError(f"{self.url} names no server", "write https://SERVER/FOLDER")
        self._pause = pause
        self._authorization = f"Bearer {token}" if token else ""
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._authorization = "Basic " + b64encode(pair.encode()).decode()
        handlers: list[Any] = [_SameServer()]
        if is_local:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def read(self, path: str, limit: int) -> bytes:
        """The answer to a GET, of at most `limit` bytes."""
        return self._retrying(path, limit, lambda: self._read(path, limit))

    def size(self, path: str) -> int | None:
        """The length that the answer to a HEAD states; None where there is no object."""

        def head() -> int:
            with self._open("HEAD", path) as answer:
                content_length = answer.headers.get("Content-Length", "")
                return (
                    int(content_length)
                    if content_length.isdecimal() and len(content_length) < _MAX_DIGITS
                    else -1
                )

        try:
            return self._retrying(path, 0, head)
        except MissingObjectError:
            return None

    def write(self, path: str, content: bytes) -> None:
        """Send a PUT."""

        def put() -> None:
            with self._open("PUT", path, content) as answer:
                answer.read(_BLOCK)

        self._retrying(path, len(content), put)

    def _read(self, path: str, limit: int) -> bytes:
        blocks: list[bytes] = []
        count = 0
        with self._open("GET", path) as answer:
            if answer.length is not None and answer.length > limit:
                raise self._too_long(path, limit)
            while block := answer.read1(_BLOCK):
                count += len(block)
                if count > limit:
                    raise self._too_long(path, limit)
                blocks.append(block)
            if answer.length:  # http.client ends silently when the server hangs up early
                raise ConnectionError("the server closed the connection early")
        return b"".join(blocks)

    @contextlib.contextmanager
    def _open(self, method: str, path: str, content: bytes | None = None) -> Iterator[HTTPResponse]:
        request = urllib.request.Request(  # noqa: S310  the scheme is checked
            self._named(path), data=content, method=method
        )
        request.add_header("User-Agent", "codescan")
        request.add_header("Accept-Encoding", "identity")
        if content is not None:
            request.add_header("Content-Type", "application/octet-stream")
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            yield answer

    def _retrying(self, path: str, size: int, action: Callable[[], _T]) -> _T:
        """The result of an action, tried again while the failure may pass.

        Args:
            path: of the object.
            size: bytes that may move; more of them may take more time.
            action: sends the request and reads the answer.
        """
        seconds = _GRACE_SECONDS + size / _LEAST_BYTES_PER_SECOND
        for attempt in range(_ATTEMPTS):
            try:
                return bounded(action, seconds)
            except TimeLimitError:
                raise PackageError(f"{self._named(path)} answers too slowly", _NETWORK) from None
            except urllib.error.HTTPError as error:
                error.close()
                if error.code not in _PASSING or attempt == _ATTEMPTS - 1:
                    raise self._refused(path, error.code) from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                cause = error.reason if isinstance(error, urllib.error.URLError) else error
                if attempt == _ATTEMPTS - 1 or _is_lasting(cause):
                    raise self._unreachable(path, cause) from error
            time.sleep(self._pause * 2**attempt)
        raise AssertionError

    def _named(self, path: str) -> str:
        return f"{self.url}/{quote(path)}"

    def _too_long(self, path: str, limit: int) -> PackageError:
        return PackageError(
            f"{self._named(path)} is longer than the {limit:,} bytes that it may have",
            "the file on the server was altered: tell the publisher",
        )

    def _refused(self, path: str, status: int) -> PackageError:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        message = f"{self._named(path)} answers {status} {phrase}".rstrip()
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return MissingObjectError(message, "check the name of the package and the URL")
        return PackageError(message, "check the URL and the access rights (CODESCAN_PACKAGE_TOKEN)")

    def _unreachable(self, path: str, cause: object) -> PackageError:
        return PackageError(f"{self._named(path)} cannot be reached: {cause}", _NETWORK)


class _SameServer(urllib.request.HTTPRedirectHandler):
    """Follows redirects within one server only: no other host learns of a request."""

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
    ) -> Any:
        """Follow a redirect, or close the answer that asks for it."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except BaseException:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        request, _, _, _, _, target = arguments
        if _server(target) != _server(request.full_url):
            raise PackageError(
                f"{public_url(request.full_url)} redirects to another server, "
                f"{public_url(target)[:200]}",
                "give the final address, if you trust it",
            )
        return super().redirect_request(*arguments)


def _server(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL; the port None where it is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _is_lasting(cause: object) -> bool:
    """Whether trying again cannot help: no such host, or a certificate that is not trusted."""
    has_no_host = isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
    return has_no_host or isinstance(cause, (ssl.SSLCertVerificationError, str))
