# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A copied function between many lines of something else is found."""

from __future__ import annotations

import random

import pytest
from harbor_texts import C_COPY, COPY

from codescan.index import Index
from codescan.matchers.verbatim import VerbatimMatcher
from codescan.pipeline import scan
from codescan.records import Finding, Snippet

SENTENCE = "the sea rises and falls twice a day while harbors wait for ships that bring grain"
WORDS = SENTENCE.split()
LINES = {
    "assignments": lambda draw: f"value_{draw.randrange(10**6)} = {draw.random()}\n",
    "table": lambda draw: f"{draw.randrange(10**6)},{draw.random():.4f},{draw.choice(WORDS)}\n",
    "dump": lambda draw: f"{draw.randrange(2**32):08x}: {draw.randrange(2**62):016x}\n",
    "log": lambda draw: f"2026-11-30T18:{draw.randrange(60):02} INFO [7] {draw.choice(WORDS)}\n",
    "prose": lambda draw: " ".join(draw.choices(WORDS, k=14)).capitalize() + ".\n",
    "list": lambda draw: f"- {draw.choice(WORDS)}: {draw.randrange(10**6)}\n",
    "quotes": lambda draw: f"> {' '.join(draw.choices(WORDS, k=9))}\n",
    "json": lambda draw: f'  "{draw.choice(WORDS)}": {draw.random()},\n',
}


@pytest.mark.parametrize("code", [COPY, C_COPY], ids=["python", "c"])
@pytest.mark.parametrize("kind", LINES)
def test_a_copy_between_other_lines_is_found(harbor_index, kind, code):
    with Index.open(harbor_index) as index:
        (whole,) = scan([Snippet("alone", code.encode())], index, [VerbatimMatcher(index)])
        for seed in range(8):
            draw = random.Random(f"{kind}{seed}")
            before, after = (
                "".join(LINES[kind](draw) for _ in range(draw.randrange(150))) for _ in range(2)
            )
            text = Snippet("between", (before + code + after).encode())
            findings = scan([text], index, [VerbatimMatcher(index)])
            longest = max(
                (each.tokens for each in findings if isinstance(each, Finding)), default=0
            )
            assert longest > 0.8 * whole.tokens, seed
