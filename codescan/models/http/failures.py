# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Classify failures of a service by status, or by the text of a response.

Services report a failure with an error status, or with status 200 and an error in the body, in a
choice, or in fields of their own. All of them are handled alike. Untrusted JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = [
    "UNREACHED_REASONS",
    "Failure",
    "Kind",
    "classify",
    "inner_failure",
    "is_passing",
    "is_unsupported",
]

_PASSING = frozenset({408, 409, 425, 429})
_LEAST_SERVER_ERROR = 500
_STATUSES = range(400, 600)
_NAMES = ("code", "status", "status_code", "statusCode", "type", "__type")
"""Fields of an error that may name its status."""
_WORDS = {  # codes of errors that services name in words
    "rate_limit": 429, "rate_limit_exceeded": 429, "rate_limit_error": 429,
    "too_many_requests": 429, "toomanyrequests": 429, "resource_exhausted": 429,
    "throttlingexception": 429, "throttled": 429, "ratelimiterror": 429,
    "insufficient_quota": 429, "overloaded_error": 503, "server_error": 500,
    "internal_server_error": 500, "internal": 500,
    "service_unavailable": 503, "unavailable": 503, "timeout": 408, "deadline_exceeded": 408,
}  # fmt: skip
_PHRASES = (
    (
        re.compile(
            r"(?i)too many requests|rate.?limit|throttl|\b429\b|quota exceeded for|slow down"
        ),
        429,
    ),
    (re.compile(r"(?i)overloaded|temporarily unavailable|service unavailable|\b503\b"), 503),
    (re.compile(r"(?i)gateway time-?out|\b504\b|timed out"), 504),
)
"""Messages of temporary failures without an error code."""
_ERRORS = ("error", "errors", "detail", "fault")
"""Fields of a response that hold an error."""
_DEEPEST = 3
_MISSING = re.compile(
    r"(?i)not.?implemented|not supported|unsupported|does not support|(no such|unknown) endpoint"
)


class Kind(StrEnum):
    """Consequence of a failure for the run."""

    ITEM = "item"
    """Only this prompt failed."""
    FILTER = "filter"
    """The service filtered this prompt: a result, not a fault."""
    UNREACHED = "unreached"
    """The service did not respond."""
    ABSENT = "absent"
    """The service does not have this model or endpoint."""
    DENIED = "denied"
    """The service denies access to this user."""


class Failure(Exception):  # noqa: N818 - not always an error: a filter is data
    """A call without a response.

    Args:
        kind: consequence for the run.
        reason: a short, stable word.
        detail: the message of the service or the network, shortened.
        status: HTTP status, or the status in the error message; 0 for none.
    """

    def __init__(self, kind: Kind, reason: str, detail: str = "", status: int = 0) -> None:
        detail = " ".join(detail.split())[:300]
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.kind = kind
        self.reason = reason
        self.detail = detail
        self.status = status


# A limit per minute may name the page for billing as well: that alone says nothing.
_NO_QUOTA = (
    "insufficient_quota", "exceeded your current quota", "billing_hard_limit",
    "billing_not_active", "billing hard limit", "account is not active",
)  # fmt: skip

# (statuses, words of which the body must hold one, what it means, reason); the first row that fits.
_JUDGMENTS: tuple[tuple[Container[int], tuple[str, ...], Kind, str], ...] = (
    (range(400, 500), ("content_filter", "content_policy", "responsibleai"), Kind.FILTER, "filter"),
    (range(400, 500), _NO_QUOTA, Kind.DENIED, "quota"),
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

UNREACHED_REASONS = frozenset({"connection", "interrupted"}).union(
    reason for _, _, kind, reason in _JUDGMENTS if kind is Kind.UNREACHED
)
"""Reasons of failures without a response from the service."""


def classify(status: int, message: str, sent: str = "") -> Failure:
    """Classify an error status and its message by their effect on the run.

    Args:
        status: HTTP status, or the status in the error message.
        message: body of the reply.
        sent: the request. Its words are ignored in the message, because services quote requests.
    """
    message = message[:20_000]
    folded, sent, codes = message.lower(), sent.lower(), _codes(message)
    for statuses, words, kind, reason in _JUDGMENTS:
        named = not words or any(
            word in codes or (word in folded and word not in sent) for word in words
        )
        if status in statuses and named:
            return Failure(kind, reason, f"HTTP {status} {message}", status)
    return Failure(Kind.ITEM, "rejected", f"HTTP {status} {message}", status)


def _codes(message: str) -> str:
    """The codes of an error in JSON, in lower case; "" for any other message."""
    try:
        error = json.loads(message)
    except (ValueError, RecursionError):
        return ""
    values = (fields.get(name) for fields in _objects(error, 0) for name in _NAMES)
    return " ".join(value.lower() for value in values if isinstance(value, str))


def is_passing(failure: Failure) -> bool:
    """Whether a retry may succeed."""
    if failure.kind in (Kind.ABSENT, Kind.DENIED, Kind.FILTER):
        return False
    return failure.status in _PASSING or failure.status >= _LEAST_SERVER_ERROR


def is_unsupported(failure: Failure) -> bool:
    """Whether a failure may mean that the service lacks the endpoint.

    Services report this with 400 or 403, inside a response with status 200, with a page that is not
    JSON, or with 500 and a message.
    """
    if failure.kind is Kind.ABSENT:
        return True
    if failure.reason == "server-error":
        return _MISSING.search(failure.detail) is not None
    return failure.reason in (
        "rejected", "service-error", "forbidden", "junk-answer", "no-completion",
    )  # fmt: skip


def inner_failure(answer: Mapping[str, Any], sent: str = "") -> Failure | None:
    """The failure that a response with status 200 reports; None for a good one.

    Args:
        answer: the response.
        sent: the request, as for `classify`.
    """
    choices = answer.get("choices")
    if isinstance(choices, list) and choices:
        errors = [choice.get("error") for choice in choices if isinstance(choice, Mapping)]
        error = errors[0] if errors and all(errors) else None
        if not error and not any(map(_holds_text, choices)):
            error = answer.get("error")
    else:
        error = _error_of(answer)
    if not error:
        return None
    message = json.dumps(error)[:2000]
    status = _status_of(error)
    if status:
        return classify(status, message, sent)
    return Failure(Kind.ITEM, "service-error", message)


def _holds_text(choice: object) -> bool:
    message = choice.get("message") if isinstance(choice, Mapping) else None
    inner = message.values() if isinstance(message, Mapping) else ()
    written = any(value for value in inner if value != "assistant")
    return isinstance(choice, Mapping) and (bool(choice.get("text")) or written)


def _error_of(answer: Mapping[str, Any]) -> object:
    """The error of a response without choices; None if it states none."""
    for name in _ERRORS:
        if answer.get(name):
            return answer[name] if name == "error" else {name: answer[name], **_brief(answer)}
    is_error = answer.get("object") == "error" or answer.get("success") is False
    message = answer.get("message")
    is_notice = message is not None and not (isinstance(message, Mapping) and "role" in message)
    return answer if is_error or is_notice else None


def _brief(answer: Mapping[str, Any]) -> dict[str, object]:
    return {name: answer[name] for name in (*_NAMES, "message") if name in answer}


def _status_of(error: object) -> int:
    """The HTTP status that an error states as a number or in words; 0 for none."""
    for fields in _objects(error, 0):
        for name in _NAMES:
            if status := _status(fields.get(name)):
                return status
    text = json.dumps(error)[:2000]
    return next((status for phrase, status in _PHRASES if phrase.search(text)), 0)


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    """The objects inside a value, outer ones first."""
    if isinstance(value, Mapping):
        yield value
    if depth < _DEEPEST and isinstance(value, (Mapping, list)):
        inner = value.values() if isinstance(value, Mapping) else value
        for item in inner:
            yield from _objects(item, depth + 1)


def _status(value: object) -> int:
    if isinstance(value, str):
        if value.isdecimal() and len(value) == 3:  # noqa: PLR2004
            value = int(value)
        else:
            return _WORDS.get(value.lower(), 0)
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if value in _STATUSES else 0
