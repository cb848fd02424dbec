# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What manifests and READMEs of a source tree declare."""

from __future__ import annotations

import pytest

from codescan.licenses.manifests import manifest_claims, readme_claim
from codescan.licenses.metadata import core_metadata_claims
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.licenses.spdx_list import license_text
from codescan.records import NOASSERTION

MIT_TEXT = license_text("MIT").replace("\n", "\\n").replace('"', '\\"')


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("Cargo.toml", '[package]\nname="x"\nlicense="MPL-2.0"\n', "MPL-2.0"),
        ("Cargo.toml", '[package]\nlicense="MIT/Apache-2.0"\n', "MIT OR Apache-2.0"),
        ("Cargo.toml", '[workspace.package]\nlicense="MIT"\n[package]\nlicense.workspace=true\n',
         "MIT"),
        ("pyproject.toml", '[project]\nlicense="MIT OR ISC"\n', "MIT OR ISC"),
        ("pyproject.toml", '[project]\nlicense={text="BSD 3-Clause License"}\n', "BSD-3-Clause"),
        ("pyproject.toml", ('[project]\nlicense="MIT"\nclassifiers=["License :: OSI Approved :: '
         'GNU General Public License v3 (GPLv3)"]\n'), "GPL-3.0-only"),
        ("pyproject.toml", '[project]\nlicense={text="MIT with Commons Clause"}\n', NOASSERTION),
        ("package.json", '{"license": "MIT", "license": "GPL-3.0-only"}', "GPL-3.0-only"),
        ("pyproject.toml", f'[project]\nlicense={{text="{MIT_TEXT}"}}\n', "MIT"),
        ("pyproject.toml", '[tool.poetry]\nname="x"\nlicense="LGPL-3.0-or-later"\n',
         "LGPL-3.0-or-later"),
        ("pyproject.toml", '[project]\nlicense={text="Acme License"}\n', NOASSERTION),
        ("setup.cfg", "[metadata]\nname = x\nlicense = GPLv3+\n", "GPL-3.0-or-later"),
        ("setup.cfg", "[metadata]\nclassifiers =\n  License :: OSI Approved :: MIT License\n",
         "MIT"),
        ("setup.py", "setup(\n    name='x',\n    license='ISC',\n)\n", "ISC"),
        ("package.json", '{"license": {"type": "MIT", "url": "x"}}', "MIT"),
        ("package.json", '{"licenses": "BSD-2-Clause"}', "BSD-2-Clause"),
        ("package.json", '{"licenses": "BSD"}', "NOASSERTION"),
        ("package.json", '{"licenses": [{"type": "MIT"}, {"type": "GPL-2.0"}]}',
         "MIT OR GPL-2.0-only"),
        ("package.json", '{"licence": "Apache 2.0"}', "Apache-2.0"),
        ("package.json", '{"license": "SEE LICENSE IN EULA.txt"}', NOASSERTION),
        ("package.json", '{"license": "http://opensource.org/licenses/MIT"}', "MIT"),
        ("composer.json", '{"license": ["MIT", "GPL-3.0-only"]}', "MIT OR GPL-3.0-only"),
        ("x.gemspec", "  spec.license = 'MIT'\n", "MIT"),
        ("x.gemspec", "s.licenses = %w[MIT GPL-3.0-only]\n", "MIT OR GPL-3.0-only"),
        ("x.gemspec", "s.licenses = [\n  'MIT',\n  'GPL-3.0-only'.freeze,\n]\n",
         "MIT OR GPL-3.0-only"),
        ("setup.py", 'setup(**{"name": "x", "license": "GPLv2"})\n', "GPL-2.0-only"),
        ("setup.cfg", "[metadata]\nlicense-expression = AGPL-3.0-only\n", "AGPL-3.0-only"),
        ("package.json", '{"license": "MIT", "licenses": [{"type": "GPL-3.0"}]}', "GPL-3.0-only"),
        ("package.json", '{"license": true}', NOASSERTION),
        ("package.json", '{"license": 5}', NOASSERTION),
        ("package.json", '{"license": "Acme", "licenses": ["MIT"]}', NOASSERTION),
        ("Cargo.toml", '\ufeff[package]\nlicense="GPL-3.0-only"\n', "GPL-3.0-only"),
        ("pom.xml", ("<project><licenses><license><name>Acme EULA</name><url>"
         "https://opensource.org/licenses/MIT</url></license></licenses></project>"), NOASSERTION),
    ],
)  # fmt: skip
def test_manifest(name, content, expected):
    (claim, *_) = manifest_claims({name: content.encode()})
    assert claim.expression == expected
    assert claim.evidence


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_files_in_other_encodings_are_read(encoding):
    manifest = '{"name": "x", "license": "GPL-3.0-only"}'.encode(encoding)
    assert manifest_claims({"package.json": manifest})[0].expression == "GPL-3.0-only"
    files = {"LICENSE": license_text("GPL-3.0-only").encode(encoding)}
    claims = LicenseFiles(files, manifest_claims({"package.json": b'{"license": "MIT"}'}))
    assert claims.claims_for("a.py")[0].expression == "GPL-3.0-only"


@pytest.mark.parametrize("dots", ["", "./", "././"])
def test_a_manifest_names_a_file_in_its_folder(dots):
    manifest = f'{{"license": "SEE LICENSE IN {dots}TERMS.txt"}}'.encode()
    files = {"package.json": manifest, "TERMS.txt": license_text("GPL-3.0-only").encode()}
    assert manifest_claims(files)[0].expression == "GPL-3.0-only"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[project", b"{", b"[metadata]\nlicense", b"[[[[[" * 1000]
)
@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "Cargo.toml", "package.json"])
def test_damaged_manifests_declare_nothing(name, content):
    assert manifest_claims({name: content}) == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# Foo\n\nText.\n\n## License\n\nMIT\n", "MIT"),
        (
            "# Foo\n\n## License\n\nThis project is licensed under the [MIT License](LICENSE).\n",
            "MIT",
        ),
        ("Foo\n===\n\nLicense\n-------\n\nBSD 3-Clause License\n\nOther\n-----\n", "BSD-3-Clause"),
        ("# Foo\n\n## Licence\n\nGPL-3.0-or-later, see COPYING.\n", "GPL-3.0-or-later"),
        (
            "# Foo\n\n## License\n\nProprietary. Unauthorized copying is prohibited.\n",
            "LicenseRef-proprietary",
        ),
        ("# Foo\n\n## License\n\nSee LICENSE.\n", None),
        ("# Foo\n\nUses a license server.\n", None),
    ],
)
def test_readme(content, expected):
    claim = readme_claim("README.md", content.encode())
    assert (claim and claim.expression) == expected


def test_a_readme_speaks_only_where_nothing_else_does():
    readme = b"# Foo\n\n## License\n\nMIT\n"
    assert [c.expression for c in LicenseFiles({"README.md": readme}).claims_for("a.py")] == ["MIT"]
    files = {"README.md": readme, "LICENSE": license_text("ISC").encode()}
    assert [c.expression for c in LicenseFiles(files).claims_for("a.py")] == ["ISC"]


BUNDLE = """

----

This binary distribution of Foo also bundles the following software:

Name: OpenBLAS
Files: foo/libs/libopenblas*.so
License: BSD-3-Clause

Name: frob
Files: foo/vendor/frob/*
License: GPL-3.0-only
"""


def test_sections_about_bundled_parts_belong_to_them():
    files = LicenseFiles({"LICENSE.txt": (license_text("MIT") + BUNDLE).encode()})
    assert files.claims_for("foo/a.py")[0].expression == "MIT"
    assert files.claims_for("foo/vendor/frob/x.py")[0].expression == "GPL-3.0-only"


@pytest.mark.parametrize(
    ("field", "classifiers", "right"),
    [
        ("MIT", ["GNU General Public License v3 (GPLv3)"], "GPL-3.0-only"),
        ("MIT", ["Apache Software License"], "MIT"),
        ("MIT OR GPL-3.0-only", ["MIT License", "GNU General Public License v3 (GPLv3)"],
         "MIT OR GPL-3.0-only"),
        ("Apache-2.0", ["Other/Proprietary License"], "LicenseRef-proprietary"),
        ("GPL-2.0-or-later", ["MIT License"], "GPL-2.0-or-later"),
        ("WTFPL v2", [], "WTFPL"),
    ],
)  # fmt: skip
def test_the_stricter_of_field_and_classifiers(field, classifiers, right):
    headers = {"License": [field]}
    if classifiers:
        headers["Classifier"] = [f"License :: OSI Approved :: {name}" for name in classifiers]
    claims = core_metadata_claims(headers)
    assert claims[0].expression == right
    assert len(claims) == 1 + bool(classifiers)
