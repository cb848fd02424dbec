# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling frames: what each draws, that they stay apart, and that weights give the right share."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_files import FAMILIES, HELD_BY, filed, written
from msgspec import structs

from codescan.audits.group_counts import Share
from codescan.audits.measures.agreement import agreement
from codescan.audits.measures.extraction import extraction_statistics
from codescan.audits.measures.shuffled_index import chance_matches
from codescan.audits.sampling_frames import Drawing, allotted, copies_bin
from codescan.audits.shuffling import DocumentList, ShuffledIndex
from codescan.audits.worst_case import MIN_BITS, information, well_specified
from codescan.index import Index, build
from codescan.matchers.matching import Matching
from codescan.prompts.divergence import DivergenceStrategy
from codescan.prompts.first_lines import FirstLinesStrategy
from codescan.prompts.prefix import PrefixStrategy
from codescan.prompts.unconditional import UnconditionalStrategy
from codescan.prompts.word_list import WORDS
from codescan.records import Arm, Completion, Prompt, Report, Score
from codescan.records.enums import FRAMES
from codescan.records.json_form import encode
from codescan.reports.audit_sentences import audit_sentences
from codescan.runs import RunStore
from codescan.stats.cluster_intervals import stratified
from codescan.stats.intervals import rate


def prefix():
    return PrefixStrategy(prefix_tokens=20, expected_tokens=20)


@pytest.fixture
def drawing(known_index):
    return Drawing(known_index, [prefix()], 3)


def kind_of(prompt):
    return prompt.document_id.partition("#")[2].partition("/")[0]


def test_every_frame_is_named_and_deterministic_and_shares_no_prompt(known_index):
    drawn = {frame: list(Drawing(known_index, [prefix()], 3).target(frame, 12)) for frame in FRAMES}
    assert all(len(prompts) == 12 for prompts in drawn.values())
    assert all(p.frame == frame for frame, prompts in drawn.items() for p in prompts)
    again = {frame: list(Drawing(known_index, [prefix()], 3).target(frame, 12)) for frame in FRAMES}
    assert drawn == again
    ids = [prompt.id for prompts in drawn.values() for prompt in prompts]
    assert len(ids) == len(set(ids)) == 48


def test_no_file_is_looked_at_for_a_null_arm_that_cannot_be(known_index, monkeypatch):
    drawing = Drawing(known_index, [UnconditionalStrategy(), prefix(), DivergenceStrategy()], 3)
    assert [strategy.name for strategy in drawing.comparable] == ["prefix"]
    assert {prompt.strategy for prompt in drawing.null("packages", 4)} == {"prefix"}
    drawing = Drawing(known_index, [UnconditionalStrategy(), DivergenceStrategy()], 3)
    assert drawing.comparable == []
    monkeypatch.setattr("codescan.prompts.null_arm.rewritten", pytest.fail)
    assert list(drawing.null("packages", 4)) == []


def test_uniform_is_by_files_and_packages_is_by_packages(drawing):
    files = sum(HELD_BY.values())
    assert Counter(map(kind_of, drawing.target("uniform", files))) == HELD_BY
    first = Counter(kind_of(prompt) for prompt in drawing.target("packages", 8))
    assert first["lone"] <= 4, "two packages of four"


def test_strata_have_equal_parts_and_weights_are_their_files(drawing):
    prompts = list(drawing.target("copies", 24))
    assert Counter(p.stratum for p in prompts) == {"1": 8, "2 to 3": 8, "4 to 7": 8}
    assert {kind_of(p): p.stratum for p in prompts} == {
        kind: copies_bin(families) for kind, families in FAMILIES.items()
    }
    assert drawing.weights == {"copies": {"1": 40, "2 to 3": 12, "4 to 7": 8}}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50)), st.integers(0, 200))
def test_allotment_gives_all_there_is_to_give_and_no_more(population, limit):
    quotas = allotted(population, limit)
    assert sum(quotas.values()) == min(limit, sum(population.values()))
    assert all(quotas[name] <= count for name, count in population.items())
    full = [quotas[name] for name, count in population.items() if quotas[name] < count]
    assert not full or max(full) - min(full) <= 1


def test_the_weighted_share_is_that_of_the_corpus(drawing, tmp_path):
    """Only files with many copies are extracted: half of the drawn ones, 8 of 60 of the corpus."""
    prompts = list(drawing.target("copies", 24)) + list(drawing.null("copies", 6))
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts, lambda: {"strata": drawing.weights})
        target = [prompt for prompt in prompts if prompt.arm is Arm.TARGET]
        store.save(
            Score(prompt.id, "m", 20, 20 if prompt.stratum == "4 to 7" else 3, -1.0)
            for prompt in target
        )
        statistics = encode(extraction_statistics(store, (), {}, scorer=True))
    extraction = statistics["discoverable_extraction"]["target"]
    assert (extraction["k"], extraction["n"], extraction["weighted"]) == (8, 24, True)
    assert extraction["value"] == pytest.approx(8 / 60)
    assert extraction["low"] < 8 / 60 < extraction["high"]
    assert "weighted by stratum; copies frame" in extraction["words"]
    assert list(statistics["by_copies_in_the_index"]) == ["1", "2 to 3", "4 to 7"]


def test_shuffled_index_and_agreement_are_weighted_as_the_frame_is(drawing, tmp_path):
    prompts = list(drawing.target("copies", 24))
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts, lambda: {"strata": drawing.weights})
        words = random.Random(1)
        known = " ".join(words.choice(WORDS) for _ in range(80))
        many = {prompt.id for prompt in prompts if prompt.stratum == "4 to 7"}
        store.save(
            Completion(prompt.id, "m", known if prompt.id in many else f"{number}", number)
            for prompt in prompts
            for number in range(3)
        )
        agreed = encode(agreement(store, (), {}))
        copied = frozenset(f"{name}/{number}" for name in many for number in range(3))
        empty = ShuffledIndex("none", 1, 1, Matching(drawing.index, ()))
        chance = encode(chance_matches(store, empty, copied, lambda *_step: None))
    assert agreed["target"]["k"] == 8
    assert agreed["target"]["value"] == pytest.approx(8 / 60)
    assert chance["excess"]["value"] == pytest.approx(8 / 60)


def test_answers_to_one_prompt_are_not_independent_though_there_is_one_package():
    def share(packages, answers, files=12):
        counted = Share()
        for number in range(12):
            package = f"pkg:generic/p{number % packages}@1"
            file = f"{package}#{number % files}"
            one = Prompt(f"q{number}", "x", "prefix", document_id=file, frame="packages")
            counted.add(one, answers * (number % 2), answers)
        return counted.rate()

    own = "files of this package"
    assert share(1, 1) == replace(rate(6, 12), frame="packages", clusters=12, claim=own)
    assert share(1, 1, files=1).clusters == 1, "twelve prompts of one file"
    many = share(1, 100)
    assert (many.k, many.n) == (600, 1200)
    assert many.low < 0.3, "twelve prompts, not 1,200 trials"
    assert many.high > 0.7
    assert share(2, 100).clusters == 2


def test_every_rate_names_its_frame_and_frames_are_counted_apart(known_index, tmp_path):
    drawing = Drawing(known_index, [prefix()], 3)
    with RunStore(tmp_path / "run") as store:
        prompts = [
            prompt
            for frame in ("uniform", "worst-case")
            for prompt in (*drawing.target(frame, 9), *drawing.null(frame, 3))
        ]
        store.add_prompts(prompts)
        store.save(
            Score(p.id, "m", 20, 20 if p.frame == "worst-case" else 0, -1.0)
            for p in prompts
            if p.arm is Arm.TARGET
        )
        statistics = encode(extraction_statistics(store, (), {}, scorer=True))
    assert statistics["frame"] == "uniform"
    assert statistics["discoverable_extraction"]["target"]["k"] == 0
    worst = statistics["by_frame"]["worst-case"]
    assert worst["discoverable_extraction"]["k"] == 9
    assert worst["null"]["copies"]["n"] == 0
    report = Report(tool={}, run={}, index={}, statistics=statistics)
    message = [
        line for line in audit_sentences(report) if line.startswith("In the worst-case frame")
    ]
    assert len(message) == 1
    assert "9 of 9" in message[0]
    unnamed = [one for one in rates(statistics) if "frame" not in one]
    assert unnamed == []


def rates(value):
    """Every number with an interval in the statistics."""
    if isinstance(value, dict):
        if {"low", "value", "high", "words"} <= value.keys():
            yield value
        for inner in value.values():
            yield from rates(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from rates(inner)


def test_the_worst_case_is_unguessable_well_specified_and_of_few_families(tmp_path):
    """Boilerplate, widely held files and texts that go on in two ways are passed over."""
    own = written("own", 20)
    start = written("shared start", 12)
    forked = [start + written(f"{name} end", 12) for name in ("this", "that")]
    dull = "x = 0\n" * 60
    documents = [
        *(filed(own, "own", version=str(number)) for number in range(3)),
        *(filed(text, f"fork{number}") for number, text in enumerate(forked)),
        filed(dull, "dull"),
        *(filed(written("common", 20), f"common{number}") for number in range(6)),
        filed(written("rare", 20), "rare"),
    ]
    build([DocumentList(documents)], tmp_path / "index", name="i", recipe={}, workers=1)
    with Index.open(tmp_path / "index") as index:
        strategy = FirstLinesStrategy(lines=12)
        chosen = list(Drawing(index, [prefix(), strategy], 1).target("worst-case", 40))
        packages = {prompt.document_id.partition("@")[0] for prompt in chosen}
        assert {"pkg:pypi/own", "pkg:pypi/rare"} <= packages
        assert not packages & {"pkg:pypi/dull", *(f"pkg:pypi/common{n}" for n in range(6))}
        assert all(information(index, p.expected, p.language) >= MIN_BITS for p in chosen)
        fork = structs.replace(
            chosen[0], language="python", text=start, expected=forked[0][len(start) :][:200]
        )
        assert not well_specified(index, fork)
        lines = own.splitlines(keepends=True)
        whole = structs.replace(fork, text="".join(lines[:12]), expected="".join(lines[12:]))
        assert well_specified(index, whole)


def test_the_null_arm_of_the_worst_case_is_chosen_alike_and_rewritten(drawing, known_documents):
    prompts = list(drawing.null("worst-case", 6))
    assert len(prompts) == 6
    assert all(p.arm is Arm.NULL and p.frame == "worst-case" for p in prompts)
    known = {line for document in known_documents for line in document.content.decode().split("\n")}
    assert not any(set(p.text.split("\n")[1:-1]) & known for p in prompts)
    corpus = [filed(written(f"new {n}"), "new", f"{n}.py") for n in range(9)]
    null_prompts = list(drawing.null("worst-case", 4, corpus))
    assert {p.document_id.partition("#")[0] for p in null_prompts} == {"pkg:pypi/new@1"}


@pytest.mark.parametrize("true", [(0.0, 0.01, 0.3), (0.02, 0.1, 0.5), (0.0, 0.0, 0.0)])
def test_the_interval_of_a_stratified_share_holds_the_truth_as_often_as_it_says(true):
    rng = random.Random(1)
    weights = (90, 9, 1)
    truth = sum(w * p for w, p in zip(weights, true, strict=True)) / sum(weights)
    held = 0
    for _ in range(150):
        parts = [
            (w, rate(sum(rng.random() < p for _ in range(60)), 60))
            for w, p in zip(weights, true, strict=True)
        ]
        combined = stratified(parts)
        held += combined.low <= truth <= combined.high
    assert held >= 0.93 * 150


def test_a_part_without_trials_says_nothing_and_one_part_is_itself():
    assert stratified([]).n == 0
    assert stratified([(3.0, rate(1, 4)), (5.0, rate(0, 0))]) == rate(1, 4)
