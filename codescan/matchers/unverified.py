# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Attribution of matches if the index has no texts: origins are known by file, not by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.licenses.attribution import attribute
from codescan.records import Region

if TYPE_CHECKING:
    from codescan.index.sketch.reader import SketchIndex
    from codescan.licenses.project_packages import ProjectPackages
    from codescan.records import Alternative, Attribution, Document, Match, Snippet

__all__ = ["NOT_VERIFIED", "attribute_by_file"]

NOT_VERIFIED = "not verified on text: the index has no texts, and equal keys can only be hashes"
"""Remark of a finding that was not verified."""


def attribute_by_file(
    match: Match, index: SketchIndex, snippet: Snippet, project: ProjectPackages | None
) -> Attribution:
    """The attribution of a match in a sketch.

    If a match is not verified, the region of each holder is its whole file. Its licenses are those
    of the file and the package: notices near the passage cannot be read.

    Args:
        match: a match of `snippet`.
        index: the index that holds the matched contents.
        snippet: the text in which the passage was found.
        project: as for `attribute`.
    """
    attribution = attribute(match, index.origins, snippet, project=project)
    if match.is_verified:
        return attribution
    lines: dict[tuple[str, str], int] = {}
    for location in match.locations:
        documents: tuple[Document, ...] = index.documents(location.content_id)
        count = index.lines(location.content_id)
        lines |= {
            (document.origin.package.purl, document.origin.path): count for document in documents
        }

    def with_whole_file(other: Alternative) -> Alternative:
        region = Region(1, lines.get((other.purl, other.path), 1))
        return replace(other, region=region, swhid="")

    origin = attribution.origin
    earliest = attribution.earliest
    return replace(
        attribution,
        region=Region(1, lines.get((origin.package.purl, origin.path), 1)),
        swhid="",
        alternatives=tuple(map(with_whole_file, attribution.alternatives)),
        earliest=None if earliest is None else with_whole_file(earliest),
    )
