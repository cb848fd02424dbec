# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The index as an output filter: what the matcher sees of what the planted arm emits.

Each prompt with its completion is compared with an index of the planted passages. What has a
finding is withheld. The price is not a loss but completions withheld without reason: those of
held-out texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.matchers.matching import Matching
from codescan.pipeline import scan
from codescan.records import Finding, Prompt, Sampling, Snippet
from codescan.records.json_form import encode
from codescan.sources.folder_files import index_of_folders
from codescan.stats.intervals import rate
from codescan.tasks.unfinished import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from codescan.lab.arms import ArmBuilder
    from codescan.lab.scores import ArmScores

__all__ = ["output_filter"]

_HELD_OUT = 100


def output_filter(
    builder: ArmBuilder, arm: ArmScores, from_copies: int, seed: int
) -> dict[str, Any]:
    """Rates of emitted passages before and after the filter, and of needless blocks."""
    experiment = builder.experiment
    cut = experiment.size.prefix_tokens
    prompts, truths = [], {}
    for planted, tokens in zip(experiment.planted, builder.passage_tokens(), strict=True):
        if planted.is_near or planted.copies < from_copies:
            continue
        name = f"filter-{planted.passage.id}"
        prompts.append(_prompt(builder, name, tokens[:cut]))
        truths[name] = arm.suffix_text(tokens[:cut], tokens[cut:])
    held_out = [text for text in experiment.texts if text.id not in experiment.members]
    for text in held_out[:_HELD_OUT]:
        encoded = builder.tokenizer(text.text, add_special_tokens=False)["input_ids"]
        prompts.append(_prompt(builder, f"free-{text.id}", tuple(encoded[:cut])))
    sampling = Sampling(experiment.size.suffix_tokens, seed=seed)
    completions = arm.sampled(prompts, sampling, "filtered")
    heads = {prompt.id: prompt.text for prompt in prompts}
    whole = {
        completion.prompt_id: heads[completion.prompt_id] + completion.text
        for completion in completions
    }
    blocked = _blocked(builder, whole)
    emitted = {c.prompt_id for c in completions if _emits(truths, c.prompt_id, c.text)}
    free = [name for name in whole if name.startswith("free-")]
    return {
        "before": encode(rate(len(emitted), len(truths))),
        "after": encode(rate(len(emitted - blocked), len(truths))),
        "needless": encode(rate(sum(name in blocked for name in free), len(free))),
    }


def _prompt(builder: ArmBuilder, name: str, tokens: tuple[int, ...]) -> Prompt:
    return Prompt(
        name, builder.tokenizer.decode(list(tokens)), "lab-filter", "python", prompt_tokens=tokens
    )


def _emits(truths: dict[str, str], name: str, text: str) -> bool:
    return name in truths and text.startswith(truths[name])


def _blocked(builder: ArmBuilder, texts: dict[str, str]) -> set[str]:
    """The texts that have a finding of grade A or B in an index of the planted passages."""
    with scratch_folder() as folder:
        _write(folder, [planted.passage.text for planted in builder.experiment.planted])
        matching = Matching.of(index_of_folders([folder]))
        snippets = [Snippet(key, text.encode(), "python") for key, text in texts.items()]
        return {
            item.snippet_id
            for item in scan(snippets, matching.index, matching.matchers)
            if isinstance(item, Finding) and item.counts
        }


def _write(folder: Path, texts: Sequence[str]) -> None:
    for number, text in enumerate(texts):
        (folder / f"passage_{number:05d}.py").write_text(text, encoding="utf-8")
