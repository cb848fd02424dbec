# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The measures of an audit that a finding supports: copy, extraction, agreement, prior-aware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports.headline import is_audit
from codescan.reports.json_values import mapping, mappings, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.records import Finding, Report

__all__ = ["MEASURES", "FindingMeasures"]

MEASURES: Mapping[str, str] = {
    "copy": "Copy in a completion",
    "extraction": "Discoverable extraction",
    "agreement": "Agreement of samples",
    "prior-aware": "Prior-aware memorization",
}
"""Measure by its word, with its name."""


class FindingMeasures:
    """Says for each finding of a report which measures it supports.

    Args:
        report: of an audit; in another report every finding is a copy.
    """

    def __init__(self, report: Report) -> None:
        statistics = report.statistics
        prior = mapping(statistics.get("prior_aware"))
        least = number(mapping(prior.get("rule")).get("least_bits"))
        self._prompts = {
            "extraction": {prompt.id for prompt in report.prompts if prompt.extracted},
            "agreement": {
                str(clique.get("prompt_id"))
                for clique in mappings(mapping(statistics.get("agreement")).get("cliques"))
            },
            "prior-aware": {
                str(entry.get("prompt_id"))
                for entry in mappings(prior.get("continuations"))
                if least is not None and (number(entry.get("gain_bits")) or 0.0) >= least
            },
        }
        self._is_audit = is_audit(report)

    def of(self, finding: Finding) -> tuple[str, ...]:
        """Words of `MEASURES`; "copy" is always the first."""
        if not (self._is_audit and finding.prompt_id):
            return ("copy",)
        supported = (
            measure
            for measure, prompt_ids in self._prompts.items()
            if finding.prompt_id in prompt_ids
        )
        return ("copy", *supported)
