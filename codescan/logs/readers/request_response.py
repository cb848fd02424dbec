# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pairs of a request and its response: batches, gateways, and logs that a client writes itself.

OpenAI's and Azure's batch output, Vertex AI's batch output, Helicone, LiteLLM's standard logging
payload and spend log, and any row with the same fields. The bodies may be of any service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, history_in
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Unchecked
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["RequestResponseReader", "language_of"]

_RESPONSES = (
    "response", "response_body", "responseBody", "raw_response", "completion_response",
    "modelOutput",
)  # fmt: skip
_REQUESTS = (
    "request", "request_body", "requestBody", "messages", "prompt", "input", "inputs", "kwargs",
    "query", "question", "modelInput",
)  # fmt: skip
_STATUS_OK = range(200, 300)


def language_of(fields: Mapping[str, object]) -> str:
    """The language that a row names, by its own word or its file's name; "prose" for none."""
    language = by_tag(text_field(fields, "language", "lang"))
    return (
        language or detect(text_field(fields, "path", "file", "file_path", "filename")) or "prose"
    )


class RequestResponseReader(StatelessReader):
    """One call to a row."""

    name = "request-response"
    source = (
        "https://github.com/BerriAI/litellm (types/utils.py, StandardLoggingPayload); "
        "https://docs.helicone.ai/rest/request/post-v1requestquery; "
        "https://github.com/openai/openai-openapi (BatchRequestOutput)"
    )

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row has a response beside its request or status."""
        return any(fields.get(name) not in (None, "") for name in _RESPONSES) or (
            "custom_id" in fields and "error" in fields
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange; a call that failed is unchecked."""
        response = next((fields[n] for n in _RESPONSES if fields.get(n) not in (None, "")), None)
        answers = choices_in(response)
        failure = _failure(fields, response)
        if failure and (not answers or failure.startswith("HTTP")):
            yield Unchecked(row.place, "service-error", failure)
            return
        if not answers:
            yield Unchecked(
                row.place, "no-completion", f"keys: {', '.join(map(str, fields))[:200]}"
            )
            return
        history = next((m for n in _REQUESTS if (m := history_in(fields.get(n)))), ())
        label = label_of(fields, "custom_id")
        yield from self.conversations.exchanges(
            label if label != "row" else row.place,
            history,
            answers,
            model=text_field(fields, "model", "model_name", "model_id"),
            group=text_field(fields, "task_id"),
            expected=text_field(fields, "expected", "true_continuation"),
            language=language_of(fields),
        )


def _failure(fields: Mapping[str, object], response: object) -> str:
    """Why a call failed, in the log's words; "" where it did not."""
    status = fields.get("response_status", fields.get("status_code"))
    if isinstance(response, Mapping):
        status = response.get("status_code", status)
        if response.get("error") and "choices" not in response:
            return str(response["error"])[:200]
    if isinstance(status, int) and status >= 100 and status not in _STATUS_OK:  # noqa: PLR2004
        return f"HTTP {status}"
    error = fields.get("error") or fields.get("error_str")
    return str(error)[:200] if error else ""
