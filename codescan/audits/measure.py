# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a measure of an audit is, and how its typed result becomes JSON.

To add one: write a class with these members in a file of `audits/measures/`, and add its line to
the axis `measures` of `codescan.registry`. Its result appears in the report's statistics under its
name; `reports/audit_sentences.py` has room for a sentence about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.audits.elicitation import Matched, Watch
    from codescan.audits.parts import AuditParts
    from codescan.records import Finding
    from codescan.runs import RunReader, RunStore
    from codescan.stats.intervals import Rate

__all__ = ["AuditState", "ExplainsFindings", "Measure", "to_json"]


@dataclass(frozen=True, slots=True)
class AuditState:
    """What a measure may look at: the parts, the run and what matching found."""

    parts: AuditParts
    run: RunReader
    """What the run folder held when eliciting and scoring ended, read once."""
    store: RunStore
    """The run folder, for measures that store more."""
    matched: Matched
    frame: str
    """The sampling frame of the headline."""
    copies: Rate
    """Completions of that frame's target arm that hold a copy of grade A or B."""
    on_progress: Watch


@runtime_checkable
class Measure(Protocol):
    """One experiment or count beside the rates of copies and of extraction."""

    name: str
    """Key of the result in the report's statistics."""

    def applies(self, audit: AuditState) -> bool:
        """Whether the audit asks for this measure and its parts can give it."""
        ...

    def run(self, audit: AuditState) -> object | None:
        """Measure; resumable where it costs model time.

        Returns:
            A frozen dataclass, or a tuple of them, whose fields are rates, plain values or further
            results; None where there was nothing to measure.
        """
        ...


@runtime_checkable
class ExplainsFindings(Protocol):
    """A result that says more about single findings."""

    def explained(
        self, findings: Iterable[Finding], completion_of: Mapping[str, str]
    ) -> list[Finding]:
        """The findings, with reasons added to those that the result is about."""
        ...


def to_json(value: object) -> object:
    """A typed result as JSON values: records become objects, rates their own form."""
    as_json = getattr(value, "as_json", None)
    if callable(as_json):
        return as_json()
    names = _field_names(value)
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [to_json(inner) for inner in value]
    return value


def _field_names(value: object) -> tuple[str, ...] | None:
    """The fields of a record or a dataclass; None for anything else."""
    if isinstance(value, Struct):
        return value.__struct_fields__
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(field.name for field in fields(value))
    return None
