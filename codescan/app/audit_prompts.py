# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of an audit's prompts: the log, a prompt file, the corpus."""

from __future__ import annotations

from collections.abc import Iterator  # noqa: TC003  the protocol is checked at run time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from codescan.app.indexes import resolve_recipe
from codescan.app.training_copies import count_copies
from codescan.audits.prompt_plan import PromptPlan
from codescan.audits.sampling_frames import Drawing
from codescan.errors import UsageError
from codescan.prompts.prompt_file import read_prompts
from codescan.registry import load

if TYPE_CHECKING:
    from codescan.app.audit_options import AuditOptions
    from codescan.index import Index
    from codescan.protocols import Model, PromptStrategy
    from codescan.records import Prompt, Skipped

__all__ = ["plan_prompts"]

_EMPTY = "unconditional"


@runtime_checkable
class _Log(Protocol):
    """A model with its own prompts: a log of completions."""

    def prompts(self) -> Iterator[Prompt | Skipped]:
        """The prompt of every logged completion."""
        ...


def plan_prompts(options: AuditOptions, model: Model, index: Index) -> PromptPlan:
    """The prompt plan of a run; nothing is drawn yet.

    Args:
        options: number and kind of prompts.
        model: model whose tokenizer cuts the prompts.
        index: index to draw from.

    Raises:
        UsageError: the options need prompts that a log does not have, or a strategy does not have
            an option.
    """
    limit = options.prompt_limit
    if isinstance(model, _Log):
        if options.strategies or options.prompt_file is not None:
            raise UsageError(
                f"{model.name} has completions for its own prompts only",
                "leave out --strategy and --prompt-file when a log is replayed",
            )
        return PromptPlan(model.prompts(), limit)
    own_prompts = () if options.prompt_file is None else read_prompts(options.prompt_file)
    if not options.prompt_strategies:
        return PromptPlan(own_prompts, limit)
    training_data = options.training_data
    strategies = [_strategy(name, options, model) for name in options.prompt_strategies]
    corpus = options.null_corpus
    return PromptPlan(
        own_prompts,
        limit,
        Drawing(
            index,
            strategies,
            options.seed,
            training_copies=None if training_data is None else count_copies(training_data),
        ),
        options.sampling_frames,
        options.null_share if options.null_arm else 0.0,
        () if corpus is None or not options.null_arm else resolve_recipe(corpus).open(),
        has_fixed_outcomes=options.temperature == 0,
    )


def _strategy(name: str, options: AuditOptions, model: Model) -> PromptStrategy:
    """A strategy with its options.

    Raises:
        UsageError: it does not have an option, or does not fit the sampling settings.
    """
    strategy_class = load("prompts", name)
    settings = options.options_by_strategy.get(name, {})
    if name == _EMPTY and options.temperature == 0:
        raise UsageError(
            f"greedy decoding completes every prompt of {name!r} with the same text",
            "give a --temperature above 0, for example 1",
        )
    try:
        strategy: PromptStrategy = strategy_class(
            tokenizer=model.tokenizer, seed=options.seed, **settings
        )
    except TypeError as error:
        raise UsageError(
            f"an option of the prompt strategy {name!r} is wrong: {error}",
            "see docs/prompts.md for its options",
        ) from error
    return strategy
