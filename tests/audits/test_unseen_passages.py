# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Unseen passages: estimated from answers to prompts that ask for nothing in particular."""

import random

import pytest
from msgspec import structs

from codescan.audits.measures.unseen_species import passages, unseen_passages
from codescan.records import Completion, Grade, Prompt, Region
from codescan.records.json_form import encode
from codescan.runs import RunStore


@pytest.fixture
def finding_at(sample_finding):
    """Make a finding in a completion: lines of a file of the index."""

    def make(completion, first, last, sha256="f", grade=Grade.A):
        place = sample_finding.attribution
        origin = structs.replace(place.origin, sha256=sha256)
        return completion, structs.replace(
            sample_finding,
            snippet_id=completion,
            grade=grade,
            attribution=structs.replace(place, origin=origin, region=Region(first, last)),
        )

    return make


def test_overlapping_lines_of_one_file_are_one_passage(finding_at):
    places = [
        finding_at("a", 1, 10),
        finding_at("b", 8, 20),
        finding_at("c", 30, 40),
        finding_at("d", 1, 9, "g"),
    ]
    assert passages(places) == [2, 1, 1]
    assert passages([*places, finding_at("b", 19, 31)]) == [3, 1], "joined, and b counts once"
    assert passages([]) == []


def test_only_drawn_prompts_that_expect_nothing_count(finding_at, tmp_path):
    kinds = {
        "u": {"strategy": "unconditional", "frame": "packages"},
        "p": {"strategy": "prefix", "frame": "packages", "expected": "x"},
        "r": {"strategy": "replay"},
    }
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(
            Prompt(id=f"{kind}{n}", text="", **fields) for kind, fields in kinds.items()
            for n in range(4)
        )  # fmt: skip
        store.save(Completion(p.id, "m", "x", tokens=5) for p in store.prompts())
        pairs = [
            finding_at(f"{kind}{n}/0", 20 * n + 1, 20 * n + 9) for kind in "upr" for n in range(3)
        ]
        pairs.append(finding_at("u3/0", 45, 60))
        pairs.append(finding_at("u3/0", 1, 9, "common", Grade.C))
        findings = [finding for _, finding in pairs]
        (entry,) = encode(unseen_passages(store, findings, {name: name for name, _ in pairs}))
    assert (entry["strategy"], entry["completions"], entry["tokens"]) == ("unconditional", 4, 20)
    assert (entry["passages"], entry["seen_once"], entry["seen_twice"]) == (3, 2, 1)
    assert entry["unseen_mass"]["value"] == pytest.approx(2 / 4)
    assert entry["all_passages"]["value"] == pytest.approx(3 + 2 * 1 / (2 * 2))
    assert entry["with_copies"]["frame"] == "packages"


def test_nothing_found_is_a_bound_and_no_estimate(tmp_path):
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(
            Prompt(id=f"u{n}", text="", strategy="unconditional", frame="packages")
            for n in range(30)
        )
        store.save(Completion(p.id, "m", "x") for p in store.prompts())
        (entry,) = encode(unseen_passages(store, (), {}))
    assert entry["unseen_mass"] is None
    assert "0 of 30 (≤ 9.5 %" in entry["with_copies"]["words"]


def test_chao1_is_a_floor_that_more_answers_raise_towards_the_truth(finding_at):
    """200 passages, equally likely: the estimate from 100 answers is near, that seen is not."""
    rng = random.Random(4)
    drawn = [rng.randrange(200) for _ in range(100)]
    counts = passages(finding_at(f"c{i}", 1, 9, str(which)) for i, which in enumerate(drawn))
    from codescan.stats.intervals import chao1

    assert len(counts) < 100
    assert chao1(counts).low < 200 < chao1(counts).high
