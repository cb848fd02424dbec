# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan audit --compare RUN_A RUN_B`: two finished runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.audits.comparison import Measured, compare
from codescan.cli.console import Console, printable
from codescan.cli.entry import ExitCode
from codescan.cli.report import read_report
from codescan.errors import UsageError
from codescan.runs import RunStore
from codescan.runs.store import DATABASE

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run"]

_FORMATS = ("terminal", "json")
_NOT_COMPARED = frozenset({"model", "model_identity", "model_options"})
"""Settings in which compared runs are meant to differ."""


def run(runs: tuple[Path, Path], format_: str | None, *, quiet: bool) -> int:
    """Compare two runs and show the result; returns the exit code.

    Raises:
        UsageError: one of them is no finished run, or they have no prompt in common.
    """
    form = format_ or "terminal"
    if form not in _FORMATS:
        raise UsageError(
            f"a comparison has no form {form!r}", f"give --format {' or '.join(_FORMATS)}"
        )
    console = Console(quiet)
    (a, of_a), (b, of_b) = (_measured(path) for path in runs)
    result = compare(a, b)
    result["settings_that_differ"] = _differing(of_a, of_b)
    if not result["measures"]:
        raise UsageError(
            f"{runs[0]} and {runs[1]} have no prompt in common",
            "compare runs of the same index, strategies, seed and limit",
        )
    if form == "json":
        console.json(result)
    else:
        console.result(printable(_text(result)))
    return ExitCode.NOTHING_FOUND


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
    """Names of settings other than the model that differ: what else may explain a difference."""
    return sorted(
        key for key in a.keys() | b.keys() if key not in _NOT_COMPARED and a.get(key) != b.get(key)
    )


def _text(result: dict[str, Any]) -> str:
    pairs, passages = result["pairs"], result["passages"]
    shared = f"{pairs['same_prompt']:,} prompts are the same in both"
    if pairs["same_place"]:
        shared += f"; {pairs['same_place']:,} more ask for the same place, cut at other tokens"
    lines = [f"A: {result['a']}", f"B: {result['b']}", "", f"{shared}."]
    for entry in result["measures"]:
        lines += ["", *_measure(entry, len(result["measures"]))]
    counts = (
        f"{passages['only_a']:,} only in A, {passages['both']:,} in both, "
        f"{passages['only_b']:,} only in B"
    )
    lines += ["", f"Passages of grade A or B: {counts}."]
    if result["settings_that_differ"]:
        names = ", ".join(result["settings_that_differ"])
        lines.append(f"Besides the model, these settings differ: {names}.")
    return "\n".join(lines)


def _measure(entry: dict[str, Any], measures: int) -> list[str]:
    sure = f"p = {entry['p_value']:.3g} (McNemar, exact"
    if measures > 1:
        sure += f"; {entry['p_value_adjusted']:.3g} adjusted for {measures} measures"
    return [
        f"{entry['measure'][:1].upper()}{entry['measure'][1:]}:",
        f"  A          {entry['a']['words']}",
        f"  B          {entry['b']['words']}",
        f"  B minus A  {entry['difference']['words']}",
        f"  only A {entry['only_a']:,}, only B {entry['only_b']:,}; {sure})",
    ]
