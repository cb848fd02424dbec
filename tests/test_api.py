# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The Python interface, as a program that depends on codescan uses it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest
from msgspec import structs

import codescan
from codescan.errors import MissingExtraError, UsageError
from codescan.index import build
from codescan.records import Grade, Snippet
from codescan.sources.directory import DirectorySource
from codescan.text.swhid import swhid


@pytest.fixture
def index(corpus_folder, tmp_path):
    build([DirectorySource(corpus_folder)], tmp_path / "i", name="t", recipe={}, workers=1)
    with codescan.Index.open(tmp_path / "i") as index:
        yield index


def test_a_copied_function_is_found_with_its_license(index, corpus_folder):
    text = (corpus_folder / "locks/levels.py").read_text()
    findings = index.scan(text, language="python")
    (finding,) = findings
    assert len(findings) == 1
    assert finding.grade is Grade.A
    assert finding.attribution.origin.path.endswith("locks/levels.py")
    assert finding.attribution.swhid == swhid(text.encode())
    assert finding.attribution.license.expression == "GPL-3.0-or-later"


def test_threads_find_the_same_in_the_same_order(index, corpus_folder):
    texts = [p.read_bytes() for p in sorted(corpus_folder.rglob("*")) if p.is_file()] * 20
    snippets = [Snippet(str(i), text) for i, text in enumerate(texts)]
    one = list(index.scan_many(snippets))
    many = list(index.scan_many(snippets, threads=4))
    assert one == many
    assert [scan.snippet_id for scan in one] == [s.id for s in snippets]


def test_every_public_name_is_importable():
    for name in codescan.__all__:
        assert getattr(codescan, name) is not None
        assert name in dir(codescan)
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = codescan.nothing_here


def test_the_package_is_typed():
    assert (importlib.resources.files("codescan") / "py.typed").is_file()


@pytest.mark.parametrize(
    "text", ["", " \n", b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", b"\xff\xfe\0\xd8"]
)
def test_a_text_that_cannot_be_compared_is_not_a_clean_one(index, text):
    scanned = index.scan(text)
    assert not scanned.is_complete
    assert scanned.coverage.checked == 0
    [skip] = scanned.skipped
    assert skip.item == "text"
    content = text.encode() if isinstance(text, str) else text
    [many] = index.scan_many([codescan.Snippet("text", content)])
    assert many == scanned


def test_a_text_that_was_compared_is_complete(index):
    scanned = index.scan("x = 1\n", "python")
    assert scanned.is_complete
    assert scanned.coverage.checked == 1


def test_wide_encodings_give_the_findings_of_utf_8(index, corpus_folder):
    shared_text = (corpus_folder / "locks/levels.py").read_text()
    plain = index.scan(shared_text, "python").findings
    assert plain
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert index.scan(shared_text.encode(encoding), "python").findings == plain


@pytest.mark.usefixtures("index")
def test_fewer_tokens_than_are_guaranteed_are_refused(tmp_path):
    with pytest.raises(UsageError, match="can miss runs"):
        codescan.Index.open(tmp_path / "i", min_tokens=5)


@pytest.fixture
def audited(corpus_folder, tmp_path):
    """A log with one copy, audited through the Python interface."""
    build([DirectorySource(corpus_folder)], tmp_path / "i", name="t", recipe={}, workers=1)
    copied = (corpus_folder / "locks/levels.py").read_text()
    rows = [{"prompt": "<b>write</b>", "completion": text} for text in (copied, "x = 1\n")]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows))
    steps = []
    report = codescan.audit(
        replay=log,
        index=tmp_path / "i",
        out=tmp_path / "run",
        self_test=0,
        on_progress=lambda step, _done, _total: steps.append(step),
    )
    assert "match completions" in steps
    return report, tmp_path / "run"


def test_an_audit_gives_its_report(audited):
    report, folder = audited
    (finding,) = report
    assert (len(report), bool(report)) == (1, True)
    assert finding.attribution.origin.path.endswith("locks/levels.py")
    assert report.headline.startswith("1 passage of 1 project")
    assert "2 prompts of the log log.jsonl were read" in report.statement
    assert report.statistics["copies"]["target"]["k"] == 1
    assert {path.name for path in report.paths} == {"report.json", "report.html", "report.txt"}
    assert codescan.read_report(folder).record == report.record
    assert report.render("markdown").startswith("## codescan: 1 passage")
    assert "data:text" not in report.render("csv")


def test_a_report_is_a_data_frame(audited):
    pandas = pytest.importorskip("pandas")
    frame = audited[0].to_pandas()
    assert frame.loc[0, "license"] == "GPL-3.0-or-later"
    assert frame.loc[0, "prompt"] == "<b>write</b>"
    assert pandas.isna(frame.loc[0, "policy"])
    assert (str(frame.dtypes["tokens"]), str(frame.dtypes["ambiguous"])) == ("Int64", "boolean")
    empty = codescan.RunReport(structs.replace(audited[0].record, findings=()))
    assert list(empty.to_pandas().columns) == list(frame.columns)
    assert len(empty.to_pandas()) == 0


def test_without_pandas_the_error_is_the_command_that_installs_it(audited, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError) as raised:
        audited[0].to_pandas()
    assert raised.value.hint == "pip install 'codescan[pandas]'"


def test_a_notebook_shows_an_escaped_summary(audited):
    record = audited[0].record
    nasty = "<script>alert(1)</script>\u202e\"'&"
    finding = structs.replace(record.findings[0], snippet_id=nasty)
    run = {**record.run, "model": {"name": nasty}}
    record = structs.replace(record, findings=(finding,) * 50, run=run)
    page = codescan.RunReport(record)._repr_html_()
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<tr>") == 11
    assert len(page) < 20_000


def test_printing_a_report_shows_its_headline_alone(audited):
    finding = structs.replace(audited[0].record.findings[0], snippet_id="x" * 10_000)
    report = codescan.RunReport(structs.replace(audited[0].record, findings=(finding,) * 50))
    assert repr(report).startswith("<RunReport, findings: 50, headline: ")
    assert len(repr(report)) < 250


def test_importing_the_interface_loads_no_heavy_library():
    code = (
        "import sys, codescan; codescan.audit, codescan.RunReport, codescan.read_report;"
        "print([name for name in ('torch', 'pandas', 'pyarrow', 'transformers', 'scipy')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
