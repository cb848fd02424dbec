# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan scan --against FOLDER`: the same findings without an index, in every format."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import jsonschema
import pytest

from codescan.__main__ import main
from codescan.app.result_schemas import result_schema


@pytest.fixture
def scan(capsys):
    """Run `codescan scan`: exit code, stdout, stderr."""

    def run(*arguments):
        code = main(["scan", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_findings_are_those_of_an_index(scan, harbor_corpus, built_index, copied_function):
    Path("mine.py").write_text("import math\n\n\n" + copied_function)
    code, out, message = scan("mine.py", "--against", harbor_corpus, "--format", "json")
    report = json.loads(out)
    jsonschema.Draft202012Validator(result_schema("report")).validate(report)
    assert code == 1
    assert "scan …" in message
    indexed_report = json.loads(scan("mine.py", "--index", built_index, "--format", "json")[1])
    assert report["findings"] == indexed_report["findings"]
    assert report["run"]["against"] == [str(harbor_corpus)]
    assert report["index"]["name"] == "harbors"
    assert "digest" not in report["index"]
    same = ("guarantee_tokens", "files", "tokens", "bytes", "packages", "profile", "skipped")
    assert {key: report["index"][key] for key in same} == {
        key: indexed_report["index"][key] for key in same
    }


@pytest.mark.parametrize(
    "format_",
    ["terminal", "html", "sarif", "markdown", "spdx", "cyclonedx", "notice", "github", "gitlab"],
)
def test_every_format_can_show_it(scan, harbor_corpus, copied_function, format_):
    Path("mine.py").write_text(copied_function)
    code, out, _ = scan("mine.py", "--against", harbor_corpus, "--format", format_, "-q")
    assert code == 1
    assert "AGPL-3.0-only" in out or "tides.py" in out


def test_many_folders_are_one_corpus(scan, harbor_corpus, tmp_path, copied_function):
    other = tmp_path / "other"
    other.mkdir()
    (other / "own.py").write_text("def nothing(of, importance):\n    return of(importance)\n")
    Path("mine.py").write_text(copied_function)
    arguments = ("--against", other, "--against", harbor_corpus, "--format", "json")
    report = json.loads(scan("mine.py", *arguments)[1])
    assert report["index"]["name"] == "other, harbors"
    assert report["index"]["packages"] == 2
    assert len(report["findings"]) == 1


@pytest.mark.parametrize("other", ["--index", "--corpus"])
def test_an_index_and_a_folder_exclude_each_other(scan, harbor_corpus, other):
    code, _, message = scan("x.py", "--against", harbor_corpus, other, "somewhere")
    assert code == 2
    assert "--against" in message


def test_what_the_configuration_names_is_not_opened(scan, harbor_corpus, copied_function):
    Path("codescan.toml").write_text('index = "nowhere"\n')
    Path("mine.py").write_text(copied_function)
    assert scan("mine.py", "--against", harbor_corpus)[0] == 1


def test_what_cannot_be_compared_is_reported(scan, tmp_path):
    Path("x.py").write_text("x = 1\n")
    code, out, message = scan("x.py", "--against", tmp_path / "none")
    assert (code, out) == (3, "")
    assert "there is no folder" in message
    (tmp_path / "empty").mkdir()
    code, out, message = scan("x.py", "--against", tmp_path / "empty")
    assert (code, out) == (3, "")
    assert "no file that can be compared" in message


def test_files_that_vanish_are_listed_as_skipped(scan, tmp_path, copied_function, monkeypatch):
    from codescan.sources.folder_files import FolderFiles

    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "tides.py").write_text(copied_function)
    Path("mine.py").write_text(copied_function)
    monkeypatch.setattr(FolderFiles, "read", lambda *_: None)
    code, out, _ = scan("mine.py", "--against", folder, "--format", "json")
    report = json.loads(out)
    assert (code, report["findings"]) == (5, [])
    assert report["statistics"]["skipped"] == {"changed": 1}
    assert report["skipped"][0]["item"] == "pkg:generic/folder#tides.py"


def test_nothing_is_kept(scan, harbor_corpus, copied_function, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    Path("mine.py").write_text(copied_function)
    assert scan("mine.py", "--against", harbor_corpus)[0] == 1
    assert not list(temporary.iterdir())
    assert not (tmp_path / "xdg_data_home" / "codescan" / "indexes").exists()
