# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of an audit's statistics that are tables: how often to ask, agreement, the self-test.

A report may come from a file, so nothing is taken for granted: what has another shape is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.reports.visible import clip

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["TABULATED", "Table", "tables"]

TABULATED = frozenset({"agreement", "discoverability", "self_test"})
"""Keys of the statistics that are shown as tables and nowhere else."""

_ROWS = 50
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it means."""

    anchor: str
    title: str
    meaning: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def tables(report: Report) -> tuple[Table, ...]:
    """The tables of a report, those without a row left out."""
    made = (
        *_discoverability(report.statistics.get("discoverability")),
        *_agreement(report.statistics.get("agreement")),
        *_self_test(report.statistics.get("self_test")),
    )
    return tuple(table for table in made if table.rows)


def _discoverability(value: object) -> Iterator[Table]:
    for number, entry in enumerate(_mappings(value), start=1):
        decoding = _text(_mapping(entry.get("decoding")).get("words"))
        lines = list(_mappings(entry.get("table")))
        chances = sorted({_text(line.get("probability")) for line in lines})
        cells = {
            (_text(line.get("attempts")), _text(line.get("probability"))): _rate_words(line)
            for line in lines
        }
        yield Table(
            anchor=f"attempts-{number}",
            title=f"How often one must ask: {decoding}",
            meaning="True continuations that a user who repeats the prompt so many times gets at "
            "least once, with the probability at the head of the column or more.",
            heads=("Attempts", *(f"Probability {chance}" for chance in chances)),
            rows=tuple(
                (attempts, *(cells.get((attempts, chance), "") for chance in chances))
                for attempts in dict.fromkeys(attempts for attempts, _ in cells)
            ),
            notes=tuple(
                said
                for one in list(_mappings(entry.get("likeliest")))[:5]
                if (said := _text(one.get("words")))
            ),
        )


def _agreement(value: object) -> Iterator[Table]:
    found = _mapping(value)
    yield Table(
        anchor="agreement",
        title="Agreement among the answers to one prompt",
        meaning="Groups of nearly equal answers, largest share first. A model that writes the same "
        "long text again and again while it samples is likely to have memorized it. The ranking "
        "does not look at any corpus; the last column does.",
        heads=("Answers", "Length", "Prompt", "Beginning", "Found in the index"),
        rows=tuple(
            (
                f"{_text(clique.get('size'))} of {_text(clique.get('samples'))}",
                f"{_text(clique.get('characters'))} characters",
                _text(clique.get("prompt_id")),
                _text(clique.get("excerpt")),
                _confirmed(clique),
            )
            for clique in list(_mappings(found.get("cliques")))[:_ROWS]
        ),
    )


def _confirmed(clique: Mapping[object, object]) -> str:
    grade, origin = _text(clique.get("grade")), _text(clique.get("origin"))
    return f"grade {grade}, {origin}" if grade else "not found"


def _self_test(value: object) -> Iterator[Table]:
    found = _mapping(value)
    yield Table(
        anchor="self-test",
        title="Can the matcher see it at all",
        meaning="Functions and passages of this index, planted as they are and changed, and texts "
        "that are not in it: how many the matcher reports with grade A or B in this run.",
        heads=("Planted", "Reported"),
        rows=tuple(
            (_text(line.get("words_for")), _text(_mapping(line.get("reported")).get("words")))
            for line in _mappings(found.get("cases"))
        ),
        notes=tuple(
            said
            for key in ("sensitivity", "specificity", "corrected")
            if (said := _note(found, key))
        ),
    )


def _note(found: Mapping[object, object], key: str) -> str:
    said = _text(_mapping(found.get(key)).get("words"))
    return f"{key.capitalize()}: {said}" if said else ""


def _rate_words(line: Mapping[object, object]) -> str:
    said = _text(_mapping(line.get("target")).get("words"))
    beyond = _text(_mapping(line.get("excess")).get("words"))
    return f"{said}; beyond unseen text {beyond}" if beyond else said


def _mappings(value: object) -> Iterator[Mapping[object, object]]:
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, Mapping))


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return clip(f"{value:g}" if isinstance(value, float) else str(value), _LONGEST)
