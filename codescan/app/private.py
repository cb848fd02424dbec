# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find private data in a training set, or leaks of it in the completions of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app.outcome import ExitCode, allowed_kinds, failing_grades
from codescan.app.private_inputs import STDIN, is_run, private_texts
from codescan.app.private_key import keyed_hash
from codescan.app.private_leaks import search_run
from codescan.app.progress import OnProgress, no_progress
from codescan.app.versions import version
from codescan.errors import UsageError
from codescan.private_data.finder import Finder
from codescan.private_data.libraries import require_libraries
from codescan.private_data.records import Kind  # noqa: TC001 - type of a field
from codescan.private_data.redaction import masked
from codescan.private_data.report import PrivateReport
from codescan.private_data.search import PrivateCounts, search_text
from codescan.private_data.terminal import private_lines
from codescan.records import Coverage, Skipped
from codescan.records.json_form import encode
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.app.private_options import PrivateOptions
    from codescan.private_data.records import PrivateItem
    from codescan.private_data.redaction import KeyedHash
    from codescan.private_data.texts import PrivateText

__all__ = [
    "KindList",
    "PrivateResult",
    "find_private_data",
    "iterate_private_items",
    "private_kinds",
    "private_lines",
]


@dataclass(frozen=True, slots=True)
class PrivateResult:
    """The report of a search and the exit code."""

    report: PrivateReport
    exit_code: ExitCode


@dataclass(frozen=True, slots=True)
class KindList:
    """The kinds of private data."""

    schema_version: int
    kinds: tuple[Kind, ...]


def private_kinds() -> KindList:
    """All kinds by name."""
    return KindList(1, tuple(kind for _, kind in sorted(Finder().kinds.items())))


def find_private_data(
    options: PrivateOptions, on_progress: OnProgress = no_progress
) -> PrivateResult:
    """Search inputs for private data.

    Raises:
        UsageError: options contradict each other, or an input does not exist.
        MissingExtraError: the extra `private` is not installed.
        CodescanError: an index is missing or damaged, or a run cannot be read.
    """
    require_libraries()
    allowed = allowed_kinds(options.allow_unchecked)
    finder = Finder(options.kinds or None)
    paths = options.paths or (STDIN,)
    if STDIN in paths and options.stdin is None:
        raise UsageError("nothing to search", "name files, folders, an index or a run, or pipe in")
    runs = [Path(path) for path in paths if path != STDIN and is_run(Path(path))]
    if runs and len(paths) > 1:
        raise UsageError("a run cannot be combined with other inputs", f"give {runs[0]} alone")
    hash_ = keyed_hash(options.hash_key, runs[0] if runs else None)
    counts = PrivateCounts(options.max_items)
    skipped: list[Skipped] = []
    leaks: dict[str, object] = {}
    if runs:
        leaks = search_run(runs[0], options, finder, hash_, counts, skipped, on_progress)
    else:
        if options.data or options.index_folder is not None or options.corpus is not None:
            raise UsageError(
                "--index, --corpus and --data need the run folder of an audit",
                "name a run folder, or search the data without these options",
            )
        _search(
            private_texts(paths, options.stdin, is_jsonl=options.is_jsonl),
            finder, hash_, counts, skipped, on_progress,
        )  # fmt: skip
    report = _report(options, paths, finder, hash_, counts, skipped, leaks, allowed)
    return PrivateResult(report, _exit_code(report, options, skipped, allowed, counts))


def iterate_private_items(
    paths: tuple[str, ...], kinds: tuple[str, ...], hash_key: Path | None
) -> Iterator[PrivateItem | Skipped]:
    """Search inputs lazily; yields each value redacted, and each unsearched input.

    Raises:
        UsageError: an input does not exist, or a kind is unknown.
        MissingExtraError: the extra `private` is not installed.
    """
    require_libraries()
    finder, hash_ = Finder(kinds or None), keyed_hash(hash_key)
    texts = private_texts(paths)
    return (
        item
        for text in texts
        for item in ([text] if isinstance(text, Skipped) else search_text(text, finder, hash_))
    )


def _search(
    texts: Iterable[PrivateText | Skipped],
    finder: Finder,
    hash_: KeyedHash,
    counts: PrivateCounts,
    skipped: list[Skipped],
    on_progress: OnProgress,
) -> None:
    on_progress("search", 0, None)
    for text in texts:
        if isinstance(text, Skipped):
            skipped.append(text)
        else:
            counts.add(text, search_text(text, finder, hash_))
            on_progress("search", counts.texts, None)


def _report(
    options: PrivateOptions,
    paths: tuple[str, ...],
    finder: Finder,
    hash_: KeyedHash,
    counts: PrivateCounts,
    skipped: list[Skipped],
    leaks: dict[str, object],
    allowed: tuple[str, ...],
) -> PrivateReport:
    shown = [
        replace(
            skip,
            item=masked(skip.item, finder, hash_),
            detail=masked(skip.detail, finder, hash_),
        )
        for skip in skipped
    ]
    categories = {kind.category.value for kind in finder.kinds.values()}
    return PrivateReport(
        tool={"name": "codescan", "version": version()},
        run={
            "command": "private",
            "inputs": [masked(path, finder, hash_) for path in paths],
            "kinds": sorted(options.kinds),
            "data": [masked(path, finder, hash_) for path in options.data],
            "key": "given" if options.hash_key is not None else "run" if leaks else "random",
        },
        statistics={
            "texts": counts.texts,
            "bytes": counts.bytes,
            "coverage": encode(Coverage.of(counts.texts, skipped, allowed=allowed)),
            "skipped": dict(sorted(Counter(skip.reason for skip in skipped).items())),
            "placeholders": dict(sorted(counts.placeholders.items())),
            "values_are_a_lower_bound": counts.is_bounded,
            "rates": {
                f"texts_with_{category}_data": {
                    **encode(rate(counts.texts_with[category], counts.texts)), "unit": "texts",
                }
                for category in sorted(categories)
            },
        },
        kinds=counts.kinds(finder),
        items=tuple(counts.items),
        items_total=counts.items_total,
        skipped=tuple(shown),
        leaks=leaks,
    )  # fmt: skip


def _exit_code(
    report: PrivateReport,
    options: PrivateOptions,
    skipped: list[Skipped],
    allowed: tuple[str, ...],
    counts: PrivateCounts,
) -> ExitCode:
    """1 for an item at or above --fail-on (for a run: a leak), else 5 for a gap, else 0."""
    grades = failing_grades(options.fail_on or options.config.fail_on or "B")
    if report.leaks:
        leaked = report.leaks.get("items")
        leaked_grades = (
            {str(leak["grade"]) for leak in leaked} if isinstance(leaked, list) else set()
        )
    else:
        leaked_grades = {name.rpartition(" ")[2] for name in counts.by_grade}
    if any(grade.value in leaked_grades for grade in grades):
        return ExitCode.FINDINGS
    coverage = Coverage.of(counts.texts, skipped, allowed=allowed)
    return ExitCode.NOTHING_FOUND if coverage.is_complete else ExitCode.UNCHECKED
