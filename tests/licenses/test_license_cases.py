# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Real failures as small inputs: each gives the license that its README names."""

from __future__ import annotations

from pathlib import Path

import pytest

from codescan.errors import ConfigError
from codescan.licenses.copyrights import copyright_lines
from codescan.licenses.policy import Policy, evaluate_license
from codescan.pipeline import scan
from codescan.records import NOASSERTION, Document, Finding, Skipped, Snippet
from codescan.registry import load, names
from codescan.sources.dataset import DatasetSource
from codescan.sources.directory import DirectorySource
from codescan.sources.folder_files import index_of_folders
from codescan.sources.recipe import load_recipe

CASES = Path(__file__).parent.parent / "data" / "license_cases"

# Folder to the expressions of which one is right.
EXPECTED = {
    "L17-proprietary-header": {NOASSERTION},
    "L32-rust-header": {"Apache-2.0 OR MIT"},
    "L8b-mentions-other-tool": {"MIT"},
    "M8-cargo-alone": {"MPL-2.0"},
    "M12-notice-in-mid-file": {"GPL-2.0-or-later"},
    "M19-cc-long-name": {"CC-BY-NC-SA-4.0"},
    "F1-commons-clause": {NOASSERTION},
    "F9-dual-files-and-cargo": {"MIT OR Apache-2.0", "Apache-2.0 OR MIT"},
    "H-BSD-3-Clause-Clear": {"BSD-3-Clause-Clear"},
    "H-JSON": {"JSON"},
    "H-Sleepycat": {"Sleepycat"},
    "R2-reuse-override": {"GPL-3.0-only"},
    "R6-reuse-nested": {"ISC"},
    "T37-unreadable-tag": {NOASSERTION},
    "BSL-full-header": {"BSL-1.0"},
}


def findings(query: Path, corpus: Path) -> list[Finding]:
    language = "javascript" if query.suffix == ".js" else "python"
    with index_of_folders([corpus]) as index:
        matchers = [load("matchers", name)(index) for name in names("matchers")]
        snippet = Snippet("query", query.read_bytes(), language)
        results = [f for f in scan([snippet], index, matchers) if isinstance(f, Finding)]
    return sorted(results, key=lambda finding: -finding.tokens)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_license_of_the_passage(name):
    results = findings(CASES / name / "query.py", CASES / name / "corpus")
    assert results, "no finding"
    claim = results[0].attribution.license
    assert claim.expression in EXPECTED[name], claim
    if claim.expression == NOASSERTION:
        assert claim.evidence
        assert evaluate_license(claim.expression, Policy(project_license="MIT")).state == "unknown"


def test_every_case_is_run():
    folders = {path.name for path in CASES.iterdir() if (path / "query.py").exists()}
    assert folders == set(EXPECTED)


def test_a_bundle_is_under_the_license_of_its_source():
    case = CASES / "X-kinds7"
    (first, *_) = findings(case / "query.js", case / "anchor")
    claim = first.attribution.license
    assert claim.expression == "GPL-3.0-only"
    assert first.attribution.origin.path == "src/anchor.js"
    assert evaluate_license(claim.expression, Policy(project_license="MIT")).state == "conflict"


def test_only_files_of_tools_are_skipped_as_generated():
    for folder in ("X-gen", "BSL-full-header/corpus"):
        skipped = [
            item
            for item in DirectorySource(str(CASES / folder)).documents()
            if isinstance(item, Skipped) and item.reason == "generated"
        ]
        assert skipped == []


def test_copyright_statements():
    lines = (CASES / "C-copyright-lines" / "lines.txt").read_bytes().splitlines(keepends=True)
    two_lines = b"".join(lines[3:5])
    texts = [*lines[:3], two_lines, *lines[5:]]
    holders = [copyright_lines(text) for text in texts]
    assert holders == [
        ("Copyright (C) 2015 Foo Bar",),
        ("Copyright the Foo project contributors",),
        ("(c) OpenExample Foundation and other contributors",),
        ("Copyright (C) 2003-2005,2007 by Example Org, 2010 Other Org",),
        ("Copr. 1987 Foo Bar",),
        (),
        (),
        (),
    ]
    latin = (CASES / "C-copyright-lines" / "latin1.txt").read_bytes().splitlines()
    assert [copyright_lines(line) for line in latin] == [
        ("© 2004 Müller GmbH",),
        ("Copyright (C) 2004 Müller GmbH",),
    ]


def test_rooted_paths_of_a_data_set_are_relative(monkeypatch):
    case = CASES / "E02-stack-v2-leading-slash"
    monkeypatch.chdir(case)
    documents = [
        item
        for spec in load_recipe(str(case / "st2.toml")).sources
        for item in spec.open().documents()
        if isinstance(item, Document)
    ]
    assert [document.origin.path for document in documents] == ["src/a.py"]


def test_rows_without_a_path_column_are_of_the_language_that_the_recipe_names(tmp_path):
    (tmp_path / "text.jsonl").write_text('{"text": "def f(x):\\n    return x + 1\\n"}\n')
    source = DatasetSource(
        path=(str(tmp_path / "text.jsonl"),), content="text", path_column="", language="python"
    )
    (document,) = source.documents()
    assert document.language == "python"
    with pytest.raises(ConfigError):
        DatasetSource(path=("x",), language="no such language")
