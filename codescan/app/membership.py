# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Test whether texts were in a model's training data."""

from __future__ import annotations

import contextlib
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from codescan.app.membership_inputs import (
    MembershipOptions,
    membership_settings,
    read_inputs,
)
from codescan.app.model_options import model_options
from codescan.app.outcome import ExitCode
from codescan.app.progress import no_message, no_progress
from codescan.app.saved_work import noting_saved_work
from codescan.errors import UsageError
from codescan.protocols import Scorer
from codescan.records import Sampling, Skipped
from codescan.records.json_form import encode
from codescan.runs import RunStore, settings_hash
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.app.progress import OnMessage, OnProgress
    from codescan.membership.analysis import ScoreTable
    from codescan.membership.evidence_store import Questions
    from codescan.membership.results import MembershipResult
    from codescan.membership.texts import CandidateText, TextSet
    from codescan.protocols import Model, Tokenizer

__all__ = ["MembershipOptions", "MembershipOutcome", "membership", "result_text"]

_RUNS = Path("codescan-membership")
_BASE, _SAMPLES = "base", "samples"
_COMPARED = 20


@dataclass(frozen=True, slots=True)
class MembershipOutcome:
    """Outcome of a finished test."""

    result: MembershipResult
    folder: Path
    """Run folder with report.json, report.html, and scores.jsonl with one line per text."""
    exit_code: ExitCode


def membership(
    options: MembershipOptions,
    *,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> MembershipOutcome:
    """Score every text under the model, and measure how well scores tell members apart.

    A repeated call with the same options resumes a killed run.

    Raises:
        UsageError: an option or the data is wrong.
        ModelError: the model cannot be loaded, reached or run.
        MissingExtraError: a library is not installed.
    """
    from codescan.membership.blind_baseline import require_classifier
    from codescan.membership.evidence_store import ask_model, sample_model
    from codescan.models import load_model
    from codescan.models.loading.resolve import check_model

    require_libraries()
    require_classifier()
    texts, reference_ids = read_inputs(options)
    own_options = model_options(
        options.model,
        options.model_options,
        device=options.device,
        dtype=options.dtype,
        batch_size=options.batch_size,
        base_url=options.base_url,
    )
    check_model(options.model, **own_options)
    settings = membership_settings(options, texts, reference_ids)
    folder = options.out or _default_folder(options, settings)
    with noting_saved_work(folder), RunStore(folder) as store:
        store.settle(settings)
        if not texts.texts:
            return _finish(options, texts, None, store, settings)
        on_message(f"load {options.model} …")
        model = load_model(options.model, **own_options, progress=on_message)
        questions = _questions(options, texts, model)
        ask_model(model, questions, store, on_progress)
        described = {"name": model.name, **model.describe()}
        with contextlib.ExitStack() as stores:
            samples = base = None
            if options.samples:
                samples = stores.enter_context(RunStore(folder / _SAMPLES))
                sample_model(model, questions, samples, _sampling(options), on_progress)
            tokenizer = model.tokenizer
            del model  # two models may not fit into memory
            base_described = None
            if options.base_model is not None:
                base = stores.enter_context(RunStore(folder / _BASE))
                base_described = _ask_base(
                    options, questions, base, tokenizer, (on_progress, on_message)
                )
            table = _table(options, questions, store, base, samples, base_described)
        scored = _Scored(table, questions, described, base_described, reference_ids)
        return _finish(options, texts, scored, store, settings)


def _ask_base(
    options: MembershipOptions,
    questions: Questions,
    store: RunStore,
    tokenizer: Tokenizer | None,
    watches: tuple[OnProgress, OnMessage],
) -> dict[str, Any]:
    """Score the texts with the base model; returns its identity."""
    from codescan.membership.evidence_store import ask_base_model
    from codescan.models import load_model

    reference = str(options.base_model)
    on_progress, on_message = watches
    chosen = model_options(reference, (), device=options.device, dtype=options.dtype)
    on_message(f"load {reference} …")
    base = load_model(reference, **chosen, progress=on_message)
    _require_scorer(base, reference)
    same = _same_tokens(tokenizer, base.tokenizer, questions.texts)
    store.settle({"base_model": reference})
    ask_base_model(base, questions, store, on_progress, same_tokens=same)
    return {"name": base.name, **base.describe(), "same_tokens": same}


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of the models."""

    table: ScoreTable
    questions: Questions
    model: dict[str, Any]
    base_model: dict[str, Any] | None
    reference_ids: frozenset[str]


def _default_folder(options: MembershipOptions, settings: dict[str, Any]) -> Path:
    """The default run folder; the same settings give the same folder, so a command can resume."""
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(options.model).name).strip("-.")[:60]
    return _RUNS / f"{slug}-{settings_hash(settings)[:8]}"


def _questions(options: MembershipOptions, texts: TextSet, model: Model) -> Questions:
    from codescan.membership.evidence_store import draw_questions

    described = model.describe()
    context = described.get("context_length")
    prefix = described.get("prefix_tokens")
    room = (context if isinstance(context, int) else 0) - (
        len(prefix) if isinstance(prefix, list) else 0
    )
    limit = min(options.max_tokens, room) if room > 0 else options.max_tokens
    return draw_questions(
        texts.texts,
        model.tokenizer,
        max_tokens=max(2, limit),
        infill=options.infill if isinstance(model, Scorer) else 0,
        samples=options.samples,
        seed=options.seed,
    )


def _sampling(options: MembershipOptions) -> Sampling:
    tokens = max(1, options.max_tokens // 2)
    return Sampling(tokens, temperature=1.0, count=options.samples, seed=options.seed)


def _require_scorer(model: Model, reference: str) -> None:
    if not isinstance(model, Scorer):
        raise UsageError(
            f"the base model {reference} gives no log-probabilities",
            "use a local model, or a service that echoes texts with log-probabilities",
        )


def _same_tokens(
    one: Tokenizer | None, other: Tokenizer | None, texts: Sequence[CandidateText]
) -> bool:
    if one is None or other is None:
        return False
    heads = [text.text[:2000] for text in texts[:_COMPARED]]
    return all(list(one.encode(head)) == list(other.encode(head)) for head in heads)


def _table(
    options: MembershipOptions,
    questions: Questions,
    store: RunStore,
    base: RunStore | None,
    samples: RunStore | None,
    base_described: dict[str, Any] | None,
) -> ScoreTable:
    from codescan.membership.analysis import score_table
    from codescan.membership.evidence_store import collect
    from codescan.membership.shadow_scores import lira, read_shadow_scores, rmia

    same = base_described is not None and bool(base_described["same_tokens"])
    table = score_table(collect(questions, store, base, samples, same_tokens=same))
    if options.shadow_scores is not None:
        shadows = read_shadow_scores(options.shadow_scores)
        if not shadows.keys() & {text.id for text in table.texts}:
            raise UsageError(
                f"the data holds no text of {options.shadow_scores}",
                "the column id holds the ids of scores.jsonl",
            )
        losses = {
            text.id: float(value)
            for text, value in zip(table.texts, table.column("loss"), strict=True)
            if math.isfinite(value)
        }
        population = [text.id for text in table.texts if text.is_member is not True]
        needs = "the text has fewer than two shadow scores without it"
        table.add("lira", lira(losses, shadows), "Carlini et al. 2022, arXiv 2112.03570", needs)
        table.add(
            "rmia",
            rmia(losses, shadows, population),
            "Zarifzadeh et al. 2024, arXiv 2312.03262",
            "the text has no shadow score without it",
        )
    return table


def _finish(
    options: MembershipOptions,
    texts: TextSet,
    scored: _Scored | None,
    store: RunStore,
    settings: dict[str, Any],
) -> MembershipOutcome:
    from codescan.membership.analysis import analyze
    from codescan.membership.summary import result_of
    from codescan.reports.membership_page import membership_page

    analysis = None
    skipped = list(texts.skipped)
    if scored is not None:
        cut = frozenset(name for name, one in scored.questions.likelihood.items() if one.is_cut)
        analysis = analyze(
            scored.table, reference_ids=scored.reference_ids, cut_ids=cut, seed=options.seed
        )
        skipped += scored.questions.skipped
        skipped += _unscored(scored, store)
    result = result_of(
        analysis,
        skipped,
        model=scored.model if scored is not None else {"name": options.model},
        base_model=scored.base_model if scored is not None else None,
        settings=settings,
    )
    lines = [_json(line) for line in encode(result.texts)]
    store.write("scores.jsonl", "".join(f"{line}\n" for line in lines))
    held = encode(result)
    store.write("report.json", _json(held) + "\n")
    store.write("report.html", membership_page(held))
    is_answered = result.members + result.non_members > 0 or options.reference_data is not None
    complete = (
        result.scored > 0
        and (result.has_rate or not is_answered)
        and not any(one.is_unchecked for one in skipped)
    )
    code = ExitCode.NOTHING_FOUND if complete else ExitCode.UNCHECKED
    return MembershipOutcome(result, store.path, code)


def _unscored(scored: _Scored, store: RunStore) -> list[Skipped]:
    """Texts that the model could not score, by their own ids."""
    names = {one.prompt.id: name for name, one in scored.questions.likelihood.items()}
    sampled = {
        text.id
        for text, row in zip(scored.table.texts, scored.table.values, strict=True)
        if any(map(math.isfinite, row))
    }
    unscored = [
        replace(skip, item=names[skip.item])
        for skip in store.skipped()
        if skip.stage == "score" and skip.item in names and names[skip.item] not in sampled
    ]
    known = {skip.item for skip in unscored} | sampled
    missing = "the model gives no log-probabilities: sample continuations with --samples"
    return unscored + [
        Skipped(text.id, "score", "no-logprobs", missing)
        for text in scored.table.texts
        if text.id not in known
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def result_text(outcome: MembershipOutcome) -> str:
    """The result for a terminal."""
    from codescan.reports.membership_text import membership_text

    return membership_text(encode(outcome.result))
