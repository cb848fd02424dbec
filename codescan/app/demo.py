# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A first result without a model or network: scan bundled completions of a code assistant."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.app.indexes import (
    build_index,
    has_index,
    minimum_tokens,
    open_index,
    resolve_recipe,
)
from codescan.app.progress import OnProgress, no_progress
from codescan.app.reports import render, write_output
from codescan.app.scan import scan_report
from codescan.config import Config
from codescan.records import Snippet
from codescan.records.json_decode import decode_json
from codescan.sources.recipe import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.records import Report

__all__ = ["DemoResult", "demo"]

_CORPUS = "demo"
_ANSWERS = "assistant_answers.jsonl"
_REPORTS = {"json": "report.json", "html": "report.html"}


@dataclass(frozen=True, slots=True)
class DemoResult:
    """The report and the files of the demo."""

    report: Report
    answers_path: Path
    index_folder: Path
    html_path: Path


def demo(out: Path, on_progress: OnProgress = no_progress) -> DemoResult:
    """Index packages that codescan installs, and scan bundled completions against them.

    Args:
        out: folder for the index and the reports; an existing index is reused.
        on_progress: progress callback.

    Raises:
        CodescanError: the index or a report cannot be written.
    """
    folder = out / "index"
    if not has_index(folder):  # a run that was stopped leaves a folder without one
        build_index(resolve_recipe(_CORPUS), folder, on_progress)
    answers = shipped_folder("examples", _ANSWERS) / _ANSWERS
    with contextlib.closing(open_index(folder, None, Config())) as index:
        settings: dict[str, object] = {
            "command": "demo",
            "inputs": [_ANSWERS],
            "min_tokens": minimum_tokens(index, None, Config()),
        }
        report = scan_report(_snippets(answers), index, settings, on_progress=on_progress)
    for format_, name in _REPORTS.items():
        write_output(out / name, render(report, format_))
    return DemoResult(report, answers, folder, out / _REPORTS["html"])


def _snippets(answers: Path) -> Iterator[Snippet]:
    for line in answers.read_text(encoding="utf-8").splitlines():
        row = decode_json(line, dict[str, str])
        yield Snippet(row["id"], row["completion"].encode())
