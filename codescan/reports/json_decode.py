# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a report back from its JSON form, refusing what is not one with a plain message.

Written by hand, not with a schema library: a report may come from anywhere, and the message has
to name the place in the file and what to do.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn, TypeVar

from codescan.errors import UsageError
from codescan.records import (
    Alternative,
    Attribution,
    Contribution,
    Finding,
    Grade,
    Level,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
    Origin,
    Package,
    PolicyRule,
    PolicyVerdict,
    Region,
    Report,
    Rule,
    Skipped,
    Span,
    Suppressed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SCHEMA_VERSION", "loads"]

SCHEMA_VERSION = 1

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_HINT = "give a report.json written by codescan, or make it again"


def loads(text: str) -> Report:
    """Read a report: the exact inverse of `JsonReporter.render`.

    Raises:
        UsageError: the text is no report, or a report of another schema version.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the report is not JSON: {error}", _HINT) from error
    top = _Node(data, "report")
    version = top.number("schema_version")
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"the report is of schema version {version}; this codescan reads {SCHEMA_VERSION}",
            "use the codescan that wrote it, or run the scan again",
        )
    completions = top.mapping("completions")
    for key, value in completions.items():
        if not isinstance(value, str):
            raise UsageError(f"report.completions[{key!r}] is not text", _HINT)
    return Report(
        tool=top.mapping("tool"),
        run=top.mapping("run"),
        index=top.mapping("index"),
        statistics=top.mapping("statistics"),
        findings=top.each("findings", _finding),
        suppressed=top.each("suppressed", _suppressed),
        skipped=top.each("skipped", _skipped),
        completions={key: str(value) for key, value in completions.items()},
    )


class _Node:
    """A JSON object and its place in the file; every getter checks the type it promises."""

    def __init__(self, data: object, place: str) -> None:
        if not isinstance(data, dict):
            raise UsageError(f"{place} is not a mapping", _HINT)
        self._data: dict[str, object] = data
        self._place = place

    def text(self, key: str) -> str:
        value = self._get(key)
        return value if isinstance(value, str) else self._refuse(key, "text")

    def text_or_none(self, key: str) -> str | None:
        return None if self._get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            return self._refuse(key, "a whole number")
        return value

    def share(self, key: str) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return self._refuse(key, "a number")
        return value

    def share_or_none(self, key: str) -> float | None:
        """None also where the key is missing."""
        return None if self._data.get(key) is None else self.share(key)

    def flag(self, key: str) -> bool:
        value = self._get(key)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def word(self, key: str, kind: type[_E]) -> _E:
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            return self._refuse(key, f"one of {', '.join(kind)}")

    def words(self, key: str, kind: type[_E]) -> tuple[_E, ...]:
        try:
            return tuple(kind(value) for value in self.texts(key))
        except ValueError:
            return self._refuse(key, f"a list of {', '.join(kind)}")

    def mapping(self, key: str) -> dict[str, object]:
        value = self._get(key)
        return value if isinstance(value, dict) else self._refuse(key, "a mapping")

    def node(self, key: str) -> _Node:
        return _Node(self._get(key), f"{self._place}.{key}")

    def node_or_none(self, key: str) -> _Node | None:
        """None also where the key is missing: it was added within the schema version."""
        return None if self._data.get(key) is None else self.node(key)

    def each(self, key: str, read: Callable[[_Node], _T]) -> tuple[_T, ...]:
        place = f"{self._place}.{key}"
        return tuple(
            read(_Node(item, f"{place}[{number}]")) for number, item in enumerate(self._list(key))
        )

    def each_if_there(self, key: str, read: Callable[[_Node], _T]) -> tuple[_T, ...]:
        """Nothing where the key is missing: it was added within the schema version."""
        return self.each(key, read) if key in self._data else ()

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(
            item if isinstance(item, str) else self._refuse(key, "a list of texts")
            for item in self._list(key)
        )

    def texts_if_there(self, key: str) -> tuple[str, ...]:
        """Nothing where the key is missing: it was added within the schema version."""
        return self.texts(key) if key in self._data else ()

    def pairs(self, key: str) -> Iterator[tuple[str, str]]:
        for name, value in self.mapping(key).items():
            yield name, value if isinstance(value, str) else self._refuse(key, "names only")

    def region(self) -> Region:
        return Region(self.number("start_line"), self.number("end_line"))

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        return value if isinstance(value, list) else self._refuse(key, "a list")

    def _get(self, key: str) -> object:
        if key not in self._data:
            raise UsageError(f"{self._place} has no {key!r}", _HINT)
        return self._data[key]

    def _refuse(self, key: str, expected: str) -> NoReturn:
        raise UsageError(f"{self._place}.{key} is not {expected}", _HINT)


def _finding(node: _Node) -> Finding:
    snippet = node.node("snippet")
    origin = node.node("origin")
    policy, added = node.node_or_none("policy"), snippet.node_or_none("added")
    view_lines = snippet.node_or_none("view_lines")
    return Finding(
        rule=node.word("rule", Rule),
        grade=node.word("grade", Grade),
        level=node.word("level", Level),
        fingerprint=node.text("fingerprint"),
        snippet_id=snippet.text("id"),
        snippet_path=snippet.text_or_none("path"),
        span=Span(snippet.number("start_byte"), snippet.number("end_byte")),
        region=snippet.region(),
        kind=node.word("kind", MatchKind),
        similarity=node.share("similarity"),
        tokens=node.number("tokens"),
        bits=node.share("bits"),
        attribution=_attribution(node, origin),
        renames=tuple(node.pairs("renames")),
        grade_reasons=node.texts("grade_reasons"),
        snippet_text=snippet.text("text"),
        origin_text=origin.text("text"),
        policy=_policy(policy) if policy is not None else None,
        added_region=added.region() if added is not None else None,
        functions=snippet.texts_if_there("functions"),
        view=snippet.texts_if_there("view"),
        view_region=view_lines.region() if view_lines is not None else None,
    )


def _policy(node: _Node) -> PolicyVerdict:
    return PolicyVerdict(
        state=node.text("state"),
        reason=node.text("reason"),
        choice=node.text("choice"),
        obligations=node.texts("obligations"),
        rules=node.words("rules", PolicyRule),
        relation=node.text("relation"),
        accepted=node.text("accepted"),
        accepted_reason=node.text("accepted_reason"),
    )


def _attribution(node: _Node, origin: _Node) -> Attribution:
    region = origin.region()
    earliest = node.node_or_none("earliest")
    second = node.node_or_none("runner_up")
    if second is not None:  # the first of the alternatives once more; it is only looked at
        _alternative(second)
    return Attribution(
        origin=Origin(
            package=_package(origin),
            path=origin.text("path"),
            sha256=origin.text("sha256"),
        ),
        region=region,
        license=_license(node.node("license")),
        swhid=_unqualified(origin.text("swhid"), region),
        claims=node.each("claims", _license),
        copyrights=node.texts("copyrights"),
        alternatives=node.each("alternatives", _alternative),
        alternatives_total=node.number("alternatives_total"),
        families=node.number("families"),
        ambiguous=node.flag("ambiguous"),
        reasons=node.texts("origin_reasons"),
        functions=origin.texts_if_there("functions"),
        margin=node.share_or_none("margin"),
        contributions=node.each_if_there("contributions", _contribution),
        licenses_seen=node.each_if_there(
            "licenses_seen", lambda seen: (seen.text("expression"), seen.number("families"))
        ),
        earliest=_alternative(earliest) if earliest is not None else None,
    )


def _contribution(node: _Node) -> Contribution:
    return Contribution(
        rule=node.text("rule"),
        origin=node.text("origin"),
        runner_up=node.text_or_none("runner_up"),
        points=node.share("points"),
    )


def _package(origin: _Node) -> Package:
    return Package(
        purl=origin.text("purl"),
        name=origin.text("package"),
        version=origin.text("version"),
        family=origin.text("family"),
        released=origin.text_or_none("released"),
        homepage=origin.text("homepage"),
        licenses=origin.each("package_licenses", _license),
        copyrights=origin.texts("package_copyrights"),
    )


def _alternative(node: _Node) -> Alternative:
    region = node.region()
    return Alternative(
        purl=node.text("purl"),
        package=node.text("package"),
        version=node.text("version"),
        path=node.text("path"),
        region=region,
        license=_license(node.node("license")),
        swhid=_unqualified(node.text("swhid"), region),
        released=node.text_or_none("released"),
    )


def _unqualified(swhid: str, region: Region) -> str:
    return swhid.removesuffix(f";lines={region.start_line}-{region.end_line}")


def _license(node: _Node) -> LicenseClaim:
    return LicenseClaim(
        expression=node.text("expression"),
        basis=node.word("basis", LicenseBasis),
        evidence=node.text("evidence"),
        category=node.text("category"),
    )


def _suppressed(node: _Node) -> Suppressed:
    return Suppressed(
        node.text("snippet_id"),
        node.region(),
        node.number("tokens"),
        node.text("reason"),
        node.texts_if_there("view"),
    )


def _skipped(node: _Node) -> Skipped:
    return Skipped(node.text("item"), node.text("stage"), node.text("reason"), node.text("detail"))
