# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Enumerations: every value that a field of a record can have, and its meaning.

Import them from `codescan.records`, like the records.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "FRAMES", "HEADLINE_GRADES", "Arm", "Grade", "Level", "LicenseBasis", "MatchKind",
    "PolicyRule", "Rule", "Stream",
]  # fmt: skip


FRAMES = {
    "packages": "files drawn at random, from each package equally often",
    "uniform": "files drawn at random, each different file of the index equally likely",
    "copies": "files drawn at random from each class of how many packages hold them, each class "
    "weighted by its share of the index",
    "worst-case": "passages chosen for being unguessable, well specified and frequent, of files "
    "that few packages hold; no estimate of a share of the corpus",
}
"""The sampling frames of an audit (`audits.sampling_frames`), the usual one first, in words."""


class LicenseBasis(StrEnum):
    """The place where a license was read, most specific first: the order of precedence."""

    SNIPPET_TAG = "snippet-tag"
    FILE_TAG = "file-tag"
    FILE_HEADER = "file-header"
    LICENSE_FILE = "license-file"
    PACKAGE_METADATA = "package-metadata"
    REPOSITORY = "repository"
    NONE = "none"


class MatchKind(StrEnum):
    """The kind of equality between a passage and its origin."""

    VERBATIM = "verbatim"
    """The same tokens; layout and comments may differ."""
    RENAMED = "renamed"
    """The same tokens after a one-to-one renaming of identifiers."""
    EDITED = "edited"
    """Most of the same tokens; some were changed, added or removed."""


class Stream(StrEnum):
    """Part of a text that was compared (`_core/lexer.hpp`)."""

    CODE = "code"
    """The code of a text, without comments."""
    COMMENTED = "commented"
    """Code that occurs in its comments; in a document of an index, its code."""
    PROSE = "prose"
    """The words of a text in prose, or of comments and strings."""


class Grade(StrEnum):
    """Strength of the evidence that a passage was copied (docs/matching.md)."""

    A = "A"
    """Long, verbatim, held by few independent owners, not in the prompt."""
    B = "B"
    """Long and rare, but renamed or lightly edited."""
    C = "C"
    """Long but common: license texts, generated code, tables, imports, idioms."""
    D = "D"
    """Short, or given in the prompt."""


HEADLINE_GRADES = (Grade.A, Grade.B)
"""Grades of findings that count; see `Finding.counts`."""


class Level(StrEnum):
    """SARIF 2.1.0 result levels."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NONE = "none"


class PolicyRule(StrEnum):
    """Objections of a project's policy, most serious first (docs/gate.md)."""

    LICENSE_CONFLICT = "license-conflict"
    LICENSE_UNKNOWN = "license-unknown"
    AMBIGUOUS_ORIGIN = "ambiguous-origin"
    LICENSE_MISMATCH = "license-mismatch"
    MISSING_ATTRIBUTION = "missing-attribution"


class Rule(StrEnum):
    """The kind of a finding."""

    VERBATIM_COPY = "verbatim-copy"
    RENAMED_COPY = "renamed-copy"
    NEAR_COPY = "near-copy"


class Arm(StrEnum):
    """The arm of the experiment that a prompt belongs to."""

    TARGET = "target"
    """Text that the model may have seen."""
    NULL = "null"
    """Text that the model cannot have seen: the same protocol, expected to find nothing."""
