# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What can be wrong is said before anything is built, loaded or spent; a dry run spends nothing."""

import json

import pytest

from codescan.__main__ import main


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "corpus").mkdir()
    for name in ("first", "second", "third"):
        lines = "".join(f"{name}_{n} = later({n}, {n * n})\n" for n in range(90))
        (tmp_path / "corpus" / f"{name}.py").write_text(lines)
    return tmp_path


SERVICE = ("--model", "openai:m", "--base-url", "http://x/v1")
BERT = {"model_type": "bert", "architectures": ["BertForMaskedLM"]}
WRONG = {
    "unknown-model": (["--model", "no-such-model"], 3),
    "missing-folder": (["--model", "./missing"], 3),
    "missing-log": (["--replay", "missing.jsonl"], 2),
    "masked-model": (["--model", "masked"], 3),
    "bad-address": (["--model", "openai:m", "--base-url", "ftp://x"], 2),
    "no-key": (["--model", "openai:m"], 3),
    "bad-option": (
        ["--model", "openai:m", "--base-url", "http://x/v1", "--model-option", "a=1"],
        2,
    ),
    "missing-prompts": (
        [*SERVICE, "--prompt-file", "missing.jsonl"],
        2,
    ),
    "bad-reference-model": (
        [*SERVICE, "--reference-model", "nowhere"],
        3,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("dry", [True, False])
def test_what_is_wrong_is_reported_before_the_index_is_built(corpus, wrong, dry):
    masked = corpus / "masked"
    masked.mkdir()
    (masked / "config.json").write_text(json.dumps(BERT))
    before = set(corpus.rglob("*"))
    arguments, code = WRONG[wrong]
    command = ["audit", *arguments, "--corpus", "corpus", "-q", *(["--dry-run"] if dry else [])]
    assert main(command) == code
    assert {path for path in corpus.rglob("*") if "crash" not in path.name} == before


def test_a_dry_run_counts_and_asks_nothing(corpus, capsys):
    assert main(["index", "build", "--corpus", "corpus", "--out", "index", "-q"]) == 0
    capsys.readouterr()
    command = [
        *("audit", "--model", "openai:m", "--base-url", "http://127.0.0.1:1/v1"),
        *("--index", "index", "--strategy", "prefix", "--limit", "4", "--samples", "3"),
        *("--null-share", "0", "--max-new-tokens", "10", "--dry-run", "-q"),
        *("--model-option", "price_out=1000000", "--model-option", "requests_per_minute=6"),
    ]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert "Calls" in shown
    assert "at most 120.00" in shown or "at most" in shown
    assert main([*command, "--format", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["calls"] == plan["prompts"] * 3 > 0
    assert plan["completion_tokens"] == plan["calls"] * 10
    assert plan["cost"] == pytest.approx(plan["completion_tokens"])
    assert plan["seconds"] == pytest.approx(plan["calls"] * 10.0)
    assert plan["power"] is None
    assert not (corpus / "codescan-runs").exists()


def test_a_dry_run_of_a_log_counts_its_prompts(corpus, capsys):
    assert main(["index", "build", "--corpus", "corpus", "--out", "index", "-q"]) == 0
    (corpus / "log.jsonl").write_text('{"completion": "x"}\n' * 3)
    capsys.readouterr()
    command = ["audit", "--replay", "log.jsonl", "--index", "index", "--dry-run"]
    assert main([*command, "-q", "--format", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["prompts"], plan["calls"], plan["completion_tokens"]) == (3, 0, 0)
    assert plan["cost"] is None
