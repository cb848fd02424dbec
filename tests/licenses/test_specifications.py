# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""REUSE 3.3, DEP-5 and manifests as their specifications have them, below the root as well."""

from __future__ import annotations

import pytest

from codescan.licenses.manifests import manifest_claims, named_license_files
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.licenses.obligations import texts_to_reproduce
from codescan.records import NOASSERTION, Document, LicenseBasis, LicenseClaim
from codescan.sources.directory import DirectorySource

TAG = "SPDX" + "-License-Identifier"
HOLDER = "SPDX" + "-FileCopyrightText"
GPL = LicenseClaim("GPL-3.0-only", LicenseBasis.FILE_TAG, "tag", "strong-copyleft")


def text_of(id_):
    return texts_to_reproduce(id_)[id_]


def toml(*tables):
    text = "version = 1\n"
    for path, precedence, license_, holder in tables:
        text += f'\n[[annotations]]\npath = "{path}"\nprecedence = "{precedence}"\n'
        text += f'{TAG} = "{license_}"\n' if license_ else ""
        text += f'{HOLDER} = "{holder}"\n' if holder else ""
    return text.encode()


def first(files, path, own=()):
    claims = LicenseFiles(files).claims_for(path, own)
    return claims[0].expression if claims else None


@pytest.mark.parametrize(
    ("files", "own", "expression"),
    [
        ({"REUSE.toml": toml(("**", "override", "MIT", ""))}, (GPL,), "MIT"),
        ({"REUSE.toml": toml(("**", "closest", "MIT", ""))}, (GPL,), "GPL-3.0-only"),
        ({"REUSE.toml": toml(("**", "aggregate", "MIT", ""))}, (GPL,), "GPL-3.0-only AND MIT"),
        ({"REUSE.toml": toml(("**", "aggregate", "MIT", ""))}, (), "MIT"),
        # The last annotation that matches counts.
        ({"REUSE.toml": toml(("**", "closest", "MIT", ""), ("src/*", "closest", "ISC", ""))}, (),
         "ISC"),
        # The outermost override ends the search.
        ({"REUSE.toml": toml(("**", "override", "MIT", "")),
          "src/REUSE.toml": toml(("**", "override", "ISC", ""))}, (), "MIT"),
        ({"REUSE.toml": toml(("**", "closest", "MIT", "")),
          "src/REUSE.toml": toml(("**", "override", "ISC", ""))}, (GPL,), "ISC AND MIT"),
        # "aggregate" of the root and "closest" of the folder both count.
        ({"REUSE.toml": toml(("**", "aggregate", "MIT", "")),
          "src/REUSE.toml": toml(("**", "closest", "ISC", ""))}, (), "ISC AND MIT"),
        # License and copyright are looked for apart.
        ({"REUSE.toml": toml(("**", "closest", "MIT", "Ada")),
          "src/REUSE.toml": toml(("**", "closest", "", "Bob"))}, (), "MIT"),
        # "**/" also stands for no folder.
        ({"REUSE.toml": toml(("**/src/**/a.py", "closest", "MIT", ""))}, (), "MIT"),
        ({"src/a.py.license": f"{TAG}: ISC\n".encode()}, (GPL,), "ISC"),
        ({".reuse/dep5": b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/"
          b"1.0/\n\nFiles: src/*\nCopyright: 2020 Ada\nLicense: MIT\n"}, (GPL,),
         "GPL-3.0-only AND MIT"),
        # An annotation goes before the license file of the whole.
        ({"REUSE.toml": toml(("src/**", "closest", "GPL-3.0-only", "")),
          "LICENSE": text_of("MIT").encode()}, (), "GPL-3.0-only"),
    ],
)  # fmt: skip
def test_reuse(files, own, expression):
    assert first(files, "src/a.py", own) == expression


@pytest.mark.parametrize(
    "content",
    [
        b"version = 1\n[[annotations\n",
        b"[[annotations]]\npath = '**'\nx = '\xe9'\n",
        b"annotations = 5\n",
        f"[[annotations]]\npath = '**'\n{TAG} = 5\n".encode(),
        f"[[annotations]]\npath = '**'\n{TAG} = 'Acme License'\n".encode(),
    ],
)
def test_an_annotation_file_that_is_not_understood_is_a_doubt(content):
    root = {"LICENSE": text_of("MIT").encode()}
    assert first({**root, "REUSE.toml": content}, "src/a.py") == NOASSERTION
    assert first({**root, "REUSE.toml": content}, "src/a.py", (GPL,)) == "GPL-3.0-only"
    nested = {"REUSE.toml": toml(("**", "closest", "MIT", "")), "src/REUSE.toml": content}
    assert first(nested, "src/a.py") == NOASSERTION
    assert first(nested, "b.py") == "MIT"


@pytest.mark.parametrize(
    ("pattern", "path", "is_matched"),
    [
        ("a\\\\*.py", "a*.py", True), ("a\\\\*.py", "ab.py", False), ("src", "src/a.py", False),
        ("src/", "src/a.py", False), ("*", "src/a.py", False), ("**.py", "x/y/a.py", True),
        ("src/**", "src/x/a.py", True), ("A.py", "a.py", False), ("../a.py", "a.py", False),
    ],
)  # fmt: skip
def test_patterns_of_reuse(pattern, path, is_matched):
    claim = first({"REUSE.toml": toml((pattern, "closest", "ISC", ""))}, path)
    assert claim == ("ISC" if is_matched else None)


def test_a_license_file_beside_a_file_in_another_encoding():
    files = {
        "LICENSE": text_of("MIT").encode(),
        "a.png.license": f"{TAG}: GPL-3.0-only".encode("utf-16"),
    }
    assert first(files, "a.png") == "GPL-3.0-only"


def test_holders_of_reuse():
    tables = (
        ("a.py", "override", "MIT", "Ada"), ("b.py", "aggregate", "", "Bob"),
        ("c.py", "closest", "", "Cy"),
    )  # fmt: skip
    license_files = LicenseFiles({"REUSE.toml": toml(*tables)})
    assert license_files.copyrights_for("a.py", ("Eve",)) == ("Ada",)
    assert license_files.copyrights_for("b.py", ("Eve",)) == ("Eve", "Bob")
    assert license_files.copyrights_for("c.py", ("Eve",)) == ("Eve",)
    assert license_files.copyrights_for("c.py") == ("Cy",)
    beside = LicenseFiles({"d.py.license": f"{HOLDER}: 2020 Dee\n".encode()})
    assert beside.copyrights_for("d.py", ("Eve",)) == ("2020 Dee",)


DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2020 Ada
License: Foo-custom

Files: b.c
Copyright: 2020 Ada
License: Foo-custom or Bar

Files: c.c
Copyright: 2020 Ada
License: Nothing-known
 Ask Ada before you do anything.

Files: d.c
Copyright: 2020 Ada
License: Acme-terms
 {inline}

License: Foo-custom
 {mit}

License: Bar
 This program is free software; you can redistribute it and/or modify it under the terms of the
 GNU General Public License as published by the Free Software Foundation; either version 2 of
 the License, or (at your option) any later version.
"""


def test_names_that_a_copyright_file_explains_itself():
    def folded(id_):
        return "\n ".join(line or "." for line in text_of(id_).splitlines())

    files = {"debian/copyright": DEP5.format(mit=folded("MIT"), inline=folded("ISC")).encode()}
    claims = {name: first(files, name) for name in ("a.c", "b.c", "c.c", "d.c")}
    assert claims == {
        "a.c": "MIT", "b.c": "MIT OR GPL-2.0-or-later", "c.c": NOASSERTION, "d.c": "ISC",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "path"),
    [
        ("package.json", '{"license": "SEE LICENSE IN docs/TERMS.md"}', "docs/TERMS.md"),
        ("package.json", '{"license": "see licence in <terms.txt>"}', "terms.txt"),
        ("package.json", '{"license": {"type": "SEE LICENSE IN terms"}}', "terms"),
        ("Cargo.toml", '[package]\nlicense-file = "../../etc/passwd"\n', None),
        ("Cargo.toml", '[package]\nlicense-file = "./docs/TERMS"\n', "docs/TERMS"),
        ("pyproject.toml", '[project]\nlicense = {file = "terms.rst"}\n', "terms.rst"),
        ("pyproject.toml", '[project]\nlicense-files = ["a.txt", "LICEN[CS]E*"]\n', "a.txt"),
        ("setup.cfg", "[metadata]\nlicense_files =\n  terms.txt\n", "terms.txt"),
        ("package.json", '{"license": "SEE LICENSE IN /etc/passwd"}', None),
        ("package.json", "[]", None),
    ],
)
def test_files_that_manifests_name_are_followed(name, content, path):
    assert named_license_files({name: content.encode()}) == ((path,) if path else ())
    if path:
        text = text_of("ISC").encode()
        claims = manifest_claims({name: content.encode(), path: text})
        assert claims[0].expression == "ISC"
        unknown = manifest_claims({name: content.encode(), path: b"Ask Ada first.\n"})
        assert {claim.expression for claim in unknown} == {NOASSERTION}
        assert "Ask Ada" in " ".join(claim.evidence for claim in unknown)


WORKSPACE = b'[workspace]\nmembers = ["crates/*"]\n[workspace.package]\nlicense = "MPL-2.0"\n'
MEMBER = b'[package]\nname = "one"\nlicense.workspace = true\n'
TREE = {
    "Cargo.toml": WORKSPACE,
    "crates/one/Cargo.toml": MEMBER,
    "crates/two/Cargo.toml": b'[package]\nname = "two"\nlicense = "ISC"\n',
    "web/package.json": b'{"name": "web", "licenses": [{"type": "MIT"}, {"type": "GPL-2.0-only"}]}',
    "web/dist/package.json": b'{"type": "module"}',
    "java/pom.xml": b"<project><licenses><license><name>EPL 2.0</name></license></licenses>"
    b"</project>",
}


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("build.rs", "MPL-2.0"),
        ("crates/one/src/lib.rs", "MPL-2.0"),
        ("crates/two/src/lib.rs", "ISC"),
        ("web/a.js", "MIT OR GPL-2.0-only"),
        ("web/dist/a.js", "MIT OR GPL-2.0-only"),
        ("java/A.java", "EPL-2.0"),
    ],
)
def test_the_nearest_manifest_declares(tmp_path, path, expression):
    for name, content in {**TREE, path: b"some code of ours here;\n" * 3}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    documents = {d.origin.path: d for d in DirectorySource(str(tmp_path)).documents()
                 if isinstance(d, Document)}  # fmt: skip
    assert documents[path].licenses[0].expression == expression


@pytest.mark.parametrize(
    ("root", "nested", "expression"),
    [
        ("MIT", '{"license": "GPL-3.0-only"}', "GPL-3.0-only"),
        # What `npm init` writes into an example makes nothing more permissive.
        ("GPL-3.0-only", '{"license": "ISC"}', "GPL-3.0-only"),
    ],
)
def test_a_manifest_below_the_license_file_can_only_be_stricter(root, nested, expression):
    files = {"LICENSE": text_of(root).encode(), "examples/package.json": nested.encode()}
    assert first(files, "examples/a.js") == expression
    claims = LicenseFiles(files).claims_for("examples/a.js")
    assert len({claim.expression for claim in claims}) == 2
