# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One call to an OpenAI-compatible service that ends: with an answer, or with the reason why not.

The `openai` client does the protocol. What it leaves open is done here: a deadline for the whole
answer (a server may send a byte a minute for ever), a limit on its size, retries that also cover
answers broken off half-way, and waits that an interrupt cuts short.
"""

from __future__ import annotations

import email.utils
import json
import random
import time
import weakref
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError

if TYPE_CHECKING:
    import threading
    from collections.abc import Container, Mapping

__all__ = ["Failure", "Kind", "Service"]

LARGEST_ANSWER = 16 << 20
"""Bytes of the largest answer that is read."""

_LONGEST_WAIT = 120.0  # seconds; a service that asks for more is left alone for this prompt
_BACKOFF = (0.5, 30.0)  # seconds: first and longest
_AGAIN = frozenset({408, 409, 425, 429})


class Kind(StrEnum):
    """What a failure means for the run."""

    ITEM = "item"
    """This prompt failed; others may not."""
    FILTER = "filter"
    """The service refuses to deal with this prompt: a result, not a fault."""
    UNREACHED = "unreached"
    """No answer was had."""
    ABSENT = "absent"
    """The service knows no such model or endpoint."""
    DENIED = "denied"
    """The service does not serve this user."""


class Failure(Exception):  # noqa: N818 - not always an error: a filter is data
    """A call that gave no answer.

    Args:
        kind: what it means for the run.
        reason: a short, stable word.
        detail: what the service or the network said, shortened.
    """

    def __init__(self, kind: Kind, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.kind = kind
        self.reason = reason
        self.detail = " ".join(detail.split())[:300]


# (statuses, words of which the body must hold one, what it means, reason); the first row that fits.
_JUDGMENTS: tuple[tuple[Container[int], tuple[str, ...], Kind, str], ...] = (
    (range(400, 500), ("content_filter", "content_policy", "responsibleai"), Kind.FILTER, "filter"),
    (range(400, 500), ("insufficient_quota", "billing"), Kind.DENIED, "quota"),
    ((401,), (), Kind.DENIED, "unauthorized"),
    ((402,), (), Kind.DENIED, "payment-required"),
    ((403,), (), Kind.DENIED, "forbidden"),
    ((404, 405, 501), (), Kind.ABSENT, "not-found"),
    ((413,), (), Kind.ITEM, "too-long"),
    (range(400, 500), ("context_length", "maximum context", "too long"), Kind.ITEM, "too-long"),
    ((429,), (), Kind.UNREACHED, "rate-limited"),
    ((408,), (), Kind.UNREACHED, "timeout"),
    (range(500, 600), (), Kind.UNREACHED, "server-error"),
)


class Service:
    """A client of one service. Safe to call from several threads.

    Args:
        base_url: up to and including "/v1"; None for the client's default.
        api_key: sent as a bearer token; never logged.
        timeout: seconds for one whole answer.
        retries: further attempts after one that failed for a passing reason.

    Raises:
        MissingExtraError: the client library is not installed.
    """

    def __init__(self, base_url: str | None, api_key: str, timeout: float, retries: int) -> None:
        try:
            import openai
        except ImportError as error:
            raise MissingExtraError("asking an OpenAI-compatible service", "api") from error
        self._openai = openai
        self._timeout = timeout
        self._retries = retries
        self._client = openai.OpenAI(
            base_url=base_url,
            api_key=api_key,
            max_retries=0,
            timeout=openai.Timeout(timeout, connect=min(10.0, timeout)),
        )
        weakref.finalize(self, self._client.close)

    @property
    def url(self) -> str:
        """Where requests go, without any credentials."""
        url = self._client.base_url.copy_with(username=None, password=None, query=None)
        return str(url).rstrip("/")

    def call(self, endpoint: str, body: Mapping[str, Any], stop: threading.Event) -> dict[str, Any]:
        """POST `body` to "completions" or "chat" and return the answer's JSON object.

        Args:
            endpoint: which of the two.
            body: parameters of the client's method.
            stop: when set, waits end and the call gives up at its next step.

        Raises:
            Failure: there is no answer to be had.
        """
        for attempt in range(self._retries + 1):
            wait: float | None = None
            try:
                return self._once(endpoint, body, stop)
            except self._openai.APIStatusError as error:
                failure = _judge(error.status_code, error.body)
                if error.status_code not in _AGAIN and error.status_code < 500:  # noqa: PLR2004
                    raise failure from error
                if failure.kind in (Kind.ABSENT, Kind.DENIED):
                    raise failure from error
                wait = _retry_after(error.response.headers)
            except Failure as error:
                failure = error
            except Exception as error:  # noqa: BLE001 - HTTP clients have many ways to fail
                failure = Failure(Kind.UNREACHED, "connection", f"{type(error).__name__}: {error}")
            if wait is None:
                wait = min(_BACKOFF[0] * 2**attempt, _BACKOFF[1]) * random.uniform(0.75, 1.25)  # noqa: S311
            if attempt == self._retries or wait > _LONGEST_WAIT or stop.wait(wait):
                break
        raise failure

    def _once(
        self, endpoint: str, body: Mapping[str, Any], stop: threading.Event
    ) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout
        api = self._client.chat.completions if endpoint == "chat" else self._client.completions
        received = bytearray()
        with api.with_streaming_response.create(**body) as response:
            for block in response.iter_bytes():
                received += block
                if len(received) > LARGEST_ANSWER:
                    raise Failure(Kind.ITEM, "junk-answer", f"over {LARGEST_ANSWER >> 20} MiB")
                if time.monotonic() > deadline:
                    raise Failure(
                        Kind.UNREACHED, "timeout", f"no whole answer in {self._timeout} s"
                    )
                if stop.is_set():
                    raise Failure(Kind.UNREACHED, "interrupted")
        try:
            answer = json.loads(received)
        except (ValueError, RecursionError) as error:
            start = bytes(received[:80]).decode("utf-8", "replace")
            raise Failure(Kind.ITEM, "junk-answer", f"not JSON: {start!r}") from error
        if not isinstance(answer, dict):
            raise Failure(Kind.ITEM, "junk-answer", f"JSON {type(answer).__name__}, not an object")
        return answer


def _judge(status: int, body: object) -> Failure:
    """What an error status, with what the service says about it, means for the run."""
    said = json.dumps(body)[:2000] if body is not None else ""
    folded = said.lower()
    for statuses, words, kind, reason in _JUDGMENTS:
        if status in statuses and (not words or any(word in folded for word in words)):
            return Failure(kind, reason, f"HTTP {status} {said}")
    return Failure(Kind.ITEM, "rejected", f"HTTP {status} {said}")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a service asks to wait: a number or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    return max(0.0, seconds) if seconds == seconds else None  # noqa: PLR0124 - not a number
