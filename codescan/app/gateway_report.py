# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Collect the results of a gateway in a run folder for `codescan report`."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from codescan.app.indexes import describe_index
from codescan.app.reports import REPORT_FILE, write_output
from codescan.app.versions import version
from codescan.audits.measures.extraction import findings_by_grade, license_statistics
from codescan.records import Coverage, Report
from codescan.records.json_form import encode
from codescan.reports.json import JsonReporter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from codescan.app.text_scan import TextResult
    from codescan.index import Index
    from codescan.records import Finding, Skipped

__all__ = ["GatewayReport"]

_MOST_FINDINGS = 10_000
_MOST_SKIPS = 1_000
_MOST_TEXT = 64 << 20
"""Maximum characters of stored texts with findings."""
_WRITE_SECONDS = 5.0


class GatewayReport:
    """The run so far, in bounded memory. Not thread-safe.

    Args:
        folder: run folder; None stores nothing.
        settings: settings of the gateway, for the report.
        index: the index at the start.
    """

    def __init__(self, folder: Path | None, settings: Mapping[str, object], index: Index) -> None:
        self._folder = folder
        self._settings = {"command": "serve", **settings}
        self._index = describe_index(index)
        self._findings: list[Finding] = []
        self._skipped: list[Skipped] = []
        self._unchecked: Counter[str] = Counter()
        self._texts: dict[str, str] = {}
        self._characters = 0
        self._checked = self._bytes = self._omitted = self._denied = 0
        self._written = 0.0

    def add(
        self,
        answer_id: str,
        results: Iterable[TextResult],
        texts: Mapping[str, str],
        *,
        is_denied: bool = False,
        skipped: Iterable[Skipped] = (),
    ) -> None:
        """Add a completion.

        Args:
            answer_id: unique in the run.
            results: results of its texts, by name.
            texts: the texts, by name.
            is_denied: whether the gateway ended the completion.
            skipped: unreadable parts of the completion.
        """
        from msgspec.structs import replace

        self._denied += is_denied
        for skip in skipped:
            self._skip(replace(skip, item=f"{answer_id} {skip.item}".strip()))
        for result in results:
            name = f"{answer_id} {result.id}"
            self._checked += bool(result.coverage.checked)
            self._bytes += result.bytes
            for skip in result.skipped:
                self._skip(replace(skip, item=name))
            for finding in result.findings:
                if len(self._findings) >= _MOST_FINDINGS:
                    self._omitted += 1
                    continue
                self._findings.append(replace(finding, snippet_id=name))
            text = texts.get(result.id, "")
            if result.findings and self._characters + len(text) <= _MOST_TEXT:
                self._characters += len(text)
                self._texts[name] = text
        if time.monotonic() - self._written >= _WRITE_SECONDS:
            self.write()

    def write(self) -> None:
        """Write the report atomically.

        Raises:
            OutputError: the report cannot be written.
        """
        self._written = time.monotonic()
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        write_output(self._folder / REPORT_FILE, JsonReporter().render(self.report()))

    def report(self) -> Report:
        """The run so far."""
        coverage = Coverage.of(self._checked, self._skipped)
        return Report(
            tool={"name": "codescan", "version": version()},
            run=dict(self._settings),
            index=self._index,
            statistics={
                "snippets": self._checked,
                "bytes": self._bytes,
                "ended": self._denied,
                "findings_left_out": self._omitted,
                "coverage": {
                    **encode(coverage),
                    "unchecked": dict(sorted(self._unchecked.items())),
                },
                "findings_by_grade": findings_by_grade(self._findings),
                "by_license_category": license_statistics(
                    self._findings, lambda finding: finding.snippet_id
                ),
            },
            findings=tuple(self._findings),
            skipped=tuple(self._skipped),
            completions=self._texts,
        )

    def _skip(self, skip: Skipped) -> None:
        if skip.is_unchecked:
            self._unchecked[skip.reason] += 1
        if len(self._skipped) < _MOST_SKIPS:
            self._skipped.append(skip)
