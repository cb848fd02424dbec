# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A name with two values hides one of them: such JSON is refused, or counted as unchecked."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY
from model_service import chat_answer, sse
from service_runs import report_of

HIDDEN = json.dumps(COPY)


def twice(name, first, second):
    """JSON of an object with one name twice."""
    return f'{{"{name}": {first}, "{name}": {second}}}'


@pytest.mark.parametrize("body", [
    twice("text", HIDDEN, '"x = 1"'), twice("texts", f'[{{"text": {HIDDEN}}}]', "[]"),
    f'{{"texts": [{twice("text", HIDDEN, 1)}]}}', f'{{"text": {HIDDEN}, "\\u0074ext": "x"}}',
])  # fmt: skip
def test_a_request_is_refused(served, body):
    status, answer = served.post("/v1/scan", body.encode())
    assert (status, answer["error"]["kind"]) == (400, "not-json")
    assert "two values" in answer["error"]["message"]


def test_equal_values_are_one(served):
    status, answer = served.post("/v1/scan", twice("text", HIDDEN, HIDDEN).encode())
    assert (status, answer["results"][0]["status"]) == (200, "findings")


def test_a_guardrail_request_is_refused(gate, model):  # noqa: ARG001 - the gateway needs it
    body = f'{{"input_type": "response", {twice("texts", f"[{HIDDEN}]", "[]")[1:]}'
    status, answer = gate().post("/beta/litellm_basic_guardrail_api", body.encode())
    assert (status, answer["error"]["kind"]) == (422, "bad-request")


@pytest.mark.parametrize("is_stream", [True, False])
def test_an_answer_is_refused_or_counted_as_unchecked(gate, model, is_stream):
    message = f'{{"choices": [{{"index": 0, "delta": {twice("content", HIDDEN, 1)}}}]}}'
    whole = message.replace('"delta"', '"message"')
    model.answer = [b"data: " + message.encode() + b"\n\n"] if is_stream else whole.encode()
    service = gate()
    assert b"high_waters" in service.ask("POST", "/v1/chat/completions", {})[2]
    assert report_of(service).statistics["coverage"]["unchecked"]
    assert b"high_waters" not in gate("end").ask("POST", "/v1/chat/completions", {})[2]


def test_a_request_with_a_name_twice_is_passed_on(gate, model):
    model.answer = chat_answer("x = 1")
    status, _ = gate("end").post("/v1/chat/completions", twice("messages", "[]", '[""]').encode())
    assert status == 200


def test_events_that_are_no_mapping_are_passed_over(gate, model):
    model.answer = [sse(1), sse([]), *map(sse, [chat_answer("x")])]
    assert gate("end").ask("POST", "/v1/chat/completions", {})[0] == 200
