# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find all private values of a text: run all detectors, resolve overlaps, add names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.private_data.person_names import PERSON_NAME, names_beside
from codescan.private_data.placeholders import (
    has_example_label,
    has_hash_label,
    has_ticket_label,
)
from codescan.private_data.searched_text import SearchedText
from codescan.registry import load, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.private_data.records import Candidate, Detector, Kind

__all__ = ["DetectorError", "Finder", "kinds_named"]

_LABELLED = frozenset(
    {"e-mail", "ip-address", "phone-number", "iban", "payment-card", "national-number"}
)
"""Kinds whose invented values look like real ones."""
_NUMBERS = frozenset({"phone-number", "payment-card", "national-number"})


class DetectorError(RuntimeError):
    """A detector failed. The message names it and never quotes the text."""


class Finder:
    """Find private values with every registered detector.

    Args:
        kinds: names of the kinds to find; None for all.
        detectors: detectors to use instead of the registered ones.

    Raises:
        UsageError: a kind is unknown.
    """

    def __init__(
        self,
        kinds: Iterable[str] | None = None,
        detectors: Iterable[Detector] | None = None,
    ) -> None:
        self._detectors = tuple(
            detectors
            if detectors is not None
            else (load("private_data", name)() for name in names("private_data"))
        )
        known = {PERSON_NAME.name: PERSON_NAME}
        for detector in self._detectors:
            known.update(detector.kinds)
        self.kinds: Mapping[str, Kind] = (
            known if kinds is None else {name: known[name] for name in kinds_named(kinds, known)}
        )

    def find(self, text: str) -> list[Candidate]:
        """Every value, in the order of the text; no two overlap.

        The result includes placeholders. Of overlapping values, the one with the stronger grade is
        kept, then that of the rule registered first, then the longer one.

        Raises:
            DetectorError: a detector failed.
        """
        searched = SearchedText(text)
        ranked: list[tuple[str, int, int, Candidate]] = []
        for order, detector in enumerate(self._detectors):
            values = [_labelled(value, text) for value in _found_by(detector, searched)]
            ranked += [
                (value.grade.value, order, value.start - value.end, value) for value in values
            ]
        ranked.sort(key=lambda entry: (*entry[:3], entry[3].start))
        chosen = _without_overlaps((entry[3] for entry in ranked), len(text))
        if PERSON_NAME.name in self.kinds:
            chosen = _without_overlaps((*chosen, *names_beside(text, chosen)), len(text))
        return [each for each in chosen if each.kind in self.kinds]


def kinds_named(kinds: Iterable[str], known: Mapping[str, Kind]) -> tuple[str, ...]:
    """The names of kinds; a category stands for all of its kinds.

    Raises:
        UsageError: a name is unknown.
    """
    chosen: dict[str, None] = {}
    for name in kinds:
        members = [kind.name for kind in known.values() if name in (kind.name, kind.category.value)]
        if not members:
            raise UsageError(
                f"there is no kind of private data {name!r}",
                "see `codescan private --list-kinds`, or name a category: secret, personal",
            )
        chosen.update(dict.fromkeys(members))
    return tuple(chosen)


def _labelled(candidate: Candidate, text: str) -> Candidate:
    """A value that its label calls something else, as a placeholder."""
    if candidate.placeholder:
        return candidate
    start = candidate.start
    if candidate.kind in _LABELLED:
        reason = "example-label" if has_example_label(text, start) else ""
        if candidate.kind in _NUMBERS and has_ticket_label(text, start):
            reason = "ticket"
    else:  # a key or a token: it counts although it is an example
        reason = "hash" if has_hash_label(text, start) else ""
    return replace(candidate, placeholder=reason) if reason else candidate


def _found_by(detector: Detector, searched: SearchedText) -> list[Candidate]:
    try:
        return list(detector.find(searched))
    except Exception as error:  # noqa: BLE001 - whatever a rule raises must not quote the text
        # The error's own message may quote the text, and so may the values in its frames.
        name = type(detector).__name__
        raise DetectorError(f"{name} failed with {type(error).__name__}") from None


def _without_overlaps(ranked: Iterable[Candidate], length: int) -> list[Candidate]:
    """The candidates that do not overlap a preferred one, in the order of the text.

    Args:
        ranked: candidates, the preferred ones first.
        length: length of the text, in characters.
    """
    is_taken = bytearray(length)
    chosen = []
    for each in ranked:
        if is_taken.find(1, each.start, each.end) < 0:
            is_taken[each.start : each.end] = b"\1" * (each.end - each.start)
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.start)
