# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The endpoint of LiteLLM's generic guardrail API."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request, Response

from codescan.app.text_scan import Text, TextResult, scan_text
from codescan.records import Skipped
from codescan.serve.completion_texts import answer_texts
from codescan.serve.json_requests import read_json
from codescan.serve.partial_json import PartialJsonStrings
from codescan.serve.problems import RequestError
from codescan.serve.request_body import read_body, require_json
from codescan.serve.service import timed_out

if TYPE_CHECKING:
    from codescan.serve.gateway import Gateway
    from codescan.serve.service import Service

__all__ = ["guardrail_router"]


class GuardrailRequest(msgspec.Struct):
    """A request of LiteLLM; other fields are ignored."""

    input_type: str
    texts: list[str] | None = None
    tool_calls: list[dict[str, Any]] | None = None


def guardrail_router(service: Service, gateway: Gateway) -> APIRouter:
    """The route.

    Args:
        service: the service.
        gateway: policy and record.
    """
    router = APIRouter()
    settings = service.settings

    @router.post("/beta/litellm_basic_guardrail_api", response_class=Response)
    async def guardrail(request: Request) -> Response:
        """Evaluate the texts of a completion, for LiteLLM's generic guardrail API."""
        deadline = time.monotonic() + settings.timeout
        require_json(request)
        with service.admission.hold() as on_bytes:
            body = await read_body(request, settings.max_body, settings.timeout, on_bytes)
            try:
                decoded = read_json(body, GuardrailRequest)
            except ValueError:
                raise RequestError(422, "bad-request", "not a guardrail request") from None
            seconds = max(0.0, deadline - time.monotonic())
            results, texts, reason = await service.run(
                seconds, _judged, service, gateway, decoded, deadline
            )
        if decoded.input_type == "response":
            gateway.report.add(
                gateway.next_id(), results, texts, is_denied=bool(reason), skipped=_skips(decoded)
            )
        answer = {"action": "BLOCKED", "blocked_reason": reason} if reason else {"action": "NONE"}
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return router


def _judged(
    service: Service, gateway: Gateway, request: GuardrailRequest, deadline: float
) -> tuple[list[TextResult], dict[str, str], str]:
    """Results and texts by name, and the reason to block the completion; "" for none."""
    if request.input_type != "response":
        return [], {}, ""
    texts = {f"text {number}": text for number, text in enumerate(request.texts or ())}
    message = {"choices": [{"message": {"tool_calls": request.tool_calls or []}}]}
    for delta in answer_texts(message):
        read = PartialJsonStrings().feed(delta.text) if delta.is_json else delta.text
        texts[delta.part] = texts.get(delta.part, "") + read
    results: list[TextResult] = []
    with service.index.lease() as opened:
        for name, text in texts.items():
            if time.monotonic() > deadline:
                raise timed_out(service.settings.timeout)
            result = gateway.policy.applied_to(scan_text(Text(text, name), opened), text)
            service.metrics.note_result(result)
            results.append(result)
        limit = max(gateway.limit, opened.min_tokens)
    denied = [
        f
        for result in results
        for f in result.findings
        if f.tokens >= limit and gateway.policy.is_denied(f)
    ]
    return results, texts, _reason(denied)


def _reason(denied: list[Any]) -> str:
    if not denied:
        return ""
    from codescan.reports import summary
    from codescan.reports.escaping import clip, visible

    first = denied[0]
    origin = clip(visible(summary.origin_name(first)), 120)
    license_name = clip(visible(first.attribution.license.expression), 120)
    more = f", and {len(denied) - 1} more" if len(denied) > 1 else ""
    return f"the answer copies {first.tokens} tokens of {origin} ({license_name}){more}"


def _skips(request: GuardrailRequest) -> list[Skipped]:
    """Skips for a completion without text, which is not a clean result."""
    return [] if request.texts or request.tool_calls else [Skipped("", "read", "empty")]
