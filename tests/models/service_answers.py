# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Responses of a service, and the results of a model that a test's server serves."""

from codescan.models import load_model
from codescan.records import Prompt, Sampling

SAMPLING = Sampling(max_new_tokens=8, temperature=0.5, top_k=5)


def ask(server, count=3, **options):
    """The model of a server, and its results for prompts of their own."""
    settings = {"timeout": 2.0, "retries": 2, "concurrency": 1, **options}
    url = settings.pop("base_url", f"http://127.0.0.1:{server.server_port}/v1")
    model = load_model("openai:m", base_url=url, **settings)
    prompts = [Prompt(id=f"p{i}", text=f"prompt {i}", strategy="t") for i in range(count)]
    return model, list(model.generate(prompts, SAMPLING))


def message(content, finish="stop", **more):
    """A response of the chat endpoint."""
    choice = {"message": {"role": "assistant", "content": content, **more}, "finish_reason": finish}
    return {"model": "m", "choices": [{"index": 0, **choice}]}


def text(value, finish="stop"):
    """A response of the completions endpoint."""
    return {"choices": [{"text": value, "finish_reason": finish}], "model": "m"}


def error(status, message="", **fields):
    """An error response, with its status."""
    return status, {}, {"error": {"message": message, **fields}}
