# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of an audit's statistics that are tables: attempts, other arms, agreement, and more.

A report may come from a file, so nothing is taken for granted: what has another shape is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.reports import summary
from codescan.reports.json_values import mapping, mappings, text, words_of
from codescan.reports.plurals import plural
from codescan.reports.summary import TABULATED

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["TABULATED", "Table", "rate_tables", "tables"]

_USUAL = "temperature 1, top-k 40"
"""The decoding of Hayes et al. 2024."""
_ROWS = 50
_RATE = re.compile(r"[\d,]+ of [\d,]+\b|not measured")
_ZERO = re.compile(r"0 of |not measured")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it means."""

    anchor: str
    title: str
    meaning: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    brief: bool = False
    """Whether it belongs into a summary that is read in a terminal."""

    @property
    def is_null(self) -> bool:
        """Whether each rate in it is 0 or not measured: one sentence says as much."""
        cells = [cell for row in self.rows for cell in row if _RATE.match(cell)]
        return bool(cells) and all(_ZERO.match(cell) for cell in cells)

    @property
    def null_sentence(self) -> str:
        """The sentence in place of an empty table."""
        return f"{self.title}: 0 in each of {plural(len(self.rows), 'row')}."


def tables(report: Report) -> tuple[Table, ...]:
    """The tables of a report, those without a row left out."""
    built = (
        *_discoverability(
            [
                *mappings(report.statistics.get("discoverability")),
                mapping(mapping(report.statistics.get("near_verbatim")).get("table")),
            ]
        ),
        *_without_memory(report.statistics),
        *_priors(report.statistics.get("prior_aware")),
        *_untargeted(report.statistics.get("unseen_passages")),
        *_agreement(report.statistics.get("agreement")),
        *_group_tests(report.statistics.get("tests")),
        *_self_test(report.statistics.get("matcher_self_test")),
    )
    return tuple(table for table in built if table.rows)


def rate_tables(report: Report) -> tuple[Table, ...]:
    """The rates of a report by strategy, length, language, license and copies: one table each.

    For formats without charts. What has one part only says nothing that the whole does not.
    """
    built = []
    for key, groups in report.statistics.items():
        if not key.startswith("by_") or not isinstance(groups, Mapping):
            continue
        rows = tuple(
            (text(name), words_of(group, "copies"), words_of(group, "discoverable_extraction"))
            for name, group in list(groups.items())[:_ROWS]
            if isinstance(group, Mapping) and words_of(group, "copies")
        )
        if len(rows) < 2:  # noqa: PLR2004 - one part is the whole
            continue
        title = summary.group_name(key).capitalize()
        heads = ("", "Completions with a copy of grade A or B", "Greedy decoding emits it")
        shown = 2 + any(row[2] for row in rows)
        cells = tuple(row[:shown] for row in rows)
        built.append(Table(key, title, "", heads[:shown], cells, brief=True))
    return tuple(built)


def _without_memory(statistics: Mapping[str, object]) -> Iterator[Table]:
    rows = []
    for key, name in (
        ("copies", "Completions with a copy of grade A or B"),
        ("discoverable_extraction", "Continuations that greedy decoding emits"),
    ):
        measure = mapping(statistics.get(key))
        if words_of(measure, "null"):
            rows.append((name, "null arm: unseen text", words_of(measure, "target"),
                         words_of(measure, "null"), words_of(measure, "excess")))  # fmt: skip
    shuffled = mapping(statistics.get("shuffled_index"))
    if words_of(shuffled, "found"):
        target_words = words_of(mapping(statistics.get("copies")), "target")
        rows.append(("Completions with a copy of grade A or B",
                     f"shuffled index: {text(shuffled.get('description'))}", target_words,
                     words_of(shuffled, "found"), words_of(shuffled, "excess")))  # fmt: skip
    reference = mapping(statistics.get("reference_model"))
    rows += [
        (
            text(entry.get("measure"))[:1].upper() + text(entry.get("measure"))[1:],
            f"reference model: {text(reference.get('model'))}",
            words_of(entry, "b"),
            words_of(entry, "a"),
            words_of(entry, "difference"),
        )
        for entry in mappings(reference.get("measures"))
    ]
    yield Table(
        anchor="without-memory",
        title="Baselines: the same measure without memorization",
        meaning="The same measure where the model cannot have memorized anything: on text it has "
        "not seen, in a corpus that its answers cannot come from, and by another model. The excess "
        "over these is the evidence.",
        heads=("Measure", "Set against", "This model", "There", "Excess"),
        rows=tuple(rows),
    )


def _priors(value: object) -> Iterator[Table]:
    measure = mapping(value)
    entries = list(mappings(measure.get("continuations")))
    further = any(entry.get("reference_gain_bits") is not None for entry in entries)
    heads = ("Continuation", "Its bits", "After other prompts", "Prior-aware gain", "zlib")
    yield Table(
        anchor="prior-aware",
        title="Prior-aware memorization",
        meaning="Continuations that the model gives readily, with how many bits of surprise each "
        "holds after its own prompt and after prompts that have nothing to do with it. A gain of "
        f"{text(mapping(measure.get('rule')).get('least_bits'))} bits or more means that it is "
        "this prompt's own; less, that the model would write it anywhere.",
        heads=(*heads, "Against the reference") if further else heads,
        rows=tuple(
            (
                text(entry.get("document_id")) or text(entry.get("prompt_id")),
                *(
                    _bits(entry.get(key))
                    for key in ("bits", "prior_bits", "gain_bits", "zlib_bits")
                ),
                *((_bits(entry.get("reference_gain_bits")),) if further else ()),
            )
            for entry in entries[:_ROWS]
        ),
    )


def _untargeted(value: object) -> Iterator[Table]:
    yield Table(
        anchor="unseen",
        title="Estimating unseen passages",
        meaning="Answers to prompts that ask for nothing in particular are draws from what the "
        "model holds. From the passages that came up once and twice follows how much did not.",
        heads=("Strategy", "Completions", "With a copy", "Passages", "Once", "Twice",
               "Next one is new", "Passages there are"),
        rows=tuple(
            (
                text(entry.get("strategy")),
                text(entry.get("completions")),
                words_of(entry, "with_copies"),
                *(text(entry.get(key)) for key in ("passages", "seen_once", "seen_twice")),
                _estimate(entry.get("unseen_mass"), percent=True),
                _estimate(entry.get("all_passages"), percent=False),
            )
            for entry in mappings(value)
        ),
    )  # fmt: skip


def _group_tests(value: object) -> Iterator[Table]:
    measure = mapping(value)
    level = measure.get("false_share")
    named = [
        entry
        for entry in mappings(measure.get("groups"))
        if isinstance(level, float)
        and isinstance(sure := entry.get("p_value_adjusted"), float)
        and sure <= level
    ]
    yield Table(
        anchor="tests",
        title="Packages and licenses that stand out",
        brief=True,
        meaning=f"Those that give away more than the null arm does. {text(measure.get('tested'))} "
        f"were tested ({text(measure.get('test'))}); of those named, at most "
        f"{_percent(level)} are expected to be named wrongly.",
        heads=("", "Measure", "Of its prompts", "Of the null arm", "Adjusted p"),
        rows=tuple(
            (
                text(entry.get("group")),
                text(entry.get("measure")),
                f"{text(entry.get('k'))} of {text(entry.get('n'))}",
                f"{text(entry.get('null_k'))} of {text(entry.get('null_n'))}",
                f"{entry.get('p_value_adjusted'):.2g}",
            )
            for entry in named
        ),
    )


def _bits(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, (int, float)) and value is not True else ""


def _percent(value: object) -> str:
    return f"{value:.0%}" if isinstance(value, float) else ""


def _estimate(value: object, *, percent: bool) -> str:
    numbers = [mapping(value).get(key) for key in ("value", "low", "high")]
    if not all(isinstance(number, (int, float)) for number in numbers):
        return ""
    shown = [f"{number:.0%}" if percent else f"{number:,.0f}" for number in numbers]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def _discoverability(value: object) -> Iterator[Table]:
    for number, entry in enumerate(mappings(value), start=1):
        decoding = text(mapping(entry.get("decoding")).get("words"))
        lines = list(mappings(entry.get("table")))
        chances = sorted({text(line.get("probability")) for line in lines})
        cells: dict[tuple[str, str], list[str]] = {}
        unseen = any(words_of(line, "null") for line in lines)
        for line in lines:
            place = text(line.get("attempts")), text(line.get("probability"))
            cells[place] = [words_of(line, "target")]
            if unseen:
                cells[place].append(words_of(line, "null"))
        yield Table(
            anchor=f"attempts-{number}",
            title=f"(n, p)-discoverable extraction: {decoding}",
            brief=decoding == _USUAL,
            meaning="True continuations that a user who repeats the prompt this often gets at "
            "least once, with the probability at the head of the column or more.",
            heads=(
                "Attempts",
                *(
                    f"Probability {chance}{arm}"
                    for chance in chances
                    for arm in (("", ", unseen text") if unseen else ("",))
                ),
            ),
            rows=tuple(
                (
                    attempts,
                    *(
                        cell
                        for chance in chances
                        for cell in cells.get((attempts, chance), ["", ""] if unseen else [""])
                    ),
                )
                for attempts in dict.fromkeys(attempts for attempts, _ in cells)
            ),
            notes=tuple(
                sentence
                for one in list(mappings(entry.get("likeliest")))[:5]
                if (sentence := text(one.get("words")))
            ),
        )


def _agreement(value: object) -> Iterator[Table]:
    measure = mapping(value)
    yield Table(
        anchor="agreement",
        title="Agreement among the answers to one prompt",
        meaning="Groups of nearly equal answers, largest share first. A model that writes the same "
        "long text again and again while it samples is likely to have memorized it. The ranking "
        "does not look at any corpus; the last column does.",
        heads=("Answers", "Length", "Prompt", "Beginning", "Found in the index"),
        rows=tuple(
            (
                f"{text(clique.get('size'))} of {text(clique.get('samples'))}",
                f"{text(clique.get('characters'))} characters",
                text(clique.get("prompt_id")),
                text(clique.get("excerpt")),
                _confirmed(clique),
            )
            for clique in list(mappings(measure.get("cliques")))[:_ROWS]
        ),
    )


def _confirmed(clique: Mapping[object, object]) -> str:
    grade, origin = text(clique.get("grade")), text(clique.get("origin"))
    return f"grade {grade}, {origin}" if grade else "not found"


def _self_test(value: object) -> Iterator[Table]:
    measure = mapping(value)
    yield Table(
        anchor="self-test",
        title="Self-test of the matcher",
        meaning="Functions and passages of this index, planted as they are and changed, and texts "
        "that are not in it: how many the matcher reports with grade A or B in this run.",
        heads=("Planted", "Reported"),
        rows=tuple(
            (text(line.get("description")), text(mapping(line.get("reported")).get("words")))
            for line in mappings(measure.get("cases"))
        ),
        notes=tuple(
            sentence
            for key in ("sensitivity", "specificity", "corrected")
            if (sentence := _note(measure, key))
        ),
    )


def _note(measure: Mapping[object, object], key: str) -> str:
    sentence = text(mapping(measure.get(key)).get("words"))
    return f"{key.capitalize()}: {sentence}" if sentence else ""
