# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Each level against a slow and simple search for the same thing, on small training sets."""

from __future__ import annotations

import importlib.util
import itertools
import json
import random
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from codescan._core import _native
from codescan.app.dedup import DedupOptions, duplicates_of
from codescan.dedup.engine import DedupSettings, read_parts
from codescan.dedup.file_clusters import FileCluster, file_cluster_name, file_pairs
from codescan.dedup.file_decisions import FileDecisions
from codescan.dedup.inputs import TrainingSet
from codescan.dedup.ordering import Nodes, group_documents
from codescan.dedup.passages import _merged
from codescan.dedup.star_clusters import Neighbors, UnionFind, components, star_clusters
from codescan.tasks.task_pool import TaskPool
from codescan.tasks.work_folder import WorkFolder

_spec = importlib.util.spec_from_file_location("_sets", Path(__file__).with_name("conftest.py"))
_sets = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_sets)
module, edited, function = _sets.module, _sets.edited, _sets.function
PYTHON = _native.LEXERS["python"]


def stored(folder: Path, *sequences: list[int]) -> _native.DuplicateTokens:
    """Token sequences in a file, as the search reads them."""
    path = folder / "tokens.bin"
    np.concatenate([np.array(s, dtype=np.uint32) for s in sequences]).tofile(path)
    lengths = np.array([len(s) for s in sequences], dtype=np.uint32)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.uint64)
    files = np.zeros(len(lengths), dtype=np.uint32)
    return _native.DuplicateTokens([str(path)], files, starts, lengths)


symbols = st.lists(st.integers(0, 12).map(lambda n: 8 * n + 2), min_size=1, max_size=200)


@settings(max_examples=80, deadline=None)
@given(symbols, symbols, st.sampled_from([0.0, 0.5, 0.8, 0.9]))
def test_common_tokens_are_a_longest_common_subsequence(tmp_path_factory, a, b, share):
    folder = tmp_path_factory.getbasetemp()
    pair = np.array([[0, 1]], dtype=np.uint32)
    equal_tokens = int(stored(folder, a, b).verify(pair, share)[0, 0])
    longest = LCSseq.similarity(a, b)
    enough = longest >= share * max(len(a), len(b)) - 1e-9
    assert equal_tokens == (longest if enough else 0)


def test_renamed_texts_match_and_unrelated_lists_of_names_do_not(tmp_path):
    text = module(1)
    renamed = text
    for number, word in enumerate(_sets.WORDS[:7]):
        renamed = renamed.replace(word, f"name{number}x")
    names = "\n".join(f"value_{n} = other_{n}" for n in range(60))
    others = "\n".join(f"field_{n} = thing_{n}" for n in range(60))
    lists = [symbols_of(one) for one in (text, renamed, names, others)]
    rows = stored(tmp_path, *lists).verify(np.array([[0, 1], [2, 3]], np.uint32), 0.8, True)
    assert rows[0, 0] >= 0.8 * len(lists[0])
    assert rows[0, 1] > 0
    assert rows[1].tolist() == [0, 0]


def symbols_of(text: str) -> list[int]:
    hashes = _native.lex(text.encode(), PYTHON).hashes().tolist()
    return [(h >> 35) << 3 | h & 7 for h in hashes]


def rows_file(folder: Path, texts: list[str]) -> Path:
    path = folder / "rows.jsonl"
    rows = ({"id": f"{n:03}", "content": t, "language": "python"} for n, t in enumerate(texts))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("seed", range(3))
def test_every_pair_of_near_duplicates_is_a_candidate_and_none_other_is_verified(tmp_path, seed):
    rng = random.Random(seed)
    texts = []
    for number in range(12):
        base = module(100 * seed + number, rng.randrange(1, 4))
        texts += [base, *(edited(base, rng.choice((0.02, 0.1, 0.3, 0.6)), n) for n in range(3))]
    data = TrainingSet([rows_file(tmp_path, texts)], {"path": ""})
    with WorkFolder.opened(tmp_path / "work", {}) as work:
        pool = TaskPool(work, 1, lambda *_: None)
        segments, _ = read_parts(list(data.parts()), DedupSettings(keep="first"), pool)
        group_documents(segments, work.path)
        nodes = Nodes(work.path)
        equal_names, _renamed = file_pairs(pool, segments, nodes, 0.8)
        unverified = np.concatenate([np.load(path) for path in equal_names.not_verified])
    pairs, candidates = (
        {tuple(sorted((int(nodes.first[a]), int(nodes.first[b])))) for a, b in rows.tolist()}
        for rows in (equal_names.rows[:, :2], unverified)
    )
    lists = [symbols_of(text) for text in texts]
    different = [n for n, own in enumerate(lists) if own not in lists[:n]]
    similar = {
        (a, b)
        for a, b in itertools.combinations(different, 2)
        if LCSseq.similarity(lists[a], lists[b]) >= 0.8 * max(len(lists[a]), len(lists[b]))
    }
    # Where nearly all of the allowed edits are spread evenly, MinHash may not propose a pair.
    certain = {
        (a, b)
        for a, b in similar
        if LCSseq.similarity(lists[a], lists[b]) >= 0.9 * max(len(lists[a]), len(lists[b]))
    }
    assert len(certain) >= 10
    assert certain <= pairs | candidates
    assert pairs <= similar
    partners = Counter(max(pair) for pair in pairs)
    assert {max(pair) for pair in certain} <= partners.keys()


def revised(text: str, rng: random.Random) -> str:
    """The text with up to a tenth of its lines written anew."""
    lines, fresh = text.split("\n"), function(rng, "fresh").split("\n")
    for at in rng.sample(range(3, len(lines)), rng.randrange(1, len(lines) // 10)):
        lines[at] = rng.choice(fresh[1:-2])
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(3))
def test_no_two_files_that_stay_are_near_duplicates_in_families_of_many(tmp_path, seed):
    # Edits accumulate in half of the texts, so that families are chains and bushes; each is far
    # larger than the number of matches after which a text is not compared further.
    rng = random.Random(seed)
    texts = []
    for number in range(3):
        family = [module(100 * seed + number, 3)]
        for _ in range(30):
            parent = rng.choice(family[-1:] if rng.random() < 0.5 else family[:3])
            family.append(revised(parent, rng))
        texts += family
    rng.shuffle(texts)
    path = rows_file(tmp_path, texts)
    rows = list(duplicates_of(DedupOptions((path,), keep="first", levels=("file",))))
    lists = [symbols_of(text) for text in texts]

    def share(a: int, b: int) -> float:
        return LCSseq.similarity(lists[a], lists[b]) / max(len(lists[a]), len(lists[b]))

    stays = [int(row.document) for row in rows if row.decision != "dropped"]
    assert 3 <= len(stays) < 60
    assert not [pair for pair in itertools.combinations(stays, 2) if share(*pair) >= 0.88]
    kept_documents = {row.cluster: int(row.document) for row in rows if row.reason == "kept-copy"}
    for row in rows:
        if row.reason == "near-duplicate":
            assert share(kept_documents[row.cluster], int(row.document)) >= 0.8


def test_every_shared_run_and_equal_unit_of_independent_files_is_listed(tmp_path):
    rng = random.Random(5)
    pieces = [function(rng, f"piece_{n}", rng.randrange(8, 22)) for n in range(6)]
    texts = []
    for number in range(10):
        own = [function(rng, f"own_{number}_{n}", 16) for n in range(4)]
        held = rng.sample(pieces, rng.randrange(0, 3))
        texts.append("\n\n".join([own[0], *held[:1], own[1], *held[1:], *own[2:]]))
    path = rows_file(tmp_path, texts)
    options = DedupOptions((path,), workers=1, columns={"path": ""})
    rows_below_files = [row for row in duplicates_of(options) if row.level != "file"]
    clusters: dict[str, set[str]] = {}
    for row in rows_below_files:
        clusters.setdefault(row.cluster, set()).add(row.document)
    lists = [symbols_of(text) for text in texts]
    expected = 0
    for a, b in itertools.combinations(range(len(texts)), 2):
        pair = {f"{a:03}", f"{b:03}"}
        has_run = not runs_of(lists[a], 64).isdisjoint(runs_of(lists[b], 64))
        together = [name for name, documents in clusters.items() if pair <= documents]
        has_passage = any(name.startswith("passage") for name in together)
        assert has_passage == has_run, (a, b)
        expected += has_run
        shared = units_of(texts[a]) & units_of(texts[b])
        assert any(name.startswith("unit") for name in together) or not shared
    assert expected > 3


def runs_of(symbols: list[int], length: int) -> set[tuple[int, ...]]:
    """All runs of a length."""
    return {tuple(symbols[at : at + length]) for at in range(len(symbols) - length + 1)}


def units_of(text: str) -> set[tuple[int, ...]]:
    tokens = _native.lex(text.encode(), PYTHON)
    symbols = symbols_of(text)
    return {tuple(symbols[a:b]) for a, b in _native.units(tokens, text.encode()).tolist()}


def test_clusters_are_read_back_from_the_decisions(tmp_path):
    decisions = FileDecisions(tmp_path, "w+", 7)
    node_of_document = np.array([3, 0, 1, 1, 2, 3, 4], dtype=np.uint32)
    clusters = [
        FileCluster(file_cluster_name(9), 0, ((5, 2, 1.0), (6, 4, 0.875))),
        FileCluster(file_cluster_name(2**64 - 1), 3, ((2, 3, 1.0),)),
        FileCluster(file_cluster_name(4), 4, ()),  # near to dropped files alone
    ]
    for cluster in clusters:
        decisions.take(cluster)
    decisions.flush()
    again = FileDecisions(tmp_path).clusters(SimpleNamespace(of_document=node_of_document))
    assert list(again) == [clusters[1], clusters[0]]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_components_are_the_connected_sets(pairs):
    pairs = [(a, b) for a, b in pairs if a != b]
    rows = np.array([(a, b, 1, 0) for a, b in pairs], dtype=np.uint32).reshape(-1, 4)
    sets = {n: {n} for n in range(31)}
    for a, b in pairs:
        joined = sets[a] | sets[b]
        for n in joined:
            sets[n] = joined
    expected = {frozenset(s) for s in sets.values() if len(s) > 1}
    parts = list(components(31, rows))
    assert {frozenset(members) for members, _ in parts} == expected
    assert sum(len(own) for _, own in parts) == len(rows)


def test_neighbors_are_a_mapping_both_ways_with_the_best_similarity():
    rows = np.array([(3, 1, 8, 0), (1, 3, 8, 2), (3, 1, 6, 0), (3, 5, 5, 0)], dtype=np.uint32)
    neighbors = Neighbors(rows, np.array([9, 10, 9, 10, 9, 10], dtype=np.uint32))
    assert neighbors.of(1) == {3: (0.8, True)}
    assert neighbors.of(3) == {1: (0.8, True), 5: (0.5, False)}
    assert (neighbors.of(2), set(neighbors.names_of(3))) == ({}, {1, 5})


@given(
    st.lists(
        st.tuples(*(st.integers(0, n) for n in (1, 12, 1, 12)), st.integers(1, 6)),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_overlapping_runs_of_one_diagonal_become_one(rows):
    covered = {
        (node, other, begin - start, start + step)
        for node, start, other, begin, length in rows
        for step in range(length)
    }
    merged = _merged(np.array(rows, dtype=np.int64)).tolist()
    passages = [
        (node, other, begin - start, start + step)
        for node, start, other, begin, length in merged
        for step in range(length)
    ]
    # What touches is joined, too: no token is in two runs of a diagonal.
    assert (set(passages), len(passages)) == (covered, len(covered))
    ends = {(node, other, begin - start, start + n) for node, start, other, begin, n in merged}
    assert not ends & {
        (node, other, begin - start, start) for node, start, other, begin, _n in merged
    }


def test_a_set_is_named_by_its_smallest_number():
    sets = UnionFind(10)
    for a, b in ((7, 9), (9, 3), (5, 7)):
        sets.unite(a, b)
    assert [sets.find(n) for n in (3, 5, 7, 9, 1)] == [3, 3, 3, 3, 1]


def test_members_of_a_star_are_verified_against_its_center():
    def near(a: int, b: int) -> bool:
        return abs(a - b) <= 2

    order = list(range(10))
    pairs = [(a, a + 1, 9, 0) for a in range(9)]
    neighbors = Neighbors(np.array(pairs, dtype=np.uint32), np.full(10, 10, dtype=np.uint32))

    def verify(center, others):
        return {other: (0.8, False) for other in others if near(center, other)}

    stars = dict(star_clusters(order, neighbors, verify))
    assert {center: set(members) for center, members in stars.items()} == {
        0: {1, 2}, 3: {4, 5}, 6: {7, 8}, 9: set(),
    }  # fmt: skip
