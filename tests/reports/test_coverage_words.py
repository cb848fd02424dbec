# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The headline counts inputs that were not checked, and never a shape of many rows as one input."""

import pytest

from codescan.records import Report, Skipped
from codescan.reports.coverage_text import qualified_headline


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ([], ""),
        (["too-large"], "; 1 input was not checked"),
        (["too-large", "not-json"], "; 2 inputs were not checked"),
        (["unknown-shape"], "; all rows of 1 unknown shape were not checked"),
        (
            ["unknown-shape", "unknown-shape", "too-large"],
            "; 1 input and all rows of 2 unknown shapes were not checked",
        ),
    ],
)
def test_what_was_not_checked_is_counted_as_what_it_is(reasons, words):
    skipped = tuple(Skipped(f"row {i}", "read", reason) for i, reason in enumerate(reasons))
    report = Report(
        tool={}, run={"command": "audit"}, index={}, statistics={"completions": 3}, skipped=skipped
    )
    assert qualified_headline(report, "Nothing") == f"Nothing{words}"
