# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: routes behind the guard and the request log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from codescan.app.versions import version
from codescan.errors import CodescanError
from codescan.serve.admission import QueueFullError
from codescan.serve.guard import Guard
from codescan.serve.guardrail_routes import guardrail_router
from codescan.serve.local_routes import local_router
from codescan.serve.openapi import describe
from codescan.serve.page_routes import page_router
from codescan.serve.problems import RequestError, problem_bytes
from codescan.serve.proxy_routes import proxy_router
from codescan.serve.request_log import RequestLog
from codescan.serve.scan_routes import OWN_PATHS, scan_router

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from codescan.serve.gateway import Gateway
    from codescan.serve.service import Service

__all__ = ["application"]

_RUNS = "/v1/runs"
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def application(service: Service, gateway: Gateway | None = None) -> ASGIApp:
    """The application of a service.

    Args:
        service: the service.
        gateway: handling of model completions; None for none.
    """
    # The interactive pages of FastAPI load scripts from other hosts.
    app = FastAPI(
        title="codescan",
        version=version(),
        summary="Find copied code; name its origin and license.",
        docs_url=None,
        redoc_url=None,
    )
    _add_problems(app)
    app.include_router(scan_router(service))
    app.include_router(local_router(service))
    app.include_router(page_router(service))

    @app.get("/healthz")
    async def healthz() -> Response:
        """Status of the service and identity of its index."""
        # Not in the queue of scans: a busy service is healthy.
        return Response(await asyncio.to_thread(_health, service), media_type="application/json")

    @app.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Metrics for Prometheus."""
        service.metrics.active.set(service.admission.active)
        service.metrics.swaps.set(service.index.swaps)
        return Response(service.metrics.render(), media_type=_METRICS_TYPE)

    if gateway is not None:
        app.include_router(guardrail_router(service, gateway))
    if gateway is not None and gateway.upstream:
        app.include_router(proxy_router(service, gateway))  # the last: it takes all of /v1/
        guard = Guard(app, service.settings, _is_upstream_path, service.tickets)
    else:
        guard = Guard(app, service.settings, tickets=service.tickets)
    describe(app)
    return RequestLog(guard, service.metrics)


def _is_upstream_path(path: str) -> bool:
    is_own = path in OWN_PATHS or path == _RUNS or path.startswith(f"{_RUNS}/")
    return path.startswith("/v1/") and not is_own


def _health(service: Service) -> bytes:
    """The current index; raises an error if it cannot be read."""
    with service.index.lease() as opened:
        manifest = opened.matching.index.manifest
        return msgspec.json.encode({"status": "ok", "version": version(), "index": manifest.name})


def _add_problems(app: FastAPI) -> None:
    """Return every error in the same format."""

    @app.exception_handler(RequestError)
    async def refused(_request: Request, error: RequestError) -> Response:
        headers = {name.decode(): value.decode() for name, value in error.headers}
        return Response(problem_bytes(error), error.status, headers, "application/json")

    @app.exception_handler(QueueFullError)
    async def full(request: Request, _error: QueueFullError) -> Response:
        problem = RequestError(
            429, "busy", "too many waiting requests; nothing was checked", "try again later",
            ((b"retry-after", b"1"),),
        )  # fmt: skip
        return await refused(request, problem)

    @app.exception_handler(CodescanError)
    async def failed(request: Request, error: CodescanError) -> Response:
        problem = RequestError(503, type(error).__name__, error.message, error.hint)
        return await refused(request, problem)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, _error: Exception) -> Response:
        problem = RequestError(500, "unexpected", "unexpected error; see the log")
        return await refused(request, problem)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        places = {".".join(map(str, each["loc"])) for each in error.errors()}
        message = f"invalid or missing: {', '.join(sorted(places))}"
        problem = RequestError(422, "bad-request", message)
        return await refused(request, problem)
