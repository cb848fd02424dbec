# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Where the prompts of an audit come from: the model's log, a prompt file, the corpus."""

from __future__ import annotations

import math
from collections.abc import Iterator  # noqa: TC003  the protocol is checked at run time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from codescan.app.indexes import resolve_recipe
from codescan.audits.arm_counts import STRATA
from codescan.audits.multi_turn import Iterative
from codescan.audits.sampling_frames import Drawing
from codescan.errors import UsageError
from codescan.records import Prompt, Skipped
from codescan.registry import load

if TYPE_CHECKING:
    from codescan.app.audit_options import AuditOptions
    from codescan.index import Index
    from codescan.protocols import Model, PromptStrategy

__all__ = ["draw_prompts", "iterative_strategies"]

_EMPTY = "unconditional"


@runtime_checkable
class _Log(Protocol):
    """A model that has its own prompts: a log of past answers."""

    def prompts(self) -> Iterator[Prompt | Skipped]:
        """The prompt of every answer."""
        ...


def draw_prompts(
    options: AuditOptions, model: Model, index: Index, notes: dict[str, object]
) -> Iterator[Prompt | Skipped]:
    """The prompts of a run, in a deterministic order, at most `options.prompt_limit` of them.

    Args:
        options: how many of which kind.
        model: whose tokens they are cut at.
        index: drawn from.
        notes: filled while they are drawn with what the statistics must know of it.

    Raises:
        UsageError: prompts are asked for that a log cannot answer.
    """
    if isinstance(model, _Log):
        if options.strategies or options.prompt_file is not None:
            raise UsageError(
                f"{model.name} has completions for its own prompts only",
                "leave out --prompts and --prompt-file when a log is replayed",
            )
        return _limited(model.prompts(), options.prompt_limit)
    return _limited(_drawn(options, model, index, notes), options.prompt_limit)


def iterative_strategies(options: AuditOptions, model: Model) -> dict[str, Iterative]:
    """By name, the strategies of a run that ask again, depending on what was answered."""
    made = [_strategy(name, options, model) for name in options.prompt_strategies]
    return {s.name: s for s in made if isinstance(s, Iterative) and s.rounds > 1}


def _limited(items: Iterator[Prompt | Skipped], limit: int | None) -> Iterator[Prompt | Skipped]:
    """The first `limit` prompts, with the skips among them."""
    count = 0
    for item in items:
        yield item
        count += isinstance(item, Prompt)
        if limit is not None and count >= limit:
            return


def _drawn(
    options: AuditOptions, model: Model, index: Index, notes: dict[str, object]
) -> Iterator[Prompt | Skipped]:
    """A prompt file first; what is left of the limit is drawn, a share of it for the null arm."""
    from codescan.prompts.null_arm import shuffled
    from codescan.prompts.prompt_file import read_prompts

    left = options.prompt_limit
    if options.prompt_file is not None:
        for prompt in read_prompts(options.prompt_file):
            yield prompt
            if left is not None:
                left -= 1
    if options.prompt_strategies and left is not None and left > 0:
        strategies = [_strategy(name, options, model) for name in options.prompt_strategies]
        drawing = Drawing(index, strategies, options.seed)
        notes[STRATA] = drawing.weights
        null_arm = bool(options.null_arm and drawing.comparable)
        corpus = None
        if options.null_corpus is not None and null_arm:
            corpus = shuffled(resolve_recipe(options.null_corpus).open(), options.seed)
        frames = options.sampling_frames
        for place, frame in enumerate(frames):
            share = left // (len(frames) - place)
            left -= share
            null = math.floor(share * options.null_share + 0.5) if null_arm else 0
            yield from drawing.target(frame, share - null)
            if null:
                yield from drawing.null(frame, null, corpus)


def _strategy(name: str, options: AuditOptions, model: Model) -> PromptStrategy:
    """A strategy with the options that were given for it.

    Raises:
        UsageError: it has no such option, or makes no sense with the sampling asked for.
    """
    made = load("prompts", name)
    given = options.strategy_options.get(name, {})
    if name == _EMPTY and options.temperature == 0:
        raise UsageError(
            f"greedy decoding completes every prompt of {name!r} with the same text",
            "give a --temperature above 0, for example 1",
        )
    try:
        strategy: PromptStrategy = made(tokenizer=model.tokenizer, seed=options.seed, **given)
    except TypeError as error:
        raise UsageError(f"an option of the prompt strategy {name!r} is wrong: {error}") from error
    return strategy
