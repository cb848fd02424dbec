# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compare two finished runs of `codescan audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.app.reports import read_report
from codescan.audits.comparison import Measured, compare
from codescan.errors import UsageError
from codescan.runs import RunStore
from codescan.runs.store import DATABASE
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["compare_runs"]

_NOT_COMPARED = frozenset({"model", "model_identity", "model_options"})
"""Settings in which compared runs are meant to differ."""


def compare_runs(runs: tuple[Path, Path]) -> dict[str, Any]:
    """Compare two finished runs, prompt by prompt.

    Raises:
        UsageError: one of them is not a finished run, or they have no prompt in common.
        MissingExtraError: the libraries of an audit are not installed.
    """
    require_libraries()
    (a, settings_a), (b, settings_b) = (_measured(path) for path in runs)
    result = compare(a, b)
    if not result["measures"]:
        raise UsageError(
            f"{runs[0]} and {runs[1]} have no prompt in common",
            "compare runs of the same index, strategies, seed and limit",
        )
    return {**result, "settings_that_differ": _differing(settings_a, settings_b)}


def _measured(path: Path) -> tuple[Measured, dict[str, object]]:
    """A run and its settings."""
    if not (path / DATABASE).is_file():
        raise UsageError(f"there is no run at {path}", "name two run folders of `codescan audit`")
    report = read_report(path)
    with RunStore(path) as store:
        described = report.run.get("model")
        model = described.get("name") if isinstance(described, dict) else described
        return Measured.of(f"{path} ({model})", store, report.findings), store.settings()


def _differing(a: dict[str, object], b: dict[str, object]) -> list[str]:
    """Names of settings other than the model that differ, and so may explain a difference."""
    return sorted(
        key for key in a.keys() | b.keys() if key not in _NOT_COMPARED and a.get(key) != b.get(key)
    )
