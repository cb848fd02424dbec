# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The many notations in which services report failures, refuse fields and stream responses."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_server import ok
from service_answers import ask, error

from codescan.models import load_model
from codescan.models.http.budget import Spending
from codescan.models.http.event_stream import response_in
from codescan.models.http.failures import inner_failure
from codescan.records import Completion, Prompt, Sampling, Skipped

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
    "parts": (events(*(delta(content=[{"type": "text", "text": half}]) for half in (CODE[:9], CODE[9:])), delta("stop")), "stop"),  # noqa: E501
    "thinking-parts": (events(delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": CODE}]}]), delta("stop", content="Done.")), "stop"),  # noqa: E501
    "reasoning-details": (events(delta(reasoning_details=[{"type": "reasoning.text", "text": CODE[:9], "index": 0}]), delta("stop", reasoning_details=[{"type": "reasoning.text", "text": CODE[9:], "index": 0}], content="Done.")), "stop"),  # noqa: E501
    "custom-tool": (events(delta(tool_calls=[{"index": 0, "id": "a", "type": "custom", "custom": {"name": "w", "input": CODE[:9]}}]), delta("tool_calls", tool_calls=[{"index": 0, "custom": {"input": CODE[9:]}}])), "stop"),  # noqa: E501
    "calls-without-index": (events(delta(tool_calls=[{"id": "a", "function": {"name": "w", "arguments": '{"path": "y.py"}'}}]), delta("tool_calls", tool_calls=[{"id": "b", "function": {"name": "w", "arguments": ARGUMENTS}}])), "stop"),  # noqa: E501
    "identified-events": (b"id: 1\nretry: 5\n" + events(delta("stop", content=CODE)), "stop"),
    "many-lines": (b"".join(b"data: " + line + b"\n" for line in json.dumps(delta("stop", content=CODE), indent=1).encode().splitlines()) + b"\n", "stop"),  # noqa: E501
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
    values = [*(delta(content=text) for text in texts), delta("stop")]
    raw = [json.dumps(value, ensure_ascii=False) for value in values]
    streams = {
        "events": events(*values),
        "raw": "".join(f"data: {value}\r\n\r\n" for value in raw).encode(),
        "lines": "\n".join(raw).encode(),
        "array": f"[{','.join(raw)}]".encode(),
    }
    responses = {name: response_in(body) for name, body in streams.items()}
    response = responses["events"]
    assert all(other == response for other in responses.values())
    held = response["choices"][0]["message"]["content"] if texts else ""
    assert held == "".join(texts)


# --- other notations, and what nobody can read ------------------------------------------------

NOTATIONS = {
    "anthropic": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": CODE}], "stop_reason": "end_turn"},  # noqa: E501
    "gemini": {"candidates": [{"content": {"parts": [{"text": CODE}]}}]},
    "responses": {"object": "response", "output": [{"type": "message", "content": [{"type": "output_text", "text": CODE}]}]},  # noqa: E501
    "ollama": {"model": "m", "message": {"role": "assistant", "content": CODE}, "done": True},
    "ollama-lines": "\n".join(json.dumps({"model": "m", "message": {"role": "assistant", "content": half}, "done": half != CODE[:9]}) for half in (CODE[:9], CODE[9:])).encode(),  # noqa: E501
    "packed": {"code": 0, "data": {"choices": [{"message": {"content": CODE}}]}},
    "delta": {"choices": [{"index": 0, "delta": {"content": CODE}, "finish_reason": "stop"}]},
    "raw-control-characters": json.dumps({"choices": [{"text": CODE}]}).replace("\\n", "\n").encode(),  # noqa: E501
    "latin-1": json.dumps({"choices": [{"text": f"é{CODE}"}]}, ensure_ascii=False).encode("latin-1"),  # noqa: E501
    "custom-tool": {"choices": [{"message": {"content": None, "tool_calls": [{"type": "custom", "custom": {"name": "w", "input": CODE}}]}, "finish_reason": "tool_calls"}]},  # noqa: E501
    "unknown-tool": {"choices": [{"message": {"content": None, "tool_calls": [{"type": "new_tool", "new_tool": {"program": CODE}}]}, "finish_reason": "tool_calls"}]},  # noqa: E501
    "reasoning-details": {"choices": [{"message": {"content": "Done.", "reasoning_details": [{"type": "reasoning.text", "text": CODE}]}}]},  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_response_in_another_notation_is_read(server, notation):
    server.behave = lambda *_: NOTATIONS[notation]
    _, (result,) = ask(server, count=1, retries=0, endpoint="chat")
    assert CODE in result.text


UNREAD = {
    "notice": {"result": "the model is loading"},
    "object": {"id": "1", "usage": {"completion_tokens": 9}},
    "number": {"choices": [{"message": {"content": 42}, "finish_reason": "stop"}]},
    "object-of-choices": {"choices": {"0": {"message": {"content": CODE}}}},
    "text-for-a-message": {"choices": [{"message": CODE, "finish_reason": "stop"}]},
    "image": {"choices": [{"message": {"content": "", "images": [{"image_url": {"url": "x"}}]}, "finish_reason": "stop"}]},  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("shape", UNREAD)
def test_a_response_that_cannot_be_read_is_no_empty_one(server, shape):
    server.behave = lambda *_: UNREAD[shape]
    _, (result,) = ask(server, count=1, retries=0, endpoint="chat")
    assert isinstance(result, Skipped)
    assert result.reason == "unread-answer"


QUOTED = {
    "filter": "def content_filter(text):",
    "quota": "raise InsufficientQuota('insufficient_quota')",
    "length": "# the context_length of a model",
}


@pytest.mark.parametrize("kind", QUOTED)
def test_an_error_that_quotes_the_prompt_is_not_judged_by_it(server, kind):
    server.behave = lambda _p, body, _n: (
        422, {}, {"detail": [{"loc": ["body", "x"], "input": body["messages"]}]}
    )  # fmt: skip
    model = load_model(
        "openai:m", base_url=f"http://127.0.0.1:{server.server_port}/v1", endpoint="chat"
    )
    prompt = Prompt(id="p", text=QUOTED[kind], strategy="t")
    (result,) = model.generate([prompt], Sampling())
    assert isinstance(result, Skipped)
    assert result.reason == "rejected"


def test_a_limit_that_names_the_page_for_billing_is_a_limit(server):
    words = "Rate limit reached, limit 3 / min. Visit https://x.example/account/billing to add one."
    server.behave = lambda path, body, n: (
        ok(path, body, n) if n else error(429, words, type="requests", code="rate_limit_exceeded")
    )
    _, results = ask(server, count=1, endpoint="chat")
    assert isinstance(results[0], Completion)


def test_names_that_a_service_gives_itself_are_bounded(server):
    server.behave = lambda path, body, n: {
        **ok(path, body, n), "model": "m" * 1_000_000, "system_fingerprint": {"x": "y" * 10_000},
    }  # fmt: skip
    model, _ = ask(server, count=1)
    assert len(json.dumps(model.describe())) < 2000


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
