# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Routes for scans and for passages of the index."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request, Response

from codescan.serve.openapi import PASSAGE_EXTRA, SCAN_EXTRA
from codescan.serve.problems import RequestError
from codescan.serve.request_body import read_body, require_json
from codescan.serve.scan_messages import (
    SCHEMA_VERSION,
    ScanRequest,
    ScanResponse,
    index_identity,
    read_scan_request,
    result_document,
)

if TYPE_CHECKING:
    from codescan.app.text_scan import Text
    from codescan.serve.service import Service

__all__ = ["OWN_PATHS", "scan_router"]

OWN_PATHS = frozenset({"/v1/scan", "/v1/passages"})
"""Paths below /v1/ that the service itself handles."""

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
"""A line; a carriage return does not end one."""
_MOST_LINES = 2_000
_MOST_BYTES = 256 << 10


def scan_router(service: Service) -> APIRouter:
    """The routes.

    Args:
        service: the service.
    """
    router = APIRouter(prefix="/v1")
    settings = service.settings

    @router.post("/scan", openapi_extra=SCAN_EXTRA, response_class=Response)
    async def scan(request: Request) -> Response:
        """Find indexed passages in one text or in a batch."""
        deadline = time.monotonic() + settings.timeout
        require_json(request)
        with service.admission.hold() as on_bytes:
            body = await read_body(request, settings.max_body, settings.timeout, on_bytes)
            scan_request = read_scan_request(body, settings.max_texts)
            texts = scan_request.items()
            work = service, scan_request, texts, deadline
            if service.may_scan_at_once(texts):
                content = _scan(*work)
            else:
                content = await service.run(max(0.0, deadline - time.monotonic()), _scan, *work)
        return Response(content, media_type="application/json")

    @router.get("/passages", openapi_extra=PASSAGE_EXTRA, response_class=Response)
    async def passages(purl: str, path: str, start_line: int, end_line: int) -> Response:
        """Lines of a file in the index, to show beside a finding."""
        if settings.withhold_passages:
            raise RequestError(403, "withheld", "this service gives no source text of its index")
        content = await service.run(
            settings.timeout, _passage, service, purl, path, start_line, end_line
        )
        return Response(content, media_type="application/json")

    return router


def _scan(
    service: Service, scan_request: ScanRequest, texts: list[Text], deadline: float
) -> bytes:  # fmt: skip
    """The response of a scan."""
    passages = scan_request.passages and not service.settings.withhold_passages
    with service.index.lease() as opened:
        results = service.scan(texts, opened, scan_request.min_tokens, deadline)
        return msgspec.json.encode(
            ScanResponse(
                SCHEMA_VERSION,
                index_identity(opened),
                bool(results) and all(result.coverage.is_complete for result in results),
                [result_document(result, passages=passages) for result in results],
            )
        )


def _passage(service: Service, purl: str, path: str, start_line: int, end_line: int) -> bytes:
    """Lines of an indexed file, read in a thread."""
    if not 1 <= start_line <= end_line < start_line + _MOST_LINES:
        raise RequestError(422, "bad-request", f"give 1 to {_MOST_LINES:,} lines")
    with service.index.lease() as opened:
        index = opened.matching.index
        content_id = index.content_at(purl, path)
        if content_id is None:
            raise RequestError(404, "unknown-file", "the index holds no such file")
        content = index.content(content_id)
    lines = _LINE.findall(content)[start_line - 1 : end_line]
    text = b"".join(lines)
    document: dict[str, Any] = {
        "purl": purl,
        "path": path,
        "start_line": start_line,
        "end_line": start_line + max(len(lines), 1) - 1,
        "text": text[:_MOST_BYTES].decode("utf-8", "replace"),
        "is_shortened": len(text) > _MOST_BYTES,
    }
    return msgspec.json.encode(document)
