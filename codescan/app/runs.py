# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""List the run folders of audits with their state and headline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.reports import REPORT_FILE, read_report
from codescan.errors import CodescanError, UsageError
from codescan.reports.headline import headline
from codescan.reports.summary import model_name
from codescan.runs.listing import run_folders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Report
    from codescan.runs.listing import RunFolder

__all__ = ["RUNS_FOLDER", "ListedRun", "list_runs"]

RUNS_FOLDER = Path("codescan-runs")
"""Default parent of the run folders of audits."""
_LONGEST_REPORT = 512 << 20  # bytes that are read for a headline


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run folder with the main facts of its report."""

    path: Path
    model: str
    index: str
    state: str
    """State of the `RunFolder`."""
    date: str
    """Date of the report, else of the last change of the folder; ISO 8601."""
    headline: str
    """Result in one sentence; "" if the report is missing or unreadable."""
    findings: int | None
    """Number of findings; null if the report is missing or unreadable."""
    prompts: int | None
    """Number of stored prompts; null if the database is missing or damaged."""
    completions: int | None
    scores: int | None
    bytes: int
    """Total size of the folder in bytes."""


def list_runs(folders: Sequence[Path] = ()) -> list[ListedRun]:
    """The runs at or below some folders, newest first.

    Args:
        folders: folders to search; default `codescan-runs`.

    Raises:
        UsageError: a named folder does not exist.
    """
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}", "name a folder with runs")
    unique_folders = {
        run.path: run
        for folder in folders or (RUNS_FOLDER,)
        for run in run_folders(folder, REPORT_FILE)
    }
    newest_first = sorted(
        unique_folders.values(), key=lambda run: (-run.changed.timestamp(), str(run.path))
    )
    return list(map(_listed, newest_first))


def _listed(folder: RunFolder) -> ListedRun:
    report = _read(folder)
    finished = report.run.get("finished") if report is not None else None
    return ListedRun(
        path=folder.path,
        model=(model_name(report) if report is not None else "") or folder.model,
        index=folder.index,
        state=folder.state,
        date=finished
        if isinstance(finished, str) and finished
        else folder.changed.isoformat(timespec="seconds"),
        headline=f"{headline(report)}." if report is not None else "",
        findings=len(report.findings) if report is not None else None,
        prompts=folder.counts.get("prompts"),
        completions=folder.counts.get("completions"),
        scores=folder.counts.get("scores"),
        bytes=folder.size_bytes,
    )


def _read(folder: RunFolder) -> Report | None:
    """The report of a run; None if it is missing or unreadable."""
    file = folder.path / REPORT_FILE
    try:
        if folder.state == "damaged" or file.stat().st_size > _LONGEST_REPORT:
            return None
        return read_report(file)
    except (CodescanError, OSError):
        return None
