# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of the logs of gateways, tracers, test harnesses and datasets."""

import json

from log_texts import ANSWER, ASK, CHAT, GAVE, OTHER, PATCH, WROTE, Sample

RUN = {
    "id": "run-1",
    "name": "ChatOpenAI",
    "run_type": "llm",
    "inputs": {
        "messages": [
            [
                {
                    "lc": 1,
                    "type": "constructor",
                    "id": ["langchain", "schema", "messages", "HumanMessage"],
                    "kwargs": {"content": GAVE, "type": "human"},
                }
            ]
        ]
    },
    "outputs": {
        "generations": [
            [
                {
                    "text": ANSWER,
                    "generation_info": {"finish_reason": "stop"},
                    "type": "ChatGeneration",
                    "message": {
                        "lc": 1,
                        "type": "constructor",
                        "id": ["langchain", "schema", "messages", "AIMessage"],
                        "kwargs": {"content": ANSWER, "type": "ai"},
                    },
                }
            ]
        ]
    },
}

OTEL_MESSAGES = [
    {
        "role": "assistant",
        "parts": [
            {"type": "reasoning", "content": OTHER},
            {"type": "tool_call", "id": "c", "name": "write", "arguments": {"content": WROTE}},
        ],
        "finish_reason": "tool_call",
    }
]

OTEL_INPUT = [{"role": "user", "parts": [{"type": "text", "content": GAVE}]}]


def otlp(attributes):
    listed = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
    span = {"traceId": "t", "spanId": "s", "name": "chat gpt-4o", "attributes": listed}
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": [span]}]}]}


INSPECT_SAMPLE = {
    "id": "task-1",
    "epoch": 1,
    "input": GAVE,
    "target": "",
    "messages": [
        {"role": "user", "content": GAVE, "source": "input"},
        {
            "role": "assistant",
            "content": [
                {"type": "reasoning", "reasoning": OTHER},
                {"type": "text", "text": "I do."},
            ],
            "tool_calls": [{"id": "c", "function": "write", "arguments": {"content": WROTE}}],
        },
        {"role": "tool", "content": GAVE, "tool_call_id": "c"},
        {"role": "assistant", "content": "attachment://abc"},
    ],
    "attachments": {"abc": ANSWER},
    "output": {
        "model": "openai/gpt-4o",
        "choices": [
            {"message": {"role": "assistant", "content": "attachment://abc"}, "stop_reason": "stop"}
        ],
    },
}

PROMPTFOO = {
    "id": "r1",
    "testIdx": 0,
    "vars": {"x": "1"},
    "provider": {"id": "openai:gpt-4o"},
    "prompt": {"raw": GAVE, "label": "p"},
    "response": {"output": ANSWER, "tokenUsage": {}},
    "success": True,
}

SAMPLES = {
    "helicone": Sample(
        "request-response",
        "https://docs.helicone.ai/rest/request/post-v1requestquery",
        [
            {
                "request_id": "h",
                "request_body": {"messages": ASK},
                "response_body": CHAT,
                "response_status": 200,
            }
        ],
    ),
    "litellm": Sample(
        "request-response",
        "https://github.com/BerriAI/litellm types/utils.py StandardLoggingPayload",
        [
            {
                "id": "l",
                "call_type": "acompletion",
                "status": "success",
                "model": "gpt-4o",
                "messages": ASK,
                "response": CHAT,
                "error_str": None,
            },
            {
                "request_id": "l2",
                "messages": json.dumps(ASK),
                "response": json.dumps(CHAT),
                "model": "gpt-4o",
            },
        ],
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "langsmith": Sample(
        "langsmith",
        "https://github.com/langchain-ai/langsmith-sdk python/langsmith/schemas.py",
        [
            RUN,
            {"id": "c", "run_type": "chain", "inputs": {}, "outputs": {"output": ANSWER}},
            {"id": "r", "run_type": "retriever", "inputs": {}, "outputs": {"documents": [GAVE]}},
            {"id": "d", "run_type": "chain", "inputs": {}, "outputs": {"output": OTHER}},
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "langfuse": Sample(
        "langfuse",
        "https://github.com/langfuse/langfuse fern/apis/server/definition/commons.yml",
        [],
        name="log.json",
        text=json.dumps(
            [
                {
                    "id": "o",
                    "traceId": "t",
                    "type": "GENERATION",
                    "model": "gpt-4o",
                    "input": ASK,
                    "output": {"role": "assistant", "content": ANSWER},
                },
                {"id": "s", "traceId": "t", "type": "SPAN", "input": GAVE, "output": ANSWER},
            ],
            indent=1,
        ),
    ),
    "opentelemetry": Sample(
        "opentelemetry",
        "https://github.com/open-telemetry/semantic-conventions-genai docs/gen-ai",
        [
            otlp(
                {
                    "gen_ai.operation.name": "chat",
                    "gen_ai.input.messages": json.dumps(OTEL_INPUT),
                    "gen_ai.output.messages": json.dumps(OTEL_MESSAGES),
                    "gen_ai.response.model": "gpt-4o",
                }
            ),
            {
                "attributes": {
                    "gen_ai.prompt.0.role": "user",
                    "gen_ai.prompt.0.content": GAVE,
                    "gen_ai.completion.0.content": ANSWER,
                    "gen_ai.completion.0.finish_reason": "stop",
                }
            },
        ],
        responses=2,
        wrote=(WROTE, WROTE),
    ),
    "lm-eval": Sample(
        "lm-eval",
        "https://github.com/EleutherAI/lm-evaluation-harness lm_eval/evaluator.py",
        [
            {
                "doc_id": 0,
                "doc": {
                    "task_id": "HumanEval/0",
                    "prompt": GAVE,
                    "canonical_solution": "  return 1",
                },
                "target": "check",
                "arguments": {"gen_args_0": {"arg_0": GAVE, "arg_1": {"until": ["x"]}}},
                "resps": [[ANSWER, OTHER]],
                "filtered_resps": [[WROTE]],
            }
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "human-eval": Sample(
        "code-tasks",
        "https://github.com/openai/human-eval README",
        [{"task_id": "HumanEval/0", "completion": WROTE}] * 3,
        responses=3,
        wrote=(WROTE, WROTE, WROTE),
    ),
    "evalplus": Sample(
        "code-tasks",
        "https://github.com/evalplus/evalplus evalplus/codegen.py",
        [{"task_id": "HumanEval/0", "solution": WROTE, "_identifier": "x"}],
    ),
    "swe-bench": Sample(
        "code-tasks",
        "https://github.com/SWE-bench/SWE-bench swebench/harness/constants",
        [{"instance_id": "a__b-1", "model_name_or_path": "m", "model_patch": PATCH}],
        model="m",
    ),
    "promptfoo": Sample(
        "promptfoo",
        "https://github.com/promptfoo/promptfoo src/types/index.ts EvaluateResult",
        [],
        name="log.json",
        responses=1,
        text=json.dumps(
            {"evalId": "e", "results": {"version": 3, "results": [PROMPTFOO]}}, indent=2
        ),
    ),
    "promptfoo-jsonl": Sample(
        "promptfoo", "https://github.com/promptfoo/promptfoo src/types/index.ts", [PROMPTFOO]
    ),
    "inspect_ai": Sample(
        "inspect_ai",
        "https://github.com/UKGovernmentBEIS/inspect_ai src/inspect_ai/log/_log.py",
        [],
        name="log.json",
        responses=2,
        wrote=(WROTE, WROTE),
        text=json.dumps(
            {"version": 2, "eval": {"task": "t"}, "samples": [INSPECT_SAMPLE]}, indent=2
        ),
    ),
    "garak": Sample(
        "garak",
        "https://github.com/NVIDIA/garak garak/attempt.py",
        [
            {"entry_type": "start_run setup", "garak_version": "0.17"},
            *(
                {
                    "entry_type": "attempt",
                    "uuid": "u",
                    "status": status,
                    "prompt": {
                        "turns": [{"role": "user", "content": {"text": GAVE, "lang": "en"}}]
                    },
                    "outputs": [{"text": ANSWER, "lang": "en"}, None, {"text": OTHER}],
                }
                for status in (1, 2)
            ),
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "sharegpt": Sample(
        "messages",
        "https://github.com/lm-sys/FastChat docs/training.md",
        [
            {
                "id": "c",
                "conversations": [
                    {"from": "human", "value": GAVE},
                    {"from": "gpt", "value": ANSWER},
                    {"from": "human", "value": "again"},
                    {"from": "gpt", "value": OTHER},
                ],
            }
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "generated_text": Sample(
        "plain",
        "https://github.com/huggingface/transformers pipelines/text_generation.py",
        [
            {"generated_text": WROTE},
            [{"generated_text": WROTE}],
            {"generated_text": [*ASK, {"role": "assistant", "content": ANSWER}]},
        ],
        responses=3,
        wrote=(WROTE, WROTE, WROTE),
    ),
    "vllm": Sample(
        "plain",
        "https://github.com/vllm-project/vllm vllm/outputs.py RequestOutput",
        [
            {
                "request_id": "1",
                "prompt": GAVE,
                "outputs": [
                    {"index": 0, "text": WROTE, "finish_reason": "stop"},
                    {"index": 1, "text": OTHER, "finish_reason": "length"},
                ],
            }
        ],
        responses=2,
        wrote=(WROTE, OTHER),
    ),
    "plain": Sample(
        "plain",
        "docs/log-formats.md",
        [{"prompt": GAVE, "completion": WROTE, "id": "7", "path": "a.py", "model": "m"}],
        model="m",
    ),
    "csv": Sample(
        "plain",
        "https://www.rfc-editor.org/rfc/rfc4180",
        [],
        name="log.csv",
        text='id,prompt,completion\r\n1,"say ""x""","{}"\r\n'.format(WROTE.replace('"', '""')),
    ),
    "heuristic": Sample(
        "heuristic (unverified)",
        "",
        [{"event": "llm", "payload": {"user_prompt": GAVE, "assistantReply": ANSWER}}],
    ),
}
