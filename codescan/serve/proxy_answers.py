# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the responses of a model service while they pass through the proxy."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from fastapi import Response
from fastapi.responses import StreamingResponse

from codescan.records import Skipped
from codescan.records.json_decode import unique_names
from codescan.serve.completion_texts import answer_texts, prompt_text, stream_deltas
from codescan.serve.problems import RequestError
from codescan.serve.stream_endings import StreamState, denial
from codescan.serve.stream_watch import AnswerWatch
from codescan.text.server_sent_events import (
    EventSplitter,
    data_texts,
    event_data,
    is_event_stream,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx2

    from codescan.app.text_scan import TextResult
    from codescan.records import Finding
    from codescan.serve.gateway import Gateway
    from codescan.serve.service import Service

__all__ = ["AnswerReader"]

_MAX_EVENT = 16 << 20
_MAX_ANSWER = 64 << 20
_MAX_TEXT = 32 << 20
"""Maximum characters of a response that are compared."""
_DENIED = 403


class AnswerReader:
    """Read one response.

    Args:
        service: service that matches.
        gateway: policy and record.
        path: path of the request.
        request: its decoded body.
    """

    def __init__(self, service: Service, gateway: Gateway, path: str, request: Any) -> None:
        self._service, self._gateway, self._path = service, gateway, path
        self._context = prompt_text(request)
        self._skipped: list[Skipped] = []
        self._results: list[TextResult] | None = None
        self._denied: Finding | None = None

    async def whole(self, answer: httpx2.Response, headers: dict[str, str]) -> Response:
        """A whole response, possibly rejected or with a header for the number of findings.

        Raises:
            RequestError: 502, the response is too large to check, and the policy ends completions.
        """
        content = bytearray()
        parts = answer.aiter_bytes()
        async for part in parts:
            content += part
            if len(content) > _MAX_ANSWER:
                return await self._too_large(bytes(content), parts, answer, headers)
        await answer.aclose()
        async with self._watch() as watch:
            self._read_whole(bytes(content), watch)
            await self._finish(watch)
            is_unread = bool(self._skipped)
            self._record(watch)
        if self._denied is None and is_unread and self._gateway.on_copy == "end":
            raise RequestError(502, "unreadable", "the answer cannot be read, so not checked")
        if self._denied is not None and self._gateway.on_copy == "end":
            refusal = json.dumps(denial(self._path)).encode()
            return Response(refusal, _DENIED, media_type="application/json")
        if self._gateway.on_copy == "annotate":
            headers["x-codescan-findings"] = str(self._count())
        return Response(bytes(content), answer.status_code, headers)

    async def stream(self, answer: httpx2.Response) -> AsyncIterator[bytes]:
        """The bytes of a stream as they arrive, up to the point where the policy ends it."""
        splitter, state = EventSplitter(_MAX_EVENT), StreamState(self._path)
        ends = self._gateway.on_copy == "end"
        async with self._watch() as watch:
            try:
                async for part in answer.aiter_bytes():
                    try:
                        events = splitter.feed(part)
                    except ValueError:
                        self._skip("too-large")
                        events = [splitter.remainder()]
                    is_due = is_last = False
                    for event in events:
                        due, last = self._read(event, watch, state)
                        is_due, is_last = is_due or due, is_last or last
                    if is_due and ends:
                        self._denied = await self._service.admission.run_always(watch.look)
                    if is_last and self._gateway.on_copy != "log":
                        await self._finish(watch)
                    if ends and (self._denied is not None or self._skipped):
                        yield state.ending()
                        return
                    if is_last and self._gateway.on_copy == "annotate":
                        yield self._comment()
                    if events:
                        yield b"".join(events)
                remainder = splitter.remainder()  # some clients read an event that nothing ends
                if remainder:
                    self._read(remainder, watch, state)
                    if ends:
                        await self._finish(watch)
                    if ends and (self._denied is not None or self._skipped):
                        yield state.ending()
                        return
                    yield remainder
            finally:
                await asyncio.shield(answer.aclose())
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(self._finish(watch))
                self._record(watch)

    def _read_whole(self, content: bytes, watch: AnswerWatch) -> None:
        """Read a whole response: JSON, or events with another media type."""
        text = content.decode("utf-8", "replace")
        if is_event_stream(text):
            self._read(content, watch, StreamState(self._path))
            return
        try:
            document = json.loads(
                text.removeprefix("\ufeff"), strict=False, object_pairs_hook=unique_names
            )
        except (ValueError, RecursionError):
            self._skip("not-json")
        else:
            watch.add(list(answer_texts(document)))

    def _read(self, event: bytes, watch: AnswerWatch, state: StreamState) -> tuple[bool, bool]:
        """Read an event; returns whether to compare now, and whether the event is the last."""
        is_due, is_last = False, event_data(event).strip() == b"[DONE]"
        for text in data_texts(event.decode("utf-8", "replace")):
            try:
                document = json.loads(text, strict=False, object_pairs_hook=unique_names)
            except (ValueError, RecursionError):
                self._skip("not-json")
                continue
            if watch.characters > _MAX_TEXT:
                self._skip("too-large")
                continue
            is_due = watch.add(list(stream_deltas(document))) or is_due
            state.note(document)
            is_last = is_last or state.is_terminal(document)
        return is_due, is_last

    @contextlib.asynccontextmanager
    async def _watch(self) -> AsyncIterator[AnswerWatch]:
        """A watch on an index that stays open until the response ends."""
        lease = self._service.index.lease()
        opened = await asyncio.to_thread(lease.__enter__)
        try:
            gateway = self._gateway
            yield AnswerWatch(opened, gateway.policy, gateway.limit, self._context)
        finally:
            lease.__exit__(None, None, None)

    async def _finish(self, watch: AnswerWatch) -> None:
        """Compare the complete texts once."""
        if self._results is not None:
            return
        self._results = []
        self._results, denied = await self._service.admission.run_always(watch.finish)
        self._denied = self._denied or denied

    def _record(self, watch: AnswerWatch) -> None:
        results = self._results or []
        for result in results:
            self._service.metrics.note_result(result)
        if not results:
            self._skip("empty")
        is_ended = self._denied is not None and self._gateway.on_copy == "end"
        self._gateway.report.add(
            self._gateway.next_id(),
            results,
            watch.texts(),
            is_denied=is_ended,
            skipped=self._skipped,
        )

    def _count(self) -> int:
        return sum(len(result.findings) for result in self._results or ())

    def _comment(self) -> bytes:
        """A comment of the stream, which clients ignore."""
        findings = [
            {
                "grade": finding.grade.value,
                "tokens": finding.tokens,
                "package": finding.attribution.origin.package.purl,
                "path": finding.attribution.origin.path,
                "license": finding.attribution.license.expression,
                "state": finding.policy.state if finding.policy is not None else "unknown",
            }
            for result in self._results or ()
            for finding in result.findings
        ]
        return f": codescan {json.dumps({'findings': findings})}\n\n".encode()

    def _skip(self, reason: str) -> None:
        if not any(skip.reason == reason for skip in self._skipped):
            self._skipped.append(Skipped("", "read", reason))

    async def _too_large(
        self,
        content: bytes,
        remainder: AsyncIterator[bytes],
        answer: httpx2.Response,
        headers: dict[str, str],
    ) -> Response:
        """An unchecked response: rejected if the policy ends completions, else passed on."""
        self._skip("too-large")
        self._gateway.report.add(self._gateway.next_id(), (), {}, skipped=self._skipped)
        if self._gateway.on_copy == "end":
            await answer.aclose()
            raise RequestError(502, "too-large", "the answer is too large to be checked")

        async def passed() -> AsyncIterator[bytes]:
            try:
                yield content
                async for part in remainder:
                    yield part
            finally:
                await answer.aclose()

        return StreamingResponse(passed(), answer.status_code, headers)
