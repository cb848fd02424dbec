# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The project's own license is read as that of a corpus."""

from __future__ import annotations

import pytest

from codescan.gate.policy_files import DiskFiles
from codescan.gate.project import Projects
from codescan.licenses.obligations import texts_to_reproduce
from codescan.records import Document, Package
from codescan.sources.directory import DirectorySource

TAG = "SPDX" + "-License-Identifier"
ISC = texts_to_reproduce("ISC")["ISC"]
DEP5 = (
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    "Files: *\nCopyright: 2020 Jane Doe\nLicense: MIT\n"
)

TREES = {
    "text": ({"pyproject.toml": '[project]\nlicense = {text = "MIT License"}\n'}, "MIT"),
    "file": (
        {"pyproject.toml": '[project]\nlicense = {file = "docs/terms"}\n', "docs/terms": ISC},
        "ISC",
    ),
    "poetry": ({"pyproject.toml": '[tool.poetry]\nlicense = "BSD-3-Clause"\n'}, "BSD-3-Clause"),
    "classifier": (
        {"setup.cfg": "[metadata]\nclassifiers =\n  License :: OSI Approved :: MIT License\n"},
        "MIT",
    ),
    "setup.py": ({"setup.py": 'setup(name="x", license="MPL-2.0")\n'}, "MPL-2.0"),
    "npm array": (
        {"package.json": '{"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}'},
        "MIT OR Apache-2.0",
    ),
    "npm object": ({"package.json": '{"license": {"type": "ISC", "url": "x"}}'}, "ISC"),
    "npm file": (
        {"package.json": '{"license": "SEE LICENSE IN terms.md"}', "terms.md": ISC}, "ISC",
    ),
    "cargo slash": ({"Cargo.toml": '[package]\nlicense = "MIT/Apache-2.0"\n'}, "MIT OR Apache-2.0"),
    "cargo file": ({"Cargo.toml": '[package]\nlicense-file = "terms"\n', "terms": ISC}, "ISC"),
    "composer": ({"composer.json": '{"license": ["MIT", "GPL-2.0-only"]}'}, "MIT OR GPL-2.0-only"),
    "pom": (
        {"pom.xml": "<project><licenses><license><name>EPL 2.0</name></license></licenses>"
                    "</project>"},
        "EPL-2.0",
    ),
    "readme": ({"README.md": "# Tool\n\n## License\n\nMIT\n"}, "MIT"),
    "license": ({"LICENSE": ISC, "go.mod": "module example.org/x\n"}, "ISC"),
    "unlicensed": ({"package.json": '{"license": "UNLICENSED"}'}, "LicenseRef-proprietary"),
}  # fmt: skip


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.mark.parametrize("name", TREES)
def test_the_project_and_a_corpus_are_read_alike(tmp_path, name):
    files, expression = TREES[name]
    write(tmp_path, {**files, "src/a.py": "value = compute(1)\n"})
    assert Projects(DiskFiles(tmp_path)).of("src/a.py").license == expression
    documents = [d for d in DirectorySource(str(tmp_path)).documents() if isinstance(d, Document)]
    code = next(d for d in documents if d.origin.path == "src/a.py")
    assert code.licenses[0].expression == expression


def test_a_member_inherits_the_license_of_its_workspace(tmp_path):
    write(tmp_path, {
        "Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.package]\nlicense = "MPL-2.0"\n',
        "a/Cargo.toml": '[package]\nname = "a"\nlicense.workspace = true\n',
        "b/Cargo.toml": '[package]\nname = "b"\nlicense = "ISC"\n',
    })  # fmt: skip
    projects = Projects(DiskFiles(tmp_path))
    assert projects.of("a/src/lib.rs").license == "MPL-2.0"
    assert projects.of("a/src/lib.rs").license_source == "Cargo.toml"
    assert projects.of("b/src/lib.rs").license == "ISC"


def test_reuse_speaks_where_nothing_else_does(tmp_path):
    def table(path, license_):
        return f'[[annotations]]\npath = "{path}"\n{TAG} = "{license_}"\n'

    reuse = "version = 1\n" + table("**", "MIT") + table("doc/**", "CC-BY-4.0")
    write(tmp_path, {"REUSE.toml": reuse, "sub/REUSE.toml": table("a.py", "ISC")})
    projects = Projects(DiskFiles(tmp_path))
    assert projects.of("src/a.py").license == "MIT"
    assert projects.of("doc/a.md").license == "CC-BY-4.0"
    assert projects.of("sub/a.py").license == "ISC"
    write(tmp_path, {"pyproject.toml": '[project]\nlicense = "Apache-2.0"\n'})
    assert Projects(DiskFiles(tmp_path)).of("doc/a.md").license == "Apache-2.0"


@pytest.mark.parametrize(
    ("files", "expression", "source"),
    [
        ({".reuse/dep5": DEP5}, "MIT", ".reuse/dep5"),
        ({"src/a.py.license": f"{TAG}: ISC\n"}, "ISC", "src/a.py.license"),
        ({".reuse/dep5": DEP5.replace("*", "doc/*")}, "", ""),
        ({"src/a.py.license": f"{TAG}: Acme Terms\n"}, "", ""),
        ({".reuse/dep5": "not a copyright file"}, "", ""),
        ({"src/b.py.license": f"{TAG}: ISC\n"}, "", ""),
    ],
)
def test_dep5_and_license_files_speak_for_files_of_the_project(tmp_path, files, expression, source):
    write(tmp_path, {**files, "src/a.py": "value = compute(1)\n"})
    project = Projects(DiskFiles(tmp_path)).of("src/a.py")
    assert (project.license, project.license_source) == (expression, source)
    documents = [d for d in DirectorySource(str(tmp_path)).documents() if isinstance(d, Document)]
    code = next(d for d in documents if d.origin.path == "src/a.py")
    stated = code.licenses[0].expression if code.licenses else ""
    assert (stated if stated != "NOASSERTION" else "") == expression


def test_go_modules_and_poms_name_themselves_and_their_dependencies(tmp_path):
    write(tmp_path, {
        "go.mod": "module example.org/Ada/tool\n\ngo 1.21\n\nrequire (\n"
                  "\tgithub.com/pkg/errors v0.9.1\n)\nrequire golang.org/x/text v0.3.0 // in\n",
        "java/pom.xml": "<project><groupId>org.acme</groupId><artifactId>app</artifactId>"
                        "<dependencies><dependency><groupId>junit</groupId>"
                        "<artifactId>junit</artifactId></dependency></dependencies></project>",
    })  # fmt: skip
    project = Projects(DiskFiles(tmp_path)).of("java/A.java")

    def relation(purl):
        return project.relation(Package(purl=purl, name="x"))

    assert relation("pkg:golang/example.org/ada/tool@v1.0.0") == "own-project"
    assert relation("pkg:golang/github.com/pkg/errors@v0.9.1") == "dependency"
    assert relation("pkg:golang/golang.org/x/text@v0.3.0") == "dependency"
    assert relation("pkg:maven/org.acme/app@1") == "own-project"
    assert relation("pkg:maven/junit/junit@4.13") == "dependency"
    assert relation("pkg:maven/org.other/app@1") == ""


def test_changes_of_a_readme_and_of_reuse_are_policy(work, check):
    work.git("rm", "-q", "pyproject.toml")
    work.stage("README.md", "# Tool\n\n## License\n\nMIT\n")
    work.commit()
    work.stage("README.md", "# Tool\n\nNews.\n\n## License\n\nGPL-3.0-only\n")
    work.stage("REUSE.toml", "version = 1\n")
    _, out, _ = check("--staged")
    assert "README.md: license: GPL-3.0-only, was MIT" in out
    assert "policy changed: REUSE.toml" in out
