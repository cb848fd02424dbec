# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Answers in forms that the references do not show: a copy in one is never passed as clean."""

from __future__ import annotations

import gzip
import json

import pytest
from harbor_texts import COPY
from model_service import chat_answer, chat_stream, message_stream, response_stream, sse
from service_runs import report_of

from codescan.serve.completion_texts import answer_texts, stream_deltas
from codescan.serve.partial_json import PartialJsonStrings
from codescan.serve.proxy_routes import protocol_of
from codescan.text.server_sent_events import data_texts

PIECES = [COPY[at : at + 9] for at in range(0, len(COPY), 9)]
CALL = json.dumps({"path": "a.py", "content": COPY})
ITEM = {"id": "i1", "type": "message", "content": [{"type": "output_text", "text": COPY}]}


def chunk(choice):
    return {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def texts_of_stream(stream):
    """The text of each part, as the watch joins it."""
    parts, seen = {}, set()
    for data in data_texts(b"".join(stream).decode()):
        if data == "[DONE]":
            continue
        before = set(seen)
        for delta in stream_deltas(json.loads(data)):
            if delta.is_whole and delta.part in before:
                continue
            before |= set() if delta.is_whole else {delta.part}
            seen.add(delta.part)
            parts.setdefault((delta.part, delta.is_json), []).append(delta.text)
    return [read(("".join(pieces), is_json)) for (_, is_json), pieces in parts.items()]


def read(text_and_form):
    text, is_json = text_and_form
    return PartialJsonStrings().feed(text) if is_json else text


STREAMS = {
    "chat": chat_stream(PIECES),
    "CRLF": [part.replace(b"\n", b"\r\n") for part in chat_stream(PIECES)],
    "comments": [b": ping\n" + part for part in chat_stream(PIECES)],
    "a byte order mark": [b"\xef\xbb\xbf", *chat_stream([COPY])],
    "no done": chat_stream(PIECES)[:-1],
    "no blank line at the end": [sse(chunk({"index": 0, "delta": {"content": COPY}}))[:-2]],
    "no blank lines": [part.replace(b"\n\n", b"\n") for part in chat_stream(PIECES)],
    "data of several lines": [
        b"".join(b"data: " + line + b"\n" for line in json.dumps(
            chunk({"index": 0, "delta": {"content": COPY}}), indent=1).encode().split(b"\n")),
        b"\n"],
    "two choices": [sse(chunk({"index": n, "delta": {"content": piece}}))
                    for piece in PIECES for n in (0, 1)],
    "no index": [sse(chunk({"delta": {"content": piece}})) for piece in PIECES],
    "parts of content": [sse(chunk({"index": 0, "delta": {"content": [
        {"type": "text", "text": piece}]}})) for piece in PIECES],
    "reasoning details": [sse(chunk({"index": 0, "delta": {"reasoning_details": [
        {"index": 0, "type": "reasoning.text", "text": piece}]}})) for piece in PIECES],
    "a transcript": [sse(chunk({"index": 0, "delta": {"audio": {"id": "a", "transcript": piece}}}))
                     for piece in PIECES],
    "a message in a stream": [sse(chunk({"index": 0, "message": {"content": COPY}}))],
    "calls by index": [sse(chunk({"index": 0, "delta": {"tool_calls": [
        {"index": 1, "function": {"arguments": piece}}]}}))
        for piece in (CALL[at : at + 5] for at in range(0, len(CALL), 5))],
    "logprobs beside": [sse(chunk({"index": 0, "delta": {"content": piece}, "logprobs": {
        "content": [{"token": piece, "logprob": -1}]}})) for piece in PIECES],
    "messages": message_stream(PIECES),
    "a tool of messages": message_stream([CALL[:40], CALL[40:]], tool=True),
    "a message that starts whole": [sse(("message_start", {
        "type": "message_start", "message": {"content": [{"type": "text", "text": COPY}]}}))],
    "a block that starts whole": [sse({"type": "content_block_start", "index": 0, "content_block": {
        "type": "tool_use", "id": "t", "name": "w", "input": {"content": COPY}}})],
    "responses": response_stream(PIECES),
    "a response at its end only": [sse({"type": "response.completed", "response": {
        "status": "completed", "output": [ITEM]}})],
    "an item at its end only": [sse({"type": "response.output_item.done", "item": ITEM})],
    "a text at its end only": [sse({
        "type": "response.output_text.done", "item_id": "i", "content_index": 0, "text": COPY})],
    "a call of a response": [sse({"type": "response.function_call_arguments.delta", "item_id": "f",
                                  "delta": piece}) for piece in (CALL[:50], CALL[50:])],
    "a patch of a response": [sse({"type": "response.apply_patch_call_operation_diff.delta",
                                   "item_id": "p", "delta": piece}) for piece in PIECES],
    "a summary": [sse({"type": "response.reasoning_summary_text.delta", "item_id": "r",
                       "summary_index": 0, "delta": piece}) for piece in PIECES],
    "another protocol": [sse({"candidates": [{"content": {"parts": [{"text": piece}]}}]})
                         for piece in PIECES],
    "a part that is added whole": [sse({"type": "response.content_part.added", "item_id": "i",
        "content_index": 0, "part": {"type": "output_text", "text": COPY}})],
    "a delta that is an object": [sse({"type": "response.output_text.delta", "item_id": "i",
                                       "delta": {"text": piece}}) for piece in PIECES],
    "a new event": [sse({"type": "response.new_thing", "payload": {"text": COPY}})],
    "a new field of a delta": [sse({"type": "response.x.delta", "item_id": "i", "text": piece})
                               for piece in PIECES],
    "a response under way": [sse({"type": "response.in_progress", "response": {"output": [ITEM]}})],
    "a list of events": [sse([chunk({"index": 0, "delta": {"content": COPY}})])],
    "a text beside an error": [sse({"error": "x", "text": COPY})],
    "a field beside a delta": [sse(chunk({"index": 0, "delta": {}, "thought": COPY}))],
    "lines of Ollama": [sse({"model": "m", "message": {"role": "assistant", "content": piece}})
                        for piece in PIECES],
}  # fmt: skip
ANSWERS = {
    "chat": chat_answer(COPY),
    "a list of answers": [chat_answer("x"), chat_answer(COPY)],
    "the second choice": {"choices": [
        {"message": {"content": "x"}}, {"message": {"content": COPY}}]},
    "a call": {"choices": [{"message": {"tool_calls": [{"function": {"arguments": CALL}}]}}]},
    "an old call": {"choices": [{"message": {"function_call": {"arguments": CALL}}}]},
    "a custom tool": {"choices": [{"message": {"tool_calls": [{"custom": {"input": COPY}}]}}]},
    "reasoning": {"choices": [{"message": {"content": "", "reasoning_content": COPY}}]},
    "a response": {"output": [ITEM]},
    "code of a response": {"output": [{"type": "code_interpreter_call", "id": "c", "code": COPY}]},
    "a patch": {"output": [{"type": "apply_patch_call", "id": "p", "operation": {"diff": COPY}}]},
    "a summary": {"output": [{"type": "reasoning", "id": "r", "summary": [{"text": COPY}]}]},
    "a tool of messages": {"content": [{"type": "tool_use", "input": {"a": [{"b": COPY}]}}]},
    "thinking": {"content": [{"type": "thinking", "thinking": COPY, "signature": "x"}]},
    "deep": {"content": [{"type": "tool_use", "input": json.loads("[" * 90 + json.dumps(COPY)
                                                                  + "]" * 90)}]},
    "another protocol": {"candidates": [{"content": {"parts": [{"text": COPY}]}}]},
    "a string": {"output_text": COPY},
    "a text beside an error": {"error": {"message": "x"}, "output_text": COPY},
    "choices that are strings": {"choices": [COPY]},
    "an output that is a string": {"output": [COPY]},
    "an output in lists": {"output": [[{"text": COPY}]]},
    "content that is strings": {"content": [COPY]},
    "a text beside no choices": {"choices": [], "answer": COPY},
    "a field beside a message": {"choices": [{"message": {}, "thought": COPY}]},
    "a delta in a whole answer": {"choices": [{"delta": {"content": COPY}}]},
}  # fmt: skip


@pytest.mark.parametrize("case", STREAMS)
def test_every_text_of_a_stream_is_read_once(case):
    copies = [text for text in texts_of_stream(STREAMS[case]) if COPY in text]
    assert len(copies) == (2 if case == "two choices" else 1)
    assert all(text.count("def high_waters") == 1 for text in copies)


@pytest.mark.parametrize("case", ANSWERS)
def test_every_text_of_an_answer_is_read_once(case):
    parts = {}
    for delta in answer_texts(ANSWERS[case]):
        parts.setdefault((delta.part, delta.is_json), []).append(delta.text)
    texts = [read(("".join(pieces), is_json)) for (_, is_json), pieces in parts.items()]
    assert sum(COPY in text for text in texts) == 1


@pytest.mark.parametrize("field", [
    "instructions", "input", "prompt", "tools", "metadata", "error", "obfuscation",
])  # fmt: skip
@pytest.mark.parametrize("known", ["choices", "output", "content"])
def test_what_an_answer_repeats_of_its_request_is_not_its_text(known, field):
    assert list(answer_texts({known: [], field: COPY})) == []


@pytest.mark.parametrize(("path", "protocol"), [
    ("/v1/chat/completions/", "/v1/chat/completions"), ("/v1//messages", "/v1/messages"),
    ("/v1/responses/resp_1", "/v1/responses"), ("/v1/Chat/Completions", "/v1/chat/completions"),
    ("/v1/openai/deployments/x/chat/completions", "/v1/chat/completions"),
    ("/v1/engines/x/completions", "/v1/completions"), ("/v1/models", ""), ("/v1/embeddings", ""),
    ("/v1/responses/resp_1/cancel", ""), ("/v1/messages/count_tokens", ""),
])  # fmt: skip
def test_paths_of_protocols(path, protocol):
    assert protocol_of(path) == protocol


@pytest.mark.parametrize("answer", [
    b"no JSON", b"\xff\xfe", b'{"choices": [', json.dumps("a text").encode()[:-1],
])  # fmt: skip
def test_a_whole_answer_that_cannot_be_read_is_refused(gate, model, answer):
    model.answer = answer
    service = gate()
    assert service.ask("POST", "/v1/chat/completions", {})[2] == answer
    assert report_of(service).statistics["coverage"]["unchecked"]
    assert gate("end").ask("POST", "/v1/chat/completions", {})[0] == 502


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_an_answer_with_an_encoding_is_read_or_refused(gate, model, encoding):
    content = json.dumps(chat_answer(COPY)).encode()
    model.headers = {"Content-Encoding": encoding}
    model.answer = gzip.compress(content) if encoding == "gzip" else b"\x0b\x02\x80not-brotli\x03"
    status, headers, body = gate().ask("POST", "/v1/chat/completions", {})
    assert status == 200
    if encoding == "gzip":
        assert body == content
        assert "content-encoding" not in headers
    else:
        assert (body, headers["content-encoding"]) == (model.answer, "br")
    assert gate("end").ask("POST", "/v1/chat/completions", {})[0] == (
        403 if encoding == "gzip" else 502
    )


@pytest.mark.parametrize("path", ["/v1/chat/completions/", "/v1//chat/completions"])
def test_other_spellings_of_a_path_are_read(gate, model, path):
    model.answer = chat_answer(COPY)
    assert gate("end").ask("POST", path, {})[0] == 403


def test_events_under_another_media_type_are_read(gate, model):
    model.answer = b"".join(chat_stream(PIECES))
    assert gate("end").ask("POST", "/v1/chat/completions", {})[0] == 403


def test_an_event_that_nothing_ends_is_read(gate, model):
    [first, *_] = chat_stream([COPY])
    model.answer = [first.rstrip(b"\n")]
    body = gate("end").ask("POST", "/v1/chat/completions", {})[2]
    assert b"high_waters" not in body
    assert b"content_filter" in body
