# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan runs` lists run folders; `codescan safeguard` compares outputs without and with one."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.records import Completion, Prompt, Report
from codescan.reports.json import JsonReporter
from codescan.runs import RunStore

CLASSES = ("prefix", "chat-request")


def prompt_of(number, text):
    return Prompt(f"p{number}", text, CLASSES[number % 2], language="python")


def write_log(path, texts, finish_reason="stop"):
    rows = [
        {"prompt": f"Write part {n}", "completion": text, "finish_reason": finish_reason}
        for n, text in enumerate(texts)
    ]
    Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def two_runs(built_index, copied_function):
    """The same 12 prompts: 8 copies without a safeguard, 2 with it."""
    harmless = "print('nothing to see here')\n"
    write_log("without.jsonl", [copied_function] * 8 + [harmless] * 4)
    write_log("with.jsonl", [harmless] * 6 + [copied_function] * 2 + [harmless] * 4)
    for name in ("without", "with"):
        arguments = ["audit", "--index", str(built_index), "--replay", f"{name}.jsonl", "-q"]
        assert main([*arguments, "--out", f"runs/{name}", "--self-test", "0"]) == 0
    return Path("runs/without"), Path("runs/with")


def output_of(capsys, *arguments, code=0):
    capsys.readouterr()
    assert main(list(map(str, arguments))) == code
    return capsys.readouterr()


def test_rows_of_two_logs_are_paired_by_their_prompts(two_runs, capsys):
    result = json.loads(output_of(capsys, "safeguard", *two_runs, "--format", "json").out)
    copies = result["all"]["copies"]
    assert (result["all"]["pairs"], result["only_before"], result["only_after"]) == (12, 0, 0)
    assert (copies["before"]["k"], copies["after"]["k"]) == (8, 2)
    assert (copies["only_before"], copies["only_after"]) == (6, 0)
    assert copies["p_value"] == pytest.approx(2 / 2**6)
    difference = copies["difference"]
    assert difference["value"] == pytest.approx(-0.5)
    assert difference["low"] < -0.5 < difference["high"] < 0
    text = output_of(capsys, "safeguard", *two_runs).out
    assert "8 of 12" in text
    assert "McNemar" in text
    compared = json.loads(output_of(capsys, "compare", *two_runs, "--format", "json").out)
    assert compared["pairs"]["same_prompt"] == 12


def stored_run(folder, completions, *, prompts=None):
    """A finished run without findings, of prompts in two classes."""
    with RunStore(folder) as store:
        store.settle({"model": "m", "index": {"name": "i"}})
        store.add_prompts(prompts or [prompt_of(n, f"text {n}") for n in range(len(completions))])
        store.save(
            Completion(f"p{n}", "m", text, finish_reason=reason)
            for n, (text, reason) in enumerate(completions)
        )
        report = Report(tool={}, run={"command": "audit", "model": "m"}, index={}, statistics={})
        store.write("report.json", JsonReporter().render(report))
    return folder


def test_withheld_completions_are_counted_by_class(tmp_path, capsys):
    before = stored_run(tmp_path / "a", [("x = 1", "stop")] * 10)
    after = stored_run(
        tmp_path / "b", [("", "filter") if n % 2 else ("x = 1", "stop") for n in range(10)]
    )
    result = json.loads(output_of(capsys, "safeguard", before, after, "--format", "json").out)
    by_class = {entry["class"]: entry["withheld"] for entry in result["classes"]}
    assert (by_class["prefix"]["after"]["k"], by_class["chat-request"]["after"]["k"]) == (0, 5)
    assert by_class["chat-request"]["before"]["k"] == 0
    assert result["all"]["withheld"]["difference"]["value"] == pytest.approx(0.5)
    by_language = output_of(capsys, "safeguard", before, after, "--by", "language").out
    assert "10 prompts" in by_language


def test_prompts_that_a_run_did_not_answer_are_not_compared(tmp_path, capsys):
    prompts = [prompt_of(n, f"text {n}") for n in range(10)]
    before = stored_run(tmp_path / "a", [("x = 1", "stop")] * 10)
    after = stored_run(tmp_path / "b", [("x = 1", "stop")] * 4, prompts=prompts)
    result = json.loads(output_of(capsys, "safeguard", before, after, "--format", "json").out)
    assert result["all"]["pairs"] == 4


@pytest.mark.parametrize("command", ["compare", "safeguard"])
def test_runs_without_a_common_prompt_are_refused(command, tmp_path, capsys):
    before = stored_run(tmp_path / "a", [("x", "stop")])
    other = [Prompt("other", "something else", "prefix")]
    after = tmp_path / "b"
    stored_run(after, [], prompts=other)
    message = output_of(capsys, command, before, after, code=2).err
    assert "no prompt in common" in message
    assert "there is no run" in output_of(capsys, command, before, tmp_path / "c", code=2).err


@pytest.mark.usefixtures("two_runs")
def test_runs_are_listed_with_state_and_headline(capsys):
    stored_run(Path("runs/deep/er/one"), [("x", "stop")])
    with RunStore(Path("runs/unfinished")) as store:
        store.settle({"model": "half", "index": {"name": "i"}})
        store.add_prompts([prompt_of(0, "text")])
    Path("runs/broken").mkdir()
    Path("runs/broken/run.db").write_bytes(b"no database")
    listed = json.loads(output_of(capsys, "runs", "runs", "--format", "json").out)
    states = {Path(entry["path"]).name: entry["state"] for entry in listed}
    assert states == {
        "without": "finished", "with": "finished", "one": "finished",
        "unfinished": "unfinished", "broken": "damaged",
    }  # fmt: skip
    (listed_run,) = [entry for entry in listed if entry["path"].endswith("without")]
    assert listed_run["headline"].startswith("8 passages of 1 project")
    assert (listed_run["prompts"], listed_run["completions"], listed_run["findings"]) == (12, 12, 8)
    assert listed_run["bytes"] > 10_000
    assert listed_run["model"] == "replay:without.jsonl"
    text = output_of(capsys, "runs", "runs").out
    assert "unfinished" in text
    assert "8 passages of 1 project" in text


def test_a_run_that_is_at_work_is_listed_and_not_touched(two_runs, capsys):
    with (two_runs[0] / "run.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = (two_runs[0] / "run.db").read_bytes()
        listed = json.loads(output_of(capsys, "runs", "runs", "--format", "json").out)
        assert (two_runs[0] / "run.db").read_bytes() == before
    states = {Path(entry["path"]).name: entry["state"] for entry in listed}
    assert states == {"without": "running", "with": "finished"}


@pytest.mark.usefixtures("two_runs")
def test_listing_writes_nothing(capsys):
    before = {path: path.stat().st_mtime_ns for path in Path("runs").rglob("*")}
    output_of(capsys, "runs", "runs")
    assert {path: path.stat().st_mtime_ns for path in Path("runs").rglob("*")} == before


def test_a_run_that_was_killed_is_listed_as_unfinished(capsys):
    """Its write-ahead log holds what was committed last."""
    code = (
        "import os, sys; from pathlib import Path; from codescan.records import Prompt\n"
        "from codescan.runs import RunStore\n"
        "store = RunStore(Path('runs/killed')); store.settle({'model': 'm', 'index': {}})\n"
        "store.add_prompts([Prompt('p', 'text', 'prefix')]); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert Path("runs/killed/run.db-wal").exists()
    (entry,) = json.loads(output_of(capsys, "runs", "runs", "--format", "json").out)
    assert (entry["state"], entry["prompts"], entry["model"]) == ("unfinished", 1, "m")


def test_no_runs_and_no_folder(capsys):
    assert output_of(capsys, "runs").out == ""
    assert json.loads(output_of(capsys, "runs", "--format", "json").out) == []
    assert "there is no folder" in output_of(capsys, "runs", "missing", code=2).err


def test_hostile_names_of_runs_send_no_control_code(capsys):
    with RunStore(Path("runs/\x1b[31mred")) as store:
        store.settle({"model": "\x1b]0;owned\x07", "index": {"name": "\u202e"}})
        store.add_prompts([prompt_of(0, "text")])
    message = output_of(capsys, "runs", "runs").out
    assert not set(message) & {"\x1b", "\x07", "\u202e"}
