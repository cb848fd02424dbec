# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan scan` and `codescan report`: from texts to findings, channels and exit codes."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from codescan.__main__ import main


@pytest.fixture
def scan(built_index, capsys):
    """Run `codescan scan` on the index: exit code, stdout, stderr."""

    def run(*arguments):
        code = main(["scan", "--index", str(built_index), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def stdin(monkeypatch):
    def give(text: str | bytes):
        content = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give


def answer(function: str) -> str:
    return f"Sure! Here you go:\n\n```python\n{function}```\n\nIt finds high waters.\n"


def test_a_copy_is_found_with_file_lines_and_license(scan, copied_function):
    Path("mine.py").write_text("import math\n\n\n" + copied_function)
    code, out, _ = scan("mine.py", "--format", "json")
    report = json.loads(out)
    [finding] = report["findings"]
    assert code == 1
    assert finding["grade"] == "A"
    assert finding["snippet"]["path"] == "mine.py"
    assert finding["snippet"]["start_line"] == 4
    assert finding["origin"]["path"].endswith("tides.py")
    assert finding["origin"]["start_line"] == 6
    assert finding["license"]["expression"] == "AGPL-3.0-only"
    assert report["statistics"]["findings_by_grade"]["A"] == 1
    assert report["run"]["command"] == "scan"


def test_bills_of_a_scan_of_files_hold_the_passages(scan, copied_function):
    pytest.importorskip("spdx_python_model")
    Path("mine.py").write_text("import math\n\n\n" + copied_function)
    code, out, _ = scan("mine.py", "--format", "spdx3")
    (snippet,) = (e for e in json.loads(out)["@graph"] if e["type"] == "software_Snippet")
    assert code == 1
    assert snippet["software_byteRange"]["beginIntegerRange"] == len("import math\n\n\n") + 1


def test_nothing_found_is_0_and_says_so(scan):
    Path("mine.py").write_text("print('hello')\n")
    code, out, _ = scan("mine.py")
    assert code == 0
    assert "No passage" in out


@pytest.mark.parametrize(("fail_on", "code"), [("A", 1), ("B", 1), ("C", 1), ("D", 1), ("none", 0)])
def test_fail_on_decides_the_exit_code(scan, copied_function, fail_on, code):
    Path("mine.py").write_text(copied_function)
    assert scan("mine.py", "--fail-on", fail_on)[0] == code


def test_folders_are_walked_in_order_and_what_cannot_be_read_is_reported(scan, copied_function):
    for name, content in {
        "tree/b.py": copied_function.encode(),
        "tree/a.py": copied_function.encode(),
        "tree/image.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
        "tree/data.py": b"\0\1\2" * 100,
        "tree/.git/copy.py": copied_function.encode(),
        "tree/empty.py": b"",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    Path("tree/link.py").symlink_to("a.py")
    _, out, _ = scan("tree", "--format", "json")
    report = json.loads(out)
    assert [finding["snippet"]["path"] for finding in report["findings"]] == [
        "tree/a.py",
        "tree/b.py",
    ]
    assert {skip["item"]: skip["reason"] for skip in report["skipped"]} == {
        "tree/image.png": "binary",
        "tree/data.py": "undecodable",
        "tree/empty.py": "empty",
        "tree/.git": "excluded-folder",
        "tree/link.py": "link",
    }


def test_an_answer_on_stdin_is_read_by_its_fences(scan, stdin, copied_function):
    stdin(answer(copied_function))
    code, out, _ = scan("-", "--format", "json")
    [finding] = json.loads(out)["findings"]
    assert code == 1
    assert finding["snippet"]["id"] == "<stdin>"
    assert finding["snippet"]["start_line"] == 4


def test_stdin_is_read_when_no_path_is_given(scan, stdin, copied_function):
    stdin(copied_function)
    assert scan("--language", "python")[0] == 1


def test_json_lines_rows_are_scanned_and_bad_rows_are_named(scan, copied_function):
    rows = [
        json.dumps({"id": "chat", "text": answer(copied_function)}),
        json.dumps({"id": 7, "text": copied_function, "language": "python"}),
        "not json",
        json.dumps(["no object"]),
        json.dumps({"text": "no id"}),
        json.dumps({"id": "x", "text": 3}),
        "",
        json.dumps({"id": "surrogate", "text": "\ud800"}),
    ]
    Path("rows.jsonl").write_text("\n".join(rows))
    code, out, _ = scan("--jsonl", "rows.jsonl", "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert [finding["snippet"]["id"] for finding in report["findings"]] == ["chat", "7"]
    assert [skip["item"] for skip in report["skipped"]] == [
        f"rows.jsonl:{line}" for line in (3, 4, 5, 6)
    ]
    assert report["completions"]["chat"] == answer(copied_function)


def test_min_tokens_turns_findings_into_suppressed_passages(scan, copied_function):
    Path("mine.py").write_text(copied_function)
    code, out, _ = scan("mine.py", "--min-tokens", "5000", "--format", "json")
    report = json.loads(out)
    assert code == 0
    assert report["findings"] == report["suppressed"] == []
    assert report["statistics"]["suppressed"]["below-threshold"] == 1
    _, out, _ = scan("mine.py", "--min-tokens", "5000", "--show-suppressed", "--format", "json")
    assert [item["reason"] for item in json.loads(out)["suppressed"]] == ["below-threshold"]


def test_the_configuration_gives_defaults_and_options_come_first(
    built_index, copied_function, capsys
):
    Path("mine.py").write_text(copied_function)
    Path("codescan.toml").write_text(
        f'index = "{built_index}"\nfail_on = "none"\nformat = "json"\n'
    )
    assert main(["scan", "mine.py"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"]
    assert main(["scan", "mine.py", "--fail-on", "A", "--format", "terminal"]) == 1


def test_the_result_is_on_stdout_and_the_rest_on_stderr(scan, copied_function):
    Path("mine.py").write_text(copied_function)
    _, out, err = scan("mine.py")
    assert "tides.py" in out
    assert "tides.py" not in err
    assert "scan …" in err
    assert "\x1b" not in out + err
    assert scan("mine.py", "--quiet")[2] == ""


def test_out_writes_a_file_and_leaves_stdout_alone(scan, copied_function):
    Path("mine.py").write_text(copied_function)
    code, out, err = scan("mine.py", "--format", "html", "--out", "report.html")
    assert code == 1
    assert out == ""
    assert "report.html" in err
    assert "tides.py" in Path("report.html").read_text()
    code, _, err = scan("mine.py", "--out", "absent/report.txt")
    assert code == 3
    assert "cannot write absent/report.txt" in err


def test_a_report_is_rendered_again_without_loss(scan, copied_function, capsys):
    Path("mine.py").write_text(copied_function)
    _, first, _ = scan("mine.py", "--format", "json", "--out", "report.json")
    first = Path("report.json").read_text()
    assert main(["report", "report.json", "--format", "json"]) == 0
    assert capsys.readouterr().out == first
    assert main(["report", "report.json", "--fail-on", "A", "--format", "terminal"]) == 1
    assert "tides.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["scan", "--index", "nowhere", "x.py"], 3, "codescan index build"),
        (["scan", "x.py"], 3, "codescan index build --corpus installed"),
        (["scan", "--corpus", "nope", "x.py"], 2, "nope"),
        (["scan", "--corpus", "installed", "--index", "x", "x.py"], 2, "give one of them"),
        (["scan", "absent.py"], 2, "absent.py"),
        (["scan", "--jsonl", "."], 2, "JSON Lines"),
        (["scan", "--language", "klingon", "x.py"], 2, "klingon"),
        (["report", "absent"], 2, "no report at absent"),
        (["report", "x.py"], 2, "x.py: the report is not JSON"),
        (["scan", "--config", "absent.toml", "x.py"], 2, "absent.toml"),
        (["index", "info", "nowhere"], 3, "nowhere"),
        (["index", "build", "--corpus", "."], 3, "no file that can be indexed"),
        (["index", "build", "--corpus", "x.py/nope"], 2, "there is no corpus"),
    ],
)
def test_what_is_missing_or_wrong_is_reported_with_its_exit_code(capsys, arguments, code, message):
    if arguments[0] != "index":
        Path("x.py").write_text("x = 1\n")
    assert main(arguments) == code
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert "hint:" in output.err


@pytest.mark.parametrize("damage", ["version", "truncated", "manifest"])
def test_an_index_of_another_version_or_damaged_is_refused(own_index, capsys, damage):
    manifest = own_index / "manifest.json"
    if damage == "version":
        content = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**content, "format_version": 99}))
    elif damage == "manifest":
        manifest.write_text("{")
    else:
        biggest = max((own_index / "shards").rglob("*.*"), key=lambda path: path.stat().st_size)
        biggest.write_bytes(biggest.read_bytes()[:-100])
    Path("x.py").write_text("x = 1\n")
    assert main(["index", "verify", str(own_index)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "rebuild it" in captured.err


def test_index_info_and_verify_as_json(built_index, capsys):
    assert main(["index", "info", str(built_index), "--format", "json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert info["schema_version"] == 1
    assert info["guarantee_tokens"] >= 1
    assert info["files"] == 1
    assert main(["index", "verify", str(built_index), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "ok"


def test_corpus_and_doctor_as_json(capsys, harbor_corpus):
    assert main(["corpus", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "installed" in [corpus["name"] for corpus in listed["corpora"]]
    assert main(["corpus", "show", str(harbor_corpus), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["index"]["built"] is False
    assert main(["corpus", "fetch", str(harbor_corpus), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == []
    assert main(["doctor", "--format", "json"]) in {0, 3}
    doctor = json.loads(capsys.readouterr().out)
    assert {check["name"] for check in doctor["checks"]} >= {"native module", "default index"}


def test_two_folders_of_one_name_have_two_indexes(tmp_path):
    from codescan.app.indexes import index_folder_of

    for parent in ("one", "two"):
        (tmp_path / parent / "src").mkdir(parents=True)
    folders = {index_folder_of(str(tmp_path / parent / "src")) for parent in ("one", "two")}
    assert len(folders) == 2
    assert index_folder_of("installed").name == "installed"


def test_bars_are_drawn_on_a_terminal_only_and_never_into_the_result(built_index):
    Path("mine.py").write_text("x = 1\n")
    terminal, side = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "codescan", "scan", "mine.py", "--index", str(built_index)],
        stdout=subprocess.PIPE,
        stderr=side,
        env={**os.environ, "TERM": "xterm"},
        check=True,
        text=True,
    )
    os.close(side)
    drawn = os.read(terminal, 65536)
    os.close(terminal)
    assert b"\x1b[" in drawn
    assert b"scan" in drawn
    assert "\x1b" not in done.stdout


def test_a_reader_that_goes_away_ends_a_scan_quietly(built_index, copied_function):
    Path("mine.py").write_text(copied_function)
    command = [sys.executable, "-m", "codescan", "scan", "mine.py", "-q", "--format", "json"]
    with subprocess.Popen(
        [*command, "--index", str(built_index)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
