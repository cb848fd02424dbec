# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Locations of findings for formats that point into files: safe paths, columns, fingerprints."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from codescan.records import Finding, Region, Span
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Columns", "columns", "numbered", "place", "relative_path"]

Columns = tuple[int, int]
"""First column and the column after the last, 1-based, in Unicode code points."""

_LONGEST = 1_000


def relative_path(path: str) -> str:
    """The path as a relative one that cannot leave its folder, with forward slashes; never ""."""
    parts: list[str] = []
    for part in path[:_LONGEST].replace("\\", "/").split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "_"


def place(finding: Finding) -> str:
    """A relative path for what was checked; completions have a folder of their own."""
    if finding.snippet_path is not None:
        return relative_path(finding.snippet_path)
    return f"completions/{relative_path(finding.snippet_id)}.txt"


def columns(finding: Finding, completions: Mapping[str, str]) -> Columns:
    """Columns of a finding's passage, or of what a change adds of it, in its first and last line.

    Exact where the report has the whole text, else those of the whole lines.
    """
    if finding.added_region is not None and finding.added_region != finding.region:
        lines = finding.snippet_text.removesuffix("\n").split("\n")
        last_added = finding.added_region.end_line - finding.region.start_line
        return 1, max(2, len(lines[last_added]) + 1 if last_added < len(lines) else 2)
    text = completions.get(finding.snippet_id)
    if text is not None:
        content, line_map = _lines(text)
        if line_map.region(finding.span) == finding.region:
            first = line_map.span(Region(finding.region.start_line, finding.region.start_line))
            last = line_map.span(Region(finding.region.end_line, finding.region.end_line))
            return (
                _count(content, Span(first.start, finding.span.start)) + 1,
                _count(content, Span(last.start, finding.span.end)) + 1,
            )
    shown = finding.snippet_text.removesuffix("\n").split("\n")
    whole = len(shown) == finding.region.end_line - finding.region.start_line + 1
    return 1, max(2, len(shown[-1]) + 1 if shown and whole else 2)


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[bytes, LineMap]:
    """A text's bytes and lines, kept for its next finding."""
    content = text.encode("utf-8", "surrogatepass")
    return content, LineMap(content)


def _count(content: bytes, span: Span) -> int:
    return len(content[span.start : span.end].decode("utf-8", "replace"))


def numbered(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with its fingerprint and number: the second copy in one file is another one."""
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        key = place(finding), finding.fingerprint
        seen[key] += 1
        yield finding, f"{finding.fingerprint}:{seen[key]}"
