# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The criteria of the matcher: what each measurement must reach, and whether it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from _evaluation.spans import tokens

from codescan.stats.intervals import Rate, wilson_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from _evaluation.span_outcomes import Outcome
    from _evaluation.transforms import Disguised

__all__ = [
    "Criterion", "is_hit", "least", "most", "number", "print_all_spans", "print_criteria",
    "recall_criteria", "recall_misses",
]  # fmt: skip

_LONG = 62
_RECALL = (
    ("verbatim, reformatted, comments removed, CRLF, in a chat answer",
     ("verbatim", "reformatted", "comments removed", "CRLF and tabs", "in a chat answer"),
     (0, 1 << 30), 0.985),
    ("cut mid-token", ("cut mid-token",), (0, 1 << 30), 0.96),
    ("renamed, renamed locals: 62 tokens or more", ("renamed", "renamed locals"),
     (_LONG, 1 << 30), 0.93),
    ("renamed, renamed locals: 31 to 61", ("renamed", "renamed locals"), (31, _LONG - 1), 0.75),
    ("one line in eight edited: 62 tokens or more", ("1 in 8 edited",), (_LONG, 1 << 30), 0.93),
    ("one line in eight edited: 31 to 61", ("1 in 8 edited",), (31, _LONG - 1), 0.75),
    ("combined", ("combined",), (0, 1 << 30), 0.85),
)  # fmt: skip


class Criterion(NamedTuple):
    """A measurement and what it must reach."""

    name: str
    measured: str
    bound: str
    holds: bool | None
    """None where it was not measured."""


def recall_criteria(outcomes: Mapping[str, Sequence[tuple[Disguised, Outcome]]]) -> list[Criterion]:
    """Recall at rank 1 with grade A or B: the lower 95 % bound against what is wanted.

    Import blocks and lists of names are left out: they are to be graded C.
    """
    criteria = []
    for name, transforms, lengths, bound in _RECALL:
        hits = [
            is_hit(outcome)
            for _, disguised, outcome in _of_bar(outcomes, transforms, lengths)
            if not disguised.cut.is_common
        ]
        rate = wilson_rate(sum(hits), len(hits))
        criteria.append(_criterion(name, rate, f"at least {bound}", rate.low >= bound))
    return criteria


def print_all_spans(outcomes: Mapping[str, Sequence[tuple[Disguised, Outcome]]]) -> None:
    """Print recall over all spans, by the file itself or one that holds the whole span."""
    print("\nThe same with import blocks and lists of names, and without files that are as alike\n")
    for name, transforms, lengths, _bound in _RECALL:
        every = [outcome for _, _, outcome in _of_bar(outcomes, transforms, lengths)]
        rate = wilson_rate(sum(o.right_file and o.grade in ("A", "B") for o in every), len(every))
        print(f"{name:66} {rate.value:.4f} [{rate.low:.4f}, {rate.high:.4f}] n={rate.n}")


def is_hit(outcome: Outcome) -> bool:
    """Whether the first finding has grade A or B and names the right file or one as alike."""
    return (outcome.right_file or outcome.as_alike) and outcome.grade in ("A", "B")


def recall_misses(
    outcomes: Mapping[str, Sequence[tuple[Disguised, Outcome]]],
) -> Iterator[tuple[str, str, Disguised, Outcome]]:
    """Yield (criterion, transform, snippet, outcome) of each miss of a criterion of recall.

    Args:
        outcomes: by transform.
    """
    for name, transforms, lengths, _bound in _RECALL:
        for transform, disguised, outcome in _of_bar(outcomes, transforms, lengths):
            if not is_hit(outcome) and not disguised.cut.is_common:
                yield name, transform, disguised, outcome


def _of_bar(
    outcomes: Mapping[str, Sequence[tuple[Disguised, Outcome]]],
    transforms: Sequence[str],
    lengths: tuple[int, int],
) -> Iterator[tuple[str, Disguised, Outcome]]:
    least_tokens, most_tokens = lengths
    for transform in transforms:
        for disguised, outcome in outcomes[transform]:
            size = tokens(disguised.cut.text, disguised.cut.language)
            if least_tokens <= size <= most_tokens:
                yield transform, disguised, outcome


def most(name: str, rate: Rate, bound: float) -> Criterion:
    """A share that must not be larger."""
    return _criterion(name, rate, f"at most {bound:.1%}", rate.value <= bound)


def least(name: str, rate: Rate, bound: float) -> Criterion:
    """A share whose lower bound must not be smaller."""
    return _criterion(name, rate, f"at least {bound}", rate.low >= bound)


def number(name: str, value: float, bound: float) -> Criterion:
    """A number that must not be larger."""
    return Criterion(name, f"{value:.2f}", f"at most {bound:g}", value <= bound)


def _criterion(name: str, rate: Rate, bound: str, holds: bool) -> Criterion:
    if not rate.n:
        return Criterion(name, "not measured", bound, None)
    measured = f"{rate.value:.4f} [{rate.low:.4f}, {rate.high:.4f}] n={rate.n}"
    return Criterion(name, measured, bound, holds)


def print_criteria(criteria: Sequence[Criterion]) -> None:
    """Print each criterion, and whether it holds."""
    print("\nBars: recall at rank 1 of grade A or B, lower 95 % bound; false findings, share\n")
    marks = {True: "yes", False: "NO", None: "-"}
    for criterion in criteria:
        mark = marks[criterion.holds]
        print(f"{mark:4} {criterion.name:66} {criterion.measured:38} {criterion.bound}")
