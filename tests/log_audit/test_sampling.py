# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Conversations are drawn at random, whatever the files and their order, and rates hold."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_logs import rows, write_log

from codescan.app.log_audit import LogAuditOptions, audit_log_files
from codescan.log_audit.distinct_lines import DistinctLines
from codescan.log_audit.rates import Sample
from codescan.log_audit.reading import SmallestKeys
from codescan.records.json_form import encode


@given(
    st.lists(st.binary(max_size=3).map(lambda line: line.replace(b"\n", b"")), max_size=300),
    st.integers(1, 9),
)
def test_distinct_lines_are_a_sorted_set(tmp_path_factory, lines, held):
    distinct = DistinctLines(tmp_path_factory.mktemp("lines"), held)
    for line in lines:
        distinct.add(line)
    assert list(distinct) == sorted(set(lines))
    assert list(distinct) == sorted(set(lines))  # it can be read again


@given(st.lists(st.binary(min_size=2, max_size=2), max_size=80), st.integers(0, 12))
def test_the_smallest_keys_are_kept(keys, most):
    smallest = SmallestKeys(most)
    for key in keys:
        smallest.take(key)
    assert smallest.sorted(2) == sorted(set(keys))[:most]


def sampled(works_index, paths, out, **options):
    result = audit_log_files(
        LogAuditOptions(
            paths=paths, index_folder=works_index, out=out, workers=1, chance_sample=0, **options
        )
    )
    return encode(result.summary)


def test_a_sample_weighs_each_stratum_by_its_conversations(works_index, tmp_path):
    write_log(tmp_path / "logs/a.jsonl", rows(90, {}, seed=1, model="often"))
    rare = rows(10, dict.fromkeys(range(10), 0), seed=2, model="rare")
    write_log(tmp_path / "logs/b.jsonl", rare)
    summary = sampled(
        works_index, (tmp_path / "logs",), tmp_path / "out", sample=8, stratify_by="model"
    )
    assert [(s["name"], s["conversations"], s["sampled"]) for s in summary["strata"]] == [
        ("often", 90, 8), ("rare", 10, 8),
    ]  # fmt: skip
    (rate,) = [r["rate"] for r in summary["rates"] if r["dimension"] == "all"]
    assert (rate["k"], rate["n"]) == (8, 16)
    assert rate["value"] == pytest.approx(0.1)
    assert rate["low"] <= 0.1 <= rate["high"]
    assert rate["claim"] == "this log"


def test_the_draw_does_not_depend_on_the_order_of_files(works_index, tmp_path):
    copies = dict.fromkeys(range(0, 40, 2), 3)
    paths = [write_log(tmp_path / f"{n}.jsonl", rows(40, copies, seed=n)) for n in range(3)]
    drawn = []
    for number, order in enumerate((paths, paths[::-1])):
        out = tmp_path / f"out{number}"
        summary = sampled(works_index, tuple(order), out, sample=30)
        assert summary["sampled"] == 30
        table = (out / "findings.jsonl").read_text(encoding="utf-8")
        drawn.append({(r["file"], r["row"]) for r in map(json.loads, table.splitlines())})
    assert drawn[0] == drawn[1]


def test_equal_files_are_different_conversations(works_index, tmp_path):
    log = rows(10, {1: 1})
    paths = tuple(write_log(tmp_path / f"{n}.jsonl", log) for n in range(3))
    summary = sampled(works_index, paths, tmp_path / "out")
    assert summary["conversations"] == 30
    again = sampled(works_index, (paths[0], paths[0]), tmp_path / "again")
    assert again["conversations"] == 10  # one file, named twice


def test_each_conversation_is_drawn_equally_often():
    rng = random.Random(5)
    drawn: Counter[int] = Counter()
    draws, size, population = 600, 5, 20
    for _ in range(draws):
        smallest = SmallestKeys(size)
        keys = {rng.randbytes(16): number for number in range(population)}
        for key in keys:
            smallest.take(key)
        drawn.update(keys[key] for key in smallest.sorted(16))
    expected = draws * size / population
    assert all(abs(count - expected) < 5 * expected**0.5 for count in drawn.values())


@pytest.mark.parametrize("strata", [1, 4])
def test_intervals_hold_a_planted_rate(strata):
    rng = random.Random(strata)
    population = {str(n): 2000 * (n + 1) for n in range(strata)}
    planted = {name: set(rng.sample(range(size), size // 100)) for name, size in population.items()}
    truth = sum(map(len, planted.values())) / sum(population.values())
    held = 0
    for _ in range(100):
        hits, drawn = {}, {}
        for name, size in population.items():
            drawn[name] = 300
            hits[name] = len(planted[name] & set(rng.sample(range(size), 300)))
        rate = Sample(population, drawn, is_census=False).rate(hits)
        held += rate.low <= truth <= rate.high
    assert held >= 90


def test_nothing_drawn_is_not_measured():
    assert encode(Sample({}, {}, is_census=True).rate({}))["value"] is None
    assert encode(Sample({"a": 0}, {"a": 0}, is_census=False).rate({}))["value"] is None
