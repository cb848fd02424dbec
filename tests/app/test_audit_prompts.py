# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompts of an audit: drawn from the index, read from a file, cut at the model's tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.records import Arm, Completion, Score
from codescan.runs import RunStore


class Letters:
    """A tokenizer whose tokens are characters."""

    def encode(self, text):
        return [ord(letter) for letter in text]

    def decode(self, tokens):
        return "".join(map(chr, tokens))


class Reciter:
    """A model that knows its training data by heart; rates and continues prompts."""

    name = "reciter"
    tokenizer = Letters()

    def generate(self, prompts, sampling):
        for prompt in prompts:
            for index in range(sampling.count):
                yield Completion(prompt.id, self.name, prompt.expected, index, tokens=9)

    def score(self, prompts):
        for prompt in prompts:
            count = len(prompt.expected_tokens or prompt.expected)
            yield Score(prompt.id, self.name, count, count, 0.0)

    def describe(self):
        return {"name": self.name}


@pytest.fixture
def audit(built_index, monkeypatch, capsys):
    """Run `codescan audit` with the reciter: exit code, report, stderr."""
    monkeypatch.setattr("codescan.models.load_model", lambda _reference, **_options: Reciter())
    monkeypatch.setattr("codescan.models.loading.resolve.check_model", lambda *_a, **_o: None)

    def run(*arguments):
        command = ["audit", "--model", "reciter", "--index", str(built_index), "--out", "run"]
        code = main([*command, "--format", "json", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if captured.out else {}, captured.err

    return run


def test_a_model_that_recites_is_found_out(audit):
    code, report, _ = audit("--fail-on", "A")
    assert code == 1
    assert report["statistics"]["by_strategy"]["signature"]["copies"]["k"] >= 1
    extraction = report["statistics"]["discoverable_extraction"]["target"]
    assert extraction["k"] == extraction["n"] >= 1
    finding = report["findings"][0]
    assert finding["license"]["expression"] == "AGPL-3.0-only"
    assert finding["origin"]["path"].endswith("tides.py")


def test_only_continuations_cut_at_tokens_are_scored(audit):
    audit()
    with RunStore(Path("run")) as store:
        scored = {score.prompt_id for score in store.scores()}
        assert scored == {p.id for p in store.prompts() if p.strategy == "prefix"}


def test_strategies_can_be_chosen_and_a_wrong_name_is_reported(audit, capsys):
    _, report, _ = audit("--strategy", "signature")
    assert set(report["statistics"]["by_strategy"]) == {"signature"}
    assert report["run"]["strategies"] == ["signature"]
    assert main(["audit", "--model", "x", "--strategy", "sinature"]) == 2
    assert "'signature'" in capsys.readouterr().err


def test_a_prompt_file_is_asked_and_scored_instead_of_the_corpus(audit, copied_function):
    row = {"prompt": "# high waters\n", "expected": copied_function, "language": "python"}
    Path("mine.jsonl").write_text(json.dumps(row) + "\n")
    code, report, _ = audit("--prompt-file", "mine.jsonl", "--fail-on", "A")
    assert code == 1
    assert report["statistics"]["prompts"] == 1
    assert report["statistics"]["discoverable_extraction"]["target"]["n"] == 1
    assert report["run"]["prompt_file"]["name"] == "mine.jsonl"


def test_a_prompt_file_that_is_wrong_is_reported_with_its_line(audit):
    Path("mine.jsonl").write_text('{"prompt": "x"}\nnot json\n')
    code, _, err = audit("--prompt-file", "mine.jsonl")
    assert code == 2
    assert "line 2" in err


def test_the_same_seed_draws_the_same_prompts(audit):
    audit("--seed", "5")
    with RunStore(Path("run")) as store:
        first = list(store.prompts())
    Path("run").rename("first")
    audit("--seed", "5")
    with RunStore(Path("run")) as store:
        assert list(store.prompts()) == first


def test_a_strategy_takes_options_and_they_are_part_of_the_run(audit):
    option = "prefix.prefix_tokens=16,32"
    _, report, _ = audit("--strategy", "prefix", "--strategy-option", option)
    assert report["run"]["strategy_options"] == {"prefix": {"prefix_tokens": [16, 32]}}
    variants = report["statistics"]["by_variant"]
    assert list(variants) == ["prefix, 16 tokens", "prefix, 32 tokens"]
    assert all(group["prompts"] for group in variants.values())
    code, _, err = audit("--strategy", "prefix", "--strategy-option", "prefix.prefix_tokens=50")
    assert code == 2
    assert "strategy_options" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--strategy-option", "prefix"), "STRATEGY.KEY=VALUE"),
        (("--strategy-option", "divergence.repeats=3"), "--strategy divergence"),
        (("--strategy-option", "prefix.color=3"), "no option 'color'"),
        (("--strategy-option", "prefix.prefix_tokens=many"), "is 'many'"),
        (("--strategy", "unconditional"), "--temperature above 0"),
    ],
)
def test_options_that_make_no_sense_are_reported(audit, arguments, message):
    code, report, err = audit(*arguments)
    assert (code, report) == (2, {})
    assert message in err
    assert not Path("run").exists()


def test_every_strategy_runs_to_a_report(audit):
    from codescan import registry

    names = registry.names("prompts")
    chosen = [part for name in names for part in ("--strategy", name)]
    code, report, _ = audit(*chosen, "--temperature", "1", "--samples", "2")
    assert code == 0
    used = report["statistics"]["by_strategy"]
    assert {"prefix", "first-lines", "fill-in-the-middle", "chat-request"} <= set(used)
    assert set(used) <= set(names)


def test_the_null_arm_takes_its_share_and_its_excess_is_the_headline(audit):
    _, report, _ = audit("--strategy", "prefix", "--limit", "4")
    statistics = report["statistics"]
    assert statistics["copies"]["null"]["n"] == 1
    assert statistics["copies"]["target"]["n"] + 1 == statistics["completions"]
    assert statistics["summary"][0].startswith("Completions that hold a copy")
    assert "every name and literal replaced" in statistics["summary"][0]
    assert report["run"]["null_arm"]["share"] == 0.5
    with RunStore(Path("run")) as store:
        null = [prompt for prompt in store.prompts() if prompt.arm is Arm.NULL]
    assert all(prompt.id.startswith("null-") for prompt in null)


def test_the_null_arm_can_be_a_corpus_of_the_users_or_left_out(audit, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    (new / "fresh.py").write_text("".join(f"value_{n} = later({n}, {n * n})\n" for n in range(60)))
    _, report, _ = audit("--strategy", "prefix", "--null-corpus", str(new))
    assert report["statistics"]["copies"]["null"]["n"] == 1
    with RunStore(Path("run")) as store:
        null = [prompt for prompt in store.prompts() if prompt.arm is Arm.NULL]
    assert all("fresh.py" in prompt.document_id and "later(" in prompt.text for prompt in null)


def test_without_a_null_arm_the_report_says_so(audit):
    _, report, _ = audit("--strategy", "prefix", "--null-share", "0")
    assert report["statistics"]["copies"]["null"] is None
    assert report["run"]["null_arm"] is None
    assert any("No null arm was run" in line for line in report["statistics"]["summary"])


def test_what_has_no_null_arm_is_asked_with_the_whole_limit(audit):
    chosen = ("--strategy", "unconditional", "--strategy", "divergence", "--temperature", "1")
    _, report, _ = audit(*chosen, "--limit", "2")
    assert report["statistics"]["prompts"] == 2
    assert report["statistics"]["copies"]["null"] is None


def test_what_has_no_null_arm_is_named_where_the_others_have_one(audit):
    chosen = ("--strategy", "unconditional", "--strategy", "prefix", "--temperature", "1")
    summary = " ".join(audit(*chosen, "--limit", "4")[1]["statistics"]["summary"])
    assert "of strategies without a null arm (unconditional) count in the share" in summary


def test_the_matcher_is_tested_on_the_index_itself(audit):
    _, report, err = audit("--strategy", "prefix")
    tested = report["statistics"]["matcher_self_test"]
    assert [case["case"] for case in tested["cases"]][:4] == [
        "verbatim", "reformatted", "renamed", "edited",
    ]  # fmt: skip
    assert tested["cases"][0]["reported"]["k"] == tested["cases"][0]["reported"]["n"] == 1
    assert "test the matcher" in err
    page = Path("run/report.html").read_text()
    assert "with every identifier renamed" in page


def test_the_test_of_the_matcher_can_be_left_out(audit):
    assert (
        "matcher_self_test"
        not in audit("--strategy", "prefix", "--self-test", "0")[1]["statistics"]
    )
