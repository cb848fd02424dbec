# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The options of `codescan audit` as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from codescan.config import Config
from codescan.errors import UsageError
from codescan.option_types import option_types, parse_options
from codescan.records import DECODINGS, Decoding, Sampling
from codescan.registry import load

__all__ = ["AuditOptions"]

_DEFAULT_STRATEGIES = ("prefix", "signature", "file-header")
_SCORED_STRATEGIES = ("prefix",)
"""Strategies with scored continuations, used if nothing is generated."""
_DEFAULT_LIMIT = 320
"""Half of the prompts are in the null arm. With 160 per arm, 9 of 10 audits tell 5 % from 0
(`stats.power`).
"""
_REPLAY = "replay:"
_SUPPLIED_TO_STRATEGIES = ("tokenizer", "seed")
_SUPPLIED_TO_BACKENDS = ("progress", "decodings")
"""Parameters that the program sets itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """Options of `codescan audit`; see `codescan audit --help`."""

    model: str | None = None
    replay: Path | None = None
    index_folder: Path | None = None
    corpus: str | None = None
    verify: bool = False
    strategies: tuple[str, ...] = ()
    strategy_options: tuple[str, ...] = ()
    prompt_file: Path | None = None
    limit: int | None = None
    frames: tuple[str, ...] = ("packages",)
    null_share: float = 0.5
    null_corpus: str | None = None
    reference_model: str | None = None
    prior_prompts: int = 8
    near_verbatim: int = 0
    shuffled_index: bool = True
    unrelated_index: Path | None = None
    samples: int = 1
    max_new_tokens: int = 128
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int = 0
    device: str | None = None
    dtype: str | None = None
    batch_size: int | None = None
    base_url: str | None = None
    model_options: tuple[str, ...] = ()
    out: Path | None = None
    retry_skipped: bool = False
    self_test: int = 25
    private_data: bool = False
    """Whether to judge private values in the completions against the index and `data`."""
    data: tuple[str, ...] = ()
    """Training data: for the frame of copies, or besides the index for private values."""
    hash_key: Path | None = None
    fail_on: str | None = None
    allow_unchecked: tuple[str, ...] = ()
    config: Config = field(default_factory=Config)
    command_line: tuple[str, ...] = ("audit",)
    """Arguments of the program, for the report and for hints; without the program's name."""

    @property
    def model_reference(self) -> str:
        """The model reference for `codescan.models.load_model`.

        Raises:
            UsageError: no model or two models are named.
        """
        replay = f"{_REPLAY}{self.replay}" if self.replay is not None else None
        if self.model is not None and replay is not None:
            raise UsageError("--model cannot be combined with --replay", "give one of them")
        reference = self.model or replay
        if reference is None:
            raise UsageError(
                "no model is named",
                "give --model, for example --model gemma-3-270m, or --replay FILE",
            )
        return reference

    @property
    def training_data(self) -> Path | None:
        """The training data for prompts of the frame of copies; None if it is not given.

        Raises:
            UsageError: several are given, or an index or corpus is named as well.
        """
        if not self.data or "copies" not in self.frames:
            return None
        if self.index_folder is not None or self.corpus is not None:
            if self.private_data:
                return None
            raise UsageError(
                "--data cannot be combined with --index or --corpus", "give the training data alone"
            )
        if len(self.data) > 1:
            raise UsageError(
                "--frame copies takes one --data", "put the training data into one folder"
            )
        return Path(self.data[0])

    @property
    def corpus_name(self) -> str | None:
        """The corpus for drawing prompts and for matching.

        Raises:
            UsageError: as for `training_data`.
        """
        return self.corpus if self.training_data is None else str(self.training_data)

    @property
    def replayed_file(self) -> Path | None:
        """The log to replay instead of calling a model."""
        reference = self.model_reference
        if not reference.startswith(_REPLAY):
            return None
        return Path(reference.removeprefix(_REPLAY))

    @property
    def prompt_strategies(self) -> tuple[str, ...]:
        """The strategies to draw with; none if only a prompt file or a log is used."""
        if self.strategies or self.prompt_file is not None or self.replayed_file is not None:
            return self.strategies
        if self.samples == 0:
            return _SCORED_STRATEGIES
        return _DEFAULT_STRATEGIES

    @property
    def sampling_frames(self) -> tuple[str, ...]:
        """The frames to draw in, each once; none if nothing is drawn from the corpus."""
        return tuple(dict.fromkeys(self.frames)) if self.prompt_strategies else ()

    @property
    def options_by_strategy(self) -> dict[str, dict[str, object]]:
        """Keyword arguments for the strategies that are used, by their names.

        Raises:
            UsageError: a `--strategy-option` is not STRATEGY.KEY=VALUE, or of a strategy not used.
        """
        pairs: dict[str, list[tuple[str, str]]] = {}
        for option in self.strategy_options:
            name, equals, value = option.partition("=")
            strategy, dot, key = name.partition(".")
            if not (strategy and dot and key and equals):
                raise UsageError(
                    f"--strategy-option {option!r} is not STRATEGY.KEY=VALUE",
                    "for example prefix.prefix_tokens=50",
                )
            if strategy not in self.prompt_strategies:
                raise UsageError(
                    f"--strategy-option {option!r} is for a strategy that is not used",
                    f"add --strategy {strategy}",
                )
            pairs.setdefault(strategy, []).append((key.replace("-", "_"), value))
        return {
            strategy: parse_options(
                f"the prompt strategy {strategy!r}",
                settings,
                option_types(load("prompts", strategy), _SUPPLIED_TO_STRATEGIES),
            )
            for strategy, settings in pairs.items()
        }

    @property
    def prompt_limit(self) -> int | None:
        """Maximum number of prompts; None for all of a log or a prompt file."""
        if self.limit is None and self.prompt_strategies:
            return _DEFAULT_LIMIT
        return self.limit

    @property
    def null_arm(self) -> dict[str, object] | None:
        """Source of the null arm, for the settings; None if no prompts are drawn."""
        if not self.prompt_strategies or self.null_share == 0:
            return None
        words = (
            f"the corpus {self.null_corpus}"
            if self.null_corpus is not None
            else "files of the index with every name and literal replaced"
        )
        return {"share": self.null_share, "corpus": self.null_corpus, "words": words}

    @property
    def backend_options(self) -> dict[str, object]:
        """Keyword arguments for the model's backend, with its declared types.

        Raises:
            UsageError: a `--model-option` is not KEY=VALUE, the backend does not have the option,
                or the value is of the wrong type.
        """
        shared: dict[str, object] = {
            "device": self.device,
            "dtype": self.dtype,
            "batch_size": self.batch_size,
            "base_url": self.base_url,
        }
        values = {key: value for key, value in shared.items() if value is not None}
        if not self.model_options:
            return values
        from codescan.models.loading.resolve import backend_class

        pairs: list[tuple[str, str]] = []
        for option in self.model_options:
            key, equals, value = option.partition("=")
            if not (key and equals):
                raise UsageError(f"--model-option {option!r} is not KEY=VALUE", "for example a=1")
            name = key.replace("-", "_")
            if name in values:
                raise UsageError(
                    f"--model-option {option!r} repeats --{name.replace('_', '-')}",
                    "give one of them",
                )
            pairs.append((name, value))
        known = option_types(
            backend_class(self.model_reference), _SUPPLIED_TO_BACKENDS, keyword_only=True
        )
        return values | parse_options(f"the model {self.model_reference}", pairs, known)

    @property
    def sampling(self) -> Sampling:
        """Sampling settings of the audit."""
        return Sampling(
            max_new_tokens=self.max_new_tokens,
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            count=self.samples,
            seed=self.seed,
        )

    @property
    def decodings(self) -> tuple[Decoding, ...]:
        """Decodings under which continuations are scored: the usual ones, and the audit's own."""
        own = Decoding(self.temperature, self.top_k, self.top_p)
        return DECODINGS if self.temperature == 0 or own in DECODINGS else (*DECODINGS, own)
