# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every command with `--format json` has a schema, and prints what the schema says."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import click
import pytest
from package_server import PackageServer
from result_schemas import read_result

from codescan.__main__ import main
from codescan.app.result_schemas import RESULTS
from codescan.cli.root import cli

IN_THEIR_AREAS = {
    "canary score": "canaries/test_canary_commands.py",
    "canary stamp-score": "canaries/test_stamps.py",
    "lab": "lab/test_lab_run.py",
    "membership": "membership/test_command.py",
    "mine": "cli/test_mine.py",
    "annexes.json": "evidence/test_bundles.py",
}
"""Results of commands that need a model: these tests run them and read the result by its schema."""
SOURCE = Path(__file__).parents[2] / "codescan"


def commands(group=cli, path=()):
    """Yield the words and the command of each command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        yield (*path, name), command


def json_commands():
    """Commands with a result in JSON, by whether the result is a report."""
    for words, command in commands():
        for option in command.params:
            if option.name == "format_" and not isinstance(command, click.Group):
                choices = getattr(option.type, "choices", None)
                if choices is None or "json" in choices:
                    yield " ".join(words), choices is None


class Shell:
    """Runs commands, reads each result by its schema, and notes which were run."""

    def __init__(self, capsys):
        self._capsys = capsys

    def plain(self, *words, code=0):
        self._capsys.readouterr()
        exit_code = main(list(map(str, words)))
        captured = self._capsys.readouterr()
        assert exit_code == code, captured.err
        return captured.out

    def read(self, result, *words, code=0, command=None):
        """The result of a command."""
        parts = (command or result).split()
        return read_result(result, self.plain(*parts, *words, "--format", "json", code=code))


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def test_every_result_has_a_schema_of_its_command():
    for command, is_report in json_commands():
        assert is_report or command in RESULTS, command
    names = {" ".join(words) for words, _ in commands()} | set(IN_THEIR_AREAS)
    assert {name.partition(" --")[0] for name in RESULTS} - names == set()


def test_every_schema_is_tested_by_a_run():
    runs = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    here = {
        call.args[0].value
        for call in ast.walk(runs)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "read"
        if isinstance(call.args[0], ast.Constant)
    }
    assert here | set(IN_THEIR_AREAS) == set(RESULTS)
    tests = Path(__file__).parents[1]
    for name, file in IN_THEIR_AREAS.items():
        assert f'read_result("{name}"' in (tests / file).read_text(encoding="utf-8")


def test_commands_print_records_and_no_object_of_their_own():
    """What is printed as JSON is made by the codec, from which the schema is made, too."""
    for file in sorted((SOURCE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("console.json"):
                assert not isinstance(node.args[0], ast.Dict), f"{file.name}:{node.lineno}"
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node) != "json.dumps" or file.name == "console.py"


def test_indexes(shell, harbor_corpus, tmp_path):
    folder = tmp_path / "index"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "more.py").write_text("def more():\n    return [1, 2, 3, 4, 5, 6, 7]\n")
    built = shell.read("index build", "--corpus", harbor_corpus, "--out", folder, "-q")
    assert (built["path"], built["files"], built["missing"]) == (str(folder), 1, [])
    assert shell.read("index add", folder, "--corpus", tmp_path / "more", "-q")["files"] == 2
    assert "missing" not in shell.read("index merge", folder, "-q")
    info = shell.read("index info", folder)
    assert info["texts_inside"] is True
    assert "package" not in info
    purls = shell.read("index info --list-packages", folder, command="index info --list-packages")
    assert len(purls["packages"]) == 2
    assert shell.read("index verify", folder, "-q")["state"] == "ok"
    exported = shell.read("index export", folder, "--swhids", "list", "-q")
    assert (exported["count"], exported["path"]) == (2, "list")
    looked_up = shell.read(
        "member", "--swhids", "list", harbor_corpus / "tides.py", "absent", code=5
    )
    assert [item["member"] for item in looked_up["items"]] == [True, None]
    (tmp_path / "opt-outs").write_text("path:more.py\npath:absent.py\n", encoding="utf-8")
    removed = shell.read(
        "index remove --opt-outs", tmp_path / "opt-outs", folder, "-q",
        command="index remove --opt-outs", code=5,
    )  # fmt: skip
    assert removed["not_found"] == ["path:absent.py"]
    folder = tmp_path / "two"
    shell.plain("index", "build", "--corpus", harbor_corpus, "--out", folder, "-q")
    shell.plain("index", "add", folder, "--corpus", tmp_path / "more", "-q")
    assert shell.read("index remove", folder, purls["packages"][0], "-q")["packages"] == 1


def test_packages(shell, built_index, tmp_path):
    server = PackageServer(tmp_path / "www")
    key = shell.read("evidence keygen", "key", "-q")
    assert (key["key"], key["public_key"]) == ("key", "key.pub")
    packed = shell.read(
        "index pack", built_index, "--out", "packages", "--signing-key", "key", "-q"
    )
    assert packed["repository"] == "packages"
    assert shell.read("index trust add", "key.pub")["key_id"] == key["key_id"]
    (trusted,) = shell.read("index trust list")["keys"]
    assert (trusted["key_id"], trusted["packages"]) == (key["key_id"], ["*"])
    place = ("--allow-local-http", "-q")
    try:
        pushed = shell.read("index push", packed["package"], "packages", "--to", server.url, *place)
        assert pushed["sent_parts"] == packed["parts"]
        plan = shell.read(
            "index pull", packed["package"], "--from", server.url, "--dry-run", *place
        )
        assert "path" not in plan
        pulled = shell.read("index pull", packed["package"], "--from", server.url, *place)
    finally:
        server.close()
    assert pulled["received_parts"] == packed["parts"]
    info = shell.read("index info", pulled["path"])
    assert info["package"]["verified"] is True
    assert shell.read("index trust remove", key["key_id"])["removed"] is True
    assert shell.read("index info", pulled["path"])["package"]["verified"] is False


def test_corpora(shell, built_index, harbor_corpus):
    listed = shell.read("corpus list")["corpora"]
    assert shell.read("corpus show", listed[0]["name"])["index"]["built"] is False
    fetched = shell.read("corpus fetch", harbor_corpus, "-q")
    assert (fetched["fetched"], fetched["failed"]) == ([], [])
    summary = shell.read("corpus summary", "--index", built_index, "-q")
    assert (summary["files"], bool(summary["training_content_template"])) == (1, True)


def test_checks(shell, built_index, copied_function):
    subprocess.run(["git", "init", "-q"], check=True)
    Path("copied.py").write_text(copied_function, encoding="utf-8")
    Path("pyproject.toml").write_text('[project]\nname = "mine"\nlicense = "MIT"\n', "utf-8")
    index = ("--index", built_index)
    report = shell.read("report", "copied.py", *index, "-q", command="check", code=1)
    fingerprint = report["findings"][0]["fingerprint"]
    assert shell.read("report", "copied.py", *index, "-q", command="scan", code=1)["findings"]
    assert shell.read("explain", fingerprint[:12])["findings"] == report["findings"]
    changes = shell.read("attribute", "copied.py", *index, "--dry-run", "-q", code=1)
    assert (changes["attributed"], changes["written"]) == ([fingerprint], False)
    assert changes["conflicting"] == [fingerprint]
    update = shell.read(
        "check --update-baseline", "copied.py", *index, "--reason", "r", "--reviewer", "n", "-q",
        command="check --update-baseline",
    )  # fmt: skip
    assert (update["accepted"], update["entries"]) == (1, 1)
    assert shell.read("hook install", "claude-code")["installed"] is True
    assert shell.read("hook install", "claude-code", "--remove")["installed"] is False


def test_audits(shell, built_index, copied_function):
    text = {"prompt": "Write it", "completion": copied_function}
    Path("log.jsonl").write_text(json.dumps(text) + "\n", encoding="utf-8")
    audit = ("--index", built_index, "--replay", "log.jsonl", "-q")
    plan = shell.read("audit --dry-run", *audit, command="audit --dry-run")
    assert plan["prompts"] == 1
    for name in ("without", "with"):
        words = (*audit, "--out", f"runs/{name}", "--self-test", "0")
        assert shell.read("report", *words, command="audit")["findings"]
    assert shell.read("report", "runs/with", "-q", command="report")["findings"]
    assert len(shell.read("runs", "runs")) == 2
    assert shell.read("compare", "runs/without", "runs/with")["measures"]
    assert shell.read("safeguard", "runs/without", "runs/with")["all"]["pairs"] == 1
    shell.plain("evidence", "keygen", "key", "-q")
    bundle = shell.read("evidence bundle", "runs/with", "--signing-key", "key", "--out", "b", "-q")
    assert bundle["runs"]
    assert shell.read("evidence verify", "b")["files"] == bundle["files"]


def test_training_data(shell, built_index, copied_function):
    Path("data").mkdir()
    for name in "abc":
        Path(f"data/{name}.py").write_text(copied_function + f"\n# {name}\n", encoding="utf-8")
    assert shell.read("dedup", "data", "-q")["documents"] == 3
    turns = {"messages": [{"role": "assistant", "content": copied_function}], "id": "one"}
    Path("log.jsonl").write_text(json.dumps(turns) + "\n", encoding="utf-8")
    assert shell.read("logs", "log.jsonl", "--index", built_index, "-q")["conversations"] == 1
    assert shell.read("private --list-kinds", command="private --list-kinds")["kinds"]
    assert shell.read("private", "data", "-q")["kinds"] == []
    planted = shell.read(
        "canary plant", "data", "--out", "planted", "--copy-counts", "1", "--per-copy-count", "1",
        "--twins", "99", "--max-share", "100", "--family", "secret", "-q",
    )  # fmt: skip
    assert planted["planted"] == 1
    verified = shell.read("canary verify", "planted", "--canaries", planted["canaries"], "-q")
    assert verified["survived"] == 1
    assert (
        shell.read("canary stamp", "data", "--out", "s", "--private-folder", "p", "-q")["files"]
        == 3
    )


def test_the_installation(shell):
    assert shell.read("doctor")["healthy"] is True
