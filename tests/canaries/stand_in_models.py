# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Models whose memory is known: some secrets, and random preferences for all others."""

import hashlib
import math

from codescan.records import Completion, Decoding, SampledLogprob, Score, Skipped


def _uniform(text: str) -> float:
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) + 0.5) / 2**56


class MemorizingModel:
    """Knows how often it read a secret after a prefix.

    Args:
        copies: of each (prefix, secret).
        fails_after: prompts after which it is stopped; None for never.
    """

    name = "memorizing"
    tokenizer = None

    def __init__(self, copies, *, fails_after=None, has_logprobs=True):
        self._copies = copies
        self._fails_after = fails_after
        self._has_logprobs = has_logprobs
        self.asked = 0

    def describe(self):
        return {"name": self.name}

    def score(self, prompts):
        for position, prompt in enumerate(prompts):
            self.asked += 1
            if self._fails_after is not None and self.asked > self._fails_after:
                raise KeyboardInterrupt
            if not self._has_logprobs:
                yield Skipped(prompt.id, "score", "no-logprobs")
                continue
            copies = self._copies.get((prompt.text, prompt.expected), 0)
            share = _uniform(prompt.text + prompt.expected)
            # As in a real model, a score depends a little on the batch that it is in.
            logprob = (
                min(-0.01, -60 + 5 * math.log2(1 + copies) + 3 * math.log(share / (1 - share)))
                + 1e-3 * position
            )
            run = 10 if copies >= 64 else 0
            decoded = (SampledLogprob(Decoding(), logprob),)
            yield Score(prompt.id, self.name, 10, run, logprob, sampled=decoded)

    def generate(self, prompts, _sampling):
        known = {prefix: secret for (prefix, secret), n in self._copies.items() if n >= 64}
        for prompt in prompts:
            yield Completion(prompt.id, self.name, known.get(prompt.text, "nothing") + '"\n')


class MuteModel(MemorizingModel):
    """The same without scores."""

    score = None
