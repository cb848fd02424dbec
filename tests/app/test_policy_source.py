# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The change under review does not choose the rules that it is judged by."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY

from codescan.config import find_config
from codescan.gate.line_diff import compare_lines, split_lines

ACCEPT = ("--update-baseline", "--reason", "asked the owner", "--reviewer", "Tess")


@pytest.mark.parametrize(
    "setting", ["fail_states = []", "min_tokens = 9999", 'own = ["pkg:generic/harbors"]',
                'fail_on = "none"', '[allow]\npackages = ["*"]', 'index = "elsewhere"']
)  # fmt: skip
def test_a_change_cannot_set_its_own_policy(work, check, setting):
    work.stage("codescan.toml", "")
    base = work.commit()
    work.stage("codescan.toml", setting)
    work.stage("a.py", COPY)
    head = work.commit()
    code, out, _ = check("--diff", f"{base}..{head}")
    assert code == 1
    assert "policy changed: codescan.toml" in out
    assert f"codescan.toml (read from: base {base[:12]})" in out
    if setting.startswith(("fail", "own")):
        assert check("--diff", f"{base}..{head}", "--policy-from", "head")[0] == 0
    assert check("--diff", f"{base}..{head}", "--strict")[0] == 1


def test_without_a_configuration_in_the_base_that_of_the_change_counts_and_is_labeled(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("codescan.toml", "fail_states = []")
    work.stage("a.py", COPY)
    head = work.commit()
    code, out, _ = check("--diff", f"{base}..{head}")
    assert code == 0
    assert "this change: the base has none" in out
    assert check("--diff", f"{base}..{head}", "--strict")[0] == 1


def test_staged_uses_the_working_tree_and_lists_changes_of_policy(work, check):
    work.stage("codescan.toml", "fail_states = []")
    work.stage("a.py", "# codescan: allow-next reason=ours\n" + COPY)
    code, out, _ = check("--staged")
    assert code == 0
    assert "codescan.toml (read from: working tree)" in out
    assert "policy changed: codescan.toml: configuration: fail_states" in out
    assert "allow comment added: a.py:1" in out


def test_configuration_above_the_repository_counts_only_when_named(work, check):
    (work.root.parent / "codescan.toml").write_text("fail_states = []")
    work.stage("a.py", COPY)
    assert check("--staged")[0] == 1
    assert "configuration: none" in check("--staged")[1]
    assert find_config(work.root) is None
    assert check("--staged", "--config", "../codescan.toml")[0] == 0


def test_the_license_of_the_project_is_that_of_the_base(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("pyproject.toml", '[project]\nname = "harbors"\nlicense = "AGPL-3.0-only"\n')
    work.stage("a.py", COPY)
    head = work.commit()
    code, out, _ = check("--diff", f"{base}..{head}")
    assert code == 1
    assert "license: AGPL-3.0-only, was MIT" in out


def test_what_the_change_accepts_is_counted_and_a_strict_check_ignores_it(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("a.py", COPY)
    work.stage("b.py", "# codescan: allow-next reason=ours\n" + COPY)
    assert check("a.py", *ACCEPT)[0] == 0
    work.git("add", "-A")
    head = work.commit()
    code, out, _ = check("--diff", f"{base}..{head}")
    assert code == 0
    assert "accepted in this change: 2" in out
    _, out, _ = check("--diff", f"{base}..{head}", "--strict", "--format", "json")
    assert json.loads(out)["statistics"]["failing"] == 2


def test_a_strict_check_counts_what_the_base_accepts(work, check):
    accepted = "# codescan: allow-next reason=ours\n" + COPY
    work.stage("a.py", accepted + "\n\nx = 1\n")
    work.stage("b.py", COPY)
    check("b.py", *ACCEPT)
    work.git("add", "-A")
    base = work.commit()
    work.git("mv", "b.py", "c.py")
    work.stage("a.py", accepted.replace("times = []", "times = []  # all") + "\n\nx = 1\n")
    head = work.commit()
    assert check("--diff", f"{base}..{head}", "--strict")[0] == 0


def test_stale_entries_are_listed_and_removed_and_renames_follow(work, check):
    work.stage("a.py", COPY)
    work.stage("gone.py", COPY)
    assert check(*ACCEPT)[0] == 0
    work.git("add", "-A")
    work.commit()
    work.git("mv", "a.py", "b.py")
    work.git("rm", "-q", "gone.py")
    code, out, _ = check()
    assert code == 0
    assert "stale baseline entry: gone.py" in out
    assert "1 stale removed" in check(*ACCEPT)[1]
    entries = json.loads((work.root / ".codescan.baseline.json").read_text())["entries"]
    assert [entry["path"] for entry in entries] == ["b.py"]


def test_packages_of_a_monorepo_have_their_own_license(work, check):
    work.stage("packages/free/package.json", '{"name": "free", "license": "AGPL-3.0-only"}')
    work.stage("vendor/free/package.json", '{"name": "free", "license": "AGPL-3.0-only"}')
    work.commit()
    for folder, state in (("packages/free", "ok-with-obligations"), ("vendor/free", "conflict")):
        work.write(f"{folder}/a.py", COPY)
        _, out, _ = check(f"{folder}/a.py", "--format", "json")
        assert json.loads(out)["findings"][0]["policy"]["state"] == state


def test_the_printed_remedy_works_as_printed(work, check, gate_index):
    import shlex

    work.stage("sub/my file.py", COPY)
    _, out, _ = check("--staged")
    (line,) = (line for line in out.splitlines() if "--update-baseline" in line)
    command = shlex.split(line[line.index("codescan check") :])
    assert str(gate_index) in command
    from codescan.__main__ import main

    assert main(command[1:]) == 0
    assert check("--staged")[0] == 0


def test_ignored_files_are_not_checked_and_tracked_ones_are(work, check):
    work.write(".gitignore", "build/\n")
    work.write("build/a.py", COPY)
    assert check()[0] in {0, 5}
    work.git("add", "-f", "build/a.py")
    assert check()[0] == 1


def test_a_passage_put_together_by_removing_lines_counts(work, check):
    lines = COPY.splitlines(keepends=True)
    filler = "".join(f"filler_{n} = call({n * 31}, 'x{n}')\n" for n in range(9))
    apart = "".join(line + filler for line in lines)
    work.stage("a.py", apart)
    work.commit()
    work.stage("a.py", COPY)
    assert check("--staged")[0] == 1


@pytest.mark.parametrize("seed", range(30))
def test_added_lines_are_those_that_no_common_subsequence_explains(seed):
    import random

    rng = random.Random(seed)
    old = [rng.choice(["a\r", "b\n", "c\n", "\n", "d\r\n"]) for _ in range(rng.randrange(40))]
    new = [line for line in old if rng.random() < 0.8]
    for _ in range(rng.randrange(6)):
        new.insert(rng.randrange(len(new) + 1), rng.choice(["new\n", "a\r", "e"]))
    before, after = "".join(old).encode(), "".join(new).encode()
    changes = compare_lines(before, after)
    unchanged = bytearray(after)
    for span in reversed(changes.added):
        del unchanged[span.start : span.end]
    remaining = iter(split_lines(before))
    assert all(line in remaining for line in split_lines(bytes(unchanged)))
