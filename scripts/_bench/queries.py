# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How long the answer for a text of 1000 tokens takes, copied or not, by itself and in a row."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import codescan
from codescan._core import _native
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codescan.records import Document

__all__ = ["COPIED", "TOKENS", "Latency", "latencies", "snippets"]

TOKENS = 1000
COPIED = "copied"
_CODE = ("python", "javascript", "typescript", "c", "cpp")


@dataclass(frozen=True)
class Latency:
    """Of one kind of text, in microseconds.

    Of copied ones, those that were found; of others, those in which nothing was found, since
    held-out packages, too, carry licenses and vendored files.
    """

    count: int
    with_finding: int
    """Texts with a finding."""
    wall: tuple[float, float, float]
    """p50, p90 and p99 by the clock, each text asked for again after all the others."""
    cpu: tuple[float, float, float]
    """The same by the thread's CPU time."""
    first: tuple[float, float, float]
    """By the clock, when each text was asked for the first time."""
    reference: float
    """Median CPU time of lexing and fingerprinting the same texts in both forms of tokens."""


def snippets(documents: Iterable[Document], count: int, seed: int) -> list[tuple[bytes, str]]:
    """One run of TOKENS tokens from each of `count` documents, at a random place."""
    rng = random.Random(seed)  # noqa: S311 - repeatable
    candidates = [d for d in documents if d.language in _CODE]
    rng.shuffle(candidates)
    timings = []
    for document in candidates:
        tokens = _native.lex(document.content, _native.LEXERS[LANGUAGES[document.language].lexer])
        if len(tokens) < TOKENS:
            continue
        first = rng.randrange(len(tokens) - TOKENS + 1)
        start, end = tokens.span(first, first + TOKENS)
        timings.append((document.content[start:end], document.language))
        if len(timings) == count:
            break
    return timings


def latencies(index: Path, texts: dict[str, list[tuple[bytes, str]]]) -> dict[str, Latency]:
    """Scan every text twice, findings with their attribution, and time each scan."""
    for path in index.rglob("*"):
        if path.is_file():
            path.read_bytes()  # into the page cache
    measured = {}
    with codescan.Index.open(index) as opened:
        for part in texts.values():
            for text, language in part[:3]:
                opened.scan(text, language)  # imports, tables, connections
        for kind, part in texts.items():
            expects_match = kind == COPIED
            first = [_scan(opened, *text) for text in part]
            again = [_scan(opened, *text) for text in part]
            measured[kind] = Latency(
                count=len(part),
                with_finding=sum(has_match for _, _, has_match in again),
                wall=_percentiles(
                    [wall for wall, _, has_match in again if has_match == expects_match]
                ),
                cpu=_percentiles(
                    [cpu for _, cpu, has_match in again if has_match == expects_match]
                ),
                first=_percentiles(
                    [wall for wall, _, has_match in first if has_match == expects_match]
                ),
                reference=statistics.median(_fingerprinted(*text) for text in part) * 1e6,
            )
    return measured


def _scan(index: codescan.Index, text: bytes, language: str) -> tuple[float, float, bool]:
    wall, cpu = time.perf_counter(), time.thread_time()
    has_match = len(index.scan(text, language)) > 0
    return time.perf_counter() - wall, time.thread_time() - cpu, has_match


def _fingerprinted(text: bytes, language: str) -> float:
    """CPU seconds of what every look-up begins with; the second of two times."""
    lexer = _native.LEXERS[LANGUAGES[language].lexer]
    for _ in range(2):
        began = time.thread_time()
        tokens = _native.lex(text, lexer)
        for form in (0, 1):
            tokens.fingerprints(form, "default", of_query=True)
        took = time.thread_time() - began
    return took


def _percentiles(seconds: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49] * 1e6, cuts[89] * 1e6, cuts[98] * 1e6
