# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scans disguised copies and says whether the right file, lines and license came out."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from _evaluation.corpus import LICENSES
from _evaluation.lexed import Text, read
from msgspec import structs
from rapidfuzz.distance import LCSseq

from codescan.licenses.vendored_paths import is_bundle
from codescan.pipeline import scan, snippets_of
from codescan.records import Completion, Finding, Snippet, Suppressed
from codescan.registry import load, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _evaluation.spans import Cut
    from _evaluation.transforms import Disguised

    from codescan.index import Index
    from codescan.records import Skipped

__all__ = ["Outcome", "SpanScorer"]

_SAME_LINES = 0.8
"""Intersection over union of reported and true lines from which the lines count as right."""

_SAME_PASSAGE = 0.95
"""Share of a span's words in a source from which it holds the span as well as a build product."""
_WORD = re.compile(r"\w+|[^\w\s]")
_BUNDLE = 1 << 20
"""Characters of the longest file that may turn out to hold a span."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one snippet."""

    finding: Finding | None
    """The finding that covers most of the snippet."""
    findings: tuple[Finding, ...] = ()
    right_file: bool = False
    """Its origin is the file, or one that holds the whole passage token for token."""
    as_alike: bool = False
    """Its origin is at least as like the passage of an edited copy as the span is, or the source of
    the build product that the span was cut from: a source ranks before what was built of it."""
    very_file: bool = False
    """Its origin is the file itself or an identical one."""
    right_lines: bool = False
    exact_lines: bool = False
    right_license: bool | None = None
    """None where the truth is not known."""

    @property
    def grade(self) -> str:
        """The letter of its grade; "-" where nothing was found."""
        return self.finding.grade.value if self.finding is not None else "-"


class SpanScorer:
    """Scans against one index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._matchers = [load("matchers", name)(index) for name in names("matchers")]
        self._source = lru_cache(maxsize=512)(self._read)

    def findings(
        self, text: str, language: str | None, *, chat: bool = False
    ) -> tuple[Finding, ...]:
        """Every finding in a text, the largest first."""
        results = [f for f in self._scan(text, language, chat) if isinstance(f, Finding)]
        return tuple(sorted(results, key=lambda f: (-len(f.span), f.span.start)))

    def suppressed(self, disguised: Disguised) -> list[Suppressed]:
        """What is shared with the index but deliberately no finding."""
        findings = self._scan(disguised.text, disguised.language, disguised.chat)
        return [item for item in findings if isinstance(item, Suppressed)]

    def _scan(
        self, text: str, language: str | None, chat: bool
    ) -> Iterator[Finding | Suppressed | Skipped]:
        if chat:
            snippets = snippets_of(Completion("answer", "assistant", text))
        else:
            snippets = (Snippet("snippet", text.encode(), language),)
        return scan(snippets, self.index, self._matchers)

    def outcome_of(self, disguised: Disguised) -> Outcome:
        """Scan a disguised copy and compare the first finding with the truth."""
        findings = self.findings(disguised.text, disguised.language, chat=disguised.chat)
        if not findings:
            return Outcome(None)
        return replace(self.outcome(disguised, findings[0]), findings=findings)

    def outcome(self, disguised: Disguised, first: Finding) -> Outcome:
        """Compare a finding in a disguised copy with the truth."""
        cut = disguised.cut
        origin = first.attribution.origin
        truth = cut.source.document.origin
        very_file = origin.sha256 == truth.sha256
        places = [(cut.first + 1, cut.last + 1)] if very_file else []
        places += self._places(disguised, first)
        if not places and disguised.renamed and self._same_shape(disguised, first):
            region = first.attribution.region
            places = [(region.start_line, region.end_line)]
        reported = first.attribution.region
        mine = set(range(reported.start_line, reported.end_line + 1))
        overlap = max(
            (
                len(mine & set(range(a, b + 1))) / len(mine | set(range(a, b + 1)))
                for a, b in places
            ),
            default=0.0,
        )
        expected = LICENSES.get(truth.package.name)
        return Outcome(
            finding=first,
            right_file=bool(places),
            as_alike=(disguised.edited and _is_as_alike(cut, first)) or _is_source_of(cut, first),
            very_file=very_file,
            right_lines=overlap >= _SAME_LINES,
            exact_lines=(reported.start_line, reported.end_line) in places,
            right_license=None
            if expected is None
            else first.attribution.license.expression in expected,
        )

    def _places(self, disguised: Disguised, finding: Finding) -> list[tuple[int, int]]:
        """Lines, 1-based, of each place where the origin holds the whole span."""
        source = self._source(finding.attribution.origin.sha256)
        if source is None:
            return []
        cut = disguised.cut
        text, starts, lines = source
        squeezed = _squeezed(cut.source, cut.start, cut.end)[0]
        findings = []
        at = text.find(squeezed) if squeezed else -1
        while at >= 0:
            last = at + len(squeezed) - 1
            findings.append(
                (
                    lines[bisect.bisect_right(starts, at) - 1] + 1,
                    lines[bisect.bisect_right(starts, last) - 1] + 1,
                )
            )
            at = text.find(squeezed, at + 1)
        return findings

    def _same_shape(self, disguised: Disguised, finding: Finding) -> bool:
        """Whether span and origin differ in their names alone, one to one."""
        content = self._numbers.get(finding.attribution.origin.sha256)
        if content is None:
            return False
        document = self.index.documents(content)[0]
        source = read(structs.replace(document, content=self.index.content(content)), _BUNDLE)
        if source is None:
            return False
        region, cut = finding.attribution.region, disguised.cut
        start = source.line_starts[region.start_line - 1]
        origin_text = source.between(start, source.line_starts[region.end_line])
        forward: dict[str, str] = {}
        backward: dict[str, str] = {}
        ours = [p for p in cut.pieces if p.kind not in ("comment", "space")]
        origin_text = [p for p in origin_text if p.kind not in ("comment", "space")]
        if len(ours) != len(origin_text):
            return False
        return all(
            forward.setdefault(a.text, b.text) == b.text
            and backward.setdefault(b.text, a.text) == a.text
            if a.kind == b.kind == "name"
            else a.text == b.text
            for a, b in zip(ours, origin_text, strict=True)
        )

    def _read(self, sha256: str) -> tuple[str, list[int], list[int]] | None:
        content = self._numbers.get(sha256)
        if content is None:
            return None
        document = self.index.documents(content)[0]
        source = read(structs.replace(document, content=self.index.content(content)), _BUNDLE)
        return None if source is None else _squeezed(source, 0, len(source.text))

    @property
    def _numbers(self) -> dict[str, int]:
        if not hasattr(self, "_by_hash"):
            self._by_hash = {
                self.index.documents(n)[0].origin.sha256: n for n in range(len(self.index))
            }
        return self._by_hash


def _is_as_alike(cut: Cut, finding: Finding) -> bool:
    """Whether an origin has at least as many words of a passage, in order, as the span has.

    Of an edited copy several files may have what the edits left.
    """
    passage = _WORD.findall(finding.snippet_text)
    own = LCSseq.similarity(passage, _WORD.findall(cut.text))
    return bool(LCSseq.similarity(passage, _WORD.findall(finding.origin_text)) >= own)


def _is_source_of(cut: Cut, finding: Finding) -> bool:
    """Whether an origin is a source of the same package and has nearly every word of the span."""
    origin, truth = finding.attribution.origin, cut.source.document.origin
    if origin.package.purl != truth.package.purl:
        return False
    if is_bundle(origin.path) or not is_bundle(truth.path):
        return False
    own = _WORD.findall(" ".join(p.text for p in cut.pieces if p.kind not in ("comment", "space")))
    held = LCSseq.similarity(own, _WORD.findall(finding.origin_text))
    return bool(held >= _SAME_PASSAGE * len(own))


def _squeezed(source: Text, start: int, end: int) -> tuple[str, list[int], list[int]]:
    """The code without comments and white space; where each word of it starts, and its line."""
    out: list[str] = []
    starts: list[int] = []
    lines: list[int] = []
    length = 0
    for piece in source.between(start, end):
        if piece.kind in ("comment", "space"):
            continue
        line = source.line_of(piece.start)
        for offset, part in enumerate(piece.text.split("\n")):
            word = "".join(part.split())
            if word:
                out.append(word)
                starts.append(length)
                lines.append(line + offset)
                length += len(word)
    return "".join(out), starts, lines
