# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Private data in an audit: find leaked values, and redact the report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app.outcome import failing_grades
from codescan.errors import UsageError
from codescan.records.json_form import encode

if TYPE_CHECKING:
    from codescan.app.audit_options import AuditOptions
    from codescan.app.progress import OnProgress
    from codescan.index import Index
    from codescan.records import Report
    from codescan.runs import RunStore

__all__ = ["check_private_options", "with_private_data"]


def check_private_options(options: AuditOptions) -> None:
    """Check the options before a model is loaded.

    Raises:
        UsageError: --data or --hash-key without --private-data, or a path does not exist.
        MissingExtraError: the extra `private` is not installed.
    """
    if not options.private_data:
        has_other_use = options.training_data is not None
        if (options.data and not has_other_use) or options.hash_key is not None:
            raise UsageError(
                "--data and --hash-key need --private-data",
                "add --private-data, or --frame copies for the leak curve by copies in --data",
            )
        return
    from codescan.app.private_inputs import private_texts
    from codescan.app.private_key import keyed_hash
    from codescan.private_data.libraries import require_libraries

    require_libraries()
    if options.samples == 0:
        raise UsageError("--private-data needs completions", "give --samples of at least 1")
    if "-" in options.data:
        raise UsageError("--data cannot read stdin", "save the data as a file")
    if options.data:
        private_texts(options.data)
    if options.hash_key is not None:
        keyed_hash(options.hash_key)


def with_private_data(
    report: Report,
    options: AuditOptions,
    store: RunStore,
    index: Index,
    on_progress: OnProgress,
) -> tuple[Report, bool]:
    """The redacted report with the leaks of the run, and whether a leak fails the run.

    Unreadable training data is added to the report's skips, so its coverage is incomplete. Without
    `--private-data` the report is unchanged.
    """
    if not options.private_data:
        return report, False
    from codescan.app.private_inputs import index_texts, private_texts
    from codescan.app.private_key import keyed_hash
    from codescan.app.private_leaks import run_leaks
    from codescan.private_data.finder import Finder
    from codescan.private_data.masking import ReportMask
    from codescan.private_data.search import PrivateCounts
    from codescan.records import Skipped, coverage_of

    finder = Finder()
    hash_ = keyed_hash(options.hash_key, store.path)
    counts = PrivateCounts(0)
    skipped: list[Skipped] = []
    parts = [index_texts(index), *([private_texts(options.data)] if options.data else [])]
    reference = (text for part in parts for text in part)
    leaks = run_leaks(store, reference, finder, hash_, counts, skipped, on_progress)
    items = leaks["items"] if isinstance(leaks["items"], list) else []
    private = {**leaks, "kinds": encode(counts.kinds(finder))}
    unread = [skip for skip in skipped if skip.is_unchecked]
    before = coverage_of(report)
    unchecked = Counter(before.unchecked) + Counter(skip.reason for skip in unread)
    report = replace(
        report,
        skipped=(*report.skipped, *unread),
        statistics={
            **report.statistics,
            "coverage": encode(replace(before, unchecked=dict(sorted(unchecked.items())))),
            "private_data": private,
        },
    )
    grades = {
        grade.value for grade in failing_grades(options.fail_on or options.config.fail_on or "none")
    }
    has_leaked = any(str(item["grade"]) in grades for item in items)
    return ReportMask(finder).report(report), has_leaked
