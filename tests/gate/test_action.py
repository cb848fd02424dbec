# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The GitHub action has the shape that GitHub reads, and its script does what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from harbor_texts import C_COPY, COPY

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
SCRIPT = ROOT / "scripts" / "action"
SCHEMA = ROOT / "tests" / "data" / "actions" / "github-action.json"


@pytest.fixture(scope="module")
def action():
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(ACTION.read_text(encoding="utf-8"))


def test_it_follows_the_schema_of_actions(action):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(action)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**action, "runs": {"using": "composite"}})


def test_every_input_is_used_and_every_used_one_is_there(action):
    text = ACTION.read_text(encoding="utf-8")
    used = set(re.findall(r"\binputs\.([a-z-]+)", text))
    assert used == set(action["inputs"])
    ids = {step["id"] for step in action["runs"]["steps"] if "id" in step}
    assert set(re.findall(r"\bsteps\.([a-z]+)\.", text)) <= ids


def test_no_input_becomes_text_of_a_script(action):
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert ("run" in step) == ("shell" in step)
    assert "${{" not in SCRIPT.read_text(encoding="utf-8")


def test_the_script_is_given_what_it_reads(action):
    (step,) = (s for s in action["runs"]["steps"] if s.get("id") == "check")
    text = SCRIPT.read_text(encoding="utf-8")
    by_github = {"RUNNER_TEMP", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "PYTHON"}
    assert set(re.findall(r"\$\{?([A-Z_]{4,})", text)) - by_github == set(step["env"])
    outputs = set(re.findall(r'print\(f"([a-z]+)=', text))
    named = {v["value"].split(".")[-1].rstrip(" }") for v in action["outputs"].values()}
    assert outputs <= named | {"sarif-file"}


@pytest.fixture
def run(work, gate_index, tmp_path):
    """Run the script as the action does; returns the exit code, what it wrote, and stdout."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, line in (("codescan", f"{sys.executable} -m codescan"), ("python", sys.executable)):
        (commands / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n')
        (commands / name).chmod(0o755)
    temporary = tmp_path / "runner"
    temporary.mkdir()

    def act(**given):
        files = {
            name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.write_text("")
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")},
            **{name: str(file) for name, file in files.items()},
            "PATH": f"{commands}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(temporary),
            "CHECKED": "", "INDEX": str(gate_index), "CORPUS": "top-pypi", "CONFIG": "",
            "FAIL_ON": "B", "SARIF": "codescan.sarif", "BASE": "", "HEAD": "", **given,
        }  # fmt: skip
        done = subprocess.run(
            ["bash", str(SCRIPT)], cwd=work.root, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return done, {name: file.read_text() for name, file in files.items()}

    return act


def test_a_pull_request_is_judged_by_what_it_adds(run, work):
    work.stage("old.py", COPY)
    base = work.commit()
    work.stage("a.c", "int one;\n" + C_COPY)
    work.stage("b.py", "b = 1\n" + COPY)
    head = work.commit()
    done, written = run(BASE=base, HEAD=head)
    assert done.returncode == 1, done.stderr
    assert written["GITHUB_OUTPUT"] == "findings=2\nconflicts=1\n"
    assert "| B |" in written["GITHUB_STEP_SUMMARY"]
    assert "b.py" in written["GITHUB_STEP_SUMMARY"]
    assert "old.py" not in written["GITHUB_STEP_SUMMARY"]
    assert re.search(r"^::(error|warning) file=b\.py,line=2,", done.stdout, re.MULTILINE)
    sarif = json.loads((work.root / "codescan.sarif").read_text())
    assert len(sarif["runs"][0]["results"]) == 2


@pytest.mark.slow
def test_the_base_may_have_moved_on_and_a_change_may_add_nothing(run, work):
    start = work.commit()
    work.git("checkout", "-q", "-b", "topic")
    work.stage("a.py", "a = 1\n")
    head = work.commit()
    work.git("checkout", "-q", start)
    work.git("checkout", "-q", "-b", "trunk")
    work.stage("b.py", COPY)  # the trunk's own, no part of the change
    base = work.commit()
    work.git("checkout", "-q", "topic")
    done, written = run(BASE=base, HEAD=head)
    assert done.returncode == 0, done.stderr
    assert written["GITHUB_OUTPUT"] == "findings=0\nconflicts=0\n"


@pytest.mark.slow
def test_a_shallow_checkout_fetches_what_it_needs(run, work, tmp_path, monkeypatch):
    base = work.commit()
    work.stage("b.py", COPY)
    head = work.commit()
    work.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", work.root.as_uri(), str(clone)], check=True)
    monkeypatch.setattr(work, "root", clone)
    done, written = run(BASE=base, HEAD=head)
    assert done.returncode == 1, done.stderr
    assert written["GITHUB_OUTPUT"] == "findings=1\nconflicts=1\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"CHECKED": "clean.py dirty.py"}, 1),
        ({"CHECKED": "dirty.py", "FAIL_ON": "none"}, 0),
        ({"BASE": "0" * 40, "HEAD": "HEAD"}, 1),  # a new branch: everything
        ({"CHECKED": "$(touch owned) ;touch owned"}, 2),
        ({"INDEX": "nowhere"}, 3),
    ],
)
def test_paths_new_branches_and_mistakes(run, work, given, code):
    work.stage("clean.py", "a = 1\n")
    work.stage("dirty.py", COPY)
    work.commit()
    done, written = run(**given)
    assert done.returncode == code, done.stderr
    assert not (work.root / "owned").exists()
    assert bool(written["GITHUB_OUTPUT"]) == (code < 2)
