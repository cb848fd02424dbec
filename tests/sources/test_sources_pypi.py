# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The right file of the right release, from the index that the user configured."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile

import pytest

from codescan.errors import ConfigError
from codescan.records import Document, Skipped
from codescan.sources import pypi_index
from codescan.sources.pypi import PyPISource

REAL_CONFIGURATION = pypi_index._pip_configuration
METADATA = b"Metadata-Version: 2.1\nName: Ex.Ample\nVersion: 2.0\nLicense: MIT\n"
NOTICE = """Copyright 2021 Ada Example

Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
compliance with the License. You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0
"""
CODE = b"def f(x):\n    return x + 1\n"


VARIABLES = (
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CERT",
    "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """This machine's own index settings stay out of the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pypi_index, "_pip_configuration", dict)


@pytest.fixture
def pip_settings(monkeypatch, no_settings):  # noqa: ARG001 - undoes a part of it
    """The real reading of pip's configuration, of a file that the test writes."""
    monkeypatch.setattr(pypi_index, "_pip_configuration", REAL_CONFIGURATION)
    REAL_CONFIGURATION.cache_clear()
    yield REAL_CONFIGURATION.cache_clear
    REAL_CONFIGURATION.cache_clear()


def wheel(code=CODE):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ex_ample/__init__.py", code)
        archive.writestr("ex_ample-2.0.dist-info/METADATA", METADATA)
        archive.writestr("ex_ample-2.0.dist-info/licenses/LICENSE", NOTICE)
    return packed.getvalue()


@pytest.fixture
def index(server, tarball):
    """An index with several releases of ex-ample, in JSON."""
    offered = []

    def add(name, content, uploaded, **more):
        server.routes[f"/files/{name}"] = content
        digest = hashlib.sha256(content).hexdigest()
        offered.append({
            "filename": name, "url": f"../../files/{name}", "hashes": {"sha256": digest},
            "upload-time": uploaded, **more,
        })  # fmt: skip

    def sdist(version):
        return tarball({f"ex_ample-{version}/PKG-INFO": METADATA, f"ex_ample-{version}/m.py": CODE})

    add("ex_ample-1.0.tar.gz", sdist("1.0"), "2019-01-01T00:00:00Z")
    add("ex_ample-2.0.tar.gz", sdist("2.0"), "2020-01-01T00:00:00Z")
    add("ex_ample-2.0-py3-none-any.whl", wheel(), "2020-01-02T00:00:00Z")
    add("ex_ample-3.0.tar.gz", sdist("3.0"), "2021-01-01T00:00:00Z", yanked="broken")
    add("ex_ample-4.0rc1.tar.gz", sdist("4.0rc1"), "2022-01-01T00:00:00Z")
    add("other-9.0.tar.gz", sdist("9.0"), "2022-01-01T00:00:00Z")
    page = {"meta": {"api-version": "1.1"}, "name": "ex-ample", "files": offered}
    media_type = "application/vnd.pypi.simple.v1+json"
    server.routes["/simple/ex-ample/"] = (media_type, json.dumps(page).encode())
    server.offered = offered
    return f"{server.url}/simple"


def read(index, tmp_path, *packages, **options):
    source = PyPISource(packages, index_url=index, cache=str(tmp_path), **options)
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


def test_the_newest_good_release_as_sdist(index, tmp_path):
    documents, _ = read(index, tmp_path, "Ex_Ample")
    package = documents[0].origin.package
    assert package.purl == "pkg:pypi/ex-ample@2.0"
    assert package.family == "pypi/ex-ample"
    assert package.released == "2020-01-01"
    assert {document.origin.path for document in documents} == {"PKG-INFO", "m.py"}


def test_a_wheel_has_its_license_at_the_root(index, tmp_path):
    documents, _ = read(index, tmp_path, "ex-ample", prefer="wheel")
    code = next(document for document in documents if document.language == "python")
    assert code.origin.path == "ex_ample/__init__.py"
    assert code.licenses[0].expression == "Apache-2.0"
    assert code.licenses[-1].expression == "MIT"


@pytest.mark.parametrize(
    ("item", "options", "version"),
    [
        ("ex-ample==1.0", {}, "1.0"),
        ("ex-ample==3.0", {}, "3.0"),  # withdrawn, but asked for by number
        ("ex-ample==4.0rc1", {}, "4.0rc1"),
        ("ex-ample", {"before": "2020-01-01"}, "1.0"),
        ("ex-ample", {"before": "2020-01-02"}, "2.0"),
    ],
)
def test_versions(index, tmp_path, item, options, version):
    documents, _ = read(index, tmp_path, item, **options)
    assert documents[0].origin.package.version == version


@pytest.mark.parametrize(
    ("item", "options"),
    [("ex-ample==7", {}), ("nothing", {}), ("ex-ample", {"before": "2001-01-01"})],
)
def test_what_is_not_there_is_one_skip(index, tmp_path, item, options):
    documents, skipped = read(index, tmp_path, item, **options)
    assert not documents
    assert [(item.stage, item.reason) for item in skipped] == [("fetch", "not-found")]


def test_a_file_that_was_tampered_with(index, tmp_path, server):
    server.routes["/files/ex_ample-2.0.tar.gz"] += b"x"
    documents, skipped = read(index, tmp_path, "ex-ample")
    assert not documents
    assert [item.reason for item in skipped] == ["checksum-mismatch"]


def test_a_corrupt_archive_is_a_skip(index, tmp_path, server):
    broken = server.routes["/files/ex_ample-1.0.tar.gz"][:40]
    server.routes["/files/ex_ample-1.0.tar.gz"] = broken
    server.offered[0]["hashes"]["sha256"] = hashlib.sha256(broken).hexdigest()
    page = json.dumps({"files": server.offered}).encode()
    server.routes["/simple/ex-ample/"] = ("application/vnd.pypi.simple.v1+json", page)
    _, skipped = read(index, tmp_path, "ex-ample==1.0")
    assert [(i.item, i.reason) for i in skipped] == [("pkg:pypi/ex-ample@1.0", "corrupt-archive")]


def test_html_indexes_work_but_give_no_date(index, tmp_path, server):
    anchors = "".join(
        f'<a href="{file["url"]}#sha256={file["hashes"]["sha256"]}"'
        f"{' data-yanked' if file.get('yanked') else ''}>{file['filename']}</a>"
        for file in server.offered
    )
    server.routes["/simple/ex-ample/"] = ("text/html", anchors.encode())
    documents, _ = read(index, tmp_path, "ex-ample")
    package = documents[0].origin.package
    assert (package.version, package.released) == ("2.0", None)
    _, skipped = read(index, tmp_path, "ex-ample", before="2024-01-01")
    assert [item.reason for item in skipped] == ["not-found"]


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"files": [1]}', b"nonsense", b"\xff"])
def test_nonsense_of_an_index_is_a_skip(index, tmp_path, server, content):
    server.routes["/simple/ex-ample/"] = ("application/vnd.pypi.simple.v1+json", content)
    documents, skipped = read(index, tmp_path, "ex-ample")
    assert not documents
    assert [item.reason for item in skipped] == ["refused"]


def test_read_again_without_a_network(index, tmp_path):
    first = read(index, tmp_path, "ex-ample")
    assert read(index, tmp_path, "ex-ample", offline=True) == first


def test_pip_configuration_is_honored(monkeypatch, tmp_path, pip_settings):
    configured = tmp_path / "pip.conf"
    configured.write_text(
        "[global]\nindex-url = https://one.example/simple/\n"
        "extra-index-url =\n    https://two.example/simple\n    https://three.example/simple\n"
        "cert = /certs.pem\n[download]\nfind-links = /wheels\n"
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)  # a variable comes before the file
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configured))
    settings = pypi_index.settings()
    assert settings.indexes == tuple(f"https://{n}.example/simple" for n in ("one", "two", "three"))
    assert (settings.links, settings.certificates) == (("/wheels",), "/certs.pem")
    assert pypi_index.settings("https://x/").indexes == ("https://x/",)
    monkeypatch.setenv("PIP_INDEX_URL", "https://env.example/simple")
    pip_settings()
    assert pypi_index.settings().indexes[0] == "https://env.example/simple"
    monkeypatch.setenv("UV_INDEX_URL", "https://uv.example/simple")
    monkeypatch.setenv("UV_INDEX", "mine=https://more.example/simple")
    assert pypi_index.settings().indexes[:2] == (
        "https://uv.example/simple",
        "https://more.example/simple",
    )


DEBUG = """env_var:
  PIP_CERT='/variable.pem'
env:
  /a/pip.conf, exists: True
    global.extra-index-url:
    https://two.example/simple
    https://three.example/simple
    download.find-links: /wheels
global:
  /z/pip.conf, exists: True
    global.cert: /machine.pem
    global.index-url: https://machine.example/simple
    global.find-links: /machine
site:
  /v/pip.conf, exists: False
user:
  /home/pip.conf, exists: True
    global.index-url: https://user.example/simple
    install.find-links: /other
"""


def test_files_of_pip_override_each_other_by_level_not_by_name():
    assert pypi_index._by_precedence(DEBUG) == {
        "cert": "/machine.pem",
        "index-url": "https://user.example/simple",
        "extra-index-url": "https://two.example/simple https://three.example/simple",
        "find-links": "/wheels",
    }
    assert pypi_index._by_precedence("") == {}


def test_a_folder_of_files_serves_without_an_index(monkeypatch, tmp_path):
    links = tmp_path / "wheels"
    links.mkdir()
    (links / "ex_ample-2.0-py3-none-any.whl").write_bytes(wheel())
    settings = {"no-index": "1", "find-links": str(links)}
    monkeypatch.setattr(pypi_index, "_pip_configuration", lambda: settings)
    source = PyPISource(["ex-ample", "other"], cache=str(tmp_path / "cache"))
    items = list(source.documents())
    assert any(isinstance(item, Document) for item in items)
    assert [i.reason for i in items if isinstance(i, Skipped) and i.stage == "fetch"] == [
        "not-found"
    ]


@pytest.mark.parametrize("item", ["", "-r x", "a b/c", "../x", "x==", "x==not a version!"])
def test_bad_names_are_refused_at_once(item):
    with pytest.raises(ConfigError):
        PyPISource([item])


def test_bad_options_are_refused_at_once():
    with pytest.raises(ConfigError, match="prefer"):
        PyPISource(["x"], prefer="egg")
    with pytest.raises(ConfigError, match="before"):
        PyPISource(["x"], before="soon")
