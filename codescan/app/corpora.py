# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Corpora by name: list them, describe one, download one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.indexes import has_index, index_folder_of, resolve_recipe
from codescan.app.outcome import ExitCode
from codescan.app.progress import OnProgress, no_progress
from codescan.records import Skipped

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.sources.downloads import Fetched
    from codescan.sources.recipe import Recipe

__all__ = ["CorpusDescription", "FetchResult", "describe_corpus", "fetch_corpus", "list_corpora"]


@dataclass(frozen=True, slots=True)
class CorpusDescription:
    """A corpus, and where its index is."""

    recipe: Recipe
    index_folder: Path
    is_built: bool


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What was downloaded and what failed, in the order of the recipe."""

    corpus: str
    fetched: tuple[Fetched, ...]
    failed: tuple[Skipped, ...]

    @property
    def size(self) -> int:
        """Bytes of everything that was fetched."""
        return sum(item.size for item in self.fetched)

    @property
    def exit_code(self) -> ExitCode:
        """5 when a part of the corpus could not be fetched, else 0."""
        return ExitCode.UNCHECKED if self.failed else ExitCode.NOTHING_FOUND


def list_corpora() -> tuple[Recipe, ...]:
    """The corpora that codescan knows by name."""
    from codescan.sources.recipe import recipes

    return recipes()


def describe_corpus(corpus: str) -> CorpusDescription:
    """Describe a corpus: a name, a recipe file or a folder.

    Raises:
        CodescanError: there is no such corpus.
    """
    folder = index_folder_of(corpus)
    return CorpusDescription(resolve_recipe(corpus), folder, has_index(folder))


def fetch_corpus(corpus: str, on_progress: OnProgress = no_progress) -> FetchResult:
    """Download everything that a corpus needs; what the cache holds is not fetched again.

    Raises:
        CodescanError: there is no such corpus.
    """
    from codescan.sources.recipe import fetch

    recipe = resolve_recipe(corpus)
    step = f"fetch {recipe.name}"
    on_progress(step, 0, None)
    number = itertools.count(1)
    outcomes = fetch(recipe, progress=lambda _outcome: on_progress(step, next(number), None))
    failed = tuple(outcome for outcome in outcomes if isinstance(outcome, Skipped))
    fetched = tuple(outcome for outcome in outcomes if not isinstance(outcome, Skipped))
    return FetchResult(recipe.name, fetched, failed)
