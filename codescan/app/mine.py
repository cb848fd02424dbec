# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Look for an owner's code in a model's completions."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from codescan.app.indexes import build_index, resolve_recipe
from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.errors import EmptyCorpusError, UsageError
from codescan.index import Index
from codescan.matchers.matching import Matching
from codescan.membership.mine_passages import rarest_passages
from codescan.membership.mine_result import MineResult, mine_result
from codescan.pipeline import scan, snippets_of
from codescan.records import Document, Finding, Sampling, Skipped
from codescan.records.json_form import encode
from codescan.reports.mine_page import mine_page
from codescan.runs import RunStore
from codescan.sources.directory import DirectorySource
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from codescan.membership.mine_passages import Passage
    from codescan.protocols import Model
    from codescan.records import Completion, Prompt

__all__ = ["MineOptions", "MineOutcome", "mine"]

_RESULT, _PAGE, _INDEX = "mine.json", "mine.html", "index"
_BATCH = 32


@dataclass(frozen=True, slots=True)
class MineOptions:
    """Options of `codescan mine`.

    Args:
        repository: folder of the owner's code.
        model: reference of the model.
        out: run folder.
        limit: maximum number of passages.
        samples: completions per prompt.
        temperature: 0 decodes greedily, with one completion.
        max_new_tokens: maximum tokens of each completion.
        seed: seed of sampling and of null prompts.
        model_options: options of the model's backend, by name.
    """

    repository: Path
    model: str
    out: Path
    limit: int = 100
    samples: int = 4
    temperature: float = 0.6
    max_new_tokens: int = 200
    seed: int = 0
    model_options: Mapping[str, object] = field(default_factory=dict)

    @property
    def sampling(self) -> Sampling:
        """Sampling settings."""
        count = self.samples if self.temperature > 0 else 1
        return Sampling(self.max_new_tokens, self.temperature, count=count, seed=self.seed)


@dataclass(frozen=True, slots=True)
class MineOutcome:
    """The result and its page."""

    result: MineResult
    page: Path

    @property
    def exit_code(self) -> ExitCode:
        """1 for a copy, 5 if something was not checked, else 0."""
        if self.result.decision == "reproduced":
            return ExitCode.FINDINGS
        is_whole = self.result.decision == "not-reproduced" and not self.result.unchecked
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


def mine(
    options: MineOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> MineOutcome:
    """Prompt a model for the rarest passages of a repository, and match its completions.

    A stopped run resumes and gives the same result.

    Raises:
        CodescanError: something is missing or wrong; completions so far are saved.
    """
    from codescan.models import load_model
    from codescan.models.loading.resolve import check_model

    require_libraries()
    repository = options.repository
    if not repository.is_dir():
        raise UsageError(f"{repository} is not a folder", "give the folder of the owner's code")
    check_model(options.model, **options.model_options)
    documents, unread = _documents(repository)
    passages = rarest_passages(documents.values(), options.limit, options.seed)
    settings = {
        "kind": "mine",
        "model": options.model,
        "repository_sha256": _digest(documents),
        "limit": options.limit,
        "sampling": asdict(options.sampling),
    }
    with RunStore(options.out) as store:
        store.check(settings)
        if passages:
            model = load_model(options.model, **options.model_options, progress=on_message)
            hash_ = store.settle({**settings, "model_identity": model.describe()})
            store.add_prompts(_prompts(passages))
            _generate(store, model, options.sampling, on_progress)
        else:  # nothing to ask for, so no model is loaded
            hash_ = store.settle({**settings, "model_identity": {}})
        completions: dict[str, list[Completion]] = {}
        for completion in store.completions():
            completions.setdefault(completion.prompt_id, []).append(completion)
        findings, unmatched = _findings(options, completions, passages, on_progress)
        skipped = [*unread, *store.skipped(), *unmatched]
        result = mine_result(
            passages,
            documents,
            completions,
            findings,
            Counter(item.reason for item in skipped),
            sum(item.is_unchecked for item in skipped),
            {**store.settings(), "settings_hash": hash_},
        )
        content = encode(result)
        store.write(_RESULT, json.dumps(content, indent=2, sort_keys=True) + "\n")
        page = store.write(_PAGE, mine_page(content))
    return MineOutcome(result, page)


def _documents(repository: Path) -> tuple[dict[str, Document], list[Skipped]]:
    documents: dict[str, Document] = {}
    skipped: list[Skipped] = []
    for item in DirectorySource(str(repository), name="repository").documents():
        if isinstance(item, Skipped):
            skipped.append(item)
        else:
            documents[item.id] = item
    return documents, skipped


def _digest(documents: Mapping[str, Document]) -> str:
    listed = sorted((document.id, document.origin.sha256) for document in documents.values())
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _prompts(passages: Sequence[Passage]) -> list[Prompt]:
    """Alternating target and null prompts, so that a shortened run has both."""
    pairs = [(passage.prompt, passage.null_prompt) for passage in passages]
    return [prompt for pair in pairs for prompt in pair if prompt is not None]


def _generate(store: RunStore, model: Model, sampling: Sampling, on_progress: OnProgress) -> None:
    """Store completions chunk by chunk; an uncommitted chunk is generated again."""
    prompts = list(store.prompts())
    for start in range(0, len(prompts), _BATCH):
        chunk = prompts[start : start + _BATCH]
        if not all(store.done(prompt.id, sampling.count) for prompt in chunk):
            store.save(list(model.generate(chunk, sampling)))
        on_progress("Prompting", min(start + _BATCH, len(prompts)), len(prompts))


def _findings(
    options: MineOptions,
    completions: Mapping[str, Sequence[Completion]],
    passages: Sequence[Passage],
    on_progress: OnProgress,
) -> tuple[dict[str, list[Finding]], list[Skipped]]:
    """Findings by completion id, and the uncompared completions."""
    findings: dict[str, list[Finding]] = {}
    unmatched: list[Skipped] = []
    if not completions:
        return findings, unmatched
    prompts = {prompt.id: prompt for prompt in _prompts(passages)}
    with contextlib.closing(_index(options, on_progress)) as index:
        matchers = Matching.of(index).matchers
        for number, (prompt_id, texts) in enumerate(completions.items(), start=1):
            snippets = [s for text in texts for s in snippets_of(text, prompts[prompt_id])]
            for item in scan(snippets, index, matchers):
                if isinstance(item, Finding):
                    findings.setdefault(item.snippet_id, []).append(item)
                elif isinstance(item, Skipped):
                    unmatched.append(item)
            on_progress("Matching", number, len(completions))
    return findings, unmatched


def _index(options: MineOptions, on_progress: OnProgress) -> Index:
    """An index of the repository with signatures, which find edited copies."""
    folder = options.out / _INDEX
    if folder.exists():
        with contextlib.suppress(Exception):  # it was not finished: build it again
            return Index.open(folder)
    try:
        build_index(resolve_recipe(str(options.repository)), folder, on_progress, workers=1)
    except EmptyCorpusError as error:
        raise UsageError(
            f"{options.repository} holds no file that can be compared", "give a folder of code"
        ) from error
    return Index.open(folder)
