# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""List the run folders of audits, each with its state and headline."""

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

    from codescan.runs.listing import RunFolder

__all__ = ["RUNS_FOLDER", "ListedRun", "list_runs"]

RUNS_FOLDER = Path("codescan-runs")
"""Default parent of the run folders of audits."""
_LONGEST_REPORT = 512 << 20  # bytes that are read for a headline


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run folder, with what its report says."""

    folder: RunFolder
    model: str
    headline: str
    """Result in one sentence; "" if the report is missing or unreadable."""
    finished: str
    """When the report was made, ISO 8601; "" likewise."""
    findings: int | None
    """None likewise."""

    def as_json(self) -> dict[str, object]:
        """The run as JSON can hold it."""
        return {
            "path": str(self.folder.path),
            "model": self.model,
            "index": self.folder.index,
            "state": self.folder.state,
            "date": self.finished or self.folder.changed.isoformat(timespec="seconds"),
            "headline": self.headline,
            "findings": self.findings,
            **self.folder.counts,
            "bytes": self.folder.size_bytes,
        }


def list_runs(folders: Sequence[Path] = ()) -> list[ListedRun]:
    """The runs at or below some folders, newest first.

    Args:
        folders: where to look; without any, in `codescan-runs`.

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
    return sorted(
        map(_listed, unique_folders.values()),
        key=lambda run: (-run.folder.changed.timestamp(), str(run.folder.path)),
    )


def _listed(folder: RunFolder) -> ListedRun:
    unread = ListedRun(folder, folder.model, "", "", None)
    file = folder.path / REPORT_FILE
    try:
        if folder.state == "damaged" or file.stat().st_size > _LONGEST_REPORT:
            return unread
        report = read_report(file)
    except (CodescanError, OSError):
        return unread
    finished = report.run.get("finished")
    return ListedRun(
        folder,
        model_name(report) or folder.model,
        f"{headline(report)}.",
        finished if isinstance(finished, str) else "",
        len(report.findings),
    )
