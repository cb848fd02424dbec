# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which licenses of the SPDX list a text holds, by pairs of neighboring words.

Sorensen-Dice on word bigrams, as in askalono, made additive so that a file that holds several
licenses is taken apart: the license that explains most of the text is taken first, its pairs are
struck off, and so on. One pass of numpy compares a text with all licenses exactly, so there is no
candidate stage to miss anything. Among licenses that explain a text about equally well the one
whose template differs least is taken (`template_alignment`), which also says whether the text is
that license or a changed one. Cost: linear in the text, about 2 ms for 700 licenses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from codescan.licenses import text_normalization
from codescan.licenses.license_templates import template
from codescan.licenses.pair_table import COMMON, Numbers, PairTable, pair_table, word_numbers
from codescan.licenses.template_alignment import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Iterator

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
"""Longer texts are compared by their first part only; the longest license has 90 kB."""

_MIN_COVERAGE = 0.75
"""Share of a license's pairs that a text must hold to be compared with its template."""
_NEAR = 0.15
"""Share of a license's pairs by which a better license may explain less."""
_MAX_ALIGNED = 24
_WIDER = 60
"""Words on both sides of a license in which its missing words are looked for."""
_MISS = -2.0
"""What a pair that the license lacks counts against one that it has."""
_MIN_NEW = 0.5
"""Share of a license's pairs that must not be explained by licenses found before it."""
_MIN_WORDS = 8
_MAX_PARTS = 12
_LONG_RUN = 12  # pairs in a row: shorter ones, such as "under the terms of the", are everywhere
_GAP = b"~"

_CLOSE = 0.02
_MIN_PARTIAL = 60
_PARTIAL = 0.35
"""Share of a text that no mere mention of its license holds."""

PLACEHOLDER = re.compile(
    rb"<(?:year|owner|copyright holders?|name of author)>|\[(?:yyyy|year|name of copyright owner"
    rb"|fullname)\]|\{(?:yyyy|year)\}",
    re.IGNORECASE,
)
"""What marks a text with its blanks still open."""


@dataclass(frozen=True, slots=True)
class Part:
    """A license found in a text."""

    license_id: str
    coverage: float
    """Share of the license's word pairs that the text holds, 0..1."""
    is_header: bool = False
    """Whether it is the license's standard notice for files, not its text."""
    changes: tuple[str, ...] = ()
    """Words added or left out by which the text is not this license; empty for a true copy."""
    filled: tuple[str, ...] = ()
    """Words in the places of replaceable text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds."""

    parts: tuple[Part, ...]
    """Licenses, the one that explains most first."""
    explained: float
    """Share of the text's word pairs that are those of `parts`, 0..1."""
    pairs: int
    """Distinct word pairs of the text, copyright lines left out."""
    template: bool
    """The blanks for year and holder are still open."""
    rest: bytes = field(repr=False)
    """The words outside `parts`, as `text_normalization.normal` writes them; "~" marks gaps."""
    covered: npt.NDArray[np.bool_] = field(repr=False, compare=False)
    """For each word whether it belongs to one of `parts`."""
    close: str = ""
    """A license that fits the text as well as the first part does, or ""."""


def _tokens(content: bytes) -> list[bytes]:
    text = text_normalization.without_notices(content[:MAX_BYTES])
    return text_normalization.normal(text_normalization.fold(text)).split()


def _distinct(indexes: Numbers) -> tuple[Numbers, int]:
    """The distinct known pairs of a text, and how many distinct pairs it has in all.

    Pairs with an unknown word count once for each occurrence.
    """
    ordered = np.sort(indexes[indexes >= 0])
    known = ordered[np.diff(ordered, prepend=-1) != 0]  # np.unique imports all of numpy.ma
    return known, len(known) + int((indexes < 0).sum())


def read(content: bytes) -> Reading:
    """Take a text apart into the licenses of the SPDX list that it holds whole.

    Args:
        content: any bytes; only the first `MAX_BYTES` are read.
    """
    is_template = PLACEHOLDER.search(content[:MAX_BYTES]) is not None
    return read_words(_tokens(content), is_template=is_template)


def read_words(tokens: list[bytes], *, is_template: bool = False) -> Reading:
    """Take the words of a text apart into the licenses that it holds whole.

    Args:
        tokens: words as `text_normalization.normal` writes them, without copyright lines.
        is_template: whether the text has blanks for year and holder.
    """
    if len(tokens) < _MIN_WORDS:
        nothing = np.zeros(len(tokens), dtype=bool)
        return Reading((), 0.0, len(tokens), is_template, _uncovered(tokens, nothing), nothing)
    table = pair_table()
    indexes = table.indexes(table.positions(tokens))
    remaining, total = _distinct(indexes)
    known = len(remaining)
    shared = table.shared(remaining, longest=known / _MIN_COVERAGE + 1)
    coverage = shared / table.sizes
    eligible = coverage >= _MIN_COVERAGE
    parts: list[Part] = []
    unexplained = np.zeros(len(table.pairs) + 1, dtype=bool)
    unexplained[remaining] = True
    covered = np.zeros(len(tokens), dtype=bool)
    close = ""
    new = shared.copy()
    while eligible.any() and len(parts) < _MAX_PARTS:
        usable = eligible & (new >= _MIN_NEW * table.sizes)
        if not usable.any():
            break
        score = np.where(usable, new - (table.sizes - shared), np.iinfo(np.int64).min)
        best, (start, end), differs, rival = _choose(table, score, indexes, tokens, covered)
        if not parts and rival is not None:
            close = table.ids[rival]
        if differs.is_change and template(table.templates[best]).is_header:
            # A changed notice, such as that of another version, is read by the names in it.
            eligible &= ~_headers()
            continue
        row = table.row(table.whole[best])
        eligible[best] = False
        # A text and its shortened form have one id: the first that is found counts.
        changes = (
            *(f"added: {w}" for w in differs.added),
            *(f"missing: {w}" for w in differs.missing),
        )
        if not any(part.license_id == table.ids[best] for part in parts):
            parts.append(
                Part(
                    table.ids[best],
                    float(coverage[best]),
                    template(table.templates[best]).is_header,
                    changes,
                    differs.filled,
                )
            )
        unexplained[row] = False
        covered[start:end] = True
        covered[:-1] |= _long_runs(table.hits(indexes, row))
        for number in np.flatnonzero(
            eligible
        ).tolist():  # few, where comparing with all takes 0.5 ms
            new[number] = np.count_nonzero(unexplained[table.row(number)])
    return Reading(
        parts=tuple(parts),
        explained=(known - np.count_nonzero(unexplained)) / total if total else 0.0,
        pairs=total,
        template=bool(parts) and is_template,
        rest=_uncovered(tokens, covered),
        covered=covered,
        close=close,
    )


def coverage_of(tokens: list[bytes], license_id: str) -> float:
    """The share of the word pairs of a license's text that some words hold, 0..1."""
    table = pair_table()
    known, _ = _distinct(table.indexes(table.positions(tokens)))
    numbers = [
        number
        for number, key in enumerate(table.ids)
        if key == license_id and not template(table.templates[number]).is_header
    ]
    shared = [np.isin(table.row(n), known, assume_unique=True).mean() for n in numbers]
    return float(max(shared, default=0.0))


def partial_text(tokens: list[bytes], license_ids: list[str]) -> str:
    """The first of some licenses that are named whose text is there in part; "" for none."""
    if len(tokens) < _MIN_PARTIAL:
        return ""
    return next((key for key in license_ids if coverage_of(tokens, key) >= _PARTIAL), "")


@lru_cache(maxsize=8)
def _covered(content: bytes) -> npt.NDArray[np.bool_]:
    return read(content).covered


def is_covered(content: bytes, at: int) -> bool:
    """Whether the words behind a place of a text belong to a license that it holds whole."""
    before = len(_tokens(content[:at]))
    return bool(_covered(content[:MAX_BYTES])[before : before + 4].any())


def _long_runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The flags of which at least `_LONG_RUN` in a row are set."""
    in_long_run = np.zeros(len(flags), dtype=bool)
    for first, last in _runs(flags):
        if last - first >= _LONG_RUN:
            in_long_run[first:last] = True
    return in_long_run


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _uncovered(tokens: list[bytes], covered: npt.NDArray[np.bool_]) -> bytes:
    """The words that no license covers, in the form of `text_normalization.normal`."""
    pieces: list[bytes] = []
    start = 0
    for first, last in _runs(covered):
        pieces += [*tokens[start:first], _GAP]
        start = last
    pieces += tokens[start:]
    return b" " + b" ".join(pieces) + b" "


@cache
def _headers() -> npt.NDArray[np.bool_]:
    """For each row of the table whether it is of a notice, not of a license text."""
    return np.array([template(number).is_header for number in pair_table().templates])


def _aligned(
    table: PairTable, number: int, window: tuple[int, int], tokens: list[bytes]
) -> tuple[tuple[int, int], Difference]:
    """How a part of a text differs from a template, and the words that are the license's."""
    start, end = window
    differs = difference(tuple(tokens[start:end]), table.templates[number])
    if differs.missing:  # titles and notices may part an end of the license from the rest
        start, end = max(0, start - _WIDER), min(len(tokens), end + _WIDER)
        differs = difference(tuple(tokens[start:end]), table.templates[number])
    return (start + differs.first, start + differs.last), differs


def _base(identifier: str) -> str:
    """An id without what its text does not say."""
    identifier = identifier.removesuffix("-only").removesuffix("-or-later")
    return identifier.removesuffix("-no-invariants").removesuffix("-invariants")


def _window(hits: npt.NDArray[np.bool_], size: int) -> tuple[int, int]:
    """The words of a text from the first to the last that a license holds, the densest such part.

    Args:
        hits: for each pair of words whether the license has it.
        size: words of the license.

    The part with the greatest sum of 1 for each pair of the license and `_MISS` for each other
    one; pairs such as "of the" in the text around it are too rare to count.
    """
    # Copies of one text stand side by side: only as many words are looked at as one may have.
    longest = size + size // 4 + _WIDER
    first = 0
    if len(hits) > longest:
        counts = np.concatenate(([0], np.cumsum(hits)))
        first = max(0, int((counts[size:] - counts[:-size]).argmax()) - _WIDER // 2)
        hits = hits[first : first + longest]
    sums = np.concatenate(([0.0], np.cumsum(np.where(hits, 1.0, _MISS))))
    lowest = np.minimum.accumulate(sums)
    end = int((sums - lowest).argmax())
    start = int(sums[: end + 1].argmin())
    return first + start, first + end + 1


def _choose(
    table: PairTable,
    score: Numbers,
    indexes: Numbers,
    tokens: list[bytes],
    covered: npt.NDArray[np.bool_],
) -> tuple[int, tuple[int, int], Difference, int | None]:
    """The license to take, its words in the text, how it differs, and another that fits as well.

    Of licenses that fit as well as each other the one in common use is meant: the SPDX list holds
    many that differ only in the name of one holder.
    """
    top = int(score.argmax())
    margin = max(2, int(_NEAR * table.sizes[top]))
    near = np.flatnonzero(score >= score[top] - margin)
    near = near[np.argsort(-score[near], kind="stable")][:_MAX_ALIGNED]
    compared = []
    for number in near.tolist():
        hits = table.hits(indexes, table.row(table.whole[number])) & ~covered[:-1]
        window = _window(hits, len(template(table.templates[number]).words))
        window, differs = _aligned(table, number, window, tokens)
        key = (
            bool(differs.is_change),
            differs.cost
            + int(score[top] - score[number])
            - int(_CLOSE * table.sizes[number]) * bool(table.rank[number] < len(COMMON)),
            int(table.rank[number]),
            -int(score[number]),
            number,
        )
        compared.append((key, number, window, differs))
    compared.sort(key=lambda item: item[0])
    key, best, window, differs = compared[0]
    rivals = [
        number
        for other, number, _, _ in compared[1:]
        if other[:4] == key[:4] and _base(table.ids[number]) != _base(table.ids[best])
    ]
    return best, window, differs, rivals[0] if rivals else None


def best_containment(tokens: list[bytes], at_least: float = 0.0) -> tuple[str, float, int]:
    """The license that holds most of a passage.

    Args:
        tokens: words of the passage as `text_normalization.normal` writes them, no copyright lines.
        at_least: share below which the answer may be that none does; code is told from licenses
            by its words then, without a look at each license.

    Returns:
        Its id ("" for none), the share of the passage's word pairs that it holds (0..1), and the
        number of distinct word pairs of the passage (of its words, where the answer is "").
    """
    # Each unknown word but the last makes its pair unknown: a bound that most code fails.
    unknown = len(tokens) - sum(map(word_numbers().__contains__, tokens))
    if unknown - 1 > (1 - at_least) * len(tokens):
        return "", 0.0, len(tokens)
    table = pair_table()
    known, total = _distinct(table.indexes(table.positions(tokens)))
    if not total or len(known) < at_least * total:
        return "", 0.0, total
    shared = table.shared(known)
    best = int(shared.argmax())
    return table.ids[best], float(shared[best] / total), total
