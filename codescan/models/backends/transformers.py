# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Backend `transformers`: generate and score with a causal language model on this machine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import structs

from codescan.models.generation.batches import in_batches
from codescan.models.generation.beam_search import BeamSearch
from codescan.models.generation.generate import Generator, PromptInput
from codescan.models.generation.inputs import input_tokens
from codescan.models.generation.sampling import check
from codescan.models.library_versions import library_versions
from codescan.models.loading import memory
from codescan.models.loading.batch_dependence import depends_on_batch
from codescan.models.loading.hf_tokenizer import HubTokenizer
from codescan.models.loading.load import Weights, load
from codescan.models.loading.locate import check_reference, file_hashes, locate
from codescan.models.scoring.early_exit import FIRST, EarlyExit
from codescan.models.scoring.teacher_forcing import TeacherForcing
from codescan.models.scoring.token_rows import Row
from codescan.records import (
    DECODINGS,
    Completion,
    Decoding,
    Prompt,
    SampledLogprob,
    Sampling,
    Score,
    Skipped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["TransformersModel"]

_WINDOW = 4096
"""Number of prompts that are tokenized and sorted by length together."""

_LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors", "gguf")


@dataclass(frozen=True, slots=True)
class _Pair:
    """One continuation to score."""

    prompt: Prompt
    row: Row


class TransformersModel:
    """A causal language model run with `transformers`. Satisfies `Model` and `Scorer`.

    Args:
        reference: a model folder, a `.gguf` file, an alias or a hub repository "owner/name".
        device: "auto" (CUDA if available, else CPU), "cpu", "cuda", "cuda:1", ...
        dtype: "auto" (bfloat16 on CUDA, float32 on CPU), "float32", "bfloat16", "float16", ...
        device_map: as in `transformers`, for models larger than one device.
        batch_size: maximum rows of a batch; None chooses by device. Batches shrink by themselves
            when memory runs out.
        revision: branch, tag or commit of a hub repository.
        allow_pickle: open `.bin` weights. Only for models you trust.
        parse_special: read "<|endoftext|>" and similar texts in prompts as special tokens.
        verbose: leave progress bars and warnings of the libraries on.
        decodings: sampling settings under which true continuations are scored, besides greedy
            decoding.
        token_statistics: keep log-probability, rank, entropy and deviation of each scored token.
        token_ranks: whether the rank is among them; it takes a second pass of the output layer.
        screen: compute only whether greedy decoding emits a true continuation, and the first token
            that differs. Faster if little is extractable. Scores then have no log-probabilities,
            and `decodings` is ignored.
        compiled: score with compiled layers if the model supports it. Faster on a GPU, after a few
            seconds of compilation.
        progress: called with a line of text for each slow step.

    Attributes:
        name: name of the model in completions and reports.
        tokenizer: the model's tokenizer.

    Raises:
        ModelError: the model cannot be found, fetched or loaded.
        MissingExtraError: torch or transformers is not installed.
    """

    def __init__(  # noqa: PLR0913 - options of a command line, each with a default
        self,
        reference: str | Path,
        *,
        device: str = "auto",
        dtype: str = "auto",
        device_map: str | None = None,
        batch_size: int | None = None,
        revision: str | None = None,
        allow_pickle: bool = False,
        parse_special: bool = False,
        verbose: bool = False,
        decodings: Sequence[Decoding] = DECODINGS,
        token_statistics: bool = False,
        token_ranks: bool = True,
        screen: bool = False,
        compiled: bool = False,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        weights = locate(
            reference,
            revision=revision,
            allow_pickle=allow_pickle,
            progress=progress,
        )
        loaded = load(
            weights,
            device=device,
            dtype=dtype,
            device_map=device_map,
            allow_pickle=allow_pickle,
            verbose=verbose,
        )
        self.name = weights.name
        self.tokenizer: HubTokenizer = HubTokenizer(loaded.tokenizer, parse_special=parse_special)
        self._weights: Weights = weights
        self._model: Any = loaded.model
        self._dtype = loaded.dtype
        self._ends = self._end_tokens()
        self._rows = _embedding_rows(self._model)
        self._padding = self.tokenizer.padding_below(self._rows)
        self._context = _context_length(self._model.config)
        self._teacher = TeacherForcing(
            self._model,
            self._padding,
            decodings=decodings,
            token_statistics=token_statistics,
            token_ranks=token_ranks,
            compiled=compiled,
        )
        self._screening = (
            EarlyExit(self._teacher, self._model, self._padding)
            if screen and self._teacher.chunked
            else None
        )
        job = "screen" if self._screening is not None else "score"
        self._budget = memory.budget(self._model, job, batch_size)
        self._generator = Generator(
            self._model, self.tokenizer, self.name, self._ends, batch_size, self._padding
        )
        self._single_rows = depends_on_batch(
            self._model,
            self._teacher,
            self._rows,
            self._padding,
            left_padded=not self._generator.continuous,
        )
        if self._single_rows:
            self._budget.rows = self._generator.budget.rows = 1

    @staticmethod
    def check(reference: str, **_options: object) -> None:
        """Check, without network access, that the model exists and is a causal language model.

        Raises:
            ModelError: the model does not exist, or is of another kind.
        """
        check_reference(reference)

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield `sampling.count` completions for each prompt, batch by batch, longest first.

        Decoding follows `sampling` exactly; a model's own defaults, such as repetition penalties,
        are ignored. A completion does not depend on its batch, except for rounding in the model.

        Raises:
            UsageError: a value of `sampling` is out of range.
        """
        check(sampling)
        for start in range(0, len(prompts), _WINDOW):
            prompt_inputs: list[PromptInput] = []
            for prompt in prompts[start : start + _WINDOW]:
                tokens = self._input_tokens(prompt, sampling.max_new_tokens)
                if isinstance(tokens, Skipped):
                    yield tokens
                else:
                    prompt_inputs.append(PromptInput(prompt, tokens))
            yield from self._generator.completions(prompt_inputs, sampling)

    def score(self, prompts: Sequence[Prompt]) -> Iterator[Score | Skipped]:
        """Yield a Score for each prompt that has an expected continuation, batch by batch.

        The greedy flag equals the result of greedy decoding from the same tokens. If two logits tie
        up to rounding (`Score.ties`), a decoder may choose either token.
        """
        screened = self._screening is not None
        for start in range(0, len(prompts), _WINDOW):
            pairs: list[_Pair] = []
            for prompt in prompts[start : start + _WINDOW]:
                if not prompt.expected and not prompt.expected_tokens:
                    continue
                pair = self._pair(prompt)
                if isinstance(pair, Skipped):
                    yield pair
                else:
                    pairs.append(pair)
            results: Iterator[list[Score | Skipped]] = in_batches(
                pairs,
                lambda pair: len(pair.row.prompt) + (FIRST if screened else len(pair.row.expected)),
                self._budget,
                self._score_batch,
                out_of_memory=memory.is_out_of_memory,
                release=memory.release,
                failed=lambda pair: [_skipped(pair.prompt, "score", "out-of-memory")],
            )
            for batch in results:
                yield from batch

    def near_verbatim(
        self, prompts: Sequence[Prompt], decoding: Decoding, distance: int
    ) -> Iterator[Score | Skipped]:
        """Yield for each prompt a lower bound on the chance of a near-verbatim continuation.

        Args:
            prompts: with an expected continuation.
            decoding: sampling settings.
            distance: maximum number of inserted, deleted or replaced tokens.

        Yields:
            A Score whose log-probability is the bound; its greedy run is unknown and set to 0.
        """
        if not self._generator.continuous:
            for prompt in prompts:
                yield _skipped(prompt, "score", "no-beam", "the model keeps more than keys")
            return
        rows = self._generator.budget.rows
        search = BeamSearch(self._model, self._ends, self._padding, decoding, distance, rows=rows)
        pairs = []
        for prompt in prompts:
            pair = self._pair(prompt)
            if isinstance(pair, Skipped):
                yield pair
            else:
                pairs.append(pair)
        for pair, bound in zip(pairs, search.bounds([p.row for p in pairs]), strict=True):
            sampled = (SampledLogprob(decoding, bound),)
            tokens = len(pair.row.expected)
            yield Score(pair.prompt.id, self.name, tokens, 0, bound, sampled=sampled)

    def describe(self) -> dict[str, object]:
        """The settings that identify the model and determine its numbers."""
        config = self._model.config
        return {
            "backend": "transformers",
            "name": self.name,
            **dict(self._weights.identity),
            "weights_sha256": self._hashes,
            "architecture": type(self._model).__name__,
            "parameters": sum(p.numel() for p in self._model.parameters()),
            "context_length": self._context,
            "vocabulary": int(config.get_text_config().vocab_size),
            "dtype": self._dtype,
            "device": memory.device_name(self._model),
            "attention": getattr(config, "_attn_implementation", None),
            "arithmetic": memory.arithmetic(),
            "screened": self._screening is not None,
            "compiled": self._teacher.compiled,
            "rounding": self._teacher.rounding._asdict(),
            "rated_decodings": [structs.asdict(d) for d in self._rated],
            "chat_template": self.tokenizer.has_chat_template,
            "single_rows": self._single_rows,
            "prefix_tokens": list(self.tokenizer.prefix),
            "end_tokens": sorted(self._ends),
            "libraries": library_versions(*_LIBRARIES),
        }

    @property
    def _rated(self) -> tuple[Decoding, ...]:
        """The decodings under which continuations are scored."""
        return self._teacher.decodings if self._screening is None else ()

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return file_hashes(self._weights)

    def _input_tokens(self, prompt: Prompt, room: int) -> tuple[int, ...] | Skipped:
        tokens = input_tokens(self.tokenizer, prompt, room, self._context, self._ends)
        if not isinstance(tokens, Skipped) and max(tokens) >= self._rows:
            detail = f"token {max(tokens)}, the model has rows for {self._rows}"
            return _skipped(prompt, "elicit", "unknown-token", detail)
        return tokens

    def _pair(self, prompt: Prompt) -> _Pair | Skipped:
        expected = self.tokenizer.expected_tokens(prompt)
        if not expected:
            return _skipped(
                prompt, "score", "token-boundary", "no exact tokens of the continuation"
            )
        if max(expected) >= self._rows:
            return _skipped(prompt, "score", "unknown-token", f"token {max(expected)}")
        prompt_ids = self._input_tokens(prompt, len(expected))
        if isinstance(prompt_ids, Skipped):
            return _skipped(prompt, "score", prompt_ids.reason, prompt_ids.detail)
        return _Pair(prompt, Row(prompt_ids, expected))

    def _score_batch(self, batch: Sequence[_Pair]) -> list[Score | Skipped]:
        if self._screening is not None:
            flags = self._screening.flags([pair.row for pair in batch])
            return [
                Score(
                    prompt_id=pair.prompt.id,
                    model=self.name,
                    tokens=len(pair.row.expected),
                    greedy_run=flag.run,
                    logprob=math.nan,
                    ties=flag.ties,
                )
                for pair, flag in zip(batch, flags, strict=True)
            ]
        scored = self._teacher.score([pair.row for pair in batch])
        return [
            Score(
                prompt_id=pair.prompt.id,
                model=self.name,
                tokens=len(pair.row.expected),
                greedy_run=tokens.greedy_run,
                logprob=sum(tokens.logprobs),
                ties=sum(tokens.tied),
                sampled=tuple(map(SampledLogprob, self._teacher.decodings, tokens.sampled)),
                token_statistics=tokens.statistics,
            )
            for pair, tokens in zip(batch, scored, strict=True)
        ]

    def _end_tokens(self) -> frozenset[int]:
        declared = getattr(self._model.generation_config, "eos_token_id", None)
        if declared is None:
            declared = getattr(self._model.config, "eos_token_id", None)
        ends = declared if isinstance(declared, (list, tuple)) else [declared]
        return self.tokenizer.end_tokens | {int(e) for e in ends if e is not None}


def _skipped(prompt: Prompt, stage: str, reason: str, detail: str = "") -> Skipped:
    return Skipped(item=prompt.id, stage=stage, reason=reason, detail=detail)


def _embedding_rows(model: Any) -> int:
    """Number of tokens with an embedding; tokenizers may have more."""
    return int(model.get_input_embeddings().weight.shape[0])


def _context_length(config: Any) -> int:
    """Maximum context length in tokens; 0 if the configuration does not state it."""
    text = config.get_text_config()
    for key in ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"):
        value = getattr(text, key, None)
        if isinstance(value, int) and value > 0:
            return value
    return 0
