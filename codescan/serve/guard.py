# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Access control: reject other machines without the token, and other sites in a browser.

A page of another site can make a browser send requests here. Such requests are rejected by their
`Origin` or `Sec-Fetch-Site` header. DNS rebinding is rejected by the `Host` header. The permissions
of its folder protect a Unix socket.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from codescan.serve.problems import RequestError, send_problem
from codescan.serve.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from codescan.serve.settings import ServeSettings
    from codescan.serve.tickets import Tickets

__all__ = ["TOKEN_HEADER", "Guard", "is_local_socket"]

TOKEN_HEADER = b"x-codescan-token"
_GUARDRAIL_HEADER = b"x-api-key"
"""The header with LiteLLM's key for a guardrail."""
_GUARDRAIL_PATH = "/beta/"
_PUBLIC = frozenset({"/", "/healthz"})
_ASSETS = "/assets/"
_REPORTS = "/runs/"
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  compared, not bound
_FOREIGN = frozenset({b"cross-site", b"same-site"})


def is_local_socket(scope: Scope) -> bool:
    """Whether a request arrived over the Unix socket."""
    server = scope.get("server")
    return server is not None and server[1] is None


class Guard:
    """ASGI middleware that rejects unauthorized requests before reading their body.

    Args:
        app: the guarded application.
        settings: token and names of the service.
        is_upstream_path: whether the `Authorization` header of a path belongs to the upstream.
        tickets: tickets that open reports instead of the token; None for none.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: ServeSettings,
        is_upstream_path: Callable[[str], bool] = lambda _path: False,
        tickets: Tickets | None = None,
    ) -> None:
        self._app = app
        self._token = _digest(settings.token.encode()) if settings.token else None
        own = set() if settings.host in _WILDCARDS else {settings.host.strip("[]").lower()}
        self._hosts = settings.allowed_hosts | own
        self._checks_host = not settings.token or bool(settings.allowed_hosts)
        self._tickets = tickets
        self._is_upstream_path = is_upstream_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept or reject a request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and not is_local_socket(scope):
            try:
                self._admit(scope)
            except RequestError as error:
                await send_problem(send, error)
                return
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        host = _only(headers, b"host")
        if self._checks_host and not self._is_known(host):
            raise RequestError(
                403, "host", "the Host header is not a name of this service",
                "use its address, or start it with --allow-host NAME",
            )  # fmt: skip
        self._refuse_other_sites(scope["path"], headers, host)
        if self._token is not None and not self._is_public(scope["path"]):
            token = self._token_of(scope["path"], headers)
            is_known = token is not None and hmac.compare_digest(_digest(token), self._token)
            if not is_known and not self._has_ticket(scope):
                raise RequestError(
                    401, "token", "the token is missing or wrong",
                    "send it as Authorization: Bearer TOKEN",
                    ((b"www-authenticate", b"Bearer"),),
                )  # fmt: skip

    def _is_known(self, host: bytes) -> bool:
        name = _host_name(host)
        return bool(name) and (is_loopback(name) or name in self._hosts)

    @staticmethod
    def _refuse_other_sites(path: str, headers: list[tuple[bytes, bytes]], host: bytes) -> None:
        origins = [value for name, value in headers if name == b"origin"]
        same = all(_is_origin_of(origin, host) for origin in origins)
        site = {value.strip().lower() for name, value in headers if name == b"sec-fetch-site"}
        if not same or (path != "/" and site & _FOREIGN):
            raise RequestError(403, "origin", "a page of another site may not use this service")

    @staticmethod
    def _is_public(path: str) -> bool:
        return path in _PUBLIC or path.startswith(_ASSETS)

    def _has_ticket(self, scope: Scope) -> bool:
        """Whether a request for a report has a valid ticket."""
        path: str = scope["path"]
        if self._tickets is None or scope["method"] != "GET" or not path.startswith(_REPORTS):
            return False
        name, _, ticket = scope.get("query_string", b"").decode("latin-1").partition("=")
        return name == "ticket" and self._tickets.redeem(path, ticket)

    def _token_of(self, path: str, headers: list[tuple[bytes, bytes]]) -> bytes | None:
        values = {name: value for name, value in headers if name != b"authorization"}
        if TOKEN_HEADER in values:
            return values[TOKEN_HEADER].strip()
        if self._is_upstream_path(path):
            return None
        if path.startswith(_GUARDRAIL_PATH) and _GUARDRAIL_HEADER in values:
            return values[_GUARDRAIL_HEADER].strip()
        scheme, _, token = _only(headers, b"authorization").partition(b" ")
        return token.strip() if scheme.lower() == b"bearer" else None


def _digest(token: bytes) -> bytes:
    """Digest of fixed length, so that comparing tokens does not reveal their length."""
    return hashlib.sha256(token).digest()


def _only(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The value of a header; empty if it is missing or repeated."""
    values = [value for each, value in headers if each == name]
    return values[0] if len(values) == 1 else b""


def _host_name(host: bytes) -> str:
    """The host name in a Host header, in lower case, without port and brackets; "" if malformed."""
    try:
        text = host.decode("ascii").strip().lower()
        parts = urlsplit(f"//{text}")
        name = parts.hostname or ""
        _ = parts.port  # raises for a port that is not a number
    except ValueError:
        return ""
    return "" if parts.path or parts.query or parts.username is not None else name.rstrip(".")


def _is_origin_of(origin: bytes, host: bytes) -> bool:
    """Whether an Origin header names the same host as the Host header."""
    try:
        parts = urlsplit(origin.decode("ascii").strip().lower())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host.decode("latin-1").lower()
