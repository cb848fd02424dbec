# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Asks models about texts, keeps every result in a run folder, and reads it back as evidence.

A run that is killed continues: what the folder holds is not requested again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.audits.elicitation import Watch, ask, rate_continuations
from codescan.membership.code_parts import language_of, token_parts
from codescan.membership.text_prompts import (
    infill_prompts,
    likelihood_prompt,
    sampling_prompt,
)
from codescan.membership.texts import CandidateText, TextEvidence
from codescan.protocols import Scorer
from codescan.records import Prompt, Sampling, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.membership.text_prompts import PlacedPrompt
    from codescan.protocols import Model, Tokenizer
    from codescan.runs import RunStore

__all__ = ["Questions", "ask_base_model", "ask_model", "collect", "draw_questions", "sample_model"]


@dataclass(slots=True)
class Questions:
    """All requests about a set of texts."""

    texts: list[CandidateText] = field(default_factory=list)
    likelihood: dict[str, PlacedPrompt] = field(default_factory=dict)
    """The scores by text id."""
    infill: dict[str, list[Prompt]] = field(default_factory=dict)
    sampled: dict[str, Prompt] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def prompts(self) -> Iterator[Prompt]:
        """Every prompt that is scored, in a fixed order."""
        for text in self.texts:
            yield self.likelihood[text.id].prompt
            yield from self.infill.get(text.id, ())


def draw_questions(
    texts: Sequence[CandidateText],
    tokenizer: Tokenizer | None,
    *,
    max_tokens: int,
    infill: int = 0,
    samples: int = 0,
    seed: int = 0,
) -> Questions:
    """The prompts for each text.

    Args:
        texts: of both sets.
        tokenizer: the model's; None where it is not known.
        max_tokens: model tokens of a text that are looked at, at least 2.
        infill: parts of each text to mask.
        samples: continuations of each text.
        seed: of the choice of parts.
    """
    questions = Questions()
    for text in texts:
        placed = likelihood_prompt(text, tokenizer, max_tokens)
        if isinstance(placed, Skipped):
            questions.skipped.append(placed)
            continue
        questions.texts.append(text)
        questions.likelihood[text.id] = placed
        if infill:
            questions.infill[text.id] = infill_prompts(text, placed.text, infill, seed)
        prompt = sampling_prompt(text, placed.text) if samples else None
        if prompt is not None:
            questions.sampled[text.id] = prompt
    return questions


def ask_model(model: Model, questions: Questions, store: RunStore, watch: Watch) -> None:
    """Score what the run folder lacks; nothing where the model gives no log-probabilities."""
    if not store.prompts_drawn:
        store.add_prompts(questions.prompts())
    if isinstance(model, Scorer):
        rate_continuations(model, questions.prompts, store, watch, step="score texts")


def sample_model(
    model: Model, questions: Questions, store: RunStore, sampling: Sampling, watch: Watch
) -> None:
    """Sample the continuations that the run folder lacks."""
    if not store.prompts_drawn:
        store.add_prompts(questions.sampled.values())
    ask(model, sampling, store, watch, step="sample continuations")


def ask_base_model(
    model: Model, questions: Questions, store: RunStore, watch: Watch, *, same_tokens: bool
) -> None:
    """Score the same texts by the base model; by its own tokens where those differ."""
    prompts = [questions.likelihood[text.id].prompt for text in questions.texts]
    if not same_tokens:
        prompts = [replace(p, prompt_tokens=(), expected_tokens=()) for p in prompts]
    if not store.prompts_drawn:
        store.add_prompts(prompts)
    if isinstance(model, Scorer):
        rate_continuations(
            model, lambda: prompts, store, watch, step="score texts by the base model"
        )


def collect(
    questions: Questions,
    store: RunStore,
    base: RunStore | None = None,
    samples: RunStore | None = None,
    *,
    same_tokens: bool = False,
) -> Iterator[tuple[CandidateText, TextEvidence]]:
    """Collect the results of run folders for each text."""
    for text in questions.texts:
        placed = questions.likelihood[text.id]
        score = store.score_of(placed.prompt.id)
        infilled = [store.score_of(prompt.id) for prompt in questions.infill.get(text.id, ())]
        sampled = questions.sampled.get(text.id)
        completions = (
            samples.completions_of(sampled.id)
            if samples is not None and sampled is not None
            else ()
        )
        yield (
            text,
            TextEvidence(
                placed.text,
                score,
                base.score_of(placed.prompt.id) if base is not None else None,
                same_tokens,
                token_parts(placed.text, language_of(text), placed.spans) if placed.spans else (),
                tuple(one for one in infilled if one is not None),
                tuple(completion.text for completion in completions),
                sampled.expected if sampled is not None else "",
            ),
        )
