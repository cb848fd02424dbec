# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Claims of packages: metadata fields, license files up the tree, REUSE.toml, DEP-5."""

from __future__ import annotations

import sys
from email.parser import HeaderParser
from importlib.metadata import distributions

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.licenses import debian, globs, license_names, spdx_list
from codescan.licenses.expressions import equivalent
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.metadata import core_metadata_claims, npm_claims
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.records import NOASSERTION, LicenseBasis

MIT = spdx_list.license_text("MIT").encode()
APACHE = spdx_list.license_text("Apache-2.0").encode()
BSD2 = spdx_list.license_text("BSD-2-Clause").encode()
GPL3 = spdx_list.license_text("GPL-3.0-only").encode()
LGPL3 = spdx_list.license_text("LGPL-3.0-only").encode()
OSI = "License :: OSI Approved :: "


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MIT License", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("new BSD License", "BSD-3-Clause"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("GPLv2", "GPL-2.0-only"),
        ("LGPLv2.1+", "LGPL-2.1-or-later"),
        ("LGPL 3", "LGPL-3.0-only"),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later"),
        ("GNU Affero General Public License v3 (AGPLv3)", "AGPL-3.0-only"),
        ("GPL", "GPL-1.0-or-later"),
        ("MIT or Apache 2.0", "MIT OR Apache-2.0"),
        ("MIT, BSD-3-Clause", "MIT AND BSD-3-Clause"),
        ("MPL-2.0 AND MIT", "MPL-2.0 AND MIT"),
        ("BSD", NOASSERTION),
        ("Apache", NOASSERTION),
        ("Dual License", NOASSERTION),
        ("MIT and something", NOASSERTION),
        ("GPL-9.0", NOASSERTION),
    ],
)
def test_names(name, expected):
    assert license_names.lookup(name) == expected


@given(st.text(max_size=80))
def test_names_never_fail(text):
    assert license_names.lookup(text)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"License-Expression": ["MIT OR Apache-2.0"], "License": ["GPL"]}, ["MIT OR Apache-2.0"]),
        ({"license_expression": ["Apache-2.0"]}, ["Apache-2.0"]),
        ({"License": ["MIT"], "Classifier": [OSI + "BSD License"]}, ["MIT", NOASSERTION]),
        ({"License": ["BSD"], "Classifier": [OSI + "MIT License"]}, ["MIT", NOASSERTION]),
        ({"Classifier": [OSI + "BSD License"]}, [NOASSERTION]),
        ({"Classifier": [OSI + "Apache Software License"]}, [NOASSERTION]),
        ({"Classifier": ["License :: OSI Approved", OSI + "ISC License (ISCL)"]}, ["ISC"]),
        ({"Classifier": [OSI + "MIT License", OSI + "zlib/libpng License"]}, ["MIT AND Zlib"]),
        ({"Classifier": ["License :: Other/Proprietary License"]}, ["LicenseRef-proprietary"]),
        ({"Classifier": ["Topic :: Utilities"]}, []),
        ({"License": [MIT.decode()]}, ["MIT"]),
        ({"License": ["UNKNOWN"]}, [NOASSERTION]),
        ({"License": [""]}, []),
        ({}, []),
    ],
)
def test_core_metadata(headers, expected):
    claims = core_metadata_claims(headers)
    assert [claim.expression for claim in claims] == expected
    assert all(claim.basis is LicenseBasis.PACKAGE_METADATA for claim in claims)
    assert all(claim.evidence for claim in claims)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ({"license": "MIT"}, "MIT"),
        ({"license": "(MIT OR Apache-2.0)"}, "MIT OR Apache-2.0"),
        ({"license": {"type": "ISC", "url": "x"}}, "ISC"),
        ({"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}, "MIT OR Apache-2.0"),
        ({"licenses": ["MIT"]}, "MIT"),
        ({"license": ["MIT", "ISC"]}, "MIT OR ISC"),
        ({"license": "SEE LICENSE IN LICENSE.md"}, NOASSERTION),
        ({"license": "UNLICENSED"}, "LicenseRef-proprietary"),
        ({"license": "Unlicense"}, "Unlicense"),
        ({"license": "BSD"}, NOASSERTION),
        ({"license": ""}, None),
        ({"license": 7}, NOASSERTION),
        ({"licenses": [None, 3]}, None),
        ({}, None),
    ],
)
def test_npm(package, expected):
    claims = npm_claims(package)
    assert [claim.expression for claim in claims] == ([] if expected is None else [expected])


def nearest(files, path="src/a.py"):
    return [claim.expression for claim in LicenseFiles(files).claims_for(path)]


def test_the_nearest_license_file_answers():
    files = {"LICENSE": MIT, "src/vendor/x/LICENSE.txt": APACHE}
    assert nearest(files) == ["MIT"]
    assert nearest(files, "src/vendor/x/deep/a.py") == ["Apache-2.0"]
    assert nearest(files, "src/vendor/y.py") == ["MIT"]


def test_stored_texts_and_notices_speak_for_nothing():
    assert nearest({"LICENSES/MIT.txt": MIT, "NOTICE": APACHE}) == []


def test_several_license_files_in_one_folder():
    assert nearest({"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE}) == ["Apache-2.0 OR MIT"]
    assert nearest({"LICENSE": MIT, "COPYING": APACHE}) == ["Apache-2.0 AND MIT"]
    assert nearest({"LICENSE-MIT": MIT, "LICENSE-GPL": GPL3}) == ["GPL-3.0-only AND MIT"]
    assert nearest({"COPYING": GPL3, "COPYING.LESSER": LGPL3}) == ["LGPL-3.0-only"]


def test_a_statement_beside_the_texts_offers_the_choice():
    files = {
        "LICENSE": b"This software is made available under the terms of *either* of the licenses\n"
        b"found in LICENSE.APACHE or LICENSE.BSD.\n",
        "LICENSE.APACHE": APACHE,
        "LICENSE.BSD": BSD2,
    }
    assert nearest(files) == ["Apache-2.0 OR BSD-2-Clause"]


REUSE = b"""
version = 1
[[annotations]]
path = "**"
SPDX-FileCopyrightText = "2020 Us"
SPDX-License-Identifier = "MIT"
[[annotations]]
path = ["data/*.csv", 'odd\\*name']
precedence = "override"
SPDX-FileCopyrightText = ["2021 Them", "2022 Others"]
SPDX-License-Identifier = ["CC0-1.0", "CC-BY-4.0"]
"""


def test_reuse_toml():
    files = LicenseFiles({"REUSE.toml": REUSE, "sub/REUSE.toml": REUSE.replace(b"MIT", b"ISC")})
    (claim,) = files.claims_for("src/a.py")
    assert (claim.expression, claim.basis) == ("MIT", LicenseBasis.LICENSE_FILE)
    (claim,) = files.claims_for("data/x.csv")
    assert (claim.expression, claim.basis) == ("CC0-1.0 AND CC-BY-4.0", LicenseBasis.FILE_TAG)
    assert files.copyrights_for("data/x.csv") == ("2021 Them", "2022 Others")
    assert files.claims_for("data/deep/x.csv")[0].expression == "MIT"
    assert files.claims_for("odd*name")[0].expression == "CC0-1.0 AND CC-BY-4.0"
    assert files.claims_for("sub/src/a.py")[0].expression == "ISC"


@pytest.mark.parametrize("content", [b"\xff", b"[[annotations]", b"annotations = 3"])
def test_a_broken_reuse_toml_is_a_doubt(content):
    (claim,) = LicenseFiles({"REUSE.toml": content}).claims_for("a.py")
    assert claim.expression == NOASSERTION


def test_an_annotation_without_a_path_says_nothing():
    files = LicenseFiles({"REUSE.toml": b"[[annotations]]\npath = 3\n"})
    assert files.claims_for("a.py") == ()


DEP5 = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: thing

Files: *
Copyright: 2010-2020 Jane Doe <jane@example.org>
           2015 John Roe
License: GPL-2+

Files: src/lib/* src/?.c
Copyright: 1999 Someone
License: Expat or BSD-3-clause

# a comment
Files: debian/*
Copyright: 2021 Packager
License: GPL-3+ with OpenSSL exception

License: GPL-2+
 This is free software
 .
 and so on
"""


def test_dep5():
    parsed = debian.parse(DEP5)
    assert parsed is not None
    assert parsed.paragraph_for("src/main.c").expression == "GPL-2.0-or-later"
    assert parsed.paragraph_for("src/main.c").copyrights == (
        "2010-2020 Jane Doe <jane@example.org>",
        "2015 John Roe",
    )
    assert parsed.paragraph_for("src/lib/deep/x.c").expression == "MIT OR BSD-3-Clause"
    assert parsed.paragraph_for("src/a.c").expression == "MIT OR BSD-3-Clause"
    assert parsed.paragraph_for("debian/rules").expression.startswith("GPL-3.0-or-later")
    claims = LicenseFiles({"debian/copyright": DEP5}).claims_for("src/a.c")
    assert claims[0].evidence.startswith("debian/copyright: Files: src/lib/*")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Expat", "MIT"),
        ("GPL-2", "GPL-2.0-only"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("GPL-2+ and BSD-3-clause", "GPL-2.0-or-later AND BSD-3-Clause"),
        ("Artistic or GPL-1+", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        ("GPL-1+ or Artistic, and BSD-3-clause",
         "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND BSD-3-Clause"),
        ("public-domain", spdx_list.PUBLIC_DOMAIN),
        ("Apache-2.0", "Apache-2.0"),
        ("BSD-Foo", NOASSERTION),
        ("", NOASSERTION),
    ],
)  # fmt: skip
def test_dep5_names(name, expected):
    assert debian.license_expression(name) == expected


def test_free_text_is_no_dep5():
    assert debian.parse(b"This package was debianized by Jane.\n\nLicense: GPL\n") is None
    assert debian.parse(b"") is None


def test_debian_claims_lead_with_the_license_of_most_files():
    claims = debian.debian_claims(DEP5, ["src/a.c", "x", "y", "z"])
    assert [c.expression for c in claims] == ["GPL-2.0-or-later", "MIT OR BSD-3-Clause"]
    assert debian.debian_claims(DEP5)[0].expression == "GPL-2.0-or-later"


@pytest.mark.parametrize(
    ("pattern", "path", "crosses", "expected"),
    [
        ("*", "a/b", True, True),
        ("*", "a/b", False, False),
        ("**", "a/b", False, True),
        ("src/*.c", "src/a.c", False, True),
        ("src/*.c", "src/x/a.c", False, False),
        ("src/**/a.c", "src/x/y/a.c", False, True),
        ("a?c", "abc", True, True),
        ("a?c", "abc", False, False),
        ("\\*", "*", False, True),
        ("\\*", "x", False, False),
        ("", "", True, True),
        ("a", "", True, False),
    ],
)
def test_globs(pattern, path, crosses, expected):
    assert globs.matches(pattern, path, star_crosses=crosses) is expected


@given(st.text("ab/*?", max_size=12), st.text("ab/", max_size=12))
def test_globs_agree_with_fnmatch(pattern, path):
    import fnmatch

    expected = fnmatch.fnmatchcase(path, pattern)
    assert globs.matches(pattern, path, star_crosses=True) == expected


def test_license_texts_agree_with_declared_expressions(capsys):
    """Of the installed packages that declare a PEP 639 expression, most ship that very text.

    Packages whose license file holds more than they declare rightly disagree.
    """
    agreed, disagreed = [], []
    for distribution in distributions():
        headers = HeaderParser().parsestr(str(distribution.read_text("METADATA") or ""))
        declared = headers.get("License-Expression")
        files = {
            str(path).rsplit("/", 1)[-1]: path.locate().read_bytes()
            for path in distribution.files or ()
            if is_license_path(path.name)
            and (".dist-info/licenses/" in str(path) or str(path).count("/") == 1)
            and str(path).rsplit(".dist-info/", 1)[-1].count("/") <= 1
            and path.locate().is_file()
        }
        if not declared or not files:
            continue
        claims = LicenseFiles(files).claims_for("x")
        same = bool(claims) and equivalent(claims[0].expression, declared)
        (agreed if same else disagreed).append((distribution.name, declared, claims))
    total = len(agreed) + len(disagreed)
    with capsys.disabled():
        sys.stdout.write(f"\nlicense files agree with License-Expression: {len(agreed)}/{total}\n")
    if total >= 20:
        assert len(agreed) / total >= 0.75, [(name, d, f) for name, d, f in disagreed]


def test_the_license_file_of_a_folder_names_the_holders_of_its_files():
    files = LicenseFiles(
        {
            "LICENSE": b"Copyright (c) 2020 The whole\n",
            "vendor/cs/License.txt": b"CXSparse\nCopyright (c) 2006, Timothy A. Davis.\n",
        }
    )
    assert files.copyrights_for("vendor/cs/a/b.c") == ("Copyright (c) 2006, Timothy A. Davis.",)
    assert files.copyrights_for("src/a.c") == ()
