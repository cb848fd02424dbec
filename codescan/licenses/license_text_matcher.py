# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the licenses of the SPDX list in a text, by pairs of adjacent words.

The score is Sorensen-Dice on word bigrams, as in askalono, made additive to find several licenses
in one file. The license that explains most of the text is selected first and its pairs are removed,
then the next one, and so on. An inverted list counts the pairs of all licenses exactly, so no
license is missed. Among licenses that explain a text about equally well, the one whose template
differs least is selected (`template_alignment`). The comparison also shows whether the text is that
license or a changed one. Time is linear in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.licenses import text_normalization
from codescan.licenses.license_templates import template
from codescan.licenses.pair_table import COMMON, PairTable, pair_table
from codescan.licenses.template_alignment import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan._core import _native

__all__ = [
    "MAX_BYTES",
    "PLACEHOLDER",
    "Part",
    "Reading",
    "best_containment",
    "coverage_of",
    "is_covered",
    "partial_text",
    "read",
    "read_words",
]

MAX_BYTES = 128 * 1024
"""Only this many first bytes of a text are compared; the longest license has 90 kB."""

_MIN_COVERAGE = 0.75
"""Minimum share of a license's pairs in a text for a comparison with its template."""
_NEAR = 0.15
"""A license may explain less than the best one by this share of its pairs and still be selected."""
_MAX_ALIGNED = 24
_WIDER = 60
"""Number of words on both sides of a license that are searched for its missing words."""
_MISS = 2
"""Weight of a pair that the license lacks, relative to a pair that it has."""
_MIN_NEW = 0.5
"""Minimum share of a license's pairs that the licenses found before do not explain."""
_MIN_WORDS = 8
_MAX_PARTS = 12
_LONG_RUN = 12  # pairs in a row: shorter ones, such as "under the terms of the", are everywhere
_GAP = b"~"

_CLOSE = 0.02
_MIN_PARTIAL = 60
_PARTIAL = 0.35
"""Share of a license text above which a text is more than a mention of the license."""

PLACEHOLDER = re.compile(
    rb"<(?:year|owner|copyright holders?|name of author)>|\[(?:yyyy|year|name of copyright owner"
    rb"|fullname)\]|\{(?:yyyy|year)\}",
    re.IGNORECASE,
)
"""Placeholders of a text whose blanks are not filled in."""


class Part(Struct, frozen=True):
    """A license found in a text."""

    license_id: str
    coverage: float
    """Share of the license's word pairs that the text holds, 0..1."""
    is_header: bool = False
    """Whether it is the license's standard notice for files, not its text."""
    changes: tuple[str, ...] = ()
    """Added or missing words that make the text another license; empty for a true copy."""
    filled: tuple[str, ...] = ()
    """The words at the positions of replaceable text."""


class Reading(Struct, frozen=True):
    """The licenses in a text, and the rest of its words."""

    parts: tuple[Part, ...]
    """Licenses, the one that explains most first."""
    explained: float
    """Share of the text's word pairs that are those of `parts`, 0..1."""
    pairs: int
    """Distinct word pairs of the text, copyright lines left out."""
    template: bool
    """Whether the blanks for year and holder are not filled in."""
    other_words: bytes
    """The words outside `parts`, as `text_normalization.normal` writes them; "~" marks gaps."""
    covered: bytearray
    """For each word, 1 if it belongs to one of `parts`, else 0."""
    close: str = ""
    """A license that fits the text as well as the first part does, or ""."""


def _words(content: bytes) -> bytes:
    return text_normalization.normal(text_normalization.without_notices(content[:MAX_BYTES]))


def read(content: bytes) -> Reading:
    """Find the licenses of the SPDX list that a text contains completely.

    Args:
        content: any bytes; only the first `MAX_BYTES` are read.
    """
    is_template = PLACEHOLDER.search(content[:MAX_BYTES]) is not None
    return read_words(_words(content), is_template=is_template)


def read_words(words: bytes, *, is_template: bool = False) -> Reading:
    """Find the licenses that the words of a text contain completely.

    Args:
        words: words in the form of `text_normalization.normal`, without copyright lines.
        is_template: whether the text has blanks for year and holder.
    """
    tokens = words.split()
    nothing = bytearray(len(tokens))
    if len(tokens) < _MIN_WORDS:
        return Reading((), 0.0, len(tokens), is_template, words, nothing)
    table = pair_table()
    match = table.pairs.match(tokens)
    shared = dict(match.covering(_MIN_COVERAGE))
    if not shared:
        return Reading((), 0.0, match.total, template=False, other_words=words, covered=nothing)
    new = dict(shared)
    parts: list[Part] = []
    covered = bytearray(len(tokens))
    close = ""
    while len(parts) < _MAX_PARTS:
        score = {
            number: new[number] - (table.size(number) - shared[number])
            for number in new
            if new[number] >= _MIN_NEW * table.size(number)
        }
        if not score:
            break
        best, (start, end), differs, rival = _choose(table, score, match, tokens, covered)
        if not parts and rival is not None:
            close = table.ids[rival]
        is_header = template(table.templates[best]).is_header
        if differs.is_change and is_header:
            # A changed notice, for example of another version, is read by the names in it.
            new = {n: count for n, count in new.items() if not _is_header(table, n)}
            continue
        row = table.whole[best]
        del new[best]
        # A text and its shortened form have one id: the first that is found counts.
        changes = (
            *(f"added: {w}" for w in differs.added),
            *(f"missing: {w}" for w in differs.missing),
        )
        license_id = table.ids[best] if is_header else _narrower(table, table.ids[best])
        if not any(part.license_id == license_id for part in parts):
            coverage = shared[best] / table.size(best)
            parts.append(Part(license_id, coverage, is_header, changes, differs.filled))
        match.explain(row)
        for first, last in ((start, end), *match.long_runs(row, _LONG_RUN)):
            covered[first:last] = b"\1" * (last - first)
        new = {number: match.unexplained_in(number) for number in new}
    return Reading(
        parts=tuple(parts),
        explained=(match.known - match.unexplained) / match.total if match.total else 0.0,
        pairs=match.total,
        template=bool(parts) and is_template,
        other_words=_uncovered(tokens, covered),
        covered=covered,
        close=close,
    )


def _narrower(table: PairTable, license_id: str) -> str:
    """The id without "or later" and invariant sections, which a license text does not grant."""
    only = license_id.removesuffix("-or-later").removesuffix("-invariants") + "-only"
    return only if license_id.endswith("-or-later") and only in table.rows_of else license_id


def _is_header(table: PairTable, number: int) -> bool:
    """Whether a row of the table is of a notice, not of a license text."""
    return template(table.templates[number]).is_header


def coverage_of(words: bytes, license_id: str) -> float:
    """The share of the word pairs of a license's text that some words hold, 0..1."""
    table = pair_table()
    match = table.pairs.match(words.split())
    shares = [
        match.shared(number) / table.size(number)
        for number in table.rows_of.get(license_id, ())
        if not _is_header(table, number)
    ]
    return max(shares, default=0.0)


def partial_text(words: bytes, license_ids: list[str]) -> str:
    """The first of some licenses whose text is partly contained in the words; "" for none."""
    if len(words.split()) < _MIN_PARTIAL:
        return ""
    return next((key for key in license_ids if coverage_of(words, key) >= _PARTIAL), "")


@lru_cache(maxsize=8)
def _covered(content: bytes) -> bytearray:
    return read(content).covered


def is_covered(content: bytes, at: int) -> bool:
    """Whether the words after an offset belong to a license that the text contains completely."""
    before = len(_words(content[:at]).split())
    return any(_covered(content[:MAX_BYTES])[before : before + 4])


def _runs(flags: bytearray) -> Iterator[tuple[int, int]]:
    """Start and end of each run of set flags."""
    at = 0
    for is_set, run in groupby(flags):
        start, at = at, at + len(list(run))
        if is_set:
            yield start, at


def _uncovered(tokens: list[bytes], covered: bytearray) -> bytes:
    """The words that no license covers, in the form of `text_normalization.normal`."""
    pieces: list[bytes] = []
    start = 0
    for first, last in _runs(covered):
        pieces += [*tokens[start:first], _GAP]
        start = last
    pieces += tokens[start:]
    return b" " + b" ".join(pieces) + b" "


def _aligned(
    table: PairTable, number: int, window: tuple[int, int], tokens: list[bytes]
) -> tuple[tuple[int, int], Difference]:
    """The differences between a part of a text and a template, and the words of the license."""
    start, end = window
    differs = difference(tuple(tokens[start:end]), table.templates[number])
    if differs.missing:  # titles and notices may part an end of the license from the rest
        start, end = max(0, start - _WIDER), min(len(tokens), end + _WIDER)
        differs = difference(tuple(tokens[start:end]), table.templates[number])
    return (start + differs.first, start + differs.last), differs


def _base(identifier: str) -> str:
    """An id without the parts that the license text does not determine."""
    identifier = identifier.removesuffix("-only").removesuffix("-or-later")
    return identifier.removesuffix("-no-invariants").removesuffix("-invariants")


def _choose(
    table: PairTable,
    score: dict[int, int],
    match: _native.PairMatch,
    tokens: list[bytes],
    covered: bytearray,
) -> tuple[int, tuple[int, int], Difference, int | None]:
    """The selected license, its words in the text, its difference, and an equally good license.

    Among licenses that fit equally well, the one in common use is selected: the SPDX list has many
    licenses that differ only in the name of one holder. A license is not aligned if its score
    already makes it worse than one that was aligned.

    Args:
        table: table of all licenses.
        score: score of each possible license, in the order of the table.
        match: pair match of the text.
        tokens: words of the text.
        covered: 1 for each word that belongs to a license that was selected before.
    """
    top = max(score.values())
    first = next(number for number in score if score[number] == top)
    least = top - max(2, int(_NEAR * table.size(first)))
    near = sorted((n for n in score if score[n] >= least), key=lambda n: -score[n])
    compared: list[tuple[tuple[bool, int, int, int, int], tuple[int, int], Difference]] = []
    best_key: tuple[bool, int, int, int] | None = None
    for number in near[:_MAX_ALIGNED]:
        rank = table.rank[number]
        least_cost = (
            top - score[number] - int(_CLOSE * table.size(number)) * bool(rank < len(COMMON))
        )
        if best_key is not None and (False, least_cost, rank, -score[number]) > best_key:
            continue
        words = len(template(table.templates[number]).words)
        window = match.window(table.whole[number], covered, words, _WIDER, _MISS)
        window, differs = _aligned(table, number, window, tokens)
        key = (differs.is_change, differs.cost + least_cost, rank, -score[number])
        compared.append(((*key, number), window, differs))
        best_key = key if best_key is None else min(best_key, key)
    compared.sort(key=lambda item: item[0])
    best, window, differs = compared[0]
    rivals = [
        other[-1]
        for other, _, _ in compared[1:]
        if other[:4] == best[:4] and _base(table.ids[other[-1]]) != _base(table.ids[best[-1]])
    ]
    return best[-1], window, differs, rivals[0] if rivals else None


def best_containment(tokens: list[bytes], at_least: float = 0.0) -> tuple[str, float, int]:
    """The license that contains most of a passage.

    Args:
        tokens: words of the passage in the form of `text_normalization.normal`, without copyright
            lines.
        at_least: if the share is below this, the answer may be "". A fast check of the words then
            replaces the comparison with each license.

    Returns:
        Its id ("" for none), the share of the passage's word pairs that it contains (0..1), and the
        number of distinct word pairs of the passage (of its words if the answer is "").
    """
    # Each unknown word except the last makes its pair unknown: most code fails this bound.
    table = pair_table()
    unknown = len(tokens) - table.pairs.known_words(tokens)
    if unknown - 1 > (1 - at_least) * len(tokens):
        return "", 0.0, len(tokens)
    match = table.pairs.match(tokens)
    if not match.total or match.known < at_least * match.total:
        return "", 0.0, match.total
    best, shared = match.best()
    return table.ids[best], shared / match.total, match.total
