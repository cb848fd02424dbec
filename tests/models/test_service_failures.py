# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The many notations in which services report failures, refuse fields and stream responses."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_server import ok
from service_answers import ask, error

from codescan.models.http.budget import Spending
from codescan.models.http.event_stream import is_event_stream, whole_response
from codescan.models.http.failures import inner_failure
from codescan.records import Completion, Skipped

CODE = "def merge(left, right):\n    return sorted([*left, *right])\n"

NO_COMPLETIONS = {
    "detail": {"detail": "Not Found"},
    "object-error": {"object": "error", "message": "not supported", "code": 400},
    "success-false": {"success": False, "errors": [{"message": "no route"}]},
    "message-only": {"message": "no Route matched with those values"},
    "empty-object": {},
    "no-choices": {"choices": []},
    "page": (200, {"content-type": "text/html"}, b"<html>index</html>"),
    "410": error(410, "gone"),
    "403": error(403, "This endpoint is not allowed for your project"),
    "500-not-implemented": error(500, "NotImplementedError: completions"),
}


@pytest.mark.parametrize("quirk", NO_COMPLETIONS)
def test_chat_is_asked_after_any_answer_that_holds_no_completion(server, quirk):
    server.behave = lambda path, body, n: (
        ok(path, body, n) if "chat" in path else NO_COMPLETIONS[quirk]
    )
    model, results = ask(server, retries=0)
    assert [getattr(r, "text", r) for r in results] == [f"after prompt {i}" for i in range(3)]
    assert model.observed()["endpoint"] == "chat"


def test_an_overload_does_not_choose_the_endpoint(server):
    server.behave = lambda path, body, n: (
        ok(path, body, n) if n or "chat" in path else error(503, "overloaded")
    )
    model, results = ask(server, retries=1)
    assert all(isinstance(result, Completion) for result in results)
    assert model.observed()["endpoint"] == "completions"


PASSING = {
    "status-code": {"error": {"message": "x", "statusCode": 429}},
    "top-level": {"statusCode": 429, "message": "Try again in 1 seconds."},
    "top-level-code": {"code": 429, "message": "x"},
    "object-error": {"object": "error", "message": "x", "type": "rate_limit", "code": 429},
    "list": {"errors": [{"code": 429, "message": "x"}]},
    "text": {"error": "429 Too Many Requests"},
    "words": {"error": {"message": "Rate limit reached for requests"}},
    "grpc": [{"error": {"message": "x", "status": "RESOURCE_EXHAUSTED"}}],
    "anthropic": {"type": "error", "error": {"type": "overloaded_error", "message": "x"}},
    "aws": {"__type": "ThrottlingException", "message": "x"},
    "choice-metadata": {"choices": [{"error": {"message": "x", "metadata": {"code": 429}}}]},
    "beside-an-empty-choice": {
        "error": {"code": 429},
        "choices": [{"message": {"role": "assistant", "content": ""}, "finish_reason": "error"}],
    },
    "throttled": {"error": "Request was throttled. Expected available in 1 second."},
    "at-the-end-of-a-stream": (
        b'data: {"choices": [{"delta": {"content": "x"}}]}\n\n'
        b'data: {"error": {"message": "x", "code": 503}}\n\n'
    ),
    "in-a-stream": b'data: {"error": {"code": 429, "message": "x"}}\n\ndata: [DONE]\n\n',
}


@pytest.mark.parametrize("quirk", PASSING)
def test_a_limit_is_known_in_every_notation(server, quirk):
    server.behave = lambda path, body, n: ok(path, body, n) if n else PASSING[quirk]
    _, results = ask(server, count=1, endpoint="chat")
    assert [getattr(r, "text", r) for r in results] == ["after prompt 0"]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["error", "choices", "code", "message", "text"]), inner),
    max_leaves=12,
))  # fmt: skip
def test_no_body_makes_the_reading_of_errors_fail(value):
    inner_failure(value if isinstance(value, dict) else {"error": value})


# --- refused fields ----------------------------------------------------------------------------

REFUSING = {
    "unknown-name": error(400, 'Unknown name "seed": Cannot find field.'),
    "proxy": error(400, "UnsupportedParamsError: does not support parameters: ['seed']"),
    "extra": (422, {}, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"]}]}),
    "keyword": error(500, "generate() got an unexpected keyword argument 'seed'"),
    "in-200": {"error": {"message": "seed is not supported"}},
}


@pytest.mark.parametrize("quirk", REFUSING)
def test_a_field_refused_in_other_words_is_dropped(server, quirk):
    server.behave = lambda path, body, n: REFUSING[quirk] if "seed" in body else ok(path, body, n)
    model, results = ask(server, endpoint="chat", retries=0)
    assert all(isinstance(result, Completion) for result in results)
    assert model.observed()["refused_fields"] == ["seed dropped"]
    assert sum("seed" in body for _, _, body in server.calls) == 1


def test_a_field_refused_by_its_name_in_camel_case_is_dropped(server):
    server.behave = lambda path, body, n: (
        error(400, "Invalid field: topP is not allowed") if "top_p" in body else ok(path, body, n)
    )
    model, results = ask(server, endpoint="chat", retries=0)
    assert all(isinstance(result, Completion) for result in results)
    assert model.observed()["refused_fields"] == ["top_p dropped"]


def test_an_error_that_quotes_a_field_changes_nothing(server):
    """The temperature stays: dropping it does not make the service take the prompt."""
    server.behave = lambda path, body, n: (
        error(400, "invalid prompt: 'a temperature sensor'")
        if "prompt 0" in json.dumps(body)
        else ok(path, body, n)
    )
    model, results = ask(server, endpoint="chat")
    assert [getattr(r, "reason", "") for r in results] == ["rejected", "", ""]
    assert model.observed()["refused_fields"] == []
    assert "temperature" in server.calls[-1][2]


# --- streams -----------------------------------------------------------------------------------


def events(*values, end="data: [DONE]\n\n"):
    return ("".join(f"data: {json.dumps(value)}\n\n" for value in values) + end).encode()


def delta(finish=None, **fields):
    return {"model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


ARGUMENTS = json.dumps({"path": "x.py", "content": CODE})
STREAMS = {
    "chat": (events(delta(role="assistant"), delta(content=CODE[:9]), delta("stop", content=CODE[9:])), "stop"),  # noqa: E501
    "cut-off": (events(delta(content=CODE), end=""), "length"),
    "reasoning": (events(delta(reasoning_content=CODE), delta("length")), "length"),
    "tool-call": (
        events(
            delta(tool_calls=[{"index": 0, "function": {"name": "w", "arguments": ARGUMENTS[:9]}}]),
            delta(tool_calls=[{"index": 0, "function": {"arguments": ARGUMENTS[9:]}}]),
            delta("tool_calls"),
        ),
        "stop",
    ),
    "comments": (b": keep-alive\r\n\r\nevent: message\r\n" + events(delta("stop", content=CODE)), "stop"),  # noqa: E501
    "text": (events({"choices": [{"text": CODE, "index": 0, "finish_reason": "stop"}]}), "stop"),
}  # fmt: skip


@pytest.mark.parametrize("quirk", STREAMS)
def test_a_response_that_is_streamed_unasked_is_read(server, quirk):
    body, finish = STREAMS[quirk]
    server.behave = lambda *_: (200, {"content-type": "text/event-stream"}, body)
    _, (result,) = ask(server, count=1, retries=0, endpoint="chat")
    assert isinstance(result, Completion)
    assert CODE in result.text
    assert result.finish_reason == finish


@settings(max_examples=50)
@given(st.lists(st.text(max_size=12), max_size=6))
def test_a_stream_holds_what_its_events_hold(texts):
    body = events(*(delta(content=text) for text in texts), delta("stop"))
    assert is_event_stream(body)
    response = whole_response(body)
    held = response["choices"][0]["message"]["content"] if texts else ""
    assert held == "".join(texts)


# --- usage -------------------------------------------------------------------------------------

USAGE = {
    "prompt-only": {"prompt_tokens": 3},
    "total-only": {"total_tokens": 33},
    "none-of-the-completion": {"prompt_tokens": 3, "completion_tokens": 0},
    "completion-only": {"completion_tokens": 30},
    "texts": {"prompt_tokens": "3", "completion_tokens": "30"},
    "floats": {"prompt_tokens": 3.0, "completion_tokens": 30.0},
    "negative": {"prompt_tokens": -3, "completion_tokens": -30},
    "not-finite": {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
    "enormous": {"prompt_tokens": 10**40, "completion_tokens": 10**40},
    "list": [3, 30],
}


@pytest.mark.parametrize("quirk", USAGE)
def test_a_cap_holds_whatever_the_service_reports(quirk):
    spending = Spending(max_tokens=100)
    calls = 0
    while not spending.exhausted and calls < 50:
        spending.add(USAGE[quirk], "prompt 0", "x" * 90)
        calls += 1
    assert calls == 4
    assert (spending.prompt_tokens, spending.completion_tokens) == (12, 120)
    is_reported = quirk in ("texts", "floats")
    assert spending.estimated == (0 if is_reported else 4)


def test_a_failure_that_is_no_limit_is_reported_once(server):
    server.behave = lambda *_: {"error": {"message": "out of memory"}}
    _, (result,) = ask(server, count=1, endpoint="chat")
    assert isinstance(result, Skipped)
    assert result.reason == "service-error"
    assert len(server.calls) == 1
