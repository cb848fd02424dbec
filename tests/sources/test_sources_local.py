# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Folders and installed packages: nothing outside them is read, and licenses fit the files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from read_source import read

from codescan.errors import SourceError
from codescan.records import Document, LicenseBasis
from codescan.sources.directory import DirectorySource, read_file
from codescan.sources.installed import InstalledSource

CODE = "def f(x):\n    return x + 1\n"
NOTICE = """Copyright 2021 Ada Example

Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
compliance with the License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0
"""
TAG = "# SPDX-License-Identifier: {}\n"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_order_and_left_out_folders(tmp_path):
    write(
        tmp_path,
        {
            "z.py": CODE,
            "b/x.py": CODE,
            "a/y.py": CODE,
            ".git/c.py": CODE,
            "node_modules/d.py": CODE,
        },
    )
    assert list(read(DirectorySource(str(tmp_path)))[0]) == ["z.py", "a/y.py", "b/x.py"]
    assert "node_modules/d.py" in read(DirectorySource(str(tmp_path), skip=[".git"]))[0]


def test_links_lead_nowhere(tmp_path):
    outside = write(tmp_path / "outside", {"secret.py": CODE})
    tree = write(tmp_path / "tree", {"a.py": CODE})
    (tree / "file.py").symlink_to(outside / "secret.py")
    (tree / "folder").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    os.mkfifo(tree / "pipe.py")
    documents, skipped = read(DirectorySource(str(tree)))
    assert list(documents) == ["a.py"]
    assert skipped == dict.fromkeys(("file.py", "folder", "loop", "pipe.py"), "not-a-file")


def test_a_link_to_itself_hides_no_license_beside_it(tmp_path):
    write(tmp_path, {"b/a.py": CODE, "b/LICENSE": NOTICE})
    (tmp_path / "b" / "COPYING").symlink_to("COPYING")
    (claim,) = read(DirectorySource(str(tmp_path)))[0]["b/a.py"].licenses
    assert claim.expression == "Apache-2.0"


def test_a_folder_in_the_place_of_a_file_is_let_go_of(tmp_path):
    write(tmp_path, {"package.json/a.py": CODE})
    before = len(list(Path("/dev/fd").iterdir()))
    assert list(read(DirectorySource(str(tmp_path)))[0]) == ["package.json/a.py"]
    assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no such files here")
def test_a_file_that_does_not_tell_its_size_is_read_whole():
    name, content = read_file(Path("/proc/self"), "status")
    assert (name, content[:5]) == ("status", b"Name:")
    assert read_file(Path("/proc/self"), "status", 3)[1] == content[:4]


def test_claims_come_in_order_of_precedence(tmp_path):
    write(
        tmp_path,
        {
            "pyproject.toml": '[project]\nversion = "3.1"\nlicense = "MIT"\n',
            "LICENSES/ISC.txt": "ISC",
            "REUSE.toml": 'version = 1\n[[annotations]]\npath = "lib/**"\n'
            'SPDX-License-Identifier = "ISC"\nSPDX-FileCopyrightText = "2020 Ada"\n',
            "a.py": TAG.format("GPL-2.0-only") + CODE,
            "lib/b.py": CODE,
        },
    )
    documents, _ = read(DirectorySource(str(tmp_path), name="tool"))
    tagged, reuse = documents["a.py"], documents["lib/b.py"]
    assert tagged.origin.package.purl == "pkg:generic/tool@3.1"
    assert tagged.licenses[0].basis == LicenseBasis.FILE_TAG
    assert tagged.licenses[0].expression == "GPL-2.0-only"
    assert tagged.licenses[-1].basis == LicenseBasis.PACKAGE_METADATA
    assert reuse.licenses[0].expression == "ISC"
    assert "2020 Ada" in reuse.copyrights[0]


def test_packages_below_node_modules_are_their_own(tmp_path):
    described = {"name": "@s/x", "version": "1.2.3", "license": "ISC"}
    write(
        tmp_path,
        {
            "a.py": CODE,
            "package.json": json.dumps({"name": "root", "version": "9", "license": "MIT"}),
            "node_modules/@s/x/package.json": json.dumps(described),
            "node_modules/@s/x/lib/i.js": "let x = 1;\n",
            "node_modules/@s/x/node_modules/y/i.js": "let y = 1;\n",
        },
    )
    items = list(DirectorySource(str(tmp_path), name="root", skip=[]).documents())
    ids = [item.id for item in items if isinstance(item, Document)]
    assert ids == [
        "pkg:generic/root@9#a.py",
        "pkg:npm/%40s/x@1.2.3#lib/i.js",
        "pkg:npm/y#i.js",
    ]


def test_many_files_are_divided_and_keep_their_licenses(tmp_path):
    mit = "Permission is hereby granted, free of charge: see SPDX-License-Identifier: MIT\n"
    write(tmp_path, {"LICENSE": mit, **{f"d{i % 3}/m{i}.py": CODE for i in range(1100)}})
    parts = list(DirectorySource(str(tmp_path)).parts())
    assert len(parts) == 3
    documents, _ = read(DirectorySource(str(tmp_path)))
    assert len(documents) == 1101
    assert len({document.licenses for document in documents.values()}) <= 2


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SourceError) as caught:
        list(DirectorySource(str(tmp_path / "none")).documents())
    assert caught.value.hint


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    info = "My_Tool-1.0.dist-info"
    files = {
        "my_tool/a.py": CODE,
        "my_tool/vendored/b.py": CODE,
        f"{info}/METADATA": "Metadata-Version: 2.4\nName: My.Tool\nVersion: 1.0\n"
        "License-Expression: MIT\nProject-URL: Source, https://example.org/src\n\nText\n",
        f"{info}/licenses/my_tool/vendored/LICENSE": NOTICE,
    }
    listed = [*files, "my_tool/__pycache__/a.cpython-311.pyc", "../../../bin/my-tool", "/etc/hosts"]
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in listed)
    write(folder, files)
    return folder


def test_installed_packages(site):
    documents, skipped = read(InstalledSource([str(site.parents[2])]))
    package = documents["my_tool/a.py"].origin.package
    assert package.purl == "pkg:pypi/my-tool@1.0"
    assert (package.family, package.released) == ("pypi/my-tool", None)
    assert package.homepage == "https://example.org/src"
    assert documents["my_tool/a.py"].licenses[0].expression == "MIT"
    assert documents["my_tool/vendored/b.py"].licenses[0].expression == "Apache-2.0"
    assert skipped["../../../bin/my-tool"] == "outside-package"
    assert skipped["/etc/hosts"] == "outside-package"
    assert not any(name.endswith(".pyc") for name in skipped)


def test_a_record_cannot_lead_outside_through_a_link(site, tmp_path):
    write(tmp_path / "outside", {"secret.py": CODE})
    (site / "my_tool" / "out").symlink_to(tmp_path / "outside")
    record = site / "My_Tool-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "my_tool/out/secret.py,,\n")
    documents, skipped = read(InstalledSource([str(site)]))
    assert skipped["my_tool/out/secret.py"] == "outside-package"
    assert not any("secret" in name for name in documents)


def test_names_and_missing_names(site):
    assert read(InstalledSource([str(site)], names=["my.tool"]))[0]
    with pytest.raises(SourceError, match="not installed: other"):
        list(InstalledSource([str(site)], names=["other"]).documents())
    with pytest.raises(SourceError, match="no folder"):
        list(InstalledSource(["/nowhere"]).documents())


def test_an_installation_without_a_record(site):
    (site / "My_Tool-1.0.dist-info" / "RECORD").unlink()
    (skipped,) = InstalledSource([str(site)]).documents()
    assert (skipped.item, skipped.reason) == ("pkg:pypi/my-tool@1.0", "no-record")


def test_the_standard_library_is_a_package(tmp_path):
    parts = InstalledSource([str(tmp_path)], stdlib=True).parts()
    documents = [item for item in next(iter(parts)).documents() if isinstance(item, Document)]
    by_path = {document.origin.path: document for document in documents}
    assert by_path["heapq.py"].origin.package.purl.startswith("pkg:generic/python@3.")
    assert "PSF-2.0" in {claim.expression for claim in by_path["heapq.py"].licenses}
