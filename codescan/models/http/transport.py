# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One HTTP request to a service, bounded in bytes and in time for every status.

Uses the standard library's `http.client`, because a time limit on the whole exchange needs the
socket. A server that sends a header byte every half second never triggers a read timeout. The byte
limit also applies after decompression.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
import time
import urllib.request
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from codescan.errors import UsageError
from codescan.models.http.content_encoding import unpacker_for

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Address", "HttpReply", "TooLargeError", "Transport"]

_BLOCK = 64 << 10
_CONNECT = 10.0  # seconds


class TooLargeError(Exception):
    """A reply exceeds the byte limit."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A complete reply."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Address:
    """The base URL of a service, in parts.

    Args:
        base_url: http or https, up to and including "/v1"; its query is added to every request.

    Raises:
        UsageError: the URL is invalid.
    """

    def __init__(self, base_url: str) -> None:
        try:
            parts = urlsplit(base_url.strip())
            port = parts.port
        except ValueError as error:
            raise UsageError("base_url is not a URL", "for example http://localhost:8000/v1") from (
                error
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                "base_url is not an http or https URL", "for example http://localhost:8000/v1"
            )
        self.secure = parts.scheme == "https"
        self.host = parts.hostname
        self.port = port or (443 if self.secure else 80)
        self._parts = parts

    @property
    def shown(self) -> str:
        """The URL without user, password and query."""
        return _bare(self._parts)

    def target(self, path: str) -> str:
        """The path and query of a request below the base URL."""
        query = f"?{self._parts.query}" if self._parts.query else ""
        return f"{self._parts.path.rstrip('/')}/{path}{query}"

    @property
    def basic(self) -> str:
        """The value of an Authorization header for the URL's user; "" for none."""
        if self._parts.username is None:
            return ""
        pair = f"{unquote(self._parts.username)}:{unquote(self._parts.password or '')}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


class Transport:
    """Sends requests to one service. Safe to call from several threads.

    Args:
        address: address of the service.
        largest: maximum bytes of a body.
    """

    def __init__(self, address: Address, largest: int) -> None:
        self._address = address
        self._largest = largest
        self._idle: list[http.client.HTTPConnection] = []
        weakref.finalize(self, _close_all, self._idle)

    def post(self, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> HttpReply:
        """Send a POST request and return the complete reply.

        Args:
            path: path below the base URL.
            body: JSON.
            headers: additional headers.
            seconds: total time to connect, send and read the reply.

        Raises:
            TooLargeError: the body exceeds the byte limit.
            TimeoutError: the total time is exceeded.
            OSError, http.client.HTTPException: the connection failed.
        """
        deadline = time.monotonic() + seconds
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took it
                break
            try:
                return self._exchange(connection, path, body, headers, deadline)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                if time.monotonic() >= deadline:
                    raise
                # It was closed while it was idle.
        connection = self._opened(min(_CONNECT, seconds))
        return self._exchange(connection, path, body, headers, deadline)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        deadline: float,
    ) -> HttpReply:
        seconds = max(0.001, deadline - time.monotonic())
        expired = threading.Event()
        timer = threading.Timer(seconds, _shut, (connection, expired))
        timer.daemon = True
        timer.start()
        is_reusable = False
        response: http.client.HTTPResponse | None = None
        try:
            connection.sock.settimeout(seconds)
            sent = {
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "codescan",
                **headers,
            }
            connection.request("POST", self._request_target(path), body, sent)
            response = connection.getresponse()
            content = _read(response, self._largest, deadline)
            if expired.is_set():  # what was read before looks like a short reply
                raise TimeoutError("the reply was not complete in time")
            named = {name.lower(): value for name, value in response.getheaders()}
            is_reusable = not response.will_close
            return HttpReply(response.status, named, content)
        except (OSError, http.client.HTTPException, ValueError):
            if expired.is_set() or time.monotonic() >= deadline:
                raise TimeoutError("the reply was not complete in time") from None
            raise
        finally:
            timer.cancel()
            if response is not None:
                response.close()  # read to its end, it frees the connection
            if is_reusable:
                self._idle.append(connection)
            else:
                connection.close()

    def _opened(self, seconds: float) -> http.client.HTTPConnection:
        address = self._address
        proxy = self._proxy()
        host, port = (proxy.hostname or "", proxy.port or 80) if proxy else (
            address.host, address.port,
        )  # fmt: skip
        connection: http.client.HTTPConnection
        if address.secure:
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
            if proxy:
                connection.set_tunnel(address.host, address.port, _proxy_headers(proxy))
        else:
            connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.connect()
        return connection

    def _proxy(self) -> SplitResult | None:
        """The proxy from the environment for this service; None for none."""
        if urllib.request.proxy_bypass(self._address.host):
            return None
        scheme = "https" if self._address.secure else "http"
        url = urllib.request.getproxies().get(scheme)
        return urlsplit(url if "://" in url else f"http://{url}") if url else None

    def _request_target(self, path: str) -> str:
        target = self._address.target(path)
        if not self._address.secure and self._proxy() is not None:
            return f"http://{self._address.host}:{self._address.port}{target}"
        return target


def _read(response: http.client.HTTPResponse, largest: int, deadline: float) -> bytes:
    """The decompressed body; the byte limit applies to both forms."""
    unpacker = unpacker_for(response.headers.get("content-encoding", ""))
    body = bytearray()
    received = 0
    while block := response.read1(_BLOCK):
        received += len(block)
        if time.monotonic() > deadline:
            raise TimeoutError("the reply was not complete in time")
        if received > largest:
            raise TooLargeError
        if unpacker is None:
            body += block
            continue
        for piece in unpacker.pieces(block):
            body += piece
            if len(body) > largest:
                raise TooLargeError
    length = response.headers.get("content-length", "")
    is_cut = length.isdecimal() and received < int(length)
    if is_cut or (unpacker is not None and not unpacker.is_whole):
        raise http.client.IncompleteRead(bytes(body[:80]))
    return bytes(body)


def _close_all(connections: list[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


def _shut(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    """Close the connection and end all waits for it."""
    expired.set()
    sock = connection.sock
    if sock is None:
        return
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _bare(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
