# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Corpora by name: list them, describe one, download one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - types of fields
from typing import Any, ClassVar

from codescan.app.indexes import has_index, index_folder_of, resolve_recipe
from codescan.app.outcome import ExitCode
from codescan.app.progress import OnProgress, no_progress
from codescan.records import Skipped
from codescan.records.json_form import JsonForm

__all__ = [
    "CorpusDescription",
    "CorpusIndex",
    "CorpusList",
    "FetchResult",
    "FetchedItem",
    "NamedCorpus",
    "describe_corpus",
    "fetch_corpus",
    "list_corpora",
]


@dataclass(frozen=True, slots=True)
class NamedCorpus:
    """A built-in corpus."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class CorpusList:
    """The built-in corpora."""

    schema_version: int
    corpora: tuple[NamedCorpus, ...]


@dataclass(frozen=True, slots=True)
class CorpusIndex:
    """Location of a corpus index."""

    json_form: ClassVar = JsonForm(renamed={"is_built": "built"})

    path: Path
    is_built: bool


@dataclass(frozen=True, slots=True)
class CorpusDescription:
    """A corpus and the location of its index."""

    schema_version: int
    name: str
    description: str
    sources: tuple[dict[str, Any], ...]
    """Sources with kind and options, without credentials."""
    index: CorpusIndex


@dataclass(frozen=True, slots=True)
class FetchedItem:
    """A downloaded item."""

    item: str
    bytes: int


@dataclass(frozen=True, slots=True)
class FetchResult:
    """Downloaded and failed items, in the order of the recipe."""

    schema_version: int
    corpus: str
    fetched: tuple[FetchedItem, ...]
    failed: tuple[Skipped, ...]

    @property
    def size(self) -> int:
        """Total size in bytes."""
        return sum(item.bytes for item in self.fetched)

    @property
    def exit_code(self) -> ExitCode:
        """5 if a part of the corpus could not be fetched, else 0."""
        return ExitCode.UNCHECKED if self.failed else ExitCode.NOTHING_FOUND


def list_corpora() -> CorpusList:
    """The built-in corpora."""
    from codescan.sources.recipe import recipes

    return CorpusList(1, tuple(NamedCorpus(each.name, each.description) for each in recipes()))


def describe_corpus(corpus: str) -> CorpusDescription:
    """Describe a corpus: a name, a recipe file or a folder.

    Raises:
        CodescanError: the corpus does not exist.
    """
    folder = index_folder_of(corpus)
    recipe = resolve_recipe(corpus)
    return CorpusDescription(
        schema_version=1,
        name=recipe.name,
        description=recipe.description,
        sources=tuple(recipe.described_sources()),
        index=CorpusIndex(folder, has_index(folder)),
    )


def fetch_corpus(corpus: str, on_progress: OnProgress = no_progress) -> FetchResult:
    """Download the contents of a corpus, except those in the cache.

    Raises:
        CodescanError: the corpus does not exist.
    """
    from codescan.sources.recipe import fetch

    recipe = resolve_recipe(corpus)
    step = f"fetch {recipe.name}"
    on_progress(step, 0, None)
    number = itertools.count(1)
    outcomes = fetch(recipe, progress=lambda _outcome: on_progress(step, next(number), None))
    failed = tuple(outcome for outcome in outcomes if isinstance(outcome, Skipped))
    fetched = tuple(
        FetchedItem(outcome.item, outcome.size)
        for outcome in outcomes
        if not isinstance(outcome, Skipped)
    )
    return FetchResult(1, recipe.name, fetched, failed)
