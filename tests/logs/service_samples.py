# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of the logs of services."""

import json

from log_texts import (
    AGENT_PATCH,
    ANSWER,
    ANTHROPIC,
    ASK,
    CHAT,
    EDIT,
    MESSAGE,
    OPENAI,
    OTHER,
    WROTE,
    Sample,
    anthropic_events,
)


def chunks(kind, text):
    """A stream of three chunks in each of two choices, the second a tool call."""
    arguments = json.dumps({"path": "x.py", "content": text})
    third = len(text) // 3 + 1
    for at in range(0, len(text), third):
        delta = {"content": text[at : at + third]}
        yield {
            "id": "c1",
            "object": kind,
            "model": "gpt-4o",
            "choices": [{"index": 0, "delta": delta}],
        }
    third = len(arguments) // 3 + 1
    for at in range(0, len(arguments), third):
        call = {"index": 0, "function": {"arguments": arguments[at : at + third]}}
        delta = {"tool_calls": [call]}
        yield {
            "id": "c1",
            "object": kind,
            "model": "gpt-4o",
            "choices": [{"index": 1, "delta": delta}],
        }
    for index in (0, 1):
        end = [{"index": index, "delta": {}, "finish_reason": "stop"}]
        yield {"id": "c1", "object": kind, "model": "gpt-4o", "choices": end}
    yield {"id": "c1", "object": kind, "model": "gpt-4o", "choices": [], "usage": {}}


RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "status": "completed",
    "model": "gpt-5",
    "output": [
        {"id": "rs", "type": "reasoning", "summary": [{"type": "summary_text", "text": OTHER}]},
        {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Here.", "annotations": []}],
        },
        {
            "id": "f",
            "type": "function_call",
            "call_id": "c",
            "name": "apply_patch",
            "arguments": json.dumps({"input": AGENT_PATCH}),
            "status": "completed",
        },
    ],
}

GEMINI = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [
                    {"text": OTHER, "thought": True},
                    {"functionCall": {"name": "write_file", "args": {"content": WROTE}}},
                ],
            },
            "finishReason": "STOP",
        }
    ],
    "modelVersion": "gemini-2.5-pro",
}

CONVERSE = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": OTHER, "signature": "s"}}},
                {"text": "I write it."},
                {"toolUse": {"toolUseId": "t", "name": "write", "input": {"content": WROTE}}},
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
}

SAMPLES = {
    "openai-chat": Sample(
        "openai", f"{OPENAI} types/chat/chat_completion.py", [CHAT], model="gpt-4o"
    ),
    "openai-tool-calls": Sample(
        "openai",
        f"{OPENAI} types/chat/chat_completion_message_function_tool_call.py",
        [
            {
                **CHAT,
                "choices": [
                    {
                        "index": 0,
                        "message": {
                            "role": "assistant",
                            "content": None,
                            "reasoning_content": OTHER,
                            "tool_calls": [
                                {
                                    "id": "c",
                                    "type": "function",
                                    "function": {"name": "edit", "arguments": json.dumps(EDIT)},
                                }
                            ],
                        },
                        "finish_reason": "tool_calls",
                    }
                ],
            }
        ],
    ),
    "openai-choices": Sample(
        "openai",
        f"{OPENAI} types/completion.py",
        [
            {
                "id": "cmpl-1",
                "object": "text_completion",
                "model": "m",
                "choices": [
                    {"index": 0, "text": WROTE, "finish_reason": "length"},
                    {"index": 1, "text": OTHER, "finish_reason": "stop"},
                ],
            }
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "azure": Sample(
        "openai",
        "https://learn.microsoft.com/azure/ai-foundry/openai/reference (chat completions)",
        [
            {
                **CHAT,
                "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}],
                "choices": [{**CHAT["choices"][0], "content_filter_results": {"hate": {}}}],
            }
        ],
    ),
    "openai-responses": Sample(
        "openai-responses", f"{OPENAI} types/responses/response.py", [RESPONSE], model="gpt-5"
    ),
    "openai-stream": Sample(
        "openai-stream",
        f"{OPENAI} types/chat/chat_completion_chunk.py",
        list(chunks("chat.completion.chunk", WROTE)),
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "openai-sse": Sample(
        "openai-stream",
        "https://html.spec.whatwg.org/multipage/server-sent-events.html",
        [],
        name="log.txt",
        responses=2,
        wrote=(WROTE, WROTE),
        text=": comment\n"
        + "".join(f"data: {json.dumps(c)}\n\n" for c in chunks("chat.completion.chunk", WROTE))
        + "data: [DONE]\n",
    ),
    "openai-responses-stream": Sample(
        "openai-responses-stream",
        f"{OPENAI} types/responses/response_stream_event.py",
        [
            {"type": "response.created", "response": {**RESPONSE, "output": []}},
            {"type": "response.output_text.delta", "item_id": "m", "delta": WROTE[:7]},
            {"type": "response.output_text.delta", "item_id": "m", "delta": WROTE[7:]},
            {"type": "response.completed", "response": RESPONSE},
            {"type": "response.created", "response": {**RESPONSE, "output": []}},
            {"type": "response.output_text.delta", "item_id": "m", "delta": WROTE[:7]},
            {"type": "response.output_text.delta", "item_id": "m", "delta": WROTE[7:]},
        ],
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "openai-batch": Sample(
        "request-response",
        "https://github.com/openai/openai-openapi (BatchRequestOutput)",
        [
            {
                "id": "batch_req_1",
                "custom_id": "request-1",
                "response": {"status_code": 200, "request_id": "r", "body": CHAT},
                "error": None,
            }
        ],
    ),
    "anthropic": Sample("anthropic", f"{ANTHROPIC} types/message.py", [MESSAGE]),
    "anthropic-batch": Sample(
        "anthropic",
        f"{ANTHROPIC} types/messages/message_batch_individual_response.py",
        [{"custom_id": "r", "result": {"type": "succeeded", "message": MESSAGE}}],
    ),
    "anthropic-stream": Sample(
        "anthropic-stream",
        f"{ANTHROPIC} types/raw_message_stream_event.py",
        list(anthropic_events()),
    ),
    "gemini": Sample("gemini", "https://github.com/googleapis/python-genai types.py", [GEMINI]),
    "gemini-stream": Sample(
        "gemini",
        "https://github.com/googleapis/python-genai types.py",
        [
            {
                "responseId": "r",
                "candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}],
            }
            for piece in (WROTE[:9], WROTE[9:])
        ],
    ),
    "bedrock": Sample(
        "bedrock",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
        [CONVERSE],
    ),
    "bedrock-log": Sample(
        "bedrock",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html",
        [
            {
                "schemaType": "ModelInvocationLog",
                "requestId": "r",
                "modelId": "anthropic.claude",
                "operation": "InvokeModel",
                "input": {"inputBodyJson": {"messages": ASK}},
                "output": {"outputBodyJson": body},
            }
            for body in (MESSAGE, list(anthropic_events()), {"generation": WROTE})
        ],
        responses=3,
        wrote=(WROTE, WROTE, WROTE),
    ),
    "ollama": Sample(
        "ollama",
        "https://github.com/ollama/ollama-python ollama/_types.py",
        [
            {
                "model": "m",
                "created_at": "t",
                "message": {"role": "assistant", "content": "", "thinking": OTHER},
                "done": False,
            },
            *(
                {"model": "m", "message": {"role": "assistant", "content": piece}, "done": False}
                for piece in (WROTE[:5], WROTE[5:])
            ),
            {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True},
            {"model": "m", "response": ANSWER, "done": True, "done_reason": "stop"},
        ],
        responses=2,
        wrote=(WROTE, WROTE),
    ),
}
