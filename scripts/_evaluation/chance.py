# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds what texts share with the index of packages that they have nothing to do with.

Every finding counts that rests on its E-value, however weak: grades A, B and D. Licenses, import
blocks, lists of names and the output of tools are common by nature and are told apart (grade C).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.licenses.attribution import attribute
from codescan.matchers import thresholds
from codescan.matchers.grading import grade
from codescan.matchers.overlaps import resolve
from codescan.matchers.significance import family_of
from codescan.matchers.verified_runs import looked_up
from codescan.records import Grade, Match, MatchKind, Snippet
from codescan.registry import load, names
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from codescan.index import Index
    from codescan.protocols import Matcher
    from codescan.records import Document

__all__ = ["ChanceMatch", "Searched", "counts", "read_rows", "searched", "setting", "write_rows"]

_SHOWN = 400


@dataclass(frozen=True, slots=True)
class ChanceMatch:
    """A finding in a text of an unrelated package."""

    kind: str
    """The law that its score follows: a value of MatchKind."""
    family: str
    """Of lexers, as the E-value knows them."""
    bits: float
    e_value: float
    grade: str
    tokens: int
    region: tuple[int, int]
    """Its lines, 1-based."""
    origin: str
    """purl#path of the origin that was named."""
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Searched:
    """One text and all that was found in it."""

    text: str
    """purl#path."""
    index_tokens: int
    tokens: dict[str, int]
    """Tokens of the text by family: of its code and of its prose."""
    matches: tuple[ChanceMatch, ...] = field(default=())


@contextmanager
def setting(name: str, value: float) -> Iterator[None]:
    """Another value of a threshold, for a while."""
    before = getattr(thresholds, name)
    setattr(thresholds, name, value)
    try:
        yield
    finally:
        setattr(thresholds, name, before)


def searched(
    index: Index, documents: Iterable[Document], max_e_value: float = math.inf
) -> Iterator[Searched]:
    """Search for each text, also for what the matcher would suppress as chance.

    Args:
        index: of packages that the texts have nothing to do with.
        documents: to be searched for, each a query.
        max_e_value: matches with a higher one are left out.
    """
    with setting("MAX_E_VALUE", max_e_value):
        matchers = [load("matchers", name)(index) for name in names("matchers")]
        for document in documents:
            origin = document.origin
            place = f"{origin.package.purl}#{origin.path}"
            snippet = Snippet(place, document.content, document.language)
            query, _lookup = looked_up(index, snippet)
            sizes: Counter[str] = Counter()
            for space in query.spaces.values():
                sizes[family_of(space.lexer)] += space.query_tokens
            chance_matches = tuple(_chance_matches(index, snippet, matchers))
            yield Searched(place, index.manifest.tokens, dict(sizes), chance_matches)


def _chance_matches(
    index: Index, snippet: Snippet, matchers: list[Matcher]
) -> Iterator[ChanceMatch]:
    query, _lookup = looked_up(index, snippet)
    items = [item for matcher in matchers for item in matcher.match(snippet)]
    for match in resolve(snippet, items):
        if not isinstance(match, Match):
            continue
        law = MatchKind.RENAMED if match.renames else match.kind
        space = query.spaces[match.stream]
        attribution = attribute(match, index, snippet)
        text = snippet.content[match.span.start : match.span.end]
        graded, reasons = grade(match, snippet, attribution, _native.lex(text, space.lexer))
        origin = attribution.origin
        lines = lines_of(snippet.content).region(match.span)
        yield ChanceMatch(
            kind=law.value,
            family=family_of(space.lexer),
            bits=round(space.least_bits(law, match.e_value), 1),  # of the code beside a comment
            e_value=match.e_value,
            grade=graded.value,
            tokens=match.tokens,
            region=(lines.start_line, lines.end_line),
            origin=f"{origin.package.purl}#{origin.path}",
            text=text[:_SHOWN].decode(errors="replace"),
            reason="; ".join(reasons),
        )


def write_rows(path: Path, rows: Iterable[Searched]) -> None:
    """Write the rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def read_rows(path: Path) -> list[Searched]:
    """Read what `write_rows` wrote."""
    with path.open(encoding="utf-8") as lines:
        return [_row(json.loads(line)) for line in lines]


def _row(raw: dict[str, object]) -> Searched:
    matches = tuple(ChanceMatch(**match) for match in raw.pop("matches"))  # type: ignore[attr-defined]
    return Searched(**raw, matches=matches)  # type: ignore[arg-type]


def counts(row: ChanceMatch) -> bool:
    """Whether a finding rests on its E-value."""
    return row.grade != Grade.C.value
