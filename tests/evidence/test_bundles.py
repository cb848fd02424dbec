# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan evidence`: bundles state what runs measured, and no byte of them can change unseen."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from result_schemas import read_result

from codescan.__main__ import main
from codescan.errors import EvidenceError
from codescan.evidence.annexes import annex_of, annex_text
from codescan.evidence.bundle import verify_bundle, write_bundle
from codescan.evidence.measured_rates import measured_rates
from codescan.evidence.ml_bom import ml_bom
from codescan.evidence.model_card import ModelRelease, model_card
from codescan.evidence.run_files import RunFiles
from codescan.evidence.spdx_ai import spdx_ai
from codescan.records.json_form import encode
from codescan.signatures.signing_keys import new_signing_key
from codescan.stats.intervals import rate

SPDX_3 = Path(__file__).parents[1] / "data" / "spdx" / "spdx-json-schema-3.0.1.json"
SIGNED = ("--signing-key", "key.pem", "--without-safeguard", "runs/without", "--with-safeguard",
          "runs/with")  # fmt: skip


def write_log(path, texts):
    rows = [{"prompt": f"Write part {n}", "completion": text} for n, text in enumerate(texts)]
    Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def bundle(built_index, copied_function, capsys):
    """A bundle of two audits: 8 of 12 prompts reproduce a text; none with a safeguard."""
    harmless = "print('nothing to see here')\n"
    write_log("without.jsonl", [copied_function] * 8 + [harmless] * 4)
    write_log("with.jsonl", [harmless] * 12)
    for name in ("without", "with"):
        arguments = ["audit", "--index", str(built_index), "--replay", f"{name}.jsonl", "-q"]
        assert main([*arguments, "--out", f"runs/{name}", "--self-test", "0"]) == 0
    assert main(["evidence", "keygen", "key.pem", "-q"]) == 0
    assert main(["evidence", "runs/without", "--out", "bundle", *SIGNED]) == 0
    capsys.readouterr()
    return Path("bundle")


def test_a_bundle_answers_the_questions_of_regulators(bundle):
    annexes = read_result("annexes.json", (bundle / "annexes.json").read_text())
    one, two = annexes["reproducible"]
    assert (one["run"], one["reproduced"], one["prompts"], one["tries"]) == ("without", 8, 12, 12)
    assert two["reproduced"] == 0
    assert "0 of 12" in two["words"]
    zeros = [each for each in annexes["likelihood"] if each["k"] == 0]
    assert zeros
    assert all(each["upper_bound"] == min(1.0, 3 / each["n"]) for each in zeros)
    (change,) = annexes["safeguards"]
    assert (change["all"]["copies"]["before"]["k"], change["all"]["copies"]["after"]["k"]) == (8, 0)
    assert annexes["not_measured"] == []
    text = (bundle / "annexes.md").read_text()
    assert "8 of 12" in text
    assert "draw no legal conclusion" in text


def test_a_bundle_states_models_inputs_indexes_and_code(bundle, capsys):
    assert main(["evidence", "verify", str(bundle), "--format", "json"]) == 0
    verified = read_result("evidence verify", capsys.readouterr().out)
    stated = verified["predicate"]
    assert len(stated["code"]["sha256"]) == 64
    run = stated["runs"][0]
    assert set(run["inputs_sha256"]) == {"prompts", "completions", "scores"}
    assert run["index"]
    assert not verified["is_key_trusted"]
    assert main(["evidence", "verify", str(bundle), "--public-key", "key.pem.pub"]) == 0
    assert main(["evidence", "keygen", "other.pem"]) == 0
    assert main(["evidence", "verify", str(bundle), "--public-key", "other.pem.pub"]) == 3


def test_files_that_are_changed_removed_or_added_are_refused(bundle):
    for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        assert main(["evidence", "verify", str(bundle)]) == 3, path
        path.unlink()
        assert main(["evidence", "verify", str(bundle)]) in (2, 3), path
        path.write_bytes(content)
    assert main(["evidence", "verify", str(bundle)]) == 0
    (bundle / "runs" / "more.txt").write_text("more")
    assert main(["evidence", "verify", str(bundle)]) == 3
    (bundle / "runs" / "more.txt").unlink()
    (bundle / "link").symlink_to("/etc/hostname")
    assert main(["evidence", "verify", str(bundle)]) == 3


def test_the_same_runs_give_the_same_bundle(bundle):
    runs = ("runs/without", "runs/with")
    assert main(["evidence", "bundle", *runs, "--out", "again", *SIGNED]) == 0
    files = [
        {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (bundle, Path("again"))
    ]
    assert files[0] == files[1]


def test_bills_of_materials_carry_the_rates_and_pass_the_official_schemas(bundle):
    pytest.importorskip("cyclonedx", reason="the extra 'sbom' is not installed")
    import jsonschema_rs
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    bom = (bundle / "ml-bom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None
    spdx = json.loads((bundle / "ai.spdx3.json").read_text())
    jsonschema_rs.validator_for(json.loads(SPDX_3.read_text())).validate(spdx)
    metrics = [
        metric
        for component in json.loads(bom)["components"]
        for metric in component["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    ]
    packages = [each for each in spdx["@graph"] if each["type"] == "ai_AIPackage"]
    assert len(metrics) == sum(len(package["ai_metric"]) for package in packages) > 0
    assert any(metric["slice"].endswith("8 of 12") for metric in metrics)


@pytest.mark.parametrize("name", ["m", "a\x1b[31m\u202e<b>", "", "x" * 5000])
def test_bills_of_odd_models_pass_the_official_schemas(name):
    pytest.importorskip("cyclonedx", reason="the extra 'sbom' is not installed")
    import jsonschema_rs
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    result = {"run": {"model": {"name": name, "weights_sha256": {name: "a" * 64, "b": "b" * 64}}},
              name: encode(rate(0, 50))}  # fmt: skip
    run = RunFiles("run\u2028", {}, result, {}, {}, 0, 0)
    cards = model_card([run, RunFiles("two", {}, {}, {}, {}, 0, 0)])
    assert sum(len(card.rates) for card in cards) == 1
    bom = ml_bom(cards, "1.0")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None
    spdx = spdx_ai(cards, "1.0")
    jsonschema_rs.validator_for(json.loads(SPDX_3.read_text())).validate(json.loads(spdx))
    assert "\x1b" not in bom + spdx
    assert annex_text(annex_of([run], [])).count("\n- Not measured.") == 2


def test_canaries_and_searches_answer_how_many_tries():
    extracted = {"k": 2, "n": 5, "words": "2 of 5"}
    levels = [
        {"copies": copies, "extraction": {**encode(rate(2, 5)), "words": "2 of 5"},
         "extraction_by_tries": [{"tries": 100, **extracted}]}
        for copies in (0, 16)
    ]  # fmt: skip
    search = {"target": encode(rate(1, 8)), "null": encode(rate(0, 8)), "completions": 32}
    runs = [RunFiles("a", {}, {"levels": levels}, {}, {}, 0, 0),
            RunFiles("b", {}, search, {}, {}, 0, 0)]  # fmt: skip
    annex = annex_of(runs, [])
    one, two = annex.reproducible
    assert one.words == "2 of 5 of the secrets with 16 copies in one greedy try; in 100 tries 2."
    assert (two.reproduced, two.prompts, two.tries) == (1, 8, 32)
    assert [each["place"] for each in annex.likelihood] == ["levels / copies 16 / extraction",
                                                            "target"]  # fmt: skip


def test_what_is_missing_is_said(bundle, tmp_path):
    command = ["evidence", "bundle", "--out", "b2", "--signing-key", "key.pem"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([*command, str(empty)]) == 2
    assert main([*command, "none"]) == 2
    assert main(["evidence", "bundle", "--out", "b2", "--signing-key", "key.pem"]) == 2
    assert main([*command, "runs/with", "--with-safeguard", "runs/with"]) == 2
    assert (
        main(["evidence", "bundle", "runs/with", "--out", "b2", "--signing-key", "none.pem"]) == 2
    )
    assert (
        main(["evidence", "bundle", "runs/with", "--out", str(bundle), "--signing-key", "key.pem"])
        == 2
    )
    assert main(["evidence", "verify", str(empty)]) == 2
    for damaged in ("{broken", '{"k": NaN}', '{"k": 1e999}', '{"k": 1, "k": 2}', '{"a":' * 9999):
        (empty / "report.json").write_text(damaged)
        assert main([*command, str(empty)]) == 2
    (empty / "report.json").write_text("{}")
    assert main([*command, str(empty), "empty/../empty"]) == 2
    (empty / "notes.md").symlink_to("/etc/hosts")
    assert main([*command, str(empty)]) == 2
    assert not Path("b2").exists()


def test_without_the_extra_the_command_that_installs_it_is_named(bundle, monkeypatch, capsys):
    monkeypatch.setattr("codescan.signatures.signing_keys.find_spec", lambda _name: None)
    assert main(["evidence", "verify", str(bundle)]) == 2
    assert "pip install 'codescan[evidence]'" in capsys.readouterr().err


FILES = {"runs/1-a/report.json": b'{"k": 1}\n', "annexes.md": b"# Annexes\n", "empty": b""}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "bundle"
    write_bundle(folder, FILES, {"n": 1}, new_signing_key())
    return folder


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_anywhere_is_refused(small, data):
    paths = sorted(p for p in small.rglob("*") if p.is_file() and p.stat().st_size)
    path = data.draw(st.sampled_from(paths))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    changed = bytes([content[place] ^ data.draw(st.integers(1, 255))])
    path.write_bytes(content[:place] + changed + content[place + 1 :])
    try:
        with pytest.raises(EvidenceError):
            verify_bundle(small)
    finally:
        path.write_bytes(content)
    assert verify_bundle(small)["files"] == 4


def test_a_bundle_that_is_signed_anew_by_another_key_is_not_trusted(small, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(small, other)
    first = new_signing_key()
    shutil.rmtree(other)
    write_bundle(other, FILES, {"n": 1}, first)
    assert verify_bundle(other)["key_id"] == first.public.key_id
    with pytest.raises(EvidenceError, match="not with"):
        verify_bundle(other, new_signing_key().public)


RATES = st.builds(lambda k, n: encode(rate(min(k, n), n)), st.integers(0, 9), st.integers(0, 9))
RESULTS = st.recursive(
    RATES | st.integers() | st.text(max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(RESULTS)
def test_every_measured_rate_is_found_once_and_none_without_trials(result):
    rates = list(measured_rates(result))
    expected = json.dumps(result).count('"method": "Clopper-Pearson')
    unmeasured = json.dumps(result).count('"n": 0,')
    assert len(rates) == expected - unmeasured
    for each in rates:
        assert each.low <= each.value <= each.high
        assert each.k or each.upper_bound == pytest.approx(min(1, 3 / each.n))


RELEASE = ("--model-supplier", "Tidal Labs", "--model-download", "https://tidal.example/m",
           "--model-released", "2026-03-01")  # fmt: skip


def test_a_stated_release_makes_the_bill_conform_to_the_ai_profile():
    pytest.importorskip("cyclonedx", reason="the extra 'sbom' is not installed")
    import jsonschema_rs
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    result = {"run": {"model": {"name": "m", "revision": "1.2"}}, "rate": encode(rate(1, 50))}
    release = ModelRelease(
        "Tidal Labs\u202e", "https://tidal.example/m", datetime(2026, 3, 1, tzinfo=UTC)
    )
    (card,) = model_card([RunFiles("run", {}, result, {}, {}, 0, 0)])
    for stated, profiles in ((card, 2), (replace(card, release=release), 3)):
        spdx = json.loads(spdx_ai([stated], "1.0"))
        jsonschema_rs.validator_for(json.loads(SPDX_3.read_text())).validate(spdx)
        (document,) = [each for each in spdx["@graph"] if each["type"] == "SpdxDocument"]
        assert len(document["profileConformance"]) == profiles
    (package,) = [each for each in spdx["@graph"] if each["type"] == "ai_AIPackage"]
    # What the AI profile requires of every package, each once.
    required = {"suppliedBy", "software_downloadLocation", "software_packageVersion",
                "software_primaryPurpose", "releaseTime"}  # fmt: skip
    assert required <= package.keys()
    assert package["suppliedBy"] in {each.get("spdxId") for each in spdx["@graph"]}
    bom = ml_bom([replace(card, release=release)], "1.0")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None
    assert "tidal.example" in bom
    assert "\u202e" not in bom + json.dumps(spdx, ensure_ascii=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (RELEASE[:4], "incomplete"),
        ((*RELEASE[:3], "no url", *RELEASE[4:]), "not a URL"),
        (RELEASE, "2 models"),
    ],
)
def test_a_release_that_is_stated_in_part_is_refused(bundle, capsys, options, message):
    arguments = ["evidence", "runs/without", "--out", "more", *SIGNED, *options]
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not Path("more").exists()
    assert bundle.exists()


@pytest.mark.parametrize("files_written", range(4))
def test_a_bundle_that_was_cut_off_can_be_written_again(tmp_path, monkeypatch, files_written):
    """A killed process leaves no folder of that name, and what it left is replaced."""
    folder, key = tmp_path / "bundle", new_signing_key()
    write, written = Path.write_bytes, []

    def cut_off(path, content):
        if len(written) == files_written:
            os._exit(9)
        written.append(path)
        return write(path, content)

    child = os.fork()
    if not child:
        monkeypatch.setattr(Path, "write_bytes", cut_off)
        try:
            write_bundle(folder, {**FILES, "a": b"1", "b/c": b"2"}, {}, key)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert not folder.exists()
    write_bundle(folder, FILES, {}, key)
    assert verify_bundle(folder)["files"] == len(FILES) + 1
    assert [path.name for path in tmp_path.glob("*bundle*")] == ["bundle"]
    assert not list(tmp_path.glob(".*"))
