# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The Python interface, as a program that depends on codescan uses it."""

from __future__ import annotations

import importlib

import pytest

import codescan
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
    found = index.scan(text, language="python")
    (finding,) = found
    assert len(found) == 1
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
