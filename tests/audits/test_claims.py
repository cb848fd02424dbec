# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Two claims, kept apart: a rate is about this corpus or about packages like these."""

import hashlib

import pytest
from msgspec.structs import replace

from codescan.audits.arm_counts import designs_of
from codescan.audits.group_counts import Share, claim_of, cluster_of
from codescan.audits.measures.extraction import extraction_statistics
from codescan.audits.sampling_frames import Drawing
from codescan.audits.shuffling import DocumentList
from codescan.index import Index, build
from codescan.prompts.prefix import PrefixStrategy
from codescan.records import Arm, Completion, Document, Origin, Package, Prompt, Score
from codescan.records.enums import FRAMES
from codescan.records.json_form import encode
from codescan.runs import RunStore
from codescan.stats.finite_population import finite_rate, hypergeometric_interval
from codescan.stats.intervals import PACKAGES_LIKE_THESE, THIS_CORPUS, rate

PACKAGES, FILES = 20, 10


def file_of(package, path, text):
    name = f"p{package:02}"
    content = text.encode()
    origin = Origin(
        Package(f"pkg:generic/{name}@1", name, "1", f"generic/{name}"),
        path,
        hashlib.sha256(content).hexdigest(),
    )
    return Document(content, "prose", origin)


def body(package, number):
    return " ".join(f"w{package}x{number}y{word}" for word in range(60))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Twenty packages of ten files; the first one also holds the first file of each other one."""
    folder = tmp_path_factory.mktemp("claims") / "index"
    documents = [
        file_of(package, f"{number}.txt", body(package, number))
        for package in range(PACKAGES)
        for number in range(FILES)
    ]
    documents = [
        *(file_of(0, f"vendored/{p}.txt", body(p, 0)) for p in range(1, PACKAGES)), *documents
    ]  # fmt: skip
    build([DocumentList(documents)], folder, name="claims", recipe={}, workers=1)
    with Index.open(folder) as opened:
        yield opened


def statistics(index, frame, limit, extracts, folder):
    drawing = Drawing(index, [PrefixStrategy(prefix_tokens=20, expected_tokens=20)], 1)
    prompts = list(drawing.target(frame, limit))
    notes = {"strata": drawing.weights, "population": drawing.population}
    with RunStore(folder) as store:
        store.add_prompts(prompts, lambda: notes)
        store.save(Score(p.id, "m", 20, 20 if extracts(p) else 0, -1.0) for p in prompts)
        designs = designs_of(store)
        return encode(extraction_statistics(store, (), {}, scorer=True)), designs


def test_each_frame_makes_its_claim():
    assert {frame: claim_of(frame) for frame in FRAMES} == {
        "packages": PACKAGES_LIKE_THESE,
        "uniform": THIS_CORPUS,
        "copies": THIS_CORPUS,
        "worst-case": "prompts chosen like these",
    }
    assert claim_of("given") == "prompts like these"
    assert claim_of("packages", other=True) == THIS_CORPUS
    assert claim_of("copies", other=True) == PACKAGES_LIKE_THESE


@pytest.mark.parametrize("frame", ["packages", "uniform"])
def test_both_claims_are_named_and_neither_is_the_other(index, tmp_path, frame):
    """All files of two of the twenty packages are extracted."""

    def extracts(prompt):
        return cluster_of(prompt) in {"generic/p01", "generic/p02"}

    measured, _ = statistics(index, frame, 100, extracts, tmp_path / "run")
    extraction = measured["discoverable_extraction"]
    first, second = extraction["target"], extraction["other_claim"]
    assert first["claim"] == claim_of(frame)
    assert second["claim"] == claim_of(frame, other=True)
    assert f"for {claim_of(frame)}" in first["words"]
    assert (first["k"], first["n"]) == (second["k"], second["n"])
    corpus, packages = (first, second) if frame == "uniform" else (second, first)
    assert packages["clusters"] == PACKAGES, "families of the files, not the first holder"
    assert corpus["clusters"] == 100
    assert corpus["high"] - corpus["low"] < packages["high"] - packages["low"]


def test_every_file_of_a_corpus_leaves_no_doubt_of_this_corpus(index, tmp_path):
    def extracts(prompt):
        return int(hashlib.sha256(prompt.id.encode()).hexdigest(), 16) % 4 == 0

    most = PACKAGES * FILES
    measured, designs = statistics(index, "uniform", most, extracts, tmp_path / "run")
    design = designs["uniform", Arm.TARGET]
    assert design.population[""] >= most
    target = measured["discoverable_extraction"]["target"]
    assert target["n"] == most
    free = rate(target["k"], most)
    assert target["high"] - target["low"] < free.high - free.low
    assert "hypergeometric" in target["method"]


def test_families_are_identified_by_the_smallest_holder(index):
    drawing = Drawing(index, [PrefixStrategy(prefix_tokens=20, expected_tokens=20)], 1)
    prompts = list(drawing.target("uniform", PACKAGES * FILES))
    shared = [p for p in prompts if p.document_id.startswith("pkg:generic/p00@1#vendored/")]
    assert len(shared) == PACKAGES - 1
    assert {cluster_of(p) for p in shared} == {f"generic/p{n:02}" for n in range(1, PACKAGES)}


def test_rows_that_repeat_one_prompt_are_one_unit_also_when_there_is_no_other():
    counted = Share()
    for number in range(20):
        counted.add(Prompt(f"row-{number}", "the same", "replay"), number % 2, 1)
    one = counted.rate()
    assert (one.k, one.n, one.clusters) == (10, 20, 1)
    assert one.high - one.low > 0.9
    assert one.claim == "prompts like these"


@pytest.mark.parametrize("population", [12, 20, 60])
def test_the_hypergeometric_interval_holds_the_truth(population):
    from scipy.stats import hypergeom

    n = 10
    for successes in range(population + 1):
        covered = 0.0
        for k in range(max(0, n - population + successes), min(n, successes) + 1):
            low, high = hypergeometric_interval(k, n, population)
            held = low <= successes / population <= high
            covered += hypergeom.pmf(k, population, successes, n) * held
        assert covered >= 0.925, "two-sided but for 0 and all"


@pytest.mark.parametrize("k", [0, 3, 10])
def test_the_correction_narrows_with_the_part_that_was_drawn(k):
    units = {str(number): (int(number < k), 1) for number in range(10)}
    widths = [
        (one := finite_rate(units, population)).high - one.low
        for population in (10, 20, 100, 10**6)
    ]
    assert widths[0] == 0.0
    assert widths == sorted(widths)
    free = finite_rate(units)
    assert widths[-1] == pytest.approx(free.high - free.low, abs=1e-3)


def test_files_of_several_prompts_are_clusters_and_the_correction_holds_there_too():
    units = {str(number): (4 * (number < 3), 4) for number in range(12)}
    free, half, whole = (finite_rate(units, size) for size in (None, 96, 48))
    assert free.low < half.low < whole.low == whole.value == whole.high < half.high < free.high
    assert free.high - free.low > rate(12, 48).high - rate(12, 48).low


def test_a_strategy_without_null_arm_is_in_the_rate_and_not_in_the_excess(tmp_path):
    """Every signature prompt is extracted, no prefix prompt is: that is no excess."""
    prompts = [
        Prompt(
            f"{arm}-{strategy}-{number}", "x", strategy, arm=arm, frame="packages",
            document_id=f"pkg:generic/p{number}@1#a", group=f"p{number}",
        )
        for arm, strategy in (
            (Arm.TARGET, "prefix"), (Arm.TARGET, "signature"), (Arm.NULL, "prefix")
        )
        for number in range(40)
    ]  # fmt: skip
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts)
        store.save(
            Score(p.id, "m", 20, 20 if p.strategy == "signature" else 0, -1.0) for p in prompts
        )
        store.save(Completion(p.id, "m", "x") for p in prompts)
        measured = encode(extraction_statistics(store, (), {}, scorer=True))
    extraction = measured["discoverable_extraction"]
    assert (extraction["target"]["k"], extraction["target"]["n"]) == (40, 80)
    like = extraction["target_with_null_arm"]
    assert (like["k"], like["n"]) == (0, 40)
    assert extraction["excess"]["value"] == 0.0
    assert measured["completions_without_null_arm"] == {"signature": 40}


def test_null_completions_that_hold_indexed_text_have_a_second_figure(sample_finding, tmp_path):
    """Ten null completions, four of which hold a verbatim copy: 4 of 10, and 0 of 6."""
    prompts = [
        Prompt(f"{arm}-{n}", "x", "prefix", arm=arm, frame="uniform", document_id=f"a@1#{n}")
        for arm in Arm
        for n in range(10)
    ]
    held = ("null-0/0", "null-1/0", "null-2/0", "null-3/0", "target-0/0")
    findings = [replace(sample_finding, snippet_id=name) for name in held]
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts)
        store.save(Completion(p.id, "m", "x") for p in prompts)
        owners = {finding.snippet_id: finding.snippet_id for finding in findings}
        measured = extraction_statistics(store, findings, owners, scorer=False)
        copies = encode(measured)["copies"]
    assert (copies["null"]["k"], copies["null"]["n"]) == (4, 10)
    second = copies["null_without_indexed_text"]
    assert (second["k"], second["n"]) == (0, 6)
    assert copies["excess"]["value"] == pytest.approx(-0.3)
    assert copies["excess_without_indexed_text"]["value"] == pytest.approx(0.1)
