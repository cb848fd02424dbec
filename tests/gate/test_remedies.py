# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Each command that a finding advises works as a shell reads it, from where it was printed."""

from __future__ import annotations

import json
import shlex

import pytest
from harbor_texts import C_COPY, COPY


def advised(output, word):
    """The words of the printed command that holds a word."""
    (line,) = [line for line in output.splitlines() if word in line]
    words = shlex.split(line[line.index("codescan") :])
    return ["Tess" if each == "NAME" else each for each in words[1:]]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("a.c", ""), ("a.c", "other"), ("sub/my file.c", "other"), ("-x.c", ""), ("-x.c", "other"),
        ("it's.c", "other"), ("$(id).c", ""), ("a;b.c", "other"),
    ],
)  # fmt: skip
def test_the_advised_attribution_lets_the_commit_in(
    work, check, gate_index, monkeypatch, name, folder
):
    from codescan.__main__ import main

    work.stage(name, "int one;\n\n" + C_COPY)
    work.stage("other/b.py", "b = 1\n")
    monkeypatch.chdir(work.root / folder)
    code, out, _ = check("--staged")
    assert code == 1
    command = advised(out, "codescan attribute")
    assert command[command.index("--index") + 1] == str(gate_index)
    assert main(command) == 0
    work.git("add", "-A")
    assert check("--staged")[0] == 0
    assert check()[0] == 0


@pytest.mark.parametrize("kind", ["staged", "diff", "paths", "baseline", "min-tokens", "config"])
def test_the_advised_decision_is_the_one_that_the_check_asks_for(work, check, kind):
    from codescan.__main__ import main

    work.write("own.toml", 'fail_on = "B"\n')
    base = work.commit()
    work.stage("sub/b.py", "b = 1\n\n" + COPY)
    arguments = {
        "staged": ("--staged",),
        "diff": ("--diff", f"{base}..HEAD"),
        "paths": ("sub",),
        "baseline": ("--staged", "--baseline", "accepted.json"),
        "min-tokens": ("--staged", "--min-tokens", "40", "--fail-on", "C"),
        "config": ("--staged", "--config", "own.toml"),
    }[kind]
    if kind == "diff":
        work.commit()
    code, out, _ = check(*arguments)
    assert code == 1
    assert main(advised(out, "--update-baseline")) == 0
    if kind == "diff":
        work.git("add", "-A")
        work.commit()
    assert check(*arguments)[0] == 0


def test_the_advised_explanation_is_of_the_finding(work, check, capfd):
    from codescan.__main__ import main

    work.stage("b.py", COPY)
    _, out, _ = check("--staged")
    assert main(advised(out, "codescan explain")) == 0
    assert "AGPL-3.0-only" in capfd.readouterr().out


def test_conflict_markers_in_a_baseline_are_named_by_every_command(work, check):
    """Also by --update-baseline, which must not advise itself."""
    empty = json.dumps({"schema_version": 1, "entries": []})
    text = f"<<<<<<< HEAD\n{empty}\n=======\n{empty}\n>>>>>>> topic\n"
    work.stage(".codescan.baseline.json", text)
    work.stage("b.py", COPY)
    accept = ("--update-baseline", "--reason", "r", "--reviewer", "t")
    for arguments in ((), ("--staged",), accept, ("--staged", *accept)):
        code, _, err = check(*arguments)
        assert code == 2
        assert "conflict markers of a merge in line 1" in err
        assert "--update-baseline" not in err


@pytest.mark.parametrize("end", ["\r", "\x85", "\f", "\v", "\u2028", "\x1c"])
def test_lines_that_only_some_programs_see_do_not_shift_the_added_ones(work, check, end):
    """Few of them: more would leave the file unchecked as no text."""
    before = f"# one{end}# two{end}# three\n" * 9 + "x = 1\n" * 200
    work.stage("a.py", before)
    work.commit()
    work.stage("a.py", before + COPY)
    code, out, _ = check("--staged")
    assert code == 1
    assert "a.py:" in out
