# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Backend `vllm`: generate and score with a causal language model run by vLLM (arXiv 2309.06180).

Use it for bulk generation on GPUs. Each sample is a request with its own seed, so it does not
depend on other requests. vLLM's prefix cache processes a prompt once for all of its samples.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import structs

from codescan.errors import MissingExtraError, ModelError, UsageError
from codescan.models.generation.inputs import input_tokens
from codescan.models.generation.sampling import check
from codescan.models.http.top_logprobs import ListedToken, score_of
from codescan.models.library_versions import library_versions
from codescan.models.loading.hf_tokenizer import HubTokenizer
from codescan.models.loading.locate import file_hashes, locate
from codescan.records import DECODINGS, Completion, Decoding, Prompt, Sampling, Score, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["VllmModel"]

_LISTED = 64
"""Log-probabilities requested for each scored token; enough for top-k 40."""
_RATED = 256
"""Maximum prompts scored in one call. Responses hold this many log-probabilities per token."""


class VllmModel:
    """A model run by vLLM. Satisfies `Model` and `Scorer`.

    Args:
        reference: a model folder, a `.gguf` file, an alias or a hub repository "owner/name".
        dtype: "auto" (the dtype of the weights), "bfloat16", "float16", "float32".
        batch_size: requests passed to vLLM at a time. Their completions arrive and are saved
            together; a killed run may lose up to this many.
        tensor_parallel: GPUs that share the model.
        memory: share of the GPU's memory that vLLM may use.
        context: maximum tokens of a prompt with its continuation; None for the model's limit.
        revision: branch, tag or commit of a hub repository.
        parse_special: read "<|endoftext|>" and similar texts in prompts as special tokens.
        decodings: sampling settings under which true continuations are scored. A score is omitted
            if the 64 likeliest tokens do not determine it.
        progress: called with a line of text for each slow step.

    Attributes:
        name: name of the model in completions and reports.
        tokenizer: the model's tokenizer.

    Raises:
        MissingExtraError: vllm is not installed.
        ModelError: the model cannot be found, fetched or loaded.
    """

    def __init__(  # noqa: PLR0913 - options of a command line, each with a default
        self,
        reference: str | Path,
        *,
        dtype: str = "auto",
        batch_size: int = 1024,
        tensor_parallel: int = 1,
        memory: float = 0.9,
        context: int | None = None,
        revision: str | None = None,
        parse_special: bool = False,
        decodings: Sequence[Decoding] = DECODINGS,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        try:
            import vllm
        except ImportError as error:
            raise MissingExtraError("running a model with vLLM", "vllm") from error
        self._weights = locate(reference, revision=revision, progress=progress)
        self.name = self._weights.name
        self._vllm: Any = vllm
        self._batch = max(1, batch_size)
        self._decodings = tuple(decodings)
        try:
            self._llm: Any = vllm.LLM(
                model=str(self._weights.path),
                dtype=dtype,
                tensor_parallel_size=tensor_parallel,
                gpu_memory_utilization=float(memory),
                max_model_len=context,
                trust_remote_code=False,
                enable_prefix_caching=True,
                max_logprobs=_LISTED,
                # A model's own defaults for sampling would be another experiment.
                generation_config="vllm",
                seed=0,
            )
        except Exception as error:
            text = " ".join(str(error).split())[:300]
            raise ModelError(
                f"vLLM cannot run {self.name}: {type(error).__name__}: {text}",
                "try --model-option memory=0.8 or context=4096, or the transformers backend",
            ) from error
        self.tokenizer = HubTokenizer(self._llm.get_tokenizer(), parse_special=parse_special)
        self._config: Any = self._llm.llm_engine.model_config
        self._context = int(self._config.max_model_len)
        self._ends = self.tokenizer.end_tokens | _declared_ends(self._config.hf_config)

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield `sampling.count` completions for each prompt, batch by batch.

        Raises:
            UsageError: a value of `sampling` is out of range.
            ModelError: vLLM failed.
        """
        check(sampling)
        jobs: list[tuple[Prompt, int, tuple[int, ...]]] = []
        for prompt in prompts:
            tokens = self._input(prompt, sampling.max_new_tokens)
            if isinstance(tokens, Skipped):
                yield tokens
                continue
            for index in range(sampling.count):
                jobs.append((prompt, index, tokens))
                if len(jobs) == self._batch:
                    yield from self._complete(jobs, sampling)
                    jobs.clear()
        yield from self._complete(jobs, sampling)

    def score(self, prompts: Sequence[Prompt]) -> Iterator[Score | Skipped]:
        """Yield a Score for each prompt that has an expected continuation, batch by batch."""
        jobs: list[tuple[Prompt, tuple[int, ...], list[int]]] = []
        for prompt in prompts:
            if not prompt.expected and not prompt.expected_tokens:
                continue
            expected = self.tokenizer.expected_tokens(prompt)
            if not expected:
                detail = "no exact tokens of the continuation"
                yield Skipped(prompt.id, "score", "token-boundary", detail)
                continue
            prompt_ids = self._input(prompt, len(expected) + 1)  # vLLM always adds a token
            if isinstance(prompt_ids, Skipped):
                yield structs.replace(prompt_ids, stage="score")
                continue
            jobs.append((prompt, prompt_ids, expected))
            if len(jobs) >= min(_RATED, self._batch):
                yield from self._rate(jobs)
                jobs.clear()
        yield from self._rate(jobs)

    def describe(self) -> dict[str, object]:
        """The settings that identify the model and determine its numbers."""
        return {
            "backend": "vllm",
            "name": self.name,
            **dict(self._weights.identity),
            "weights_sha256": self._hashes,
            "architecture": list(getattr(self._config.hf_config, "architectures", None) or ()),
            "context_length": self._context,
            "dtype": str(self._config.dtype).removeprefix("torch."),
            "rated_decodings": [structs.asdict(d) for d in self._decodings],
            "chat_template": self.tokenizer.has_chat_template,
            "prefix_tokens": list(self.tokenizer.prefix),
            "end_tokens": sorted(self._ends),
            "libraries": library_versions("vllm", "torch", "transformers"),
        }

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return file_hashes(self._weights)

    def _input(self, prompt: Prompt, room: int) -> tuple[int, ...] | Skipped:
        return input_tokens(self.tokenizer, prompt, room, self._context, self._ends)

    def _complete(
        self, jobs: Sequence[tuple[Prompt, int, tuple[int, ...]]], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        parameters = [self._parameters(prompt, index, sampling) for prompt, index, _ in jobs]
        outputs = self._run([tokens for *_, tokens in jobs], parameters)
        for (prompt, index, tokens), output in zip(jobs, outputs, strict=True):
            sample = output.outputs[0]
            if sample.finish_reason not in ("stop", "length"):
                yield Skipped(prompt.id, "elicit", "aborted", str(sample.finish_reason))
                continue
            added = [int(token) for token in sample.token_ids]
            stop = next((i for i, token in enumerate(added) if token in self._ends), None)
            token_ids = added[:stop]
            yield Completion(
                prompt_id=prompt.id,
                model=self.name,
                text=self.tokenizer.continuation(tokens, token_ids),
                index=index,
                finish_reason="length" if stop is None else "stop",
                tokens=len(token_ids),
            )

    def _parameters(self, prompt: Prompt, index: int, sampling: Sampling) -> Any:
        try:
            return self._vllm.SamplingParams(
                max_tokens=sampling.max_new_tokens,
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                top_k=sampling.top_k or -1,
                seed=_seed(sampling.seed, prompt.id, index),
                stop_token_ids=sorted(self._ends),
                detokenize=False,
            )
        except ValueError as error:  # its ranges are narrower: temperatures up to 2
            raise UsageError(
                f"vLLM does not support this sampling: {error}", "give another value"
            ) from error

    def _rate(
        self, jobs: Sequence[tuple[Prompt, tuple[int, ...], list[int]]]
    ) -> Iterator[Score | Skipped]:
        ask = self._vllm.SamplingParams(
            max_tokens=1, temperature=0.0, prompt_logprobs=_LISTED, detokenize=False
        )
        outputs = self._run(
            [(*prompt_ids, *expected) for _, prompt_ids, expected in jobs], [ask] * len(jobs)
        )
        for (prompt, prompt_ids, expected), output in zip(jobs, outputs, strict=True):
            lists = (output.prompt_logprobs or [])[len(prompt_ids) :]
            if len(lists) != len(expected) or not all(lists):
                detail = "vLLM gave none for this prompt"
                yield Skipped(prompt.id, "score", "no-logprobs", detail)
                continue
            tokens = [_listed(among, token) for among, token in zip(lists, expected, strict=True)]
            yield score_of(prompt.id, self.name, tokens, self._decodings)

    def _run(self, tokens: Sequence[Sequence[int]], parameters: Sequence[Any]) -> list[Any]:
        """Run one blocking call; outputs have the order of the inputs."""
        if not tokens:
            return []
        try:
            outputs: list[Any] = self._llm.generate(
                [{"prompt_token_ids": list(row)} for row in tokens],
                list(parameters),
                use_tqdm=False,
            )
        except Exception as error:
            text = " ".join(str(error).split())[:300]
            raise ModelError(
                f"vLLM stopped while running {self.name}: {type(error).__name__}: {text}",
                "the run continues where it stopped; try --model-option memory=0.8",
            ) from error
        return outputs


def _listed(among: Any, token: int) -> ListedToken:
    """The likeliest tokens of one position and the actual token, from {token: Logprob}."""
    own = among[token]
    best = sorted((one.logprob for one in among.values()), reverse=True)
    # The token itself is listed even if it is not among the likeliest: drop it then.
    return ListedToken(own.logprob, tuple(best[:_LISTED]))


def _seed(seed: int, prompt_id: str, index: int) -> int:
    """The 63-bit seed of one sample."""
    key = f"{seed}\0{index}\0{prompt_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(key).digest()[:8], "big") >> 1


def _declared_ends(config: Any) -> frozenset[int]:
    declared = getattr(config, "eos_token_id", None)
    ends = declared if isinstance(declared, (list, tuple)) else [declared]
    return frozenset(int(end) for end in ends if end is not None)
