# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records of the scorer: the probability that a model writes a given text.

Import them from `codescan.records`. Definitions: discoverable extraction,
Carlini et al. 2022 (arXiv 2202.07646); p_z and (n, p)-discoverable extraction, Hayes et al. 2024
(arXiv 2410.19482).
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["DECODINGS", "Decoding", "SampledLogprob", "Score", "TokenStatistics"]


class Decoding(Struct, frozen=True, order=True):
    """Sampling of the next token: temperature, then top-k, then top-p, each renormalized."""

    temperature: float = 1.0
    """Above 0; greedy decoding is `Score.greedy_run`."""
    top_k: int = 0
    """0 means no limit."""
    top_p: float = 1.0


DECODINGS = (Decoding(), Decoding(1.0, top_k=40), Decoding(0.2, top_p=0.95))
"""Decodings that are always rated: plain sampling, Hayes et al.'s, a code assistant's."""


class SampledLogprob(Struct, frozen=True):
    """The chance that sampling under one decoding emits a continuation."""

    decoding: Decoding
    logprob: float
    """Natural log of p_z; minus infinity where a token of the continuation is ruled out."""


class TokenStatistics(Struct, frozen=True):
    """Statistics of each token of a continuation, for membership scores; one entry per token.

    Values are those of the unchanged distribution (temperature 1, no truncation), in nats, rounded
    to float32. Mean and deviation are those of the log-probabilities of the whole vocabulary under
    the distribution itself, as Min-K%++ takes them (Zhang et al. 2024, arXiv 2404.02936).
    """

    logprobs: tuple[float, ...]
    ranks: tuple[int, ...]
    """Tokens of the vocabulary that are more likely; 0 is the most likely one, -1 is not known."""
    entropies: tuple[float, ...]
    """The negative mean of the log-probabilities; NaN where a service does not give it."""
    deviations: tuple[float, ...]
    """The standard deviations of the log-probabilities; likewise."""

    @property
    def means(self) -> tuple[float, ...]:
        """Mean log-probability of the vocabulary under the distribution: minus the entropy."""
        return tuple(-entropy for entropy in self.entropies)


class Score(Struct, frozen=True):
    """A model's scores of the true continuation of a prompt, from one teacher-forced pass."""

    prompt_id: str
    model: str
    tokens: int
    """Model tokens of the continuation that were scored."""
    greedy_run: int
    """Model tokens before greedy decoding leaves the continuation; `tokens` if it never does."""
    logprob: float
    """Natural log of the probability of the whole continuation, temperature 1, no truncation; NaN
    where the continuation was only screened, not read to its end."""
    ties: int = 0
    """Positions at which another token's logit equaled the greatest one up to the model's own
    rounding, so that a decoder may choose either; of those that were read."""
    sampled: tuple[SampledLogprob, ...] = ()
    """The same under truncated or tempered sampling, one for each requested decoding."""
    token_statistics: TokenStatistics | None = None
    """None unless requested."""

    @property
    def extracted(self) -> bool:
        """Whether greedy decoding of the prompt emits the continuation token for token."""
        return self.tokens > 0 and self.greedy_run == self.tokens
