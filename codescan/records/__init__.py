# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The nouns of codescan: frozen records that every layer shares."""

from codescan.records.core import (
    Alternative,
    Attribution,
    Completion,
    Document,
    Finding,
    Language,
    Match,
    MatchLocation,
    Origin,
    Package,
    Prompt,
    Region,
    Report,
    Sampling,
    Skipped,
    Snippet,
    Span,
    Suppressed,
)
from codescan.records.enums import Arm, Grade, Level, LicenseBasis, MatchKind, PolicyRule, Rule
from codescan.records.licensing import NOASSERTION, Contribution, LicenseClaim, PolicyVerdict
from codescan.records.scores import DECODINGS, Decoding, SampledLogprob, Score, TokenStatistics

__all__ = [
    "DECODINGS",
    "NOASSERTION",
    "Alternative",
    "Arm",
    "Attribution",
    "Completion",
    "Contribution",
    "Decoding",
    "Document",
    "Finding",
    "Grade",
    "Language",
    "Level",
    "LicenseBasis",
    "LicenseClaim",
    "Match",
    "MatchKind",
    "MatchLocation",
    "Origin",
    "Package",
    "PolicyRule",
    "PolicyVerdict",
    "Prompt",
    "Region",
    "Report",
    "Rule",
    "SampledLogprob",
    "Sampling",
    "Score",
    "Skipped",
    "Snippet",
    "Span",
    "Suppressed",
    "TokenStatistics",
]
