# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What scripts/calibrate_thresholds fits, and that the shipped file has the form it writes."""

from __future__ import annotations

import json
import math
import random
import sys
from importlib.resources import files
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from _evaluation import fitting, reading
from _evaluation.chance import ChanceMatch, Searched

from codescan.matchers.significance import (
    FAMILIES,
    calibration,
    calibration_text,
    read_calibration,
)
from codescan.records import MatchKind

H, G = 0.85, 0.8
INDEX = 1 << 26


def drawn(decay, log_scale, lowest, texts, seed):
    """Texts with matches drawn from a law."""
    rng = random.Random(seed)
    samples = []
    for _ in range(texts):
        tokens = rng.randint(100, 5000)
        mean = 2 ** (log_scale + H * math.log2(tokens) + G * 26 - decay * lowest)
        bits = []
        at = rng.expovariate(mean)
        while at <= 1:
            bits.append(lowest + rng.expovariate(decay * math.log(2)))
            at += rng.expovariate(mean)
        samples.append(fitting.Query(tokens, INDEX, tuple(bits)))
    return samples


@pytest.mark.parametrize("kind", list(MatchKind))
@pytest.mark.parametrize("decay", [0.03, 0.05, 0.09])
def test_the_law_that_matches_were_drawn_from_is_fitted(kind, decay):
    lowest = fitting.LOWEST[kind]
    log_scale = -31.0 + decay * lowest
    queries = drawn(decay, log_scale, lowest, 3000, seed=7)
    law = fitting.fitted({"python": queries}, kind, H, G)["python"]
    assert law.matches == sum(len(query.bits) for query in queries) > 300
    assert law.decay == pytest.approx(decay, rel=0.15)
    share = math.log2(fitting.SHARES[kind])
    at = lowest + 40
    true = log_scale - decay * at
    assert law.log_scale + share - law.decay * at == pytest.approx(true, abs=0.6)


def test_a_few_copies_among_the_matches_do_not_decide_the_law():
    kind = MatchKind.VERBATIM
    queries = drawn(0.05, -30.0, fitting.LOWEST[kind], 3000, seed=3)
    copied = [query._replace(bits=(*query.bits, 20_000.0)) for query in queries[:3]]
    clean = fitting.fitted({"python": queries}, kind, H, G)["python"]
    mixed = fitting.fitted({"python": [*copied, *queries[3:]]}, kind, H, G)["python"]
    assert mixed.decay == pytest.approx(clean.decay, rel=0.1)


def test_a_family_without_matches_has_the_law_of_all():
    kind = MatchKind.VERBATIM
    queries = drawn(0.05, -30.0, fitting.LOWEST[kind], 2000, seed=5)
    empty = [query._replace(bits=()) for query in queries[:20]]
    laws = fitting.fitted({"python": queries, "prose": empty}, kind, H, G)
    assert laws["prose"].decay == pytest.approx(laws["python"].decay, rel=0.05)
    assert laws["prose"].matches == 0


def test_too_few_matches_are_an_error():
    with pytest.raises(ValueError, match="scan more files"):
        fitting.fitted({"python": [fitting.Query(100, INDEX, (200.0,))]}, MatchKind.RENAMED, H, G)


def test_the_exponent_of_the_query_is_found():
    queries = drawn(0.05, -29.0, 20.0, 6000, seed=11)
    assert fitting.exponent_of_query([queries], 20.0) == pytest.approx(H, abs=0.1)


@pytest.mark.parametrize("factor", [1.0, 0.4, 3.0])
def test_counts_that_do_not_follow_the_law_are_reported(factor):
    rng = random.Random(2)
    e_values = [rng.random() * 10 / factor for _ in range(20_000)]
    checks = fitting.checked(e_values, texts=2000)
    holds = [check.holds for check in checks if 0.01 <= check.e_value <= 3]
    assert all(holds) is (factor == 1.0)


def test_a_repeated_passage_counts_once_and_a_borrowed_one_never():
    match = ChanceMatch("verbatim", "python", 90.0, 0.01, "D", 30, (1, 4), "pkg:pypi/o@1#a.py",
                        "same text", "")  # fmt: skip
    texts = [Searched(f"pkg:pypi/q@1#{n}.py", INDEX, {"python": 500}, (match,)) for n in range(3)]
    assert fitting.e_values(texts) == [0.01]
    row = next(row for row in reading.rows() if row["class"] == reading.BORROWED)
    place = f"pkg:pypi/{row['package']}@1#{row['path']}"
    origin = ChanceMatch("verbatim", "python", 90.0, 0.01, "D", 30, (1, 4),
                         f"pkg:pypi/{row['origin']}@1#x", "text", "")  # fmt: skip
    assert fitting.e_values([Searched(place, INDEX, {"python": 500}, (origin,))]) == []


def test_the_shipped_calibration_is_what_the_script_writes():
    shipped = files("codescan.matchers").joinpath("data/calibration.json").read_text("utf-8")
    assert calibration_text(read_calibration(shipped)) == shipped
    read = calibration()
    assert set(read.parameters) == {(family, kind) for family in FAMILIES for kind in MatchKind}
    for law in read.parameters.values():
        assert 0 < law.decay < 1
        assert law.log_scale < 0
    for kind in MatchKind:
        seen = sum(read.parameters[family, kind].matches for family in FAMILIES)
        assert seen >= 12, f"{kind} was not fitted"
    assert 0 < read.index_exponent <= 1
    assert 0 < read.query_exponent <= 1


def test_a_calibration_of_another_version_is_refused():
    raw = json.loads(calibration_text(calibration())) | {"version": 1}
    with pytest.raises(ValueError, match="version 1"):
        read_calibration(json.dumps(raw))


def test_every_finding_that_was_read_has_a_class():
    for row in reading.rows():
        assert row["class"] in (reading.BORROWED, reading.TOOL, reading.CHANCE), row
        assert row["strong"] in ("yes", "no"), row
        assert row["package"], row
        assert row["origin"], row
