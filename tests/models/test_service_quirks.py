# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What real services do that the API's description does not say, and what codescan makes of it."""

import gzip
import json
import time
import zlib
from functools import cache

import pytest
from odd_server import ok
from service_answers import ask, error, message, text

from codescan.models import load_model
from codescan.records import Completion, Skipped

CODE = "def merge(left, right):\n    return sorted([*left, *right])\n"
ARGUMENTS = json.dumps({"path": "x.py", "content": CODE})


# --- endpoints: how a service says that it has no completions ----------------------------------

NO_COMPLETIONS = {
    "404": error(404, "not supported in the v1/completions endpoint"),
    "404-html": (404, {"content-type": "text/html"}, b"<html>Not Found</html>"),
    "400": error(400, "This is a chat model and not supported in completions"),
    "405": (405, {}, b""),
    "422": (422, {}, {"detail": [{"loc": ["body", "messages"], "msg": "Field required"}]}),
    "501": error(501, "not implemented"),
    "200-with-error": {"error": {"message": "Unexpected endpoint or method. (POST /completions)"}},
    "200-with-error-text": {"error": "Unexpected endpoint"},
    "200-with-404-inside": {"error": {"message": "no", "code": 404}},
    "redirect": (307, {"location": "http://127.0.0.1:1/elsewhere"}, b""),
}


@pytest.mark.parametrize("quirk", NO_COMPLETIONS)
def test_chat_is_asked_where_there_are_no_completions(server, quirk):
    server.behave = lambda path, body, n: (
        ok(path, body, n) if "chat" in path else NO_COMPLETIONS[quirk]
    )
    model, results = ask(server)
    assert [r.text for r in results] == [f"after prompt {i}" for i in range(3)]
    assert model.observed()["endpoint"] == "chat"
    assert sum("chat" not in path for path, _, _ in server.calls) == 1


# --- fields: what a service refuses to take -----------------------------------------------------

REFUSED = {
    "max_tokens": error(
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        param="max_tokens",
        code="unsupported_parameter",
    ),
    "temperature": error(
        400,
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default",
        param="temperature",
    ),
    "seed": (422, {}, {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs not permitted"}]}),
    "top_p": error(400, "`temperature` and `top_p` cannot both be specified", param="top_p"),
    "top_k": error(400, "Unrecognized request argument supplied: top_k"),
    "seed-in-words": error(400, "seed is not supported by this provider"),
}


@pytest.mark.parametrize("quirk", REFUSED)
def test_a_refused_field_is_changed_once_and_recorded(server, quirk):
    name = quirk.partition("-")[0]

    def behave(path, body, number):
        return REFUSED[quirk] if name in body else ok(path, body, number)

    server.behave = behave
    model, results = ask(server, endpoint="chat")
    assert all(isinstance(result, Completion) for result in results)
    assert sum(name in body for _, _, body in server.calls) == 1
    (change,) = model.observed()["refused_fields"]
    assert change.startswith(name)
    last = server.calls[-1][2]
    assert ("max_completion_tokens" in last) == (name == "max_tokens")


def test_several_refused_fields_are_changed_one_by_one(server):
    def behave(path, body, number):
        for name in ("max_tokens", "temperature", "seed"):
            if name in body:
                return REFUSED[name]
        return ok(path, body, number)

    server.behave = behave
    model, results = ask(server, endpoint="chat", concurrency=3)
    assert all(isinstance(result, Completion) for result in results)
    assert len(model.observed()["refused_fields"]) == 3


def test_a_field_that_is_refused_under_both_names_is_an_error(server):
    server.behave = lambda _p, body, _n: error(
        400, f"'{'max_tokens' if 'max_tokens' in body else 'max_completion_tokens'}' is bad"
    )
    _, results = ask(server, endpoint="chat", count=1)
    assert [result.reason for result in results] == ["rejected"]
    assert len(server.calls) == 2


# --- responses: what they are ------------------------------------------------------------------

RESPONSES = {
    "filtered": (message("", "content_filter"), "filter", ""),
    "filtered-in-part": (message("half", "content_filter"), "filter", "half"),
    "refused": (message(None, "stop", refusal="No."), "refusal", "No."),
    "reasoning-only": (message(None, "length", reasoning_content=CODE), "length", CODE),
    "reasoning-vllm": (message(None, "length", reasoning=CODE), "length", CODE),
    "reasoning-and-text": (message("Done.", "stop", reasoning_content=CODE), "stop", CODE),
    "tool-call": (
        message(
            None, "tool_calls", tool_calls=[{"function": {"name": "w", "arguments": ARGUMENTS}}]
        ),
        "stop",
        CODE,
    ),
    "function-call": (
        message(None, "function_call", function_call={"name": "w", "arguments": ARGUMENTS}),
        "stop",
        CODE,
    ),
    "content-parts": (message([{"type": "text", "text": CODE}]), "stop", CODE),
    "empty": (message(""), "stop", ""),
    "no-finish-reason": (message(CODE, None), "stop", CODE),
    "odd-finish-reason": (message(CODE, "eos_token"), "stop", CODE),
    "text-in-chat": (text(CODE), "stop", CODE),
    "surrogates": (message("\ud800x"), "stop", "x"),
    "content-encoding": (
        (200, {"content-encoding": "gzip"}, gzip.compress(json.dumps(message(CODE)).encode())),
        "stop",
        CODE,
    ),
    "deflated": (
        (200, {"content-encoding": "deflate"}, zlib.compress(json.dumps(message(CODE)).encode())),
        "stop",
        CODE,
    ),
    "bare-deflate": (
        (
            200,
            {"content-encoding": "deflate"},
            zlib.compress(json.dumps(message(CODE)).encode())[2:-4],
        ),
        "stop",
        CODE,
    ),
    "gzip-members": (
        (
            200,
            {"content-encoding": "gzip"},
            b"".join(
                gzip.compress(half)
                for half in (
                    json.dumps(message(CODE)).encode()[:40],
                    json.dumps(message(CODE)).encode()[40:],
                )
            ),
        ),
        "stop",
        CODE,
    ),
    "text-plain": (
        (200, {"content-type": "text/plain"}, json.dumps(message(CODE)).encode()),
        "stop",
        CODE,
    ),
    "byte-order-mark": (b"\xef\xbb\xbf" + json.dumps(message(CODE)).encode(), "stop", CODE),
}


@pytest.mark.parametrize("quirk", RESPONSES)
def test_a_response_stays_what_it_is(server, quirk):
    answer, finish, held = RESPONSES[quirk]
    server.behave = lambda *_: answer
    _, (result,) = ask(server, count=1, endpoint="chat")
    assert isinstance(result, Completion)
    assert result.finish_reason == finish
    assert held in result.text


# --- failures that pass, wherever they are said ------------------------------------------------

PASSING = {
    "429-in-200": {"error": {"message": "Rate limit", "code": 429}},
    "429-in-200-text": {"error": {"message": "Rate limit", "code": "429"}},
    "rate-limit-type": {"error": {"message": "x", "type": "rate_limit_exceeded"}},
    "overloaded-type": {"error": {"message": "x", "type": "overloaded_error"}},
    "502-in-200": {"error": {"message": "Provider returned error", "code": 502}},
    "429-in-choice": {
        "choices": [{"error": {"code": 429, "message": "slow down"}, "finish_reason": "error"}]
    },
    "503-in-choice": {
        "choices": [{"error": {"code": 503, "message": "x"}, "message": {"content": ""}}]
    },
    "520": (520, {}, b"<html>cloud</html>"),
    "425": (425, {}, b""),
    "retry-after-ms": (429, {"retry-after": "0.01"}, b""),
    "unknown-encoding": (200, {"content-encoding": "br"}, b"\x00"),
    "cut-gzip": (
        200,
        {"content-encoding": "gzip"},
        gzip.compress(json.dumps(message(CODE)).encode())[:-12],
    ),
    "bad-gzip": (200, {"content-encoding": "gzip"}, b"not gzip"),
    "short-body": lambda handler: (
        handler.send_response(503),
        handler.send_header("content-length", "100"),
        handler.end_headers(),
        handler.wfile.write(b"x"),
        setattr(handler, "close_connection", True),
    ),
    "no-http": lambda handler: (
        handler.wfile.write(b"220 smtp ready\r\n"),
        setattr(handler, "close_connection", True),
    ),
}


@pytest.mark.parametrize("quirk", PASSING)
def test_a_failure_that_passes_is_tried_again(server, quirk):
    server.behave = lambda path, body, n: ok(path, body, n) if n else PASSING[quirk]
    _, results = ask(server, count=2, endpoint="chat")
    assert [getattr(r, "text", r) for r in results] == ["after prompt 0", "after prompt 1"]


# --- bounds ------------------------------------------------------------------------------------


@cache
def bomb(encoding):
    """64 KiB that unpack to 64 MiB of blanks."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    block = b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(64)) + packer.flush()


def answer_packed(status, encoding):
    data = bomb(encoding)

    def behave(handler):
        handler.send_response(status)
        handler.send_header("content-encoding", encoding)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return behave


@pytest.mark.usefixtures("_small_answers")
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_reply_of_any_status_is_bounded_in_bytes(server, status, encoding):
    import tracemalloc

    behave = answer_packed(status, encoding)
    server.behave = lambda *_: behave
    tracemalloc.start()
    _, (result,) = ask(server, count=1, retries=0, timeout=20.0, endpoint="chat")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(result, Skipped)
    assert result.reason == "junk-answer"
    assert peak < 16 << 20


def slow(status, part):
    """A byte every 20 ms for a minute, in the header or in the body."""

    def behave(handler):
        if part == "header":
            handler.wfile.write(f"HTTP/1.1 {status} X\r\nx-slow: ".encode())
        else:
            handler.send_response(status)
            handler.send_header("content-length", "100000")
            handler.end_headers()
        for _ in range(3000):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    return behave


@pytest.mark.parametrize("part", ["header", "body"])
@pytest.mark.parametrize("status", [200, 404, 429])
def test_a_reply_of_any_status_is_bounded_in_time(server, status, part):
    behave = slow(status, part)
    server.behave = lambda *_: behave
    begun = time.monotonic()
    _, (result,) = ask(server, count=1, retries=0, timeout=0.3, endpoint="chat")
    assert time.monotonic() - begun < 30
    assert (result.stage, result.reason) == ("elicit", "timeout")


# --- caps --------------------------------------------------------------------------------------


def test_a_cap_holds_without_usage(server):
    def behave(path, body, number):
        answer = ok(path, body, number)
        del answer["usage"]
        answer["choices"][0]["text"] = "x" * 90
        return answer

    server.behave = behave
    model, results = ask(server, count=20, max_tokens_total=100)
    done = sum(isinstance(result, Completion) for result in results)
    assert done == 4  # 3 tokens of the prompt and 30 of the completion, each time
    assert {r.reason for r in results if isinstance(r, Skipped)} == {"budget"}
    observed = model.observed()
    assert observed["requests_estimated"] == observed["requests"] == 4


def test_usage_in_other_words_counts(server):
    server.behave = lambda path, body, n: {
        **ok(path, body, n),
        "usage": {"input_tokens": 7, "output_tokens": 4},
    }
    model, _ = ask(server, count=1)
    observed = model.observed()
    assert (observed["prompt_tokens"], observed["completion_tokens"]) == (7, 4)
    assert observed["requests_estimated"] == 0


@pytest.mark.parametrize("url", ["ftp://x/v1", "localhost:8000", "http://", "http://x:port/v1"])
def test_an_address_that_is_none_is_refused(url):
    from codescan.errors import UsageError

    with pytest.raises(UsageError, match="base_url"):
        load_model("openai:m", base_url=url)


def test_idle_connections_that_the_service_closed_are_opened_again(server):
    def behave(path, body, number):
        def answer(handler):
            handler.answer(ok(path, body, number))
            handler.close_connection = True

        return answer

    server.behave = behave
    _, results = ask(server, count=5, retries=0)
    assert all(isinstance(result, Completion) for result in results)


# --- the owners' own types ---------------------------------------------------------------------


def test_responses_of_the_official_client_are_read(server):
    types = pytest.importorskip("openai.types.chat")
    answer = types.ChatCompletion.model_validate(
        {"id": "c", "object": "chat.completion", "created": 1, **message(CODE)}
    )
    completion = pytest.importorskip("openai.types").Completion.model_validate(
        {"id": "c", "object": "text_completion", "created": 1, "model": "m",
         "choices": [{"index": 0, "text": CODE, "finish_reason": "length", "logprobs": None}]}
    )  # fmt: skip
    for value, endpoint in ((answer, "chat"), (completion, "completions")):
        server.behave = lambda *_, value=value: json.loads(value.model_dump_json())
        _, (result,) = ask(server, count=1, endpoint=endpoint)
        assert result.text == CODE


def test_requests_are_those_of_the_official_client(server):
    """The official client, asked for the same, sends the same body."""
    openai = pytest.importorskip("openai")
    ask(server, count=1, endpoint="chat")
    ours = server.calls[-1][2]
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="x")
    with client:
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "prompt 0"}], max_tokens=8,
            temperature=0.5, top_p=1.0, seed=0, extra_body={"top_k": 5},
        )  # fmt: skip
    assert server.calls[-1][2] == ours
