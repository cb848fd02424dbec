# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whose a passage is: each rule decides where it should, and says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from codescan.licenses import attribution
from codescan.licenses.attribution import attribute
from codescan.licenses.categories import category
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.licenses.origin_pointers import pointers
from codescan.licenses.spdx_list import license_text
from codescan.licenses.vendored_paths import parse_vendor_list, vendored
from codescan.protocols import Catalogue
from codescan.records import (
    NOASSERTION,
    Document,
    LicenseBasis,
    LicenseClaim,
    Match,
    MatchKind,
    MatchLocation,
    Origin,
    Package,
    Region,
    Snippet,
    Span,
)
from codescan.text.swhid import swhid

PASSAGE = b"def f():\n    return 1\n"
SNIPPET = Snippet("s", b"x = 0\n" + PASSAGE)


def claim(expression, basis=LicenseBasis.PACKAGE_METADATA):
    return LicenseClaim(expression, basis, "", category(expression))


def document(purl, path="a.py", released=None, license_="MIT", licenses=(), **fields):
    kind, _, remainder = purl.removeprefix("pkg:").partition("/")
    name, _, version = remainder.partition("@")
    package = Package(
        purl=purl,
        name=name,
        version=version,
        family=f"{kind}/{name}",
        released=released,
        licenses=(claim(license_),) if license_ else (),
        copyrights=fields.pop("package_copyrights", ()),
    )
    origin = Origin(package=package, path=path, sha256="0" * 64)
    return Document(b"", "python", origin, tuple(licenses), **fields)


class Shelf:
    """A catalogue of (documents, text) pairs."""

    def __init__(self, *contents):
        self.contents = contents

    def documents(self, content):
        return self.contents[content][0]

    def content(self, content):
        return self.contents[content][1]


def shelf(*documents, text=PASSAGE):
    return Shelf(*(((d,), text) for d in documents))


def run(catalogue, similarities=(), snippet=SNIPPET, text=PASSAGE):
    holders = tuple(
        MatchLocation(
            number,
            Span(content.find(text), content.find(text) + len(text)),
            similarities[number] if similarities else 1.0,
        )
        for number, (_, content) in enumerate(catalogue.contents)
    )
    start = snippet.content.find(text)
    match = Match("s", MatchKind.VERBATIM, Span(start, start + len(text)), 9, holders, len(holders))
    return attribute(match, catalogue, snippet)


def test_a_catalogue_is_what_the_protocol_says():
    assert isinstance(shelf(), Catalogue)


def test_the_only_holder():
    result = run(Shelf(((document("pkg:pypi/a@1"),), b"import x\n\n" + PASSAGE)))
    assert result.origin.package.name == "a"
    assert result.region == Region(3, 4)
    assert (result.license.expression, result.license.category) == ("MIT", "permissive")
    assert (result.families, result.alternatives, result.alternatives_total) == (1, (), 0)
    assert not result.ambiguous


def test_every_holder_shown_has_the_identifier_of_its_content():
    texts = [b"import x\n\n" + PASSAGE, PASSAGE, PASSAGE + b"\n"]
    dates = ["2015-01-01", "2010-01-01", None]
    result = run(
        Shelf(
            *(
                ((document(f"pkg:pypi/{name}@1", released=date),), text)
                for name, date, text in zip("abc", dates, texts, strict=True)
            )
        )
    )
    identifiers = dict(zip("abc", map(swhid, texts), strict=True))
    assert result.swhid == identifiers[result.origin.package.name]
    assert result.earliest.swhid == identifiers["b"]
    assert len(result.alternatives) == len(texts) - 1
    assert all(each.swhid == identifiers[each.package] for each in result.alternatives)


def test_the_earliest_trustworthy_date_decides():
    result = run(
        shelf(
            document("pkg:pypi/copy@1", released="2020-01-01"),
            document("pkg:pypi/source@1", released="2015-01-01"),
            document("pkg:pypi/undated@1"),
        )
    )
    assert result.origin.package.name == "source"
    assert result.reasons[0] == "earliest in index: 2015-01-01 (copy: 2020-01-01)"
    assert "oldest" not in " ".join(result.reasons)
    assert [a.package for a in result.alternatives] == ["copy", "undated"]


def test_versions_collapse_to_the_earliest_one():
    result = run(
        shelf(
            document("pkg:pypi/a@2", released="2020-01-01"),
            document("pkg:pypi/a@1", released="2018-01-01"),
        )
    )
    assert (result.families, result.origin.package.version) == (1, "1")


@pytest.mark.parametrize(
    "path",
    ["pip/_vendor/requests/a.py", "third_party/requests/a.py", "node_modules/requests/a.js",
     "src/vendor/requests-2.31.0/a.py", "extern/requests/a.py", "contrib/requests.py"],
)  # fmt: skip
def test_a_vendored_copy_resolves_to_its_upstream(path):
    result = run(
        shelf(
            document("pkg:pypi/pip@20", path=path, released="2010-01-01"),
            document("pkg:pypi/requests@2", released="2020-01-01"),
        )
    )
    assert result.origin.package.name == "requests"
    assert result.families == 1
    assert result.reasons == ("vendored copies of requests: in pip",)


def test_a_vendored_copy_of_something_not_indexed_is_named():
    copy = document("pkg:pypi/pip@20", "pip/_vendor/rich/a.py", package_copyrights=("(c) Pip",))
    result = run(shelf(copy))
    assert result.copyrights == ()
    assert "the license is that of pip, which holds the copy" in result.reasons
    assert result.origin.package.name == "pip"
    assert "a vendored copy: _vendor/ in pip names rich" in result.reasons[0]


def test_vendored_copies_of_one_upstream_are_one_family():
    result = run(
        shelf(
            document("pkg:pypi/pip@20", path="pip/_vendor/rich/a.py"),
            document("pkg:pypi/setuptools@1", path="setuptools/_vendor/rich/a.py"),
        )
    )
    assert result.families == 1


def test_contrib_of_ones_own_is_no_copy():
    result = run(
        shelf(
            document("pkg:pypi/django@1", path="django/contrib/admin/a.py", released="2010-01-01"),
            document("pkg:pypi/other@1", released="2015-01-01"),
        )
    )
    assert result.origin.package.name == "django"


def test_a_pointer_in_the_copy_decides_before_dates():
    copy = document("pkg:pypi/copy@1", released="2010-01-01")
    source = document("pkg:pypi/source-lib@1", released="2020-01-01")
    text = b"# Adapted from source_lib, MIT\n" + PASSAGE
    result = run(Shelf(((copy,), text), ((source,), PASSAGE)))
    assert result.origin.package.name == "source-lib"
    assert result.reasons[0].startswith("source-lib: the text says it comes from")


def test_a_pointer_in_the_snippet_decides():
    snippet = Snippet("s", b"# https://github.com/them/source\n" + PASSAGE)
    result = run(
        shelf(
            document("pkg:pypi/copy@1", released="2010-01-01"),
            document("pkg:pypi/source@1", released="2020-01-01"),
        ),
        snippet=snippet,
    )
    assert result.origin.package.name == "source"


def test_a_text_that_names_only_itself_proves_nothing():
    copy = document("pkg:pypi/copy@1", released="2020-01-01")
    source = document("pkg:pypi/source@1", released="2010-01-01")
    text = b"# https://github.com/them/copy\n" + PASSAGE
    result = run(Shelf(((copy,), text), ((source,), PASSAGE)))
    assert result.origin.package.name == "source"


def test_coverage_decides_among_equal_dates():
    result = run(shelf(document("pkg:pypi/a@1"), document("pkg:pypi/b@1")), similarities=(0.8, 1.0))
    assert result.origin.package.name == "b"
    assert result.reasons[0] == "holds more of the passage: 100% (a: 80%)"
    assert not result.ambiguous


def test_the_owner_of_the_file_decides():
    line = "Copyright 2020 Jane Doe"
    result = run(
        shelf(
            document("pkg:pypi/a@1", copyrights=(line,)),
            document("pkg:pypi/b@1", copyrights=(line,), package_copyrights=("(c) 2019 Jane Doe",)),
        )
    )
    assert result.origin.package.name == "b"
    assert result.copyrights == (line,)


def test_a_registry_goes_before_a_repackaging():
    result = run(shelf(document("pkg:deb/a@1"), document("pkg:pypi/b@1")))
    assert result.origin.package.name == "b"


def test_a_tie_between_license_categories_is_ambiguous_and_takes_the_stricter():
    result = run(shelf(document("pkg:pypi/a@1"), document("pkg:pypi/b@1", license_="GPL-3.0-only")))
    assert result.ambiguous
    assert result.origin.package.name == "a"
    assert result.license.expression == "GPL-3.0-only"
    assert "no rule decides between a and b" in result.reasons[0]


def test_the_unknown_is_stricter_than_anything():
    result = run(shelf(document("pkg:pypi/a@1"), document("pkg:pypi/b@1", license_="")))
    assert result.ambiguous
    assert result.license == LicenseClaim(NOASSERTION, LicenseBasis.NONE)


def test_a_tie_within_one_category_is_not_ambiguous():
    result = run(shelf(document("pkg:pypi/a@1"), document("pkg:pypi/b@1", license_="ISC")))
    assert not result.ambiguous


def test_the_file_wins_over_its_package_and_the_mismatch_is_reported():
    header = claim("LGPL-2.1-or-later", LicenseBasis.FILE_HEADER)
    result = run(
        shelf(document("pkg:deb/igraph@1", license_="GPL-2.0-or-later", licenses=(header,)))
    )
    assert result.license == header
    assert result.claims == (header, claim("GPL-2.0-or-later"))
    assert result.reasons == (
        (
            "license-mismatch: file-header says LGPL-2.1-or-later, package-metadata says"
            " GPL-2.0-or-later; the more specific one holds"
        ),
    )


def test_gathered_license_texts_yield_to_what_the_package_declares():
    texts = {"LICENSE": (license_text("MIT") + license_text("GPL-3.0-only")).encode()}
    gathered = LicenseFiles(texts).claims_for("a.py")
    assert gathered[0].expression == "GPL-3.0-only AND MIT"
    result = run(shelf(document("pkg:pypi/a@1", licenses=gathered)))
    assert result.license.expression == "MIT"
    assert "the license files hold GPL-3.0-only AND MIT" in result.reasons[0]
    undeclared = run(shelf(document("pkg:pypi/a@1", license_="", licenses=gathered)))
    assert undeclared.license.expression == "GPL-3.0-only AND MIT"


def test_a_part_of_the_package_expression_is_no_mismatch():
    header = claim("MIT", LicenseBasis.FILE_HEADER)
    result = run(shelf(document("pkg:pypi/a@1", license_="MIT OR Apache-2.0", licenses=(header,))))
    assert result.reasons == ()


def test_what_is_stated_and_not_understood_never_falls_back():
    vague = claim(NOASSERTION, LicenseBasis.FILE_TAG)
    result = run(shelf(document("pkg:pypi/a@1", licenses=(vague,))))
    assert result.license == vague


def test_a_snippet_tag_around_the_passage_wins():
    mark = b"# SPDX" + b"-Snippet"
    text = (
        mark + b"Begin\n" + mark + b"-License-Identifier: ISC\n" + mark
        + b"CopyrightText: 2001 Q\n" + PASSAGE + mark + b"End\n"
    )  # fmt: skip
    header = claim("Apache-2.0", LicenseBasis.FILE_HEADER)
    result = run(Shelf(((document("pkg:pypi/a@1", licenses=(header,)),), text)))
    assert (result.license.expression, result.license.basis) == ("ISC", LicenseBasis.SNIPPET_TAG)
    assert result.copyrights == ("2001 Q",)
    outside = run(Shelf(((document("pkg:pypi/a@1", licenses=(header,)),), PASSAGE + text)))
    assert outside.license == header


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_holders_does_not_matter(names):
    documents = [document(f"pkg:pypi/{n}@1", released=f"{2000 + ord(n)}-01-01") for n in names]
    result = run(shelf(*documents))
    assert result.origin.package.name == "a"
    assert [a.package for a in result.alternatives] == ["b", "c", "d"]


def test_work_is_bounded():
    names = [f"p{n:05}" for n in range(200)]
    catalogue = Shelf(
        *((tuple(document(f"pkg:pypi/{n}@{v}") for v in range(40)), PASSAGE) for n in names)
    )
    result = run(catalogue)
    assert result.families == attribution.MAX_HOLDERS
    assert len(result.alternatives) == attribution.MAX_ALTERNATIVES
    assert result.alternatives_total == attribution.MAX_HOLDERS - 1
    assert "200 files hold the passage, of which the first 64 were ranked" in result.reasons


def test_a_match_without_documents_is_an_error():
    with pytest.raises(ValueError, match="no document"):
        run(Shelf(((), PASSAGE)))


@pytest.mark.parametrize(
    ("path", "folder", "name", "certain"),
    [
        ("pip/_vendor/urllib3/util/x.py", "_vendor", "urllib3", True),
        ("a/third_party/zlib-1.2.11/deflate.c", "third_party", "zlib", True),
        ("node_modules/@babel/core/lib/x.js", "node_modules", "@babel/core", True),
        ("vendor/github.com/pkg/errors/e.go", "vendor", "errors", True),
        ("node_modules/a/node_modules/b/i.js", "node_modules", "b", True),
        ("pkg/_vendor/six.py", "_vendor", "six", True),
        ("django/contrib/admin/x.py", "contrib", "admin", False),
    ],
)
def test_vendored_paths(path, folder, name, certain):
    result = vendored(path)
    assert (result.folder, result.name, result.certain) == (folder, name, certain)


@pytest.mark.parametrize("path", ["a.py", "src/a.py", "vendor.py", "pip/_vendor/__init__.py"])
def test_ordinary_paths(path):
    assert vendored(path) is None


def test_vendor_list():
    pins = parse_vendor_list(b"CacheControl==0.14.3\nrequests==2.32.5\n    idna==3.10\n# x==1\n")
    assert pins == {"cachecontrol": "0.14.3", "requests": "2.32.5", "idna": "3.10"}


def test_pointers():
    result = pointers(
        b"Based on the Quake III code, https://github.com/id-Software/Quake-III-Arena.git and"
        b" https://www.npmjs.com/package/@scope/left-pad"
    )
    assert {"quake-iii-arena", "@scope/left-pad", "quake-iii-code", "quake"} <= {*result}


def test_replacing_the_family_joins_a_mirror():
    mirror = document("pkg:github/them/a@1", released="2011-01-01")
    package = replace(mirror.origin.package, family="pypi/a")
    mirror = replace(mirror, origin=replace(mirror.origin, package=package))
    assert run(shelf(mirror, document("pkg:pypi/a@1"))).families == 1


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("COPYING: text of GPL-2.0-only (99%)", "GPL-2.0-or-later"),
        ("debian/copyright: Files: *; License: GPL-2", "GPL-2.0-only"),
    ],
)
def test_the_bare_text_of_a_gnu_license_says_neither_only_nor_later(evidence, expected):
    text = LicenseClaim(
        "GPL-2.0-only", LicenseBasis.LICENSE_FILE, evidence, category("GPL-2.0-only")
    )
    result = run(shelf(document("pkg:pypi/u@1", license_="GPL-2.0-or-later", licenses=(text,))))
    assert result.license.expression == expected
    mismatch = any(reason.startswith("license-mismatch") for reason in result.reasons)
    assert mismatch == (expected == "GPL-2.0-only")
