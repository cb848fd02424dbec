# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Search the completions of a run for private values that its training data holds."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from codescan.app.indexes import open_index
from codescan.app.private_inputs import index_texts, private_texts
from codescan.errors import UsageError
from codescan.private_data.finder import Finder
from codescan.private_data.leaks import LeakSearch
from codescan.private_data.texts import PrivateText
from codescan.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.app.private_options import PrivateOptions
    from codescan.app.progress import OnProgress
    from codescan.private_data.redaction import KeyedHash
    from codescan.private_data.search import PrivateCounts
    from codescan.runs import RunStore

__all__ = ["run_leaks", "search_run"]


def search_run(
    folder: Path,
    options: PrivateOptions,
    finder: Finder,
    hash_: KeyedHash,
    counts: PrivateCounts,
    skipped: list[Skipped],
    on_progress: OnProgress,
) -> dict[str, object]:
    """Search a run folder; return its leaks as JSON values.

    Raises:
        UsageError: another process works in the folder.
        CodescanError: the run or the index cannot be read.
    """
    from codescan.runs import RunStore

    with contextlib.ExitStack() as stack:
        reference = _reference(options, stack)
        store = stack.enter_context(RunStore(folder))
        return run_leaks(store, reference, finder, hash_, counts, skipped, on_progress)


def run_leaks(
    store: RunStore,
    reference: Iterator[PrivateText | Skipped],
    finder: Finder,
    hash_: KeyedHash,
    counts: PrivateCounts,
    skipped: list[Skipped],
    on_progress: OnProgress,
) -> dict[str, object]:
    """The leaks of an open run, compared with the texts of a reference."""
    search = LeakSearch(finder, hash_)
    prompts = {prompt.id: prompt for prompt in store.prompts()}
    on_progress("search completions", 0, None)
    for completion in store.completions():
        prompt = prompts.get(completion.prompt_id)
        if prompt is None:
            skipped.append(Skipped(completion.id, "read", "bad-row", "its prompt is not stored"))
        elif not completion.text.strip():
            skipped.append(Skipped(completion.id, "read", "empty-answer"))
        else:
            size = len(completion.text.encode("utf-8", "replace"))
            text = PrivateText(completion.id, completion.text, size=size)
            counts.add(text, search.add(completion, prompt))
            on_progress("search completions", counts.texts, None)
    search.restrict(Finder(search.prepare()))
    on_progress("search training data", 0, None)
    for each in reference:
        if isinstance(each, Skipped):
            skipped.append(each)
        else:
            search.look_up(each)
            on_progress("search training data", search.reference_texts, None)
    return search.results()


def _reference(
    options: PrivateOptions, stack: contextlib.ExitStack
) -> Iterator[PrivateText | Skipped]:
    """The training texts: of `--data`, and of the index unless only `--data` is given."""
    parts: list[Iterator[PrivateText | Skipped]] = []
    if options.index_folder is not None or options.corpus is not None or not options.data:
        index = stack.enter_context(
            contextlib.closing(open_index(options.index_folder, options.corpus, options.config))
        )
        parts.append(index_texts(index))
    if options.data:
        if "-" in options.data:
            raise UsageError("--data cannot read stdin", "save the data as a file")
        parts.append(private_texts(options.data))
    return (text for part in parts for text in part)
