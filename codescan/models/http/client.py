# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One call to an OpenAI-compatible service, bounded in time; returns a response or a failure.

A call is retried after temporary failures: rate limits, overload and broken connections. Some
services report these inside a response with status 200 or inside a choice. An interrupt ends a
wait. Secrets are removed from every reply before any other use.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import time
from typing import TYPE_CHECKING, Any

from codescan.models.http.event_stream import response_in
from codescan.models.http.failures import Failure, Kind, classify, inner_failure, is_passing
from codescan.models.http.transport import Address, HttpReply, TooLargeError, Transport
from codescan.text.redaction import Redactor, secrets_of_url, without_url_secrets

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

__all__ = ["Service"]

LARGEST_ANSWER = 16 << 20
"""Maximum bytes of a reply, for every status."""

_PATHS = {"chat": "chat/completions", "completions": "completions"}
_LONGEST_WAIT = 120.0  # seconds; a service that asks for more is left alone for this prompt
_BACKOFF = (0.5, 30.0)  # seconds: first and longest
_OK = range(200, 300)


class Service:
    """A client of one service. Safe to call from several threads.

    Args:
        base_url: up to and including "/v1".
        api_key: sent as a bearer token; "" sends none. Never shown.
        timeout: seconds for one complete reply.
        retries: further attempts after a temporary failure.

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
        """The service's URL without credentials."""
        return self._redactor.text(self._address.shown)

    def call(self, endpoint: str, body: Mapping[str, Any], stop: threading.Event) -> dict[str, Any]:
        """POST `body` to "completions" or "chat" and return the response's JSON object.

        Args:
            endpoint: which of the two.
            body: the fields of the request.
            stop: when set, waits end and the call is canceled at its next step.

        Raises:
            Failure: no usable response.
        """
        data = json.dumps(body).encode()
        for attempt in range(self._retries + 1):
            wait: float | None = None
            try:
                reply = self._once(endpoint, data)
                answer = self._answer(reply)
                inner = inner_failure(answer, data.decode())
                if inner is None:
                    return answer
                failure = inner
                wait = _retry_after(reply.headers)
                if not is_passing(inner):
                    raise inner
            except _ErrorReply as error:
                wait = error.wait
                failure = error.failure
                if not is_passing(failure):
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
            message = self._shown(reply.body.decode("utf-8", "replace"))
            if target := reply.headers.get("location"):
                message = f"to {self._shown(target[:200])} {message}"
            failure = classify(reply.status, message, data.decode())
            raise _ErrorReply(failure, _retry_after(reply.headers))
        return reply

    def _answer(self, reply: HttpReply) -> dict[str, Any]:
        try:
            answer = self._redactor.value(response_in(reply.body))
        except (ValueError, RecursionError):
            start = self._shown(reply.body[:80].decode("utf-8", "replace"))
            raise Failure(Kind.ITEM, "junk-answer", f"not JSON: {start!r}") from None
        if not isinstance(answer, dict):
            raise Failure(Kind.ITEM, "junk-answer", f"JSON {type(answer).__name__}, not an object")
        return answer

    def _shown(self, text: str) -> str:
        return without_url_secrets(self._redactor.text(text[:20_000]))


class _ErrorReply(Exception):  # noqa: N818 - carries a failure past the network's errors
    def __init__(self, failure: Failure, wait: float | None) -> None:
        super().__init__()
        self.failure = failure
        self.wait = wait


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before a retry: a number or a date (RFC 9110, section 10.2.3)."""
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
