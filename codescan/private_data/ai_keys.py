# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of AI services."""

from __future__ import annotations

import re

from codescan.private_data.anchored_rules import AnchoredDetector, AnchoredRule
from codescan.private_data.token_rules import named, prefixed

__all__ = ["AiKeys"]

_RULES = (
    AnchoredRule(
        "openai-key",
        "OpenAI API key",
        ("T3BlbkFJ",),
        re.compile(
            r"sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{20,100}?T3BlbkFJ[A-Za-z0-9_-]{20,100}(?![A-Za-z0-9_-])"
        ),
        behind=110,
        check=lambda _value: True,
    ),
    prefixed(
        "anthropic-key",
        "Anthropic API key",
        ("sk-ant-api03-", "sk-ant-admin01-", "sk-ant-oat01-", "sk-ant-sid01-"),
        "[A-Za-z0-9_-]{80,120}",
    ),
    prefixed("openrouter-key", "OpenRouter API key", "sk-or-v1-", "[a-f0-9]{64}"),
    prefixed("deepseek-key", "DeepSeek or compatible API key", "sk-", "[a-f0-9]{32}"),
    prefixed("hugging-face-token", "Hugging Face token", ("hf_", "api_org_"), "[A-Za-z]{34}"),
    prefixed("replicate-token", "Replicate token", "r8_", "[A-Za-z0-9]{37}"),
    prefixed("groq-key", "Groq API key", "gsk_", "[A-Za-z0-9]{52}"),
    prefixed("perplexity-key", "Perplexity API key", "pplx-", "[A-Za-z0-9]{48}"),
    prefixed("xai-key", "xAI API key", "xai-", "[A-Za-z0-9]{80}"),
    prefixed("nvidia-key", "NVIDIA API key", "nvapi-", "[A-Za-z0-9_-]{64}"),
    prefixed("pinecone-key", "Pinecone API key", "pcsk_", "[A-Za-z0-9]{5,6}_[A-Za-z0-9]{62,64}"),
    prefixed("voyage-key", "Voyage AI key", "pa-", "(?=[a-z0-9_-]{0,42}[A-Z])[A-Za-z0-9_-]{43}"),
    prefixed(
        "langsmith-key", "LangSmith API key", ("lsv2_pt_", "lsv2_sk_"), "[a-f0-9]{32}_[a-f0-9]{10}"
    ),
    prefixed(
        "langfuse-key",
        "Langfuse secret key",
        "sk-lf-",
        "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    prefixed("together-key", "Together AI key", "tgp_v1_", "[A-Za-z0-9_-]{43}"),
    prefixed("fireworks-key", "Fireworks AI key", "fw_", "[A-Za-z0-9]{22,24}"),
    prefixed("tavily-key", "Tavily key", ("tvly-dev-", "tvly-prod-", "tvly-"), "[A-Za-z0-9]{32}"),
    prefixed("firecrawl-key", "Firecrawl key", "fc-", "[a-f0-9]{32}"),
    prefixed("cerebras-key", "Cerebras key", "csk-", "[a-z0-9]{48}"),
    named("cohere-key", "Cohere API key", ("cohere", "co api key"), "[A-Za-z0-9]{40}"),
    named("mistral-key", "Mistral API key", ("mistral",), "[A-Za-z0-9]{32}"),
    named("wandb-key", "Weights & Biases key", ("wandb",), "[a-f0-9]{40}"),
    named(
        "elevenlabs-key",
        "ElevenLabs API key",
        ("elevenlabs", "eleven labs", "xi api key"),
        "(?:sk_)?[a-f0-9]{32,48}",
    ),
    named(
        "azure-openai-key",
        "Azure OpenAI key",
        ("azure openai", "openai api", "azure ai", "cognitive services"),
        "[a-f0-9]{32}|[A-Za-z0-9]{84}",
    ),
    named("assemblyai-key", "AssemblyAI key", ("assemblyai", "assembly ai"), "[a-f0-9]{32}"),
    named("stability-key", "Stability AI key", ("stability", "dreamstudio"), "sk-[A-Za-z0-9]{48}"),
    prefixed("openai-key", "OpenAI-style API key", "sk-", "[A-Za-z0-9]{48}"),
)


class AiKeys(AnchoredDetector):
    """Finds keys of AI services."""

    def __init__(self) -> None:
        super().__init__(_RULES)
