# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The options of `codescan audit` as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codescan.errors import UsageError
from codescan.records import Sampling

__all__ = ["AuditOptions"]

_DEFAULT_STRATEGIES = ("prefix",)
_REPLAY = "replay:"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """As given; see `codescan audit --help`."""

    model: str | None
    replay: Path | None
    index_folder: Path | None
    corpus: str | None
    strategies: tuple[str, ...]
    prompt_file: Path | None
    limit: int
    samples: int
    max_new_tokens: int
    temperature: float
    top_p: float
    top_k: int
    seed: int
    device: str | None
    dtype: str | None
    batch_size: int | None
    base_url: str | None
    out: Path | None
    retry_skipped: bool
    format_: str | None
    fail_on: str | None
    config_file: Path | None
    quiet: bool

    @property
    def model_reference(self) -> str:
        """What `codescan.models.load_model` is asked for.

        Raises:
            UsageError: no model is named, or two are.
        """
        replay = f"{_REPLAY}{self.replay}" if self.replay is not None else None
        if self.model is not None and replay is not None:
            raise UsageError("--model and --replay name two different models", "give one of them")
        reference = self.model or replay
        if reference is None:
            raise UsageError(
                "no model is named",
                "give --model, for example --model gemma-3-270m, or --replay FILE",
            )
        return reference

    @property
    def replayed_file(self) -> Path | None:
        """The log that is replayed instead of asking a model."""
        reference = self.model_reference
        if not reference.startswith(_REPLAY):
            return None
        return Path(reference.removeprefix(_REPLAY))

    @property
    def prompt_strategies(self) -> tuple[str, ...]:
        """The strategies to draw with: none when only a prompt file or a log is wanted."""
        if self.strategies or self.prompt_file is not None or self.replayed_file is not None:
            return self.strategies
        return _DEFAULT_STRATEGIES

    @property
    def sampling(self) -> Sampling:
        """How completions are generated."""
        return Sampling(
            max_new_tokens=self.max_new_tokens,
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            count=self.samples,
            seed=self.seed,
        )
