# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Coverage of a result: compared texts, inputs out of scope, and unchecked inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec import Struct

from codescan.records.core import Skipped
from codescan.records.json_form import JsonForm
from codescan.records.report import Report
from codescan.records.skip_reasons import NOTHING

__all__ = ["Coverage", "coverage_of", "is_unchecked"]

_KEY = "coverage"
_COMMANDS_WITHOUT_TEXT = frozenset({"check"})
"""Commands for which an empty change is a normal input."""
_NOT_TEXT = frozenset({"score"})
"""Stages whose skips affect only a measurement; the text itself was compared."""


class Coverage(Struct, frozen=True):
    """Numbers of checked, out-of-scope and unchecked inputs."""

    json_form: ClassVar = JsonForm(derived=("state",), hidden=("needs_text",))

    checked: int
    """Texts that were compared."""
    out_of_scope: Mapping[str, int]
    """Inputs without text, by reason."""
    unchecked: Mapping[str, int]
    """Inputs that may hold text and were not compared, by reason."""
    allowed: tuple[str, ...] = ()
    """Kinds of `unchecked` that the user accepts; "nothing" for a result without any text."""
    needs_text: bool = True
    """Whether a result without text is a failure; false for an empty change."""

    @classmethod
    def of(
        cls,
        checked: int,
        skipped: Iterable[Skipped],
        *,
        allowed: Iterable[str] = (),
        needs_text: bool = True,
    ) -> Coverage:
        """Count the inputs of a run."""
        out_of_scope: Counter[str] = Counter()
        unchecked: Counter[str] = Counter()
        for skip in skipped:
            if skip.stage not in _NOT_TEXT:
                (unchecked if skip.is_unchecked else out_of_scope)[skip.reason] += 1
        return cls(
            checked,
            dict(sorted(out_of_scope.items())),
            dict(sorted(unchecked.items())),
            tuple(sorted(set(allowed))),
            needs_text,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether no text was compared although at least one was expected."""
        return self.needs_text and self.checked == 0

    @property
    def failures(self) -> dict[str, int]:
        """Unchecked inputs that the user does not accept, by reason."""
        return {why: count for why, count in self.unchecked.items() if why not in self.allowed}

    @property
    def is_complete(self) -> bool:
        """Whether everything was checked, except for inputs that the user accepts as unchecked."""
        return not self.failures and (not self.is_nothing or NOTHING in self.allowed)

    @property
    def state(self) -> str:
        """The result in one word: "nothing", "partial" or "complete"."""
        return "nothing" if self.is_nothing else "partial" if self.unchecked else "complete"


def coverage_of(report: Report) -> Coverage:
    """The coverage of a report, from its statistics or, if these lack it, from its skips."""
    needs_text = str(report.run.get("command")) not in _COMMANDS_WITHOUT_TEXT
    entry = report.statistics.get(_KEY)
    if not isinstance(entry, Mapping):
        return Coverage.of(_texts(report), report.skipped, needs_text=needs_text)
    allowed = entry.get("allowed")
    return Coverage(
        _count(entry.get("checked")),
        _counts(entry.get("out_of_scope")),
        _counts(entry.get("unchecked")),
        tuple(map(str, allowed)) if isinstance(allowed, (list, tuple)) else (),
        needs_text,
    )


def is_unchecked(skip: Skipped) -> bool:
    """Whether a skip leaves text unchecked; a missing measurement does not."""
    return skip.is_unchecked and skip.stage not in _NOT_TEXT


def _texts(report: Report) -> int:
    for key in ("snippets", "completions"):
        value = report.statistics.get(key)
        if isinstance(value, int):
            return value
    return len({finding.snippet_id for finding in report.findings})


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    return {str(reason): _count(count) for reason, count in value.items() if _count(count)}


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
