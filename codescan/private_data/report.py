# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a search for private data, and its JSON: redacted, counted, with its coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codescan.private_data.records import Category, PrivateItem
from codescan.records import Skipped
from codescan.records.codec import Codec, Computed, Key, Layout

__all__ = [
    "SCHEMA_VERSION",
    "KindCount",
    "PrivateReport",
    "report_counts",
    "report_json",
    "report_schema",
]

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class KindCount:
    """Values of one kind, placeholders left out."""

    kind: str
    category: Category
    items: int
    """Occurrences of grade A or B."""
    weak: int
    """Occurrences of grade C, which have the form only."""
    values: int
    """Different values among the items of grade A or B."""
    texts: int
    """Texts that hold such an item."""


@dataclass(frozen=True, slots=True)
class PrivateReport:
    """What a search for private data found."""

    tool: dict[str, str]
    run: dict[str, object]
    """Command, inputs and settings; never the key."""
    statistics: dict[str, object]
    """Texts, bytes, coverage, placeholders by reason and rates."""
    kinds: tuple[KindCount, ...]
    """By name."""
    items: tuple[PrivateItem, ...]
    """In the order of the inputs; no more than the limit. Placeholders are counted only."""
    items_total: int
    """Items of every grade, listed or not."""
    skipped: tuple[Skipped, ...] = ()
    leaks: dict[str, object] = field(default_factory=dict)
    """Of a run: leaked items, their rates and the chance rate; empty otherwise."""


_SKIP = Layout(
    Skipped,
    "An input that was not searched, and why.",
    (
        Key("item", "item", "Its name."),
        Key("stage", "stage", "Step that left it out."),
        Key("reason", "reason", "Stable word of the reason."),
        Key("detail", "detail", "More about it."),
    ),
    {},
)
_ITEM = Layout(
    PrivateItem,
    "A private value, redacted.",
    (
        Key("kind", "kind", "Its kind, for example e-mail."),
        Key("category", "category", "Whether it grants access or identifies a person."),
        Key("grade", "grade", "A: checksum or structure. B: rule and context. C: form only."),
        Key("document", "document", "Name of the text; private values in it are masked."),
        Key("field", "field", 'Field of the row; "" for a plain text.'),
        Key("start_line", "line", "Line in the text or field, from 1.", least=1),
        Key("start_column", "column", "Column in characters, from 1.", least=1),
        Key("shown", "shown", "First and last character of the value."),
        Key("hash", "value_hash", "Keyed hash of the value: equal for equal values of one run."),
        Key("detail", "detail", "Variant of the kind, for example the country of a number."),
    ),
    {},
)
_COUNT = Layout(
    KindCount,
    "Values of one kind.",
    (
        Key("kind", "kind", "Name of the kind."),
        Key("category", "category", "Category of the kind."),
        Key("items", "items", "Occurrences of grade A or B.", least=0),
        Key("weak", "weak", "Occurrences of grade C.", least=0),
        Key("values", "values", "Different values of grade A or B.", least=0),
        Key("texts", "texts", "Texts that hold an item of grade A or B.", least=0),
    ),
    {},
)
_REPORT = Layout(
    PrivateReport,
    "Private data found by `codescan private`.",
    (
        Key(
            "schema_version",
            Computed(int, lambda _report: SCHEMA_VERSION),
            "Version of this layout.",
            least=1,
        ),
        Key("tool", "tool", "Name and version of the program."),
        Key("run", "run", "Command, inputs and settings."),
        Key("statistics", "statistics", "Texts, bytes, coverage, placeholders and rates."),
        Key("kinds", "kinds", "Counts by kind."),
        Key("items", "items", "Items, redacted."),
        Key("items_total", "items_total", "Items in all, listed or not.", least=0),
        Key("leaks", "leaks", "Leaks of a run; empty where no run was searched."),
        Key("skipped", "skipped", "Inputs that were not searched."),
    ),
    {},
)


def report_json(report: PrivateReport) -> dict[str, Any]:
    """The report as JSON values."""
    encoded: dict[str, Any] = _codec().encode(report)
    return encoded


def report_counts(counts: tuple[KindCount, ...]) -> list[dict[str, Any]]:
    """Counts by kind as JSON values."""
    encoded: list[dict[str, Any]] = _codec().encode(counts)
    return encoded


def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "codescan private report",
        **_codec().schema(PrivateReport),
    }


def _codec() -> Codec:
    return Codec((_SKIP, _ITEM, _COUNT, _REPORT))
