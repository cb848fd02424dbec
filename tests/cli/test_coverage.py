# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A clean result means checked: each kind of input left out has its class and exit code."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import socket
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.app import text_files
from codescan.models.http.failures import _JUDGMENTS, Kind
from codescan.records.skip_reasons import INELIGIBLE, OUT_OF_SCOPE, UNCHECKED

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0"
LITERAL = re.compile(r'\bSkipped\([^()]*?, "(?:read|fetch|elicit|score|match)", "([a-z-]+)"')
HARMLESS = "def add(left, right):\n    return left + right\n"


@pytest.fixture
def run(built_index, capsys, monkeypatch):
    """Run a command on the index: exit code, report, terminal text."""

    def invoke(command, *arguments, stdin=b""):
        results = []
        for format_ in ("json", "terminal"):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            code = main(
                [command, "--index", str(built_index), "--format", format_, *map(str, arguments)]
            )
            results.append((code, capsys.readouterr().out))
        (code, out), (again, text) = results
        assert code == again
        return code, json.loads(out), text

    return invoke


def fifo(path):
    os.mkfifo(path)


def a_socket(path):
    # By its name alone: the path of a test's folder may be too long for an address.
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(path.name)


def loop(path):
    path.mkdir()
    (path / "again").symlink_to(path, target_is_directory=True)


def content(data):
    return lambda path: path.write_bytes(data)


OUTSIDE = {
    "binary": content(PNG),
    "empty": content(b""),
    "blank": content(b" \n\t\n"),
    "link": lambda path: path.symlink_to("/etc/hostname"),
    "special-file": fifo,
    "socket": a_socket,
    "loop": loop,
    "excluded": lambda path: (path.parent / "node_modules").mkdir(),
}
LEFT_UNCHECKED = {
    "undecodable": content("# コメントです\nx = 1\n".encode("shift-jis") * 50),
    "undecodable-utf-16": content(b"\xff\xfe" + b"x\0=\0\x00\xd8\n\0" * 20),
    "too-large": content(b"x = 1\n" * 1_000),
}


@pytest.mark.parametrize("kind", OUTSIDE)
@pytest.mark.parametrize("command", ["scan", "check"])
def test_what_holds_no_text_is_counted_and_passes(run, command, kind):
    Path("tree").mkdir()
    Path("tree/a.py").write_text(HARMLESS)
    OUTSIDE[kind](Path("tree/other.dat"))
    code, report, text = run(command, "tree")
    coverage = report["statistics"]["coverage"]
    assert (code, coverage["checked"], coverage["state"]) == (0, 1, "complete")
    assert sum(coverage["out_of_scope"].values()) == 1
    assert coverage["unchecked"] == {}
    assert next(iter(coverage["out_of_scope"])) in text


@pytest.mark.parametrize("kind", LEFT_UNCHECKED)
@pytest.mark.parametrize("command", ["scan", "check"])
def test_text_that_was_not_compared_is_named_and_fails(run, command, kind, monkeypatch):
    monkeypatch.setattr(text_files, "MAX_BYTES", 5_000)
    Path("tree").mkdir()
    Path("tree/a.py").write_text(HARMLESS)
    LEFT_UNCHECKED[kind](Path("tree/other.py"))
    code, report, text = run(command, "tree")
    [reason] = report["statistics"]["coverage"]["unchecked"]
    assert (code, report["statistics"]["coverage"]["state"]) == (5, "partial")
    assert reason in text
    assert [skip["item"] for skip in report["skipped"]] == ["tree/other.py"]
    assert run(command, "tree", "--allow-unchecked", reason)[0] == 0
    other = next(word for word in UNCHECKED if word != reason)
    assert run(command, "tree", "--allow-unchecked", other)[0] == 5


@pytest.mark.parametrize("command", ["scan", "check"])
def test_what_cannot_be_opened_is_unchecked(run, command, monkeypatch):
    """Permissions mean nothing to root, so the system's answer is given here."""
    Path("tree/sub").mkdir(parents=True)
    Path("tree/a.py").write_text(HARMLESS)
    Path("tree/sub/b.py").write_text(HARMLESS)
    opened, listed = os.open, os.scandir

    def refuse(name):
        def opens(path, *other_arguments, **more):
            if str(path).endswith(name):
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *other_arguments, **more)

        def lists(path="."):
            if str(path).endswith(name):
                raise PermissionError(13, "Permission denied", str(path))
            return listed(path)

        monkeypatch.setattr(os, "open", opens)
        monkeypatch.setattr(os, "scandir", lists)

    for name in ("tree/a.py", "tree/sub"):
        refuse(name)
        code, report, _ = run(command, "tree")
        assert (code, report["statistics"]["coverage"]["unchecked"]) == (5, {"unreadable": 1})
        assert report["skipped"][0]["item"] == name


@pytest.mark.parametrize("make", [fifo, a_socket], ids=["fifo", "socket"])
@pytest.mark.parametrize("command", ["scan", "check"])
def test_a_pipe_that_is_named_is_unchecked_and_never_waited_for(run, command, make):
    make(Path("pipe"))
    code, report, _ = run(command, "pipe")
    assert (code, report["statistics"]["coverage"]["unchecked"]) == (5, {"not-a-file": 1})


def test_an_endless_device_is_not_read(run):
    code, report, _ = run("scan", "/dev/zero")
    assert (code, report["skipped"][0]["reason"]) == (5, "not-a-file")


def test_a_stream_that_a_shell_passes_is_read(copied_function):
    reading, writing = os.pipe()
    os.write(writing, copied_function.encode())
    os.close(writing)
    code = main(["scan", "--index", "nowhere", f"/dev/fd/{reading}"])
    assert code == 3  # the index is missing: the stream is not touched
    assert isinstance(text_files.read_text(Path(f"/dev/fd/{reading}")), bytes)
    os.close(reading)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("command", ["scan", "check"])
def test_a_copy_is_found_whatever_its_encoding(run, command, encoding, copied_function):
    Path("mine.py").write_bytes(copied_function.encode(encoding))
    code, report, _ = run(command, "mine.py")
    assert (code, len(report["findings"])) == (1, 1)
    assert run(command, "-", stdin=copied_function.encode(encoding))[0] == 1


@pytest.mark.parametrize("name", ["mine.bin", "mine.o", "mine.png", "mine.min.js", "mine"])
@pytest.mark.parametrize("command", ["scan", "check"])
def test_a_copy_is_found_whatever_its_name(run, command, name, copied_function):
    Path(name).write_text(copied_function)
    assert run(command, name)[0] == 1


def test_a_stray_nul_does_not_turn_text_into_a_binary(run, copied_function):
    Path("mine.py").write_bytes(b"x = 1\0\n" + copied_function.encode())
    assert run("scan", "mine.py")[0] == 1


@pytest.mark.parametrize(
    "inputs",
    [
        {"tree/image.png": PNG},
        {"tree/empty.py": b""},
        {"tree/.git/config": b"x"},
        {},
    ],
    ids=["binary", "empty", "excluded", "no files"],
)
def test_a_scan_over_nothing_says_so(run, inputs):
    Path("tree").mkdir()
    for name, data in inputs.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(data)
    code, report, text = run("scan", "tree")
    assert (code, report["statistics"]["coverage"]["state"]) == (5, "nothing")
    assert text.startswith("Nothing was checked.")
    assert run("scan", "tree", "--allow-unchecked", "nothing")[0] == 0
    assert run("check", "tree")[0] == 0


@pytest.mark.parametrize("data", [b"", b"\n\n", PNG], ids=["empty", "blank", "binary"])
def test_an_empty_stdin_is_nothing(run, data):
    assert run("scan", "-", stdin=data)[0] == 5
    assert run("scan", stdin=data)[0] == 5


ROWS = {
    "keys": ({"body": "x = 1"}, "bad-row"),
    "text": ({"id": "a", "text": 3}, "bad-row"),
    "list": ([1, 2], "bad-row"),
    "blank": ({"id": "a", "text": " "}, "empty"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_rows_without_the_expected_keys_are_unchecked(run, kind):
    row, reason = ROWS[kind]
    Path("rows.jsonl").write_text(json.dumps(row) + "\n")
    code, report, text = run("scan", "--jsonl", "rows.jsonl")
    assert (code, report["skipped"][0]["reason"]) == (5, reason)
    assert text.startswith("Nothing was checked.")
    good = json.dumps({"id": "b", "text": HARMLESS})
    Path("rows.jsonl").write_text(f"{json.dumps(row)}\n{good}\n")
    assert run("scan", "--jsonl", "rows.jsonl")[0] == (0 if reason in OUT_OF_SCOPE else 5)


@pytest.mark.parametrize(
    ("line", "reason"),
    [(b"{", "not-json"), (b'{"id": "\xff"}', "undecodable"), (b"[" * 100_000, "not-json")],
)
def test_rows_that_are_no_rows_are_unchecked(run, line, reason):
    Path("rows.jsonl").write_bytes(line + b"\n" + json.dumps({"id": 1, "text": "x"}).encode())
    code, report, _ = run("scan", "--jsonl", "rows.jsonl")
    assert (code, report["skipped"][0]["reason"]) == (5, reason)


def test_an_unknown_language_is_an_error_as_an_option_and_counted_in_rows(run, copied_function):
    Path("rows.jsonl").write_text(
        "".join(
            json.dumps({"id": number, "text": copied_function, "language": "klingon"}) + "\n"
            for number in range(3)
        )
    )
    code, report, _ = run("scan", "--jsonl", "rows.jsonl")
    assert code == 1
    assert report["statistics"]["unknown_languages"] == {"klingon": 3}
    assert main(["scan", "rows.jsonl", "--language", "klingon"]) == 2


def test_findings_come_before_unchecked_inputs(run, copied_function):
    Path("mine.py").write_text(copied_function)
    LEFT_UNCHECKED["undecodable"](Path("other.py"))
    code, report, text = run("scan", "mine.py", "other.py")
    assert (code, report["statistics"]["coverage"]["state"]) == (1, "partial")
    assert "1 input was not checked" in text
    assert run("scan", "mine.py", "other.py", "--fail-on", "none")[0] == 5


@pytest.mark.parametrize("kind", ["undecodeable", "", "Too-Large"])
@pytest.mark.parametrize("command", ["scan", "check", "audit"])
def test_an_unknown_kind_is_an_error(command, kind, capsys, built_index):
    arguments = ["--replay", "log"] if command == "audit" else ["."]
    code = main([command, *arguments, "--index", str(built_index), "--allow-unchecked", kind])
    assert code == 2
    assert "has no kind" in capsys.readouterr().err


def test_a_kind_that_is_out_of_scope_need_not_be_allowed(capsys, built_index):
    assert main(["scan", ".", "--index", str(built_index), "--allow-unchecked", "binary"]) == 2
    assert "out of scope" in capsys.readouterr().err


def test_fewer_tokens_than_the_index_guarantees_are_refused(run, capsys, built_index):
    Path("a.py").write_text(HARMLESS)
    for command in (["scan", "a.py", "--min-tokens", "5"], ["check", "a.py"]):
        Path("codescan.toml").write_text("" if command[0] == "scan" else "min_tokens = 5\n")
        assert main([*command, "--index", str(built_index)]) == 2
        assert "can miss runs under 31 tokens" in capsys.readouterr().err
    Path("codescan.toml").unlink()
    assert run("scan", "a.py", "--min-tokens", "31")[0] == 0


@pytest.mark.parametrize(
    "rows",
    [
        [{"body": "x"}],
        [{"prompt": "p", "completion": "  "}],
        [],
    ],
    ids=["wrong keys", "blank", "no rows"],
)
def test_an_audit_over_nothing_says_so(run, rows):
    Path("log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, report, text = run("audit", "--replay", "log.jsonl", "-q")
    assert (code, report["statistics"]["coverage"]["state"]) == (5, "nothing")
    assert text.startswith("Nothing was checked.")


def test_every_format_says_that_nothing_was_checked(built_index, capsys):
    from codescan.registry import names

    Path("empty.py").write_bytes(b"")
    for format_ in ("terminal", "html", "sarif", "markdown", "github", "gitlab", "notice"):
        assert format_ in names("reports")
        assert main(["scan", "empty.py", "--index", str(built_index), "--format", format_]) == 5
        assert "Nothing was checked" in capsys.readouterr().out


def _reasons_of_calls(root):
    """Reasons that reach a `Skipped` through a helper or through a failure of a service."""
    reasons = set()
    for path in (root / "codescan").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            words = [
                value for one in call.args if isinstance(value := getattr(one, "value", 0), str)
            ]
            kind = ast.unparse(call.args[0]) if call.args else ""
            is_failure = call.func.id == "Failure" and kind in ("Kind.ITEM", "Kind.UNREACHED")
            if is_failure or call.func.id in ("_skipped", "Unchecked"):
                reasons.update([word for word in words if word not in ("elicit", "score")][:1])
    return reasons


def test_every_reason_in_the_code_has_its_class(root):
    """A reason that no table names counts as unchecked; here it must be decided."""
    reasons = {
        reason
        for path in (root / "codescan").rglob("*.py")
        for reason in LITERAL.findall(path.read_text(encoding="utf-8"))
    }
    assert len(reasons) > 20
    reasons |= _reasons_of_calls(root) | {
        reason for _, _, kind, reason in _JUDGMENTS if kind in (Kind.ITEM, Kind.UNREACHED)
    }
    assert reasons - OUT_OF_SCOPE.keys() - UNCHECKED.keys() - INELIGIBLE.keys() == set()


def test_the_reference_names_every_reason(root):
    page = (root / "docs" / "errors.md").read_text(encoding="utf-8")
    for table in (OUT_OF_SCOPE, UNCHECKED):
        for reason, meaning in table.items():
            assert f"| `{reason}` | {meaning} |" in page


def test_a_build_names_what_its_corpus_lacks_and_exits_with_5(harbor_corpus, capsys):
    """Rows without the column, and a package that cannot be had; the rest is indexed."""
    Path("rows.jsonl").write_text('{"body": "x = 1"}\nnot json\n')
    Path("corpus.toml").write_text(
        f'description = "x"\n[[sources]]\nkind = "directory"\npath = "{harbor_corpus}"\n'
        '[[sources]]\nkind = "dataset"\npath = ["rows.jsonl"]\n'
        '[[sources]]\nkind = "pypi"\npackages = ["no-such-package"]\noffline = true\n'
        f'cache = "{Path.cwd()}/cache"\n'
    )
    code = main(["index", "build", "--corpus", "corpus.toml", "--out", "i", "--format", "json"])
    captured = capsys.readouterr()
    assert code == 5
    missing = {skip["item"]: skip["reason"] for skip in json.loads(captured.out)["missing"]}
    assert set(missing.values()) == {"bad-row", "bad-json", "unreachable"}
    assert all(item in captured.err for item in missing)
    assert main(["corpus", "fetch", "corpus.toml"]) == 5
    assert "no-such-package" in capsys.readouterr().err
    add = ["index", "add", "i", "--corpus", "corpus.toml", "--format", "json"]
    assert main(add) == 5
