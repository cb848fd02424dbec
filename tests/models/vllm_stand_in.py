# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The part of vLLM's public interface that codescan uses, on a small model run by transformers.

vLLM itself needs a GPU. Names, defaults, checks and the shapes of results are those of its
documentation (`LLM`, `SamplingParams`, `RequestOutput`, `CompletionOutput`, `Logprob`): answers in
the order of the prompts, the token that stopped a sample included, log-probabilities of prompt
tokens as one dict for each place with None for the first, the token itself always among them.
"""
# ruff: noqa: ARG002 - options that make no difference to a small model

from dataclasses import dataclass, field
from types import SimpleNamespace


@dataclass
class SamplingParams:
    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None
    stop_token_ids: list[int] | None = None
    ignore_eos: bool = False
    max_tokens: int | None = 16
    logprobs: int | None = None
    prompt_logprobs: int | None = None
    detokenize: bool = True

    def __post_init__(self):
        if self.temperature < 0.0:
            raise ValueError(f"temperature must be non-negative, got {self.temperature}.")
        if not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p must be in (0, 1], got {self.top_p}.")
        if self.top_k < -1:
            raise ValueError(f"top_k must be 0 (disable), or at least 1, got {self.top_k}.")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError(f"max_tokens must be at least 1, got {self.max_tokens}.")


@dataclass
class Logprob:
    logprob: float
    rank: int | None = None
    decoded_token: str | None = None


@dataclass
class CompletionOutput:
    index: int
    text: str
    token_ids: list[int]
    cumulative_logprob: float | None = None
    logprobs: list | None = None
    finish_reason: str | None = None
    stop_reason: int | str | None = None


@dataclass
class RequestOutput:
    request_id: str
    prompt: str | None
    prompt_token_ids: list[int]
    prompt_logprobs: list | None
    outputs: list[CompletionOutput] = field(default_factory=list)
    finished: bool = True


class LLM:
    def __init__(
        self,
        model,
        *,
        tokenizer=None,
        skip_tokenizer_init=False,
        trust_remote_code=False,
        tensor_parallel_size=1,
        dtype="auto",
        seed=0,
        gpu_memory_utilization=0.9,
        max_model_len=None,
        enable_prefix_caching=None,
        max_logprobs=20,
        generation_config="auto",
    ):
        import transformers

        if tensor_parallel_size > 1:
            raise ValueError("World size is larger than the number of available GPUs")
        self._model = transformers.AutoModelForCausalLM.from_pretrained(model).eval()
        self._tokenizer = None
        if not skip_tokenizer_init:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer or model)
        self._max_logprobs = max_logprobs
        config = self._model.config
        length = max_model_len or config.max_position_embeddings
        self.llm_engine = SimpleNamespace(
            model_config=SimpleNamespace(
                max_model_len=length, dtype=self._model.dtype, hf_config=config
            )
        )
        self.calls = []

    def get_tokenizer(self):
        return self._tokenizer

    def generate(self, prompts, sampling_params=None, *, use_tqdm=True, lora_request=None):
        single = isinstance(sampling_params, SamplingParams)
        params = [sampling_params] * len(prompts) if single else list(sampling_params)
        if len(params) != len(prompts):
            raise ValueError("The lengths of prompts and params must be the same.")
        self.calls.append(len(prompts))
        return [
            self._one(number, prompt["prompt_token_ids"], param)
            for number, (prompt, param) in enumerate(zip(prompts, params, strict=True))
        ]

    def _one(self, number, tokens, params):
        import torch

        limit = self.llm_engine.model_config.max_model_len
        if len(tokens) >= limit:
            raise ValueError(f"The decoder prompt (length {len(tokens)}) is longer than {limit}")
        if (params.prompt_logprobs or 0) > self._max_logprobs:
            raise ValueError("Requested prompt logprobs is greater than max allowed")
        generator = torch.Generator()
        if params.seed is not None:
            generator.manual_seed(params.seed)
        new_tokens, reason = [], "length"
        ends = {*(params.stop_token_ids or ())}
        ends |= set() if params.ignore_eos else {self._model.config.eos_token_id}
        while len(new_tokens) < params.max_tokens and len(tokens) + len(new_tokens) < limit:
            new_tokens.append(self._next([*tokens, *new_tokens], params, generator))
            if new_tokens[-1] in ends:
                reason = "stop"
                break
        text = self._tokenizer.decode(new_tokens) if params.detokenize else ""
        output = CompletionOutput(0, text, new_tokens, finish_reason=reason)
        return RequestOutput(
            str(number), None, list(tokens), self._prompt_logprobs(tokens, params), [output]
        )

    def _next(self, tokens, params, generator):
        import torch

        with torch.inference_mode():
            logits = self._model(torch.tensor([tokens])).logits[0, -1].float()
        if params.temperature < 1e-5:
            return int(logits.argmax())
        logits = logits / params.temperature
        if params.top_k > 0:
            logits[logits < logits.topk(params.top_k).values[-1]] = float("-inf")
        if params.top_p < 1.0:
            values, order = logits.sort()
            drop = values.softmax(-1).cumsum(-1) <= 1 - params.top_p
            drop[-1] = False
            logits[order[drop]] = float("-inf")
        return int(torch.multinomial(logits.softmax(-1), 1, generator=generator))

    def _prompt_logprobs(self, tokens, params):
        import torch

        if params.prompt_logprobs is None:
            return None
        with torch.inference_mode():
            logs = self._model(torch.tensor([tokens])).logits[0].float().log_softmax(-1)
        prompt_logprobs = [None]
        for place, token in enumerate(tokens[1:]):
            row = logs[place]
            rank = int((row >= row[token]).sum())
            among = {token: Logprob(float(row[token]), rank)}
            best = row.topk(min(params.prompt_logprobs, len(row)))
            for position, (value, number) in enumerate(
                zip(best.values.tolist(), best.indices.tolist(), strict=True)
            ):
                among.setdefault(number, Logprob(value, position + 1))
            prompt_logprobs.append(among)
        return prompt_logprobs
