# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Routes for commands of the same user, over the Unix socket only because they read the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from fastapi import APIRouter, Request, Response

from codescan.errors import CodescanError
from codescan.hooks.adapters import ADAPTERS
from codescan.hooks.run import HookRequest, OtherIndexError, answer
from codescan.serve.guard import is_local_socket
from codescan.serve.json_requests import read_json
from codescan.serve.problems import RequestError
from codescan.serve.request_body import read_body, require_json

if TYPE_CHECKING:
    from codescan.serve.service import Service

__all__ = ["local_router"]

_MAX_BODY = 128 << 20  # an event of 64 MiB, escaped


class HookCall(msgspec.Struct):
    """A request of the hook."""

    folder: str
    event: str
    agent: str = "generic"
    index: str | None = None
    corpus: str | None = None
    config: str | None = None


def local_router(service: Service) -> APIRouter:
    """The routes.

    Args:
        service: the service.
    """
    router = APIRouter(prefix="/local", include_in_schema=False)

    @router.post("/hook")
    async def hook(request: Request) -> Response:
        if not is_local_socket(request.scope):
            raise RequestError(404, "unknown-route", "there is no such route")
        require_json(request)
        body = await read_body(request, _MAX_BODY, service.settings.timeout, lambda _size: None)
        content = await service.run(service.settings.timeout, _answer, service, body)
        return Response(content, media_type="application/json")

    return router


def _answer(service: Service, body: bytes) -> bytes:
    """The reply to the hook; runs in a thread."""
    try:
        call = read_json(body, HookCall)
    except ValueError:
        raise RequestError(422, "bad-request", "not a call of the hook") from None
    if call.agent not in ADAPTERS:
        raise RequestError(422, "bad-request", "no such agent")
    folder = Path(call.folder)
    request = HookRequest(
        agent=call.agent,
        data=call.event.encode("utf-8", "surrogateescape"),
        folder=folder,
        index_folder=folder / call.index if call.index else None,
        corpus=call.corpus,
        config_file=folder / call.config if call.config else None,
    )
    try:
        reply = answer(request, service.index)
    except OtherIndexError:
        raise RequestError(409, "other-index", "the project names another index") from None
    except CodescanError as error:  # the hook says it in its own way
        raise RequestError(409, type(error).__name__, error.message, error.hint) from None
    return msgspec.json.encode(
        {"stdout": reply.stdout, "stderr": reply.stderr, "exit_code": int(reply.exit_code)}
    )
