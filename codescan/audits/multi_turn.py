# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Multi-turn elicitation: a model continues its own completions, round by round.

To measure how much of a long work a model emits, each completion becomes the next prompt (2026,
arXiv 2601.02671). The strategy decides when to stop. Every completion is stored at once, so a
killed run resumes each work at its last round. The run gets one completion per work, with all
rounds joined.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec.structs import replace

from codescan.records import Completion, Prompt, Skipped
from codescan.runs import RunStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from codescan.protocols import Model, Tokenizer
    from codescan.records import Sampling

__all__ = ["FOLDER", "Continued", "Iterative"]

FOLDER = "continued"
"""Subfolder of the run folder for the completions of single rounds."""


@runtime_checkable
class Iterative(Protocol):
    """A prompt strategy with follow-up prompts that depend on the completions."""

    rounds: int
    """Maximum number of rounds; 1 for a single prompt."""

    def follow(self, prompt: Prompt, answers: Sequence[Completion]) -> Prompt | None:
        """The next prompt; None at the end. Pure."""
        ...


@dataclass(slots=True)
class _Chain:
    """One sample of a prompt and its rounds so far."""

    prompt: Prompt
    index: int
    answers: list[Completion] = field(default_factory=list)

    def whole(self) -> Completion:
        """All rounds as one completion."""
        # A message is answered without the white space that parts it from the one before.
        text = ("\n" if self.prompt.chat else "").join(answer.text for answer in self.answers)
        tokens = sum(answer.tokens for answer in self.answers)
        return replace(self.answers[-1], index=self.index, text=text, tokens=tokens)


class Continued:
    """A model that continues its own completions for the prompts of some strategies.

    Args:
        model: the model.
        strategies: the multi-turn strategies by name.
        folder: folder for the completions of single rounds.
    """

    def __init__(self, model: Model, strategies: Mapping[str, Iterative], folder: Path) -> None:
        self._model = model
        self._strategies = strategies
        self._folder = folder
        self.name = model.name
        self.tokenizer: Tokenizer | None = model.tokenizer

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield the model's completions, and one joined completion for each multi-turn sample."""
        once = [prompt for prompt in prompts if prompt.strategy not in self._strategies]
        if once:
            yield from self._model.generate(once, sampling)
        first = [prompt for prompt in prompts if prompt.strategy in self._strategies]
        if first:
            with RunStore(self._folder) as rounds_store:
                rounds_store.add_prompts(first)
                yield from self._in_rounds(first, sampling, rounds_store)

    def describe(self) -> dict[str, object]:
        """The description of the wrapped model."""
        return self._model.describe()

    def _in_rounds(
        self, prompts: Sequence[Prompt], sampling: Sampling, rounds_store: RunStore
    ) -> Iterator[Completion | Skipped]:
        """Run rounds for all unfinished samples in parallel until all are finished."""
        going = [
            chain for prompt in prompts for chain in self._begun(prompt, sampling, rounds_store)
        ]
        single = replace(sampling, count=1)
        while going:
            chains: dict[str, _Chain] = {}
            waiting = []
            for chain in going:
                following = self._next(chain)
                if following is None:
                    yield chain.whole()
                else:
                    chains[following.id] = chain
                    waiting.append(following)
            answered = []
            for item in self._model.generate(waiting, single) if waiting else ():
                chain = chains[item.item if isinstance(item, Skipped) else item.prompt_id]
                if isinstance(item, Skipped):
                    # What it has said so far is kept, and continued when it is asked again.
                    yield replace(item, item=chain.prompt.id)
                    continue
                rounds = self._strategies[chain.prompt.strategy].rounds
                number = chain.index * rounds + len(chain.answers)
                answer = replace(item, prompt_id=chain.prompt.id, index=number)
                rounds_store.save([answer])
                chain.answers.append(answer)
                answered.append(chain)
            going = answered

    def _begun(
        self, prompt: Prompt, sampling: Sampling, rounds_store: RunStore
    ) -> Iterator[_Chain]:
        """All samples of a prompt, with their stored rounds."""
        chains = [_Chain(prompt, index) for index in range(sampling.count)]
        rounds = self._strategies[prompt.strategy].rounds
        for answer in rounds_store.completions_of(prompt.id):
            chains[answer.index // rounds].answers.append(answer)
        yield from chains

    def _next(self, chain: _Chain) -> Prompt | None:
        prompt, answers = chain.prompt, chain.answers
        next_prompt = prompt
        if answers:
            strategy = self._strategies[prompt.strategy]
            more = len(answers) < strategy.rounds
            following = strategy.follow(prompt, answers) if more else None
            if following is None:
                return None
            next_prompt = following
        # Each round of each sample is a prompt of its own, with random numbers of its own.
        return replace(next_prompt, id=f"{prompt.id}.{chain.index}.{len(answers)}")
