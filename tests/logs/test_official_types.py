# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows made by the types of the official clients are read as the clients understand them."""

import json

import pytest
from log_texts import WROTE

from codescan.logs.read import LogEntry, read_log

ARGUMENTS = json.dumps({"path": "a", "content": WROTE})
EDIT = {"file_path": "a.py", "old_string": "def user_text(): pass", "new_string": WROTE}


def read(tmp_path, *rows):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    items = list(read_log(path))
    entries = [item for item in items if isinstance(item, LogEntry)]
    assert len(entries) == len(items), [item for item in items if item not in entries]
    return [response for entry in entries for response in entry.exchange.responses]


def anthropic_message(content, **more):
    types = pytest.importorskip("anthropic.types")
    return types.Message.model_validate(
        {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x",
         "content": content, "stop_reason": "end_turn", "stop_sequence": None,
         "usage": {"input_tokens": 1, "output_tokens": 9}, **more}
    )  # fmt: skip


CONTENTS = {
    "text": [{"type": "text", "text": WROTE, "citations": None}],
    "thinking": [
        {"type": "thinking", "thinking": WROTE, "signature": "x"},
        {"type": "text", "text": "done", "citations": None},
    ],
    "tool": [{"type": "tool_use", "id": "t", "name": "Edit", "input": EDIT}],
    "write": [
        {"type": "tool_use", "id": "t", "name": "Write",
         "input": {"file_path": "a.py", "content": WROTE}}
    ],
    "redacted": [
        {"type": "redacted_thinking", "data": "AAAA"}, {"type": "text", "text": WROTE}
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", CONTENTS)
def test_messages_of_the_anthropic_client(tmp_path, kind):
    row = json.loads(anthropic_message(CONTENTS[kind]).model_dump_json())
    (response,) = read(tmp_path, row)
    assert response.text.count(WROTE.strip()) == 1
    assert "user_text" not in response.text
    assert "AAAA" not in response.text


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("end_turn", "stop"), ("max_tokens", "length"), ("refusal", "refusal"), ("tool_use", "stop")],
)
def test_reasons_of_the_anthropic_client(tmp_path, reason, finish):
    row = json.loads(anthropic_message(CONTENTS["text"], stop_reason=reason).model_dump_json())
    (response,) = read(tmp_path, row)
    assert response.finish_reason == finish


def test_batches_of_the_anthropic_client(tmp_path):
    types = pytest.importorskip("anthropic.types.messages")
    row = types.MessageBatchIndividualResponse.model_validate(
        {"custom_id": "a", "result": {
            "type": "succeeded", "message": anthropic_message(CONTENTS["text"]).model_dump()}}
    )  # fmt: skip
    (response,) = read(tmp_path, json.loads(row.model_dump_json()))
    assert WROTE.strip() in response.text


def test_streams_of_the_anthropic_client(tmp_path):
    """Events as the client types them, text and the arguments of a tool call in pieces."""
    types = pytest.importorskip("anthropic.types")
    arguments = json.dumps({"file_path": "a.py", "content": WROTE})
    start = anthropic_message([], stop_reason=None).model_dump()
    events = [
        types.RawMessageStartEvent(type="message_start", message=start),
        types.RawContentBlockStartEvent(
            type="content_block_start", index=0,
            content_block={"type": "tool_use", "id": "t", "name": "Write", "input": {}},
        ),
        *(
            types.RawContentBlockDeltaEvent(
                type="content_block_delta", index=0,
                delta={"type": "input_json_delta", "partial_json": arguments[at : at + 7]},
            )
            for at in range(0, len(arguments), 7)
        ),
        types.RawContentBlockStopEvent(type="content_block_stop", index=0),
        types.RawMessageStopEvent(type="message_stop"),
    ]  # fmt: skip
    responses = read(tmp_path, *(json.loads(event.model_dump_json()) for event in events))
    assert len(responses) == 1
    assert responses[0].text.count(WROTE.strip()) == 1


def test_completions_of_the_openai_client(tmp_path):
    types = pytest.importorskip("openai.types.chat")
    call = {
        "id": "c", "type": "function",
        "function": {"name": "write_file", "arguments": ARGUMENTS},
    }  # fmt: skip
    for message in (
        {"role": "assistant", "content": WROTE, "refusal": None},
        {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]},
    ):
        value = types.ChatCompletion.model_validate(
            {"id": "c", "object": "chat.completion", "created": 1, "model": "m",
             "choices": [{"index": n, "message": message, "finish_reason": "stop",
                          "logprobs": None} for n in range(2)]}
        )  # fmt: skip
        responses = read(tmp_path, json.loads(value.model_dump_json()))
        assert [one.text.count(WROTE.strip()) for one in responses] == [1, 1]


def test_responses_of_the_openai_client(tmp_path):
    types = pytest.importorskip("openai.types.responses")
    value = types.Response.model_validate(
        {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed",
         "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None,
         "output": [
             {"id": "x", "type": "reasoning", "summary": []},
             {"id": "m", "type": "message", "role": "assistant", "status": "completed",
              "content": [{"type": "output_text", "text": WROTE, "annotations": []}]},
         ]}
    )  # fmt: skip
    (response,) = read(tmp_path, json.loads(value.model_dump_json()))
    assert response.text.count(WROTE.strip()) == 1


def test_chunks_of_the_openai_client(tmp_path):
    types = pytest.importorskip("openai.types.chat")
    chunks = [
        types.ChatCompletionChunk.model_validate(
            {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
             "choices": [{"index": 0, "delta": {"content": WROTE[at : at + 9]},
                          "finish_reason": None}]}
        )
        for at in range(0, len(WROTE), 9)
    ]  # fmt: skip
    (response,) = read(tmp_path, *(json.loads(chunk.model_dump_json()) for chunk in chunks))
    assert response.text.strip() == WROTE.strip()
