# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The protocol of an audit's measures.

To add one: write a class with these members in a file of `audits/measures/`, and add its line to
the axis `measures` of `codescan.registry`. Its result appears in the report's statistics under its
name; `reports/audit_sentences.py` has room for a sentence about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.audits.elicitation import Matched, Watch
    from codescan.audits.parts import AuditParts
    from codescan.records import Finding
    from codescan.runs import RunReader, RunStore
    from codescan.stats.intervals import Rate

__all__ = ["AuditState", "ExplainsFindings", "Measure"]


@dataclass(frozen=True, slots=True)
class AuditState:
    """Input of a measure: the parts, the run and its findings."""

    parts: AuditParts
    run: RunReader
    """Contents of the run folder after eliciting and scoring, read once."""
    store: RunStore
    """The run folder, for measures that store further data."""
    matched: Matched
    frame: str
    """The sampling frame of the headline."""
    copies: Rate
    """Completions of that frame's target arm that hold a copy of grade A or B."""
    on_progress: Watch


@runtime_checkable
class Measure(Protocol):
    """One experiment or count besides the rates of copies and of extraction."""

    name: str
    """Key of the result in the report's statistics."""

    def applies(self, audit: AuditState) -> bool:
        """Whether the audit requests this measure and its parts support it."""
        ...

    def run(self, audit: AuditState) -> object | None:
        """Measure; resumable if it costs model time.

        Returns:
            A frozen dataclass, or a tuple of them, whose fields are rates, plain values or further
            results; None if there was nothing to measure. `records.json_form` defines its JSON
            form.
        """
        ...


@runtime_checkable
class ExplainsFindings(Protocol):
    """A result that explains single findings."""

    def explained(
        self, findings: Iterable[Finding], completion_of: Mapping[str, str]
    ) -> list[Finding]:
        """The findings, with reasons added to those in the result."""
        ...
