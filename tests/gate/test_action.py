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
    assert "hashFiles(format(" not in text  # empty for every file outside the workspace


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
    outputs = set(re.findall(r'print\(f"([a-z-]+)=', text)) - {"key"}
    named = {v["value"].split(".")[-1].rstrip(" }") for v in action["outputs"].values()}
    assert outputs <= named | {"sarif-file"}


@pytest.fixture
def run(work, gate_index, tmp_path):
    """Run the script as the action does; returns the exit code, what it wrote, and stdout."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (commands / "python").chmod(0o755)
    temporary = tmp_path / "runner"
    temporary.mkdir()

    def act(*arguments, **variables):
        files = {
            name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.write_text("")
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")},
            **{name: str(file) for name, file in files.items()},
            "PATH": f"{commands}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(temporary),
            "CHECKED": "", "INDEX": str(gate_index), "CORPUS": "top-pypi", "CONFIG": "",
            "FAIL_ON": "B", "SARIF": "codescan.sarif", "BASE": "", "HEAD": "", "MIN_TOKENS": "",
            "STRICT": "auto", "FORK": "false", "DEFAULT_BRANCH": "", **variables,
        }  # fmt: skip
        done = subprocess.run(
            ["bash", str(SCRIPT), *arguments], cwd=work.root, env=environment,
            capture_output=True, text=True, check=False,
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
    assert written["GITHUB_OUTPUT"] == "findings=2\nconflicts=1\naccepted-in-change=0\n"
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
    assert written["GITHUB_OUTPUT"] == "findings=0\nconflicts=0\naccepted-in-change=0\n"


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
    assert written["GITHUB_OUTPUT"] == "findings=1\nconflicts=1\naccepted-in-change=0\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"CHECKED": "clean.py dirty.py"}, 1),
        ({"CHECKED": "dirty.py", "FAIL_ON": "none"}, 0),
        ({"BASE": "0" * 40, "HEAD": "HEAD"}, 1),  # a new branch: everything
        ({"CHECKED": "$(touch owned) ;touch owned"}, 2),
        ({"INDEX": "nowhere"}, 3),
    ],
)
def test_paths_new_branches_and_mistakes(run, work, arguments, code):
    work.stage("clean.py", "a = 1\n")
    work.stage("dirty.py", COPY)
    work.commit()
    done, written = run(**arguments)
    assert done.returncode == code, done.stderr
    assert not (work.root / "owned").exists()
    assert bool(written["GITHUB_OUTPUT"]) == (code < 2)


def commit_and_lose(work):
    """A commit that no branch and no clone has any more."""
    lost = work.commit("lost")
    work.git("reset", "-q", "--hard", "HEAD~1")
    work.git("reflog", "expire", "--expire=now", "--all")
    work.git("gc", "-q", "--prune=now")
    return lost


@pytest.mark.slow
def test_a_base_lost_by_a_force_push_falls_back_to_the_default_branch(run, work, tmp_path):
    work.git("branch", "-M", "main")
    work.stage("old.py", COPY)
    work.commit()
    lost = commit_and_lose(work)
    origin = tmp_path / "origin"
    subprocess.run(["git", "clone", "-q", "--bare", str(work.root), str(origin)], check=True)
    work.git("remote", "add", "origin", str(origin))
    work.git("checkout", "-q", "-b", "topic")
    work.stage("clean.py", "a = 1\n")
    head = work.commit()
    done, written = run(BASE=lost, HEAD=head, DEFAULT_BRANCH="main")
    assert done.returncode == 0, done.stderr
    assert "findings=0" in written["GITHUB_OUTPUT"]
    assert "compared with the default branch" in done.stdout
    done, written = run(BASE=lost, HEAD=head)  # nothing to compare with: everything
    assert done.returncode == 1, done.stderr
    assert "findings=1" in written["GITHUB_OUTPUT"]


def test_modules_of_the_checkout_are_not_imported(run, work, tmp_path):
    mark = tmp_path / "ran"
    base = work.commit()
    for name in ("json", "pip", "codescan", "multiprocessing", "sitecustomize", "click"):
        work.stage(f"{name}.py", f"open({str(mark)!r}, 'w')\nraise SystemExit(0)\n")
        work.stage(f"{name}/__init__.py", f"open({str(mark)!r}, 'w')\nraise SystemExit(0)\n")
    work.stage("b.py", COPY)
    head = work.commit()
    done, written = run(BASE=base, HEAD=head)
    assert done.returncode == 1, done.stderr
    assert "findings=1" in written["GITHUB_OUTPUT"]
    assert not mark.exists()


def test_the_install_step_is_isolated(action):
    (step,) = (s for s in action["runs"]["steps"] if s.get("name") == "Install")
    assert "python -I -m pip" in step["run"]


def test_outputs_and_headline_follow_fail_on(run, work):
    base = work.commit()
    work.stage("b.py", COPY)
    head = work.commit()
    done, written = run(BASE=base, HEAD=head, FAIL_ON="none")
    assert done.returncode == 0, done.stderr
    assert written["GITHUB_OUTPUT"].startswith("findings=0\nconflicts=0\n")
    assert "Nothing to settle" in written["GITHUB_STEP_SUMMARY"]
    _, written = run(BASE=base, HEAD=head, FAIL_ON="D")
    assert "1 passage to settle (grade D or stronger)" in written["GITHUB_STEP_SUMMARY"]


@pytest.mark.slow
def test_a_fork_cannot_accept_its_own_passages(run, work):
    base = work.commit()
    work.stage("b.py", "# codescan: allow-next reason=trust me\n" + COPY)
    head = work.commit()
    done, written = run(BASE=base, HEAD=head)
    assert done.returncode == 0, done.stderr
    assert "accepted-in-change=1" in written["GITHUB_OUTPUT"]
    assert "accepted in this change: 1" in written["GITHUB_STEP_SUMMARY"]
    assert "::warning title=codescan policy::" in done.stdout
    for variables in ({"FORK": "true"}, {"STRICT": "true"}):
        done, written = run(BASE=base, HEAD=head, **variables)
        assert done.returncode == 1, done.stderr
        assert "findings=1" in written["GITHUB_OUTPUT"]
    assert run(BASE=base, HEAD=head, FORK="true", STRICT="false")[0].returncode == 0


@pytest.mark.slow
def test_a_report_in_the_workspace_is_not_checked_next_time(run, work):
    work.stage("b.py", COPY)
    work.commit()
    variables = {"CHECKED": ".", "BASE": "", "HEAD": "HEAD"}
    assert "findings=1\n" in run(**variables)[1]["GITHUB_OUTPUT"]
    assert (work.root / "codescan.sarif").exists()
    assert "findings=1\n" in run(**{**variables, "SARIF": "other.sarif"})[1]["GITHUB_OUTPUT"]


def test_a_file_name_cannot_start_a_workflow_command(run, work, check):
    base = work.commit()
    names = ("::error file=x::y.py", "##[error]y.py", "a%0A::error::y.py",
             "x\n::stop-commands::y.py")  # fmt: skip
    for name in names:
        work.stage(name, COPY)
    head = work.commit()
    done, _ = run(BASE=base, HEAD=head)
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    known = ("::error file=", "::warning title=codescan", "::notice title=codescan")
    assert all(line.startswith(known) for line in commands)
    assert not any("##[" in line for line in lines if not line.startswith("::"))
    _, out, err = check("--diff", f"{base}..{head}")
    assert not any(
        line.lstrip().startswith("::") or "##[" in line for line in (out + err).splitlines()
    )


def test_the_cache_key_covers_the_format_of_the_index(run):
    from codescan.index.manifest import FORMAT_VERSION

    _, written = run("key", CORPUS="top-pypi")
    assert f"-format{FORMAT_VERSION}-" in written["GITHUB_OUTPUT"]
    _, other = run("key", CORPUS="../my corpus\nkey=evil")
    assert other["GITHUB_OUTPUT"] != written["GITHUB_OUTPUT"]
    assert len(other["GITHUB_OUTPUT"].splitlines()) == 1
