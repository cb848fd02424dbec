# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A streaming proxy for a model service that checks completions."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final

import httpx2
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from codescan.records import Skipped
from codescan.records.json_decode import unique_names
from codescan.serve.guard import TOKEN_HEADER
from codescan.serve.problems import RequestError
from codescan.serve.proxy_answers import AnswerReader
from codescan.serve.request_body import read_body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from codescan.serve.gateway import Gateway
    from codescan.serve.service import Service

__all__ = ["protocol_of", "proxy_router"]

_PROTOCOLS: Final = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages")
"""Paths whose responses are checked; all others below /v1/ pass through."""
_STORED: Final = re.compile(r"(/v1/responses|/v1/chat/completions)/[^/]+")
"""Stored responses: a client may fetch them later."""
_HOP = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "accept-encoding",
    "content-encoding", TOKEN_HEADER.decode(),
})  # fmt: skip
_ENCODINGS: Final = frozenset({"", "identity", "gzip", "deflate"})
"""Supported encodings; the proxy requests none, but some services send one."""
_TIMEOUT = httpx2.Timeout(600.0, connect=10.0)


def proxy_router(service: Service, gateway: Gateway) -> APIRouter:
    """The routes.

    Args:
        service: service that matches.
        gateway: upstream, policy and record.
    """
    router = APIRouter(include_in_schema=False)
    client = httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    @router.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"])
    async def forward(path: str, request: Request) -> Response:
        del path
        settings = service.settings
        with service.admission.hold() as on_bytes:
            body = await read_body(request, settings.max_body, settings.timeout, on_bytes)
        address = gateway.upstream + request.scope["path"]
        query = request.scope["query_string"].decode("latin-1")
        outgoing = client.build_request(
            request.method,
            f"{address}?{query}" if query else address,
            content=body,
            headers=[*_forwarded(request.headers.raw), (b"accept-encoding", b"identity")],
        )
        try:
            answer = await client.send(outgoing, stream=True)
        except httpx2.HTTPError as error:
            raise RequestError(
                502, "upstream", f"the model service cannot be reached: {type(error).__name__}"
            ) from None
        return await _answer(service, gateway, request.scope["path"], body, answer)

    return router


def protocol_of(path: str) -> str:
    """The protocol path of a response; "" if it is not checked.

    Services accept repeated and trailing slashes and deployment prefixes.
    """
    plain = re.sub(r"/+", "/", path).rstrip("/").lower()
    stored = _STORED.fullmatch(plain)
    if stored is not None:
        return stored[1]
    ends = (name for name in _PROTOCOLS if plain.endswith(name.removeprefix("/v1")))
    return next(ends, "")


async def _answer(
    service: Service, gateway: Gateway, path: str, body: bytes, answer: httpx2.Response
) -> Response:
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in _forwarded(answer.headers.raw)
    }
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    protocol = protocol_of(path)
    encoding = answer.headers.get("content-encoding", "")
    if encoding.strip().lower() not in _ENCODINGS:
        headers["content-encoding"] = encoding
        if protocol and answer.is_success:
            gateway.report.add(gateway.next_id(), (), {}, skipped=[Skipped("", "read", "encoded")])
            if gateway.on_copy == "end":
                await answer.aclose()
                raise RequestError(502, "encoded", "the answer has an encoding that is not read")
        return StreamingResponse(_passed(answer), answer.status_code, headers)
    if not protocol or not answer.is_success:
        return StreamingResponse(_passed(answer), answer.status_code, headers)
    reader = AnswerReader(service, gateway, protocol, _decoded(body))
    if kind == "text/event-stream":
        return StreamingResponse(reader.stream(answer), answer.status_code, headers)
    return await reader.whole(answer, headers)


async def _passed(answer: httpx2.Response) -> AsyncIterator[bytes]:
    """The bytes of a response as they arrive."""
    try:
        async for part in answer.aiter_bytes():
            yield part
    finally:
        await asyncio.shield(answer.aclose())


def _forwarded(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.decode("latin-1").lower() not in _HOP]


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=unique_names)
    except (ValueError, RecursionError):
        return None
