# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A report in plain words: the sentences and numbers that every format shares.

The wording is careful on purpose. A finding is evidence of copying, "consistent with
memorization"; whether a license is kept or broken is for people to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from msgspec import Struct

from codescan.records import (
    HEADLINE_GRADES,
    NOASSERTION,
    Finding,
    Grade,
    LicenseBasis,
    MatchKind,
    Report,
)
from codescan.reports import json_values
from codescan.reports.escaping import clip
from codescan.reports.headline import headline, is_audit
from codescan.reports.plurals import plural
from codescan.text.lazy_patterns import lazy_pattern

__all__ = [
    "BASES",
    "DISCLAIMER",
    "GRADES",
    "HEADLINE_GRADES",
    "KINDS",
    "LEVEL_ORDER",
    "TABULATED",
    "Fact",
    "Interval",
    "facts",
    "found_lines",
    "grade_counts",
    "group_name",
    "headline",
    "intervals",
    "is_audit",
    "kind_of",
    "license_name",
    "lines_of",
    "model_name",
    "number",
    "ordered",
    "origin_name",
    "part_of",
    "plural",
    "reach",
    "repeat",
    "sentences",
    "tally",
    "view_name",
]

_LONGEST_VIEW = 120

GRADES: Mapping[Grade, str] = {
    Grade.A: "strong evidence, verbatim",
    Grade.B: "strong evidence, renamed or edited",
    Grade.C: "common by nature: license texts, output of tools, imports, lists of names",
    Grade.D: "weak: chance may give it, or the prompt did",
}
KINDS: Mapping[MatchKind, str] = {
    MatchKind.VERBATIM: "verbatim",
    MatchKind.RENAMED: "renamed",
    MatchKind.EDITED: "edited",
}
BASES: Mapping[LicenseBasis, str] = {
    LicenseBasis.SNIPPET_TAG: "SPDX tag around the passage",
    LicenseBasis.FILE_TAG: "SPDX tag in the file",
    LicenseBasis.FILE_HEADER: "notice in the file",
    LicenseBasis.LICENSE_FILE: "nearest license file",
    LicenseBasis.PACKAGE_METADATA: "package metadata",
    LicenseBasis.REPOSITORY: "repository",
    LicenseBasis.NONE: "not stated",
}
LEVEL_ORDER = ("error", "warning", "note", "none")

DISCLAIMER = (
    "A finding is evidence that a passage was copied. It is not a legal judgment: people decide "
    "whether a passage is protected, and what its license asks for."
)
TABULATED = frozenset(
    {
        "agreement", "discoverability", "matcher_self_test", "near_verbatim", "prior_aware",
        "reference_model", "shuffled_index", "tests", "unseen_passages",
    }
)  # fmt: skip
"""Keys of the statistics that are shown as tables and nowhere else."""

_BY_PROMPTS = "counted by prompts"
_LABELS = {
    "copies": "Completions with a copy of grade A or B",
    "discoverable_extraction": "Continuations that greedy decoding emits",
    "null": "null arm",
    "excess": "excess over the null arm",
    "prompts": _BY_PROMPTS,
}
_GREEDY = "greedy decoding"
_SHORT_LABELS = {**_LABELS, "copies": "", "discoverable_extraction": _GREEDY}
_GROUPS = {
    "by_frame": "by sampling frame",
    "by_variant": "by length of the prompt, or form of the strategy",
    "by_copies_in_the_index": "by number of packages that hold the file",
}
"""Names of groups that are not their keys."""
_IDENTIFIES = lazy_pattern(r"name|sha256|revision|commit|dtype|device", re.IGNORECASE)
"""Keys of a model's description that say which one it is."""
_DEPTH = 6  # nesting of settings that is shown
_MOST_FACTS = 200
_LONGEST = 500  # characters of a value


class Interval(Struct, frozen=True):
    """A number of the statistics that comes with an interval."""

    group: str
    """"" for the run as a whole, else what it is broken down by: "by strategy"."""
    label: str
    words: str
    value: float
    low: float
    high: float
    is_share: bool
    """Whether it is a rate of trials, 0..1."""


class Fact(Struct, frozen=True):
    """One line of the settings: a name in words and a value."""

    name: str
    value: str


def model_name(report: Report) -> str:
    """The model's name, or "" without a model."""
    model = report.run.get("model")
    if isinstance(model, Mapping):
        model = model.get("name")
    return model if isinstance(model, str) else ""


def number(report: Report, key: str) -> int | None:
    """A whole number of the statistics, for example "completions"; None where it is not given."""
    value = report.statistics.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def kind_of(finding: Finding) -> str:
    """The kind of equality between a passage and its origin, and whether only hashes show it."""
    kind = KINDS[finding.kind]
    return kind if finding.is_verified else f"{kind} (not verified on text)"


def grade_counts(report: Report) -> dict[Grade, int]:
    """The number of findings of each grade, A to D."""
    counts = Counter(finding.grade for finding in report.findings)
    return {grade: counts[grade] for grade in Grade}


def ordered(report: Report) -> list[Finding]:
    """The findings as they are shown: by grade, then longest first, then by place."""
    return sorted(
        report.findings,
        key=lambda f: (f.grade, -f.tokens, f.snippet_path or "", f.snippet_id, f.span.start),
    )


def reach(report: Report) -> str:
    """The compared texts and index, and the limits of this comparison."""
    checked = number(report, "completions")
    unit = "completion"
    if checked is None:
        checked, unit = number(report, "snippets"), "text"
    parts = []
    if checked is not None:
        model = model_name(report)
        by = f" of {model}" if model and is_audit(report) else ""
        parts.append(f"{plural(checked, unit)}{by} compared with the index.")
    shortest = report.index.get("guarantee_tokens")
    if isinstance(shortest, int):
        parts.append(
            f"Every shared run of {shortest} tokens or more is found if the index holds its file; "
            "shorter runs may be missed, and files outside the index cannot be found."
        )
    return " ".join(parts)


def sentences(report: Report) -> list[str]:
    """The results of an audit, one sentence each; none for another report."""
    from codescan.reports.audit_sentences import audit_sentences

    return audit_sentences(report)


def intervals(report: Report) -> list[Interval]:
    """Every number of the statistics that has an interval, in the order of the report.

    Where each prompt has one completion, counting by prompts says nothing new and is left out.
    """
    listed = list(_intervals(report.statistics, ()))
    sentences = {interval.words for interval in listed if not interval.label.endswith(_BY_PROMPTS)}
    return [i for i in listed if not (i.label.endswith(_BY_PROMPTS) and i.words in sentences)]


def _intervals(value: object, path: tuple[str, ...]) -> Iterator[Interval]:
    if len(path) > _DEPTH:
        return
    if isinstance(value, Mapping):
        interval = _interval(value, path)
        if interval is not None:
            yield interval
            return
        for key, inner in value.items():
            if path or key not in TABULATED:
                yield from _intervals(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _intervals(inner, (*path, ""))


def _interval(value: Mapping[object, object], path: tuple[str, ...]) -> Interval | None:
    low, middle, high = (value.get(key) for key in ("low", "value", "high"))
    if not (_is_number(low) and _is_number(middle) and _is_number(high)):
        return None
    group, names = "", [name for name in path if name]
    if names and names[0].startswith("by_"):
        group, names = group_name(names[0]), names[1:]
    label = value.get("label")
    if not isinstance(label, str) or not label:
        labels = _SHORT_LABELS if group else _LABELS
        # The part of a group goes by its own name, though it be called like a measure.
        part, names = (names[:1], names[1:]) if group else ([], names)
        words = [labels.get(name, _words(name)) for name in names if name != "target"]
        label = ", ".join(word for word in [*map(_words, part), *words] if word)
    details = [
        str(value[key]) for key in ("group", "arm") if value.get(key) not in (None, "", "all")
    ]
    if details:
        label = f"{label} ({', '.join(details)})"
    is_share = isinstance(value.get("k"), int) and isinstance(value.get("n"), int)
    sentence = value.get("words")
    if not isinstance(sentence, str):
        sentence = f"{middle:.4g} ({low:.4g} to {high:.4g})"
        sentence = f"{value['k']} of {value['n']}, {sentence}" if is_share else sentence
    return Interval(group, label, sentence, float(middle), float(low), float(high), is_share)


def group_name(key: str) -> str:
    """The name of a breakdown of the statistics."""
    return _GROUPS.get(key, _words(key))


def part_of(interval: Interval) -> str:
    """The part of a breakdown that a number is of, whichever measure it is."""
    return interval.label.removesuffix(_GREEDY).removesuffix(", ")


def facts(settings: Mapping[str, object]) -> list[Fact]:
    """Settings as lines of a name and a value; nested names are joined, rates are left out."""
    return list(_facts(settings, "", 0))[:_MOST_FACTS]


def _facts(value: object, path: str, depth: int) -> Iterator[Fact]:
    if isinstance(value, Mapping):
        if depth >= _DEPTH or _interval(value, ()) is not None:
            return
        for key, inner in value.items():
            if key == "unit":  # says what the rates beside it count
                continue
            yield from _facts(inner, f"{path}, {_words(key)}" if path else _words(key), depth + 1)
    elif isinstance(value, (list, tuple)):
        simple = [inner for inner in value if not isinstance(inner, (Mapping, list, tuple))]
        if simple:
            yield Fact(path, clip(", ".join(_shown(inner) for inner in simple), _LONGEST))
        for inner in value:
            if isinstance(inner, (Mapping, list, tuple)) and depth < _DEPTH:
                yield from _facts(inner, path, depth + 1)
    elif value not in (None, ""):
        plain = path.endswith(("seed", "version", "year"))
        yield Fact(clip(path, _LONGEST), str(value) if plain else _shown(value))


def repeat(report: Report) -> list[Fact]:
    """The facts needed to repeat an audit: command, versions, seeds, hashes of model and index."""
    run = report.run
    if "command_line" not in run:
        return []
    chosen: dict[str, object] = {key: run.get(key) for key in ("command_line", "settings_hash")}
    sampling, model, versions = (run.get(key) for key in ("sampling", "model", "versions"))
    if isinstance(sampling, Mapping):
        chosen["seed"] = sampling.get("seed")
    if isinstance(model, Mapping):
        chosen["model"] = {
            key: value
            for key, value in model.items()
            if isinstance(value, str) and _IDENTIFIES.search(str(key))
        }
    chosen["index"] = {key: report.index.get(key) for key in ("name", "digest")}
    if isinstance(versions, Mapping):
        chosen["versions"] = ", ".join(f"{name} {value}" for name, value in versions.items())
    return facts(chosen)


def tally(words: Iterator[str]) -> list[tuple[str, int]]:
    """Words with how often they occur, most frequent first, then by the alphabet."""
    return sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))


def origin_name(finding: Finding) -> str:
    """Package and version of the origin."""
    package = finding.attribution.origin.package
    return f"{package.name} {package.version}".strip() or package.purl


def license_name(expression: str) -> str:
    """The expression, or plain words for NOASSERTION."""
    return "unknown license" if expression == NOASSERTION else expression


def found_lines(finding: Finding) -> str:
    """The place of a passage in its snippet: its lines, and the inner text that holds it."""
    lines = lines_of(finding.region.start_line, finding.region.end_line)
    if not finding.view:
        return lines
    inner = finding.view_region
    within = f" {lines_of(inner.start_line, inner.end_line)}" if inner is not None else ""
    return f"{lines} ({view_name(finding.view)}{within})"


def view_name(view: tuple[str, ...]) -> str:
    """The path of an inner text, outermost first: "cell 3", "fence 1"."""
    return clip(" \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(view), _LONGEST_VIEW)


def lines_of(start: int, end: int) -> str:
    """Lines in words: "line 3" or "lines 3-20"."""
    return f"line {start}" if start == end else f"lines {start}\u2013{end}"


def _is_number(value: object) -> TypeGuard[float]:
    return json_values.number(value) is not None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)  # noqa: PLR2004
    return f"{value:g}" if isinstance(value, float) else clip(str(value), _LONGEST)


def _words(key: object) -> str:
    return str(key).replace("_", " ")
