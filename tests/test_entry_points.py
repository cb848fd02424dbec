# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The same bytes give the same findings at every entry point."""

import contextlib
import io
import json
import random
import re
import sys
from pathlib import Path

import pytest

from codescan.__main__ import main
from codescan.api import Index
from codescan.records import Snippet

sys.path.insert(0, str(Path(__file__).parent))

from wrapped_texts import CODE, WRAPPINGS

NAMES = ("ans.md", "ans.txt", "ans.rst", "ans.adoc", "ans.log", "ans")
PROSE = "The quick survey of the harbor took nine days, " * 3
READ_BY_LOGS = {"chat log", "tool call"}
"""Responses of services, whose text `audit --replay` takes out of them."""
TEXTS = {
    **{name: wrap(CODE) for name, wrap in WRAPPINGS.items()},
    "no copy": "Nothing of it is here, only words about other things.\n" * 5,
    "a part": "\n".join(CODE.splitlines()[:6]) + "\n",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "windows.py").write_text(CODE)
    return folder


@pytest.fixture(scope="module")
def index_folder(corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("indexes") / "index"
    run("index", "build", "--quiet", "--corpus", str(corpus), "--out", str(out))
    return out


def run(*arguments):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main(list(arguments))
    assert code in (0, 1, 5), arguments
    return printed.getvalue()


def reported(text):
    """What a JSON report says of each snippet: all but its name."""
    by_text = {}
    for finding in json.loads(text)["findings"]:
        snippet = finding["snippet"]
        by_text.setdefault(snippet["id"], []).append(
            (
                finding["rule"], finding["grade"], finding["fingerprint"], finding["tokens"],
                snippet["start_byte"], snippet["end_byte"], snippet["start_line"],
                snippet["end_line"], tuple(snippet["view"]),
                snippet["view_lines"] and tuple(snippet["view_lines"].values()),
            )
        )  # fmt: skip
    return {name: sorted(items) for name, items in by_text.items()}


def in_python(scan):
    return sorted(
        (
            finding.rule.value, finding.grade.value, finding.fingerprint, finding.tokens,
            finding.span.start, finding.span.end, finding.region.start_line,
            finding.region.end_line, finding.view,
            finding.view_region
            and (finding.view_region.start_line, finding.view_region.end_line),
        )
        for finding in scan
    )  # fmt: skip


@pytest.fixture(scope="module")
def expected(index_folder):
    """What the Python interface finds in each text of unknown language."""
    with Index.open(index_folder) as index:
        return {name: in_python(index.scan(text)) for name, text in TEXTS.items()}


def test_a_copy_in_every_wrapping_is_one_verbatim_finding_of_grade_a(expected):
    for name in WRAPPINGS:
        strong = [each for each in expected[name] if each[1] in "AB"]
        assert [each[:2] for each in strong] == [("verbatim-copy", "A")], name
    assert expected["no copy"] == []


@pytest.mark.parametrize("language", ["markdown", "text", "prose", "plaintext", "md"])
def test_the_python_interface_by_language(index_folder, expected, language):
    with Index.open(index_folder) as index:
        for name, text in TEXTS.items():
            assert in_python(index.scan(text, language)) == expected[name], name


def test_the_python_interface_against_a_folder(corpus, expected):
    snippets = [Snippet(name, text.encode()) for name, text in TEXTS.items()]
    with Index.of_folder(corpus, texts=snippets) as index:
        for scan in index.scan_many(snippets):
            assert in_python(scan) == expected[scan.snippet_id], scan.snippet_id


@pytest.mark.parametrize("file_name", NAMES)
def test_scan_of_files(index_folder, expected, tmp_path, file_name):
    folders = {}
    for number, (name, text) in enumerate(TEXTS.items()):
        path = tmp_path / str(number) / file_name
        path.parent.mkdir()
        path.write_bytes(text.encode())
        folders[path.as_posix()] = name
    out = run("scan", "--index", str(index_folder), "--format", "json", str(tmp_path))
    by_file = reported(out)
    assert {name: by_file.get(path, []) for path, name in folders.items()} == expected


@pytest.mark.parametrize("row", [{}, {"language": "text"}, {"language": "markdown"}])
def test_scan_of_rows(index_folder, expected, row, tmp_path):
    rows = "".join(json.dumps({"id": n, "text": t, **row}) + "\n" for n, t in TEXTS.items())
    path = tmp_path / "rows.jsonl"
    path.write_text(rows)
    out = run("scan", "--index", str(index_folder), "--format", "json", "--jsonl", str(path))
    by_row = reported(out)
    assert {name: by_row.get(name, []) for name in TEXTS} == expected


@pytest.mark.parametrize("name", TEXTS)
def test_scan_and_check_of_standard_input(index_folder, expected, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("scan", "check"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXTS[name].encode())))
        out = run(command, "--index", str(index_folder), "--format", "json", "-")
        assert list(reported(out).values()) == ([expected[name]] if expected[name] else [])


def test_check_of_files(index_folder, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = {}
    for number, (name, text) in enumerate(TEXTS.items()):
        Path(f"{number}.md").write_bytes(text.encode())
        paths[f"{number}.md"] = name
    findings = reported(run("check", "--index", str(index_folder), "--format", "json", "."))
    assert {name: findings.get(path, []) for path, name in paths.items()} == expected


def test_audit_of_a_log(index_folder, expected, tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(
        "".join(
            json.dumps({"id": str(n), "completion": t}) + "\n" for n, t in enumerate(TEXTS.values())
        )
    )
    out = run(
        "audit", "--index", str(index_folder), "--replay", str(log), "--format", "json",
        "--out", str(tmp_path / "run"), "--self-test", "0",
    )  # fmt: skip
    by_number = {int(name.partition("@")[0]): items for name, items in reported(out).items()}
    for number, (name, findings) in enumerate(expected.items()):
        here = by_number.get(number, [])
        end = 4 if name in READ_BY_LOGS else None  # taken apart before, with other offsets
        assert [each[:end] for each in here] == [each[:end] for each in findings], name


# Generated siblings: wrappings in wrappings, line ends, paddings and encodings.

DOCUMENT_NAMES = (*NAMES, "ans.json", "ans.jsonl", "ans.csv", "ans.yaml", "ans.tex", "ans.patch")
"""Names of documents and data, which may hold anything; "ans.py" would say that all is Python."""
CHANGES = {
    "as it is": lambda text: text,
    "CRLF": lambda text: re.sub("\r?\n", "\r\n", text),
    "lone CR": lambda text: re.sub("\r?\n", "\r", text),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "no end of line": lambda text: text.rstrip("\n"),
    "padded": lambda text: "\n" * 40 + text + "\n" * 40,
    "byte order mark": lambda text: "\ufeff" + text.removeprefix("\ufeff"),
    "after prose": lambda text: f"{PROSE}\n\n{text}",
    "before prose": lambda text: f"{text}\n\n{PROSE}\n",
}
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")
"""Those with a byte order in their name have no mark."""


def siblings(count):
    """Texts by name: one or two wrappings, changed twice; and those without a copy."""
    chosen = random.Random(20)
    texts = {"empty": "", "blank": " \n\n\t", "under the minimum": CODE.splitlines()[0] + "\n"}
    while len(texts) < count:
        wrappings = chosen.choices([*WRAPPINGS], k=chosen.choice([1, 1, 2]))
        changes = chosen.choices([*CHANGES], k=2)
        text = CODE
        for wrapping in wrappings:
            text = WRAPPINGS[wrapping](text)
        for change in changes:
            text = CHANGES[change](text)
        texts[" / ".join((*wrappings, *changes))] = text
    return texts


SIBLINGS = siblings(50)


@pytest.fixture(scope="module")
def expected_of_siblings(index_folder):
    with Index.open(index_folder) as index:
        return {name: in_python(index.scan(text)) for name, text in SIBLINGS.items()}


def test_most_siblings_hold_a_copy(expected_of_siblings):
    assert not any(expected_of_siblings[name] for name in ("empty", "blank", "under the minimum"))
    strong = sum(
        any(findings[1] in "AB" for findings in each) for each in expected_of_siblings.values()
    )
    assert strong >= len(SIBLINGS) - 7, "a wrapping of a wrapping may hide it"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_siblings_in_every_encoding(index_folder, expected_of_siblings, encoding):
    with Index.open(index_folder) as index:
        for name, text in SIBLINGS.items():
            plain = text.removeprefix("\ufeff")  # the mark does not belong to a decoded text
            expected = in_python(index.scan(plain)) if plain != text else expected_of_siblings[name]
            if encoding == "utf-8":
                plain, expected = text, expected_of_siblings[name]
            assert in_python(index.scan(plain.encode(encoding))) == expected, name


@pytest.mark.parametrize("command", ["scan", "check"])
def test_siblings_in_files(index_folder, expected_of_siblings, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = {}
    for number, (name, text) in enumerate(SIBLINGS.items()):
        path = Path(str(number)) / DOCUMENT_NAMES[number % len(DOCUMENT_NAMES)]
        path.parent.mkdir()
        path.write_bytes(text.encode())
        paths[name] = path.as_posix()
    out = run(command, "--index", str(index_folder), "--format", "json", ".")
    findings = reported(out)
    assert {name: findings.get(path, []) for name, path in paths.items()} == expected_of_siblings


def test_siblings_in_rows_and_logs(index_folder, expected_of_siblings, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        "".join(
            json.dumps({"id": str(number), "text": text, "completion": text}) + "\n"
            for number, text in enumerate(SIBLINGS.values())
        )
    )
    options = ("--index", str(index_folder), "--format", "json")
    by_row = reported(run("scan", *options, "--jsonl", str(rows)))
    by_log = reported(
        run("audit", *options, "--replay", str(rows), "--out", str(tmp_path / "run"),
            "--self-test", "0")
    )  # fmt: skip
    by_log = {
        name.partition("@")[0].partition("/")[0]: findings for name, findings in by_log.items()
    }
    for number, (name, expected) in enumerate(expected_of_siblings.items()):
        assert by_row.get(str(number), []) == expected, name
        if not READ_BY_LOGS & {*name.split(" / ")}:
            assert by_log.get(str(number), []) == expected, name


def test_a_file_in_a_programming_language_is_never_clean(
    index_folder, expected_of_siblings, tmp_path
):
    """The name decides the language; a copy in a document of another kind is found all the same."""
    paths = {}
    for number, (name, text) in enumerate(SIBLINGS.items()):
        path = tmp_path / f"{number}.{('py', 'c', 'js', 'go', 'rs')[number % 5]}"
        path.write_bytes(text.encode())
        paths[name] = path.as_posix()
    findings = reported(
        run("scan", "--index", str(index_folder), "--format", "json", str(tmp_path))
    )
    clean = [
        name
        for name, expected in expected_of_siblings.items()
        if any(each[1] in "AB" for each in expected)
        and not any(each[1] in "AB" for each in findings.get(paths[name], []))
    ]
    assert clean == []
