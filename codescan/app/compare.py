# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compare two finished runs of `codescan audit`: two models, or without and with a safeguard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app.reports import read_report
from codescan.audits.comparison import Measured, compare, paired_prompts
from codescan.audits.comparison_results import RunComparison, SafeguardComparison
from codescan.audits.safeguard import METHOD, Outputs, compare_safeguard
from codescan.errors import UsageError
from codescan.runs import RunStore
from codescan.runs.store import DATABASE
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.audits.safeguard import PromptClass

__all__ = ["compare_runs", "compare_safeguards"]

_NOT_COMPARED = frozenset({"model", "model_identity", "model_options"})
"""Settings that may differ between compared runs."""


def compare_runs(runs: tuple[Path, Path]) -> RunComparison:
    """Compare two finished runs, prompt by prompt.

    Raises:
        UsageError: a folder is not a finished run, or the runs share no prompt.
        MissingExtraError: the libraries of an audit are not installed.
    """
    require_libraries()
    (a, settings_a), (b, settings_b) = (_measured(path) for path in runs)
    result = compare(a, b)
    if not result.measures:
        raise UsageError(
            f"{runs[0]} and {runs[1]} have no prompt in common",
            "compare runs of the same index, strategies, seed and limit",
        )
    return replace(result, settings_that_differ=_differing(settings_a, settings_b))


def compare_safeguards(
    before: Path, after: Path, by: PromptClass = "strategy"
) -> SafeguardComparison:
    """Compare the outputs of a run without a safeguard with those of a run with it.

    Args:
        before: run folder without the safeguard.
        after: run folder with it.
        by: class of prompts.

    Raises:
        UsageError: a folder is not a finished run, or the runs share no prompt.
        MissingExtraError: the libraries of an audit are not installed.
    """
    require_libraries()
    (a, settings_a), (b, settings_b) = _measured(before), _measured(after)
    pairs = list(paired_prompts(a, b))
    effect, classes = compare_safeguard(
        _outputs(before), _outputs(after), ((one, other) for one, other, _ in pairs), by
    )
    if not effect.pairs:
        raise UsageError(
            f"{before} and {after} have no prompt in common",
            "compare runs of the same prompts, without and with the safeguard",
        )
    return SafeguardComparison(
        before=a.name,
        after=b.name,
        by=by,
        method=METHOD,
        all=effect,
        classes=classes,
        only_before=len(a.clusters) - len(pairs),
        only_after=len(b.clusters) - len(pairs),
        settings_that_differ=_differing(settings_a, settings_b),
    )


def _outputs(path: Path) -> Outputs:
    report = read_report(path)
    with RunStore(path) as store:
        return Outputs.of(store, report.findings)


def _measured(path: Path) -> tuple[Measured, dict[str, object]]:
    """A run and its settings."""
    if not (path / DATABASE).is_file():
        raise UsageError(f"there is no run at {path}", "name two run folders of `codescan audit`")
    report = read_report(path)
    with RunStore(path) as store:
        described = report.run.get("model")
        model = described.get("name") if isinstance(described, dict) else described
        return Measured.of(f"{path} ({model})", store, report.findings), store.settings()


def _differing(a: dict[str, object], b: dict[str, object]) -> tuple[str, ...]:
    """Names of settings other than the model that differ and may explain a difference."""
    return tuple(
        sorted(
            key
            for key in a.keys() | b.keys()
            if key not in _NOT_COMPARED and a.get(key) != b.get(key)
        )
    )
