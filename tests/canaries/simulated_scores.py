# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of a canary set under a model whose memorization is known."""

import numpy as np

from codescan.canaries.canary import CanarySet
from codescan.canaries.measure import CanaryScores
from codescan.records import Decoding, SampledLogprob, Score


def simulated(canaries: CanarySet, seed: int, gain: float = 0.0, **more) -> CanaryScores:
    """Log-probabilities, raised by `gain` nats for each doubling of copies + 1."""
    random = np.random.default_rng(seed)
    own = {}
    for entry in canaries.entries:
        logprob = min(-1e-3, random.normal(-40.0, 5.0) + gain * np.log2(1 + entry.copies))
        own[entry.canary.id] = score(entry.canary.id, float(logprob))
    return CanaryScores(own, **more)


def score(canary_id: str, logprob: float, *, extracted: bool = False) -> Score:
    tokens = 10
    return Score(
        prompt_id=canary_id,
        model="simulated",
        tokens=tokens,
        greedy_run=tokens if extracted else 0,
        logprob=logprob,
        sampled=(SampledLogprob(Decoding(), logprob),),
    )
