# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan audit`: from a model to reports, stopped in every phase, continued without a loss."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.runs import RunStore

ROWS = 30

SLOW = textwrap.dedent(
    """
    import sys, time
    from codescan.__main__ import main
    from codescan.models.backends.replay import ReplayModel

    log, answers = sys.argv[1], int(sys.argv[2])
    answer = ReplayModel.generate

    def slowly(self, prompts, sampling):
        for number, prompt in enumerate(prompts):
            if number == answers:
                time.sleep(600)
            yield from answer(self, [prompt], sampling)
            with open(log, "a") as asked:
                print(prompt.id, file=asked)

    ReplayModel.generate = slowly
    sys.exit(main(sys.argv[3:]))
    """
)


@pytest.fixture
def log(copied_function) -> Path:
    """A log of chatty answers; every tenth holds a function of the corpus."""
    rows = []
    for number in range(ROWS):
        code = copied_function if number % 10 == 3 else f"x = {number}\n"
        text = f"Certainly!\n\n```python\n{code}```\n\nHope that helps ({number})."
        rows.append({"id": f"chat-{number}", "prompt": "write code", "completion": text})
    path = Path("answers.jsonl")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def audit(built_index, capsys):
    """Run `codescan audit` on the index: exit code, stdout, stderr."""

    def run(*arguments):
        code = main(["audit", "--index", str(built_index), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def start(index, log, question_file, answers, *arguments):
    """Start an audit in another process; after some answers the model is silent (-1: never)."""
    command = [
        sys.executable,
        "-c",
        SLOW,
        str(question_file),
        str(answers),
        "audit",
        "--index",
        str(index),
    ]
    return subprocess.Popen(
        [*command, "--replay", str(log), "--out", "run", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(process, condition, seconds=300.0):
    """Wait until something has happened while the process runs."""
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def stable(report: Path) -> dict[str, object]:
    """A report without what may differ between two runs of the same settings."""
    content = json.loads(report.read_text())
    content["run"].pop("finished")
    content["run"].pop("command_line")  # names the folder
    return content


def test_a_log_is_audited_from_answers_to_three_reports(audit, log):
    code, out, err = audit("--replay", log, "--out", "run")
    assert code == 0
    report = json.loads(Path("run/report.json").read_text())
    assert len(report["findings"]) == 3
    assert {finding["license"]["expression"] for finding in report["findings"]} == {"AGPL-3.0-only"}
    assert report["statistics"]["completions"] == ROWS
    assert report["statistics"]["copies"]["target"]["k"] == 3
    assert report["run"]["replay"]["name"] == "answers.jsonl"
    assert "tides.py" in Path("run/report.html").read_text()
    assert "tides.py" in Path("run/report.txt").read_text()
    assert out.rstrip().endswith("reports: run/report.json, run/report.html, run/report.txt")
    assert "ask the model" in err


def test_json_on_stdout_is_nothing_but_the_report(audit, log):
    code, out, err = audit("--model", f"replay:{log}", "--out", "run", "--format", "json")
    assert code == 0
    assert out == Path("run/report.json").read_text()
    assert "run/report.html" in err
    assert audit("--replay", log, "--out", "run", "-q", "--format", "json")[2] == ""


def test_fail_on_and_limit(audit, log):
    assert audit("--replay", log, "--out", "all", "--fail-on", "B")[0] == 1
    assert audit("--replay", log, "--out", "few", "--limit", "3", "--fail-on", "D")[0] == 0
    report = json.loads(Path("few/report.json").read_text())
    assert report["statistics"]["prompts"] == 3


def test_the_same_command_has_the_same_run_folder_and_another_has_its_own(audit, log):
    audit("--replay", log)
    audit("--replay", log)
    [folder] = Path("codescan-runs").iterdir()
    audit("--replay", log, "--limit", "2")
    assert len(list(Path("codescan-runs").iterdir())) == 2
    assert (folder / "report.json").exists()


def test_a_finished_run_can_be_rendered_and_an_unfinished_one_says_how_to_go_on(audit, log, capsys):
    audit("--replay", log, "--out", "run")
    assert main(["report", "run", "--format", "json"]) == 0
    assert capsys.readouterr().out == Path("run/report.json").read_text()
    Path("run/report.json").unlink()
    assert main(["report", "run"]) == 2
    assert "--out run" in capsys.readouterr().err


def test_another_setting_for_the_same_folder_is_named_and_nothing_is_changed(audit, log):
    audit("--replay", log, "--out", "run")
    before = stable(Path("run/report.json"))
    code, out, err = audit("--replay", log, "--out", "run", "--seed", "7", "--samples", "2")
    assert (code, out) == (2, "")
    assert "sampling.seed was 0, is now 7" in err
    assert "sampling.count was 1, is now 2" in err
    assert "--out" in err
    assert stable(Path("run/report.json")) == before


def test_a_log_that_changed_is_another_setting(audit, log):
    audit("--replay", log, "--out", "run")
    log.write_text(log.read_text() + json.dumps({"id": "new", "completion": "x"}) + "\n")
    code, _, err = audit("--replay", log, "--out", "run")
    assert code == 2
    assert "replay.sha256" in err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_says_what_is_saved_and_continues(
    built_index, log, tmp_path, stop
):
    question_file = tmp_path / "asked"
    process = start(built_index, log, question_file, 5)
    wait_for(process, lambda: len(lines(question_file)) >= 5)
    process.send_signal(stop)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in err
    assert "Traceback" not in err
    assert f"of {ROWS} completions" in err
    assert "continue with: codescan audit" in err
    assert "--out run" in err
    with RunStore(Path("run")) as store:
        saved = [completion.prompt_id for completion in store.completions()]
        assert store.prompts_drawn
    assert f"{len(saved)} of {ROWS} completions" in err
    assert set(lines(question_file)) <= set(saved), "an answer was lost"

    before = len(lines(question_file))
    again = start(built_index, log, question_file, -1)
    assert again.wait(timeout=300) == 0
    again.communicate()
    assert not set(saved) & set(lines(question_file)[before:])
    assert json.loads(Path("run/report.json").read_text())["statistics"]["completions"] == ROWS


@pytest.mark.parametrize(
    "answers",
    [0, pytest.param(12, marks=pytest.mark.slow), pytest.param(29, marks=pytest.mark.slow)],
)
def test_a_run_that_is_killed_continues_and_ends_with_the_same_report(
    built_index, log, tmp_path, answers
):
    prompts_file = tmp_path / "asked"
    process = start(built_index, log, prompts_file, answers)
    wait_for(process, lambda: Path("run/run.db").exists() and len(lines(prompts_file)) >= answers)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    again = start(built_index, log, tmp_path / "again", -1)
    assert again.wait(timeout=300) == 0, again.communicate()
    again.communicate()
    arguments = ["--index", str(built_index), "--replay", str(log), "--out", "whole", "-q"]
    assert main(["audit", *arguments]) == 0
    assert stable(Path("run/report.json")) == stable(Path("whole/report.json"))


STUCK_BUILD = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from codescan.__main__ import main
    from codescan.cli import console

    watch = console._Lines.watch

    def stuck(self, *progress):
        watch(self, *progress)
        if any(Path(sys.argv[1]).rglob("shards")):
            Path("stuck").touch()
            time.sleep(600)

    console._Lines.watch = stuck
    sys.exit(main(sys.argv[2:]))
    """
)


def test_ctrl_c_while_the_index_is_built_leaves_nothing_half_done(log, tmp_path):
    corpus = tmp_path / "many"
    corpus.mkdir()
    for number in range(300):
        (corpus / f"m{number}.py").write_text(
            "\n".join(f"a{n} = b{number} + {n}" for n in range(99))
        )
    data = tmp_path / "xdg_data_home"
    command = [sys.executable, "-c", STUCK_BUILD, str(data), "audit", "--replay", str(log)]
    process = subprocess.Popen(
        [*command, "--corpus", str(corpus), "--out", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(process, Path("stuck").exists)
    assert list(data.rglob("shards"))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert "run the same command again" in err
    assert "Traceback" not in err
    assert not Path("run").exists()
    assert not list(data.rglob("manifest.json"))


def test_the_index_of_a_corpus_is_built_when_there_is_none(harbor_corpus, log, capsys):
    command = ["audit", "--corpus", str(harbor_corpus), "--replay", str(log), "--out", "run"]
    assert main(command) == 0
    assert "building it" in capsys.readouterr().err
    assert main(command) == 0
    assert "building it" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "no model is named"),
        (["--model", "x", "--replay", "answers.jsonl"], 2, "cannot be combined"),
        (["--replay", "absent.jsonl"], 2, "absent.jsonl"),
        (["--replay", "answers.jsonl", "--strategy", "prefix"], 2, "its own prompts only"),
        (["--replay", "answers.jsonl", "--device", "cpu"], 2, "device"),
        (["--replay", "answers.jsonl", "--model-option", "x"], 2, "KEY=VALUE"),
        (["--replay", "answers.jsonl", "--out", "."], 2, "not a run folder"),
        (["--replay", "answers.jsonl", "--out", "empty.jsonl/run"], 3, "cannot write"),
    ],
)
@pytest.mark.usefixtures("log")
def test_what_is_wrong_is_reported_and_leaves_no_run_folder(audit, arguments, code, message):
    Path("empty.jsonl").touch()
    ended, out, err = audit("--out", "run", *arguments)
    assert (ended, out) == (code, "")
    assert message in err
    assert "hint:" in err
    assert not Path("run").exists()


def test_an_unwritable_folder_is_an_output_error(audit, log):
    Path("run").mkdir(mode=0o500)
    if os.access("run", os.W_OK):
        pytest.skip("root may write anywhere")
    code, _, err = audit("--replay", log, "--out", "run")
    assert code == 3
    assert "cannot write" in err


def test_two_runs_are_compared_prompt_by_prompt(audit, log, capsys):
    audit("--replay", log, "--out", "one")
    assert audit("--replay", log, "--out", "two", "--seed", "1")[0] == 0
    assert main(["compare", "one", "two"]) == 0
    message = capsys.readouterr().out
    assert f"{ROWS} prompts are the same in both." in message
    assert "only A 0, only B 0; p = 1" in message
    assert "3 in both" in message or "1 in both" in message
    assert "these settings differ: sampling" in message
    assert main(["compare", "one", "two", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["measures"][0]["a"]["k"] == result["measures"][0]["b"]["k"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["one", "absent"], "there is no run at absent"),
        (["one", "."], "there is no run at ."),
        (["one", "one", "--format", "html"], "'html' is not one of"),
    ],
)
def test_what_cannot_be_compared_is_reported(audit, log, capsys, arguments, message):
    audit("--replay", log, "--out", "one")
    assert main(["compare", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not Path("absent").exists()
