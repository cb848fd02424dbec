# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A vendored copy whose imports were changed still has its upstream as origin."""

from __future__ import annotations

import pytest

from codescan.licenses.attribution import attribute
from codescan.records import (
    Document,
    LicenseBasis,
    LicenseClaim,
    Match,
    MatchKind,
    MatchLocation,
    Origin,
    Package,
    Snippet,
    Span,
)

UPSTREAM = b'''"""Read frobs."""

import os
from frob.compat import ensure_text
from frob.errors import FrobError


class FrobReader:
    def __init__(self, stream, encoding):
        self.stream = stream
        self.encoding = encoding

    def read(self, size):
        return ensure_text(self.stream.read(size), self.encoding)
'''


def document(purl, path, license_id):
    name, _, version = purl.rpartition("/")[2].partition("@")
    if purl.startswith("pkg:npm/%40"):
        name = "@" + purl.partition("%40")[2].rpartition("@")[0]
    claim = LicenseClaim(license_id, LicenseBasis.PACKAGE_METADATA, category="unknown")
    package = Package(purl, name, version, licenses=(claim,))
    return Document(b"", "python", Origin(package, path, "0" * 64), (claim,))


class Index:
    def __init__(self, *files):
        self.files = files

    def documents(self, content_id):
        return (self.files[content_id][0],)

    def content(self, content_id):
        return self.files[content_id][1]

    def purls(self):
        return sorted({file[0].origin.package.purl for file in self.files})

    def content_at(self, purl, path):
        for number, (each, _) in enumerate(self.files):
            if (each.origin.package.purl, each.origin.path) == (purl, path):
                return number
        return None


def attributed(index, first_line, last_line):
    text = index.content(0)
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: first_line - 1]))
    span = Span(start, start + sum(map(len, lines[first_line - 1 : last_line])))
    match = Match("s", MatchKind.VERBATIM, span, 40, (MatchLocation(0, span),))
    return attribute(match, index, Snippet("s", text))


def vendored(path, text=None):
    changed = UPSTREAM.replace(b"from frob", b"from host._vendor.frob")
    return document("pkg:pypi/host@2.0", path, "MIT"), changed if text is None else text


@pytest.mark.parametrize(
    ("copy", "purl", "path"),
    [
        ("host/_vendor/frob/reader.py", "pkg:pypi/frob@1.0", "frob/reader.py"),
        ("host/_vendor/frob/reader.py", "pkg:pypi/frob@1.0", "src/frob/reader.py"),
        ("third_party/frob-1.0/frob/reader.py", "pkg:generic/frob@1.0", "frob/reader.py"),
        ("node_modules/frob/lib/reader.js", "pkg:npm/frob@1.0", "lib/reader.js"),
        ("node_modules/@acme/frob/reader.js", "pkg:npm/%40acme/frob@1.0", "reader.js"),
        ("host/extern/frob/reader.py", "pkg:pypi/frob@1.0", "frob/reader.py"),
        ("host/_vendor/frob.py", "pkg:pypi/frob@1.0", "frob.py"),
    ],
)
def test_the_upstream_of_a_changed_copy_is_the_origin(copy, purl, path):
    index = Index(vendored(copy), (document(purl, path, "GPL-3.0-only"), UPSTREAM))
    for first_line, last_line in ((1, 14), (1, 9), (3, 8)):
        result = attributed(index, first_line, last_line)
        assert result.origin.path == path
        assert result.license.expression == "GPL-3.0-only"
        assert result.region.start_line >= first_line
        assert result.region.end_line <= last_line
        assert "vendored copies of" in " ".join(result.reasons)


@pytest.mark.parametrize(
    "text",
    [
        b"def other(a, b):\n    return a * b + 1\n" * 4,
        UPSTREAM[: len(UPSTREAM) // 4] + b"\n".join(b"x%d = %d" % (n, n) for n in range(40)),
    ],
)
def test_a_file_of_the_same_name_with_other_lines_is_no_upstream(text):
    index = Index(
        vendored("host/_vendor/frob/reader.py", text),
        (document("pkg:pypi/frob@1.0", "frob/reader.py", "GPL-3.0-only"), UPSTREAM),
    )
    result = attributed(index, 1, len(text.splitlines()))
    assert result.origin.package.name == "host"
    assert "which is not among the indexed holders" in result.reasons[0]


def test_a_passage_that_only_the_copy_has_stays_with_it():
    added = UPSTREAM + b"\n\ndef host_only(a):\n    step = a + 1\n    return [step, step * 2]\n"
    index = Index(
        vendored("host/_vendor/frob/reader.py", added),
        (document("pkg:pypi/frob@1.0", "frob/reader.py", "GPL-3.0-only"), UPSTREAM),
    )
    assert attributed(index, 17, 19).origin.package.name == "host"


def test_a_package_of_its_own_name_is_no_copy():
    index = Index(
        (document("pkg:pypi/frob@2.0", "frob/_vendor/frob/reader.py", "MIT"), UPSTREAM),
        (document("pkg:pypi/frob@1.0", "frob/reader.py", "GPL-3.0-only"), UPSTREAM),
    )
    assert attributed(index, 1, 14).origin.package.version == "2.0"
