# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A model that goes on from what it wrote itself, round by round.

How far a model gives a long work away is asked from its beginning: the answer is what it is asked
to continue next (2026, arXiv 2601.02671). When to stop is for the strategy to say. Every answer is
stored as it comes, so that a killed run continues each work at the round where it was. The run gets
one completion for each work, all rounds put together.
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
"""Of the answers of single rounds, inside the run folder."""


@runtime_checkable
class Iterative(Protocol):
    """A prompt strategy that asks again, depending on what was answered."""

    rounds: int
    """The maximum number of turns; 1 if a prompt is asked once."""

    def follow(self, prompt: Prompt, answers: Sequence[Completion]) -> Prompt | None:
        """The next prompt of a conversation; None at its end. Pure."""
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
    """A model whose answers to the prompts of some strategies are continued by itself.

    Args:
        model: who answers.
        strategies: by name, those that ask again.
        folder: where answers of single rounds are kept.
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
        """Yield what the model yields, and one completion for all rounds of a continued sample."""
        once = [prompt for prompt in prompts if prompt.strategy not in self._strategies]
        if once:
            yield from self._model.generate(once, sampling)
        first = [prompt for prompt in prompts if prompt.strategy in self._strategies]
        if first:
            with RunStore(self._folder) as rounds_store:
                rounds_store.add_prompts(first)
                yield from self._in_rounds(first, sampling, rounds_store)

    def describe(self) -> dict[str, object]:
        """The model's description of itself."""
        return self._model.describe()

    def _in_rounds(
        self, prompts: Sequence[Prompt], sampling: Sampling, rounds_store: RunStore
    ) -> Iterator[Completion | Skipped]:
        """Ask the next round of all that go on at once, until none does."""
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
        """Every sample of a prompt, with the rounds that are kept."""
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
