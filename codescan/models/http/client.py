# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One call to an OpenAI-compatible service that ends: with a response, or with the reason why not.

A call is tried again after failures that pass: limits, overload, broken connections, and the same
reported inside a response with status 200 or inside one of its choices. A wait is cut short by an
interrupt. Secrets are removed from everything that the service says before it is looked at.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from codescan.models.http.transport import Address, HttpReply, TooLargeError, Transport
from codescan.text.redaction import Redactor, secrets_of_url, without_url_secrets

if TYPE_CHECKING:
    import threading
    from collections.abc import Container

__all__ = ["Failure", "Kind", "Service", "is_unsupported"]

LARGEST_ANSWER = 16 << 20
"""Bytes of the largest reply that is read, of whatever status."""

_PATHS = {"chat": "chat/completions", "completions": "completions"}
_LONGEST_WAIT = 120.0  # seconds; a service that asks for more is left alone for this prompt
_BACKOFF = (0.5, 30.0)  # seconds: first and longest
_AGAIN = frozenset({408, 409, 425, 429})
_OK = range(200, 300)
_WORDS = {  # codes of errors that services name in words
    "rate_limit_exceeded": 429, "rate_limit_error": 429, "too_many_requests": 429,
    "overloaded_error": 503, "server_error": 500, "internal_server_error": 500,
    "service_unavailable": 503, "timeout": 408,
}  # fmt: skip


class Kind(StrEnum):
    """What a failure means for the run."""

    ITEM = "item"
    """This prompt failed; others may not."""
    FILTER = "filter"
    """The service refuses to deal with this prompt: a result, not a fault."""
    UNREACHED = "unreached"
    """No response came."""
    ABSENT = "absent"
    """The service knows no such model or endpoint."""
    DENIED = "denied"
    """The service does not serve this user."""


class Failure(Exception):  # noqa: N818 - not always an error: a filter is data
    """A call without a response.

    Args:
        kind: what it means for the run.
        reason: a short, stable word.
        detail: what the service or the network said, shortened.
        status: HTTP status, or the one that the service named in words; 0 for none.
    """

    def __init__(self, kind: Kind, reason: str, detail: str = "", status: int = 0) -> None:
        detail = " ".join(detail.split())[:300]
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.kind = kind
        self.reason = reason
        self.detail = detail
        self.status = status


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
    (range(300, 400), (), Kind.ABSENT, "redirected"),
)


def is_unsupported(failure: Failure) -> bool:
    """Whether a service may lack the endpoint: some say so with 400, or inside a status of 200."""
    return failure.kind is Kind.ABSENT or failure.reason in ("rejected", "service-error")


class Service:
    """A client of one service. Safe to call from several threads.

    Args:
        base_url: up to and including "/v1".
        api_key: sent as a bearer token; "" sends none. Never shown.
        timeout: seconds for one whole reply.
        retries: further attempts after one that failed for a passing reason.

    Raises:
        UsageError: `base_url` is not an http or https URL.
    """

    def __init__(self, base_url: str, api_key: str, timeout: float, retries: int) -> None:
        self._address = Address(base_url)
        self._key = api_key.strip()
        self._timeout = timeout
        self._retries = retries
        self._redactor = Redactor({self._key, *secrets_of_url(base_url)})
        self._transport = Transport(self._address, LARGEST_ANSWER)

    @property
    def url(self) -> str:
        """Where requests go, without any credentials."""
        return self._redactor.text(self._address.shown)

    def call(self, endpoint: str, body: Mapping[str, Any], stop: threading.Event) -> dict[str, Any]:
        """POST `body` to "completions" or "chat" and return the response's JSON object.

        Args:
            endpoint: which of the two.
            body: the fields of the request.
            stop: when set, waits end and the call gives up at its next step.

        Raises:
            Failure: there is no response.
        """
        data = json.dumps(body).encode()
        for attempt in range(self._retries + 1):
            wait: float | None = None
            try:
                reply = self._once(endpoint, data)
                answer = self._answer(reply)
                inner = _inner_failure(answer)
                if inner is None:
                    return answer
                failure = inner
                wait = _retry_after(reply.headers)
                if not _passes(inner):
                    raise inner
            except _ErrorReply as error:
                wait = error.wait
                failure = error.failure
                if not _passes(failure):
                    raise failure from None
            except Failure as error:
                failure = error
                if failure.kind is not Kind.UNREACHED and failure.reason != "junk-answer":
                    raise
            if stop.is_set():
                failure = Failure(Kind.UNREACHED, "interrupted")
                break
            if wait is None:
                wait = min(_BACKOFF[0] * 2**attempt, _BACKOFF[1]) * random.uniform(0.75, 1.25)  # noqa: S311
            if attempt == self._retries or wait > _LONGEST_WAIT or stop.wait(wait):
                break
        raise failure

    def _once(self, endpoint: str, data: bytes) -> HttpReply:
        headers = {}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
            if self._address.host.endswith(".azure.com"):
                headers["api-key"] = self._key
        elif self._address.basic:
            headers["Authorization"] = self._address.basic
        try:
            reply = self._transport.post(_PATHS[endpoint], data, headers, self._timeout)
        except TooLargeError:
            detail = f"over {LARGEST_ANSWER >> 20} MiB"
            raise Failure(Kind.ITEM, "junk-answer", detail) from None
        except TimeoutError:
            detail = f"no whole reply in {self._timeout} s"
            raise Failure(Kind.UNREACHED, "timeout", detail) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            # What the network says may quote a header: the chain of causes ends here.
            message = self._shown(f"{type(error).__name__}: {error}")
            raise Failure(Kind.UNREACHED, "connection", message) from None
        if reply.status not in _OK:
            failure = self._judged(reply.status, reply.body.decode("utf-8", "replace"))
            raise _ErrorReply(failure, _retry_after(reply.headers))
        return reply

    def _answer(self, reply: HttpReply) -> dict[str, Any]:
        try:
            answer = self._redactor.value(json.loads(reply.body))
        except (ValueError, RecursionError):
            start = self._shown(reply.body[:80].decode("utf-8", "replace"))
            raise Failure(Kind.ITEM, "junk-answer", f"not JSON: {start!r}") from None
        if not isinstance(answer, dict):
            raise Failure(Kind.ITEM, "junk-answer", f"JSON {type(answer).__name__}, not an object")
        return answer

    def _judged(self, status: int, message: str) -> Failure:
        return _judge(status, self._shown(message))

    def _shown(self, text: str) -> str:
        return without_url_secrets(self._redactor.text(text[:20_000]))


class _ErrorReply(Exception):  # noqa: N818 - carries a failure past the network's errors
    def __init__(self, failure: Failure, wait: float | None) -> None:
        super().__init__()
        self.failure = failure
        self.wait = wait


def _passes(failure: Failure) -> bool:
    """Whether another attempt may succeed."""
    if failure.kind in (Kind.ABSENT, Kind.DENIED, Kind.FILTER):
        return False
    return failure.status in _AGAIN or failure.status >= 500  # noqa: PLR2004


def _judge(status: int, message: str) -> Failure:
    """What an error status, with what the service says about it, means for the run."""
    folded = message[:20_000].lower()
    for statuses, words, kind, reason in _JUDGMENTS:
        if status in statuses and (not words or any(word in folded for word in words)):
            return Failure(kind, reason, f"HTTP {status} {message}", status)
    return Failure(Kind.ITEM, "rejected", f"HTTP {status} {message}", status)


def _inner_failure(answer: Mapping[str, Any]) -> Failure | None:
    """The failure that a response with status 200 reports; None for a good one."""
    error = answer.get("error")
    choices = answer.get("choices")
    if not error and isinstance(choices, list):
        errors = [choice.get("error") for choice in choices if isinstance(choice, Mapping)]
        error = errors[0] if errors and all(errors) else None
    elif choices:
        return None
    if not error:
        return None
    message = json.dumps(error)[:2000]
    status = _status_of(error)
    if status:
        return _judge(status, message)
    return Failure(Kind.ITEM, "service-error", message)


def _status_of(error: object) -> int:
    """The HTTP status that an error names, by number or in words; 0 for none."""
    if not isinstance(error, Mapping):
        return 0
    for name in ("code", "status", "status_code", "type"):
        value = error.get(name)
        if isinstance(value, str) and value.isdecimal() and len(value) == 3:  # noqa: PLR2004
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:  # noqa: PLR2004
            return value
        if isinstance(value, str) and value.lower() in _WORDS:
            return _WORDS[value.lower()]
    return 0


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
