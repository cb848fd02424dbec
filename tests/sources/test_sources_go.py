# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Go modules from a proxy, a module cache and a vendor folder; hashes are those of go.sum."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile

import pytest

from codescan.errors import ConfigError, SourceError
from codescan.records import Document, Skipped
from codescan.sources import go_proxy
from codescan.sources.go import GoSource

CODE = b"package tool\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n"
NAME = "github.com/Ada/tool"
MIT = b"SPDX-License-Identifier: MIT\n"  # REUSE-IgnoreLine


def module(version, files=None, name=NAME):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in (files or {"tool.go": CODE, "go.mod": b"module x\n"}).items():
            archive.writestr(f"{name}@{version}/{path}", content)
    return packed.getvalue()


def h1(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        lines = [
            f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}\n"
            for name in sorted(archive.namelist())
        ]
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


@pytest.fixture
def proxy(server):
    base = "/github.com/!ada/tool/@v"
    dates = {"v1.2.0": "2019-05-06", "v1.10.0": "2021-05-06", "v2.0.0-rc.1": "2022-01-01"}
    server.routes[f"{base}/list"] = "\n".join(dates).encode()
    for version, date in dates.items():
        info = {"Version": version, "Time": f"{date}T01:02:03Z"}
        server.routes[f"{base}/{version}.info"] = json.dumps(info).encode()
        server.routes[f"{base}/{version}.zip"] = module(version)
    return server


def read(server, tmp_path, *packages, **options):
    options.setdefault("proxy", server.url)
    items = list(GoSource(packages, cache=str(tmp_path), **options).documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("item", "options", "version", "date"),
    [
        (NAME, {}, "v1.10.0", "2021-05-06"),
        (NAME, {"before": "2020-01-01"}, "v1.2.0", "2019-05-06"),
        (f"{NAME}@v2.0.0-rc.1", {}, "v2.0.0-rc.1", "2022-01-01"),
    ],
)
def test_the_right_version_with_its_date(proxy, tmp_path, item, options, version, date):
    documents, _ = read(proxy, tmp_path, item, **options)
    package = documents[0].origin.package
    assert (package.name, package.version, package.released) == (NAME, version, date)
    assert package.purl == f"pkg:golang/github.com/ada/tool@{version}"
    assert documents[0].origin.path == "tool.go"


def test_a_sum_has_to_fit_and_lists_the_modules(proxy, tmp_path):
    digest = h1(module("v1.2.0"))
    sums = tmp_path / "go.sum"
    sums.write_text(f"{NAME} v1.2.0 {digest}\n{NAME} v1.2.0/go.mod {digest}\n")
    documents, skipped = read(proxy, tmp_path / "a", sum=str(sums))
    assert {d.origin.package.version for d in documents} == {"v1.2.0"}
    _, skipped = read(proxy, tmp_path / "a", f"{NAME}@v1.10.0", sum=str(sums))
    assert [skip.reason for skip in skipped] == ["no-checksum"]
    sums.write_text(f"{NAME} v1.2.0 {h1(module('v1.10.0'))}\n")
    documents, skipped = read(proxy, tmp_path / "b", f"{NAME}@v1.2.0", sum=str(sums))
    assert not documents
    assert [skip.reason for skip in skipped] == ["checksum-mismatch"]
    with pytest.raises(SourceError):
        read(proxy, tmp_path, sum=str(tmp_path / "missing"))


def test_the_next_proxy_is_asked_for_what_one_lacks(proxy, tmp_path, monkeypatch):
    monkeypatch.setenv("GOPROXY", f"{proxy.url}/none,{proxy.url}|direct")
    documents, _ = read(proxy, tmp_path, NAME, proxy="")
    assert documents[0].origin.package.version == "v1.10.0"
    monkeypatch.setenv("GOPROXY", "off")
    _, skipped = read(proxy, tmp_path / "b", NAME, proxy="")
    assert [skip.reason for skip in skipped] == ["unreachable"]


def test_a_module_without_tags_is_its_newest_commit(proxy, tmp_path):
    version = "v0.0.0-20200102030405-abcdefabcdef"
    base = "/github.com/!ada/tool"
    proxy.routes[f"{base}/@v/list"] = b""
    info = json.dumps({"Version": version, "Time": "2020-01-02T03:04:05Z"}).encode()
    proxy.routes[f"{base}/@latest"] = info
    proxy.routes[f"{base}/@v/{version}.zip"] = module(version)
    documents, _ = read(proxy, tmp_path, NAME)
    assert documents[0].origin.package.version == version


@pytest.mark.parametrize("answer", [b"[]", b"not json", b'{"Version": "../x"}', b"{}"])
def test_answers_that_make_no_sense_are_named(proxy, tmp_path, answer):
    proxy.routes["/github.com/!ada/tool/@v/v1.10.0.info"] = answer
    documents, skipped = read(proxy, tmp_path, NAME)
    assert documents or [skip.reason for skip in skipped] == ["refused"]


def test_a_module_cache_is_read_and_its_hashes_are_tested(tmp_path):
    folder = tmp_path / "pkg/mod/cache/download/github.com/!ada/tool/@v"
    folder.mkdir(parents=True)
    for version in ("v1.2.0", "v1.10.0"):
        (folder / f"{version}.zip").write_bytes(module(version))
        (folder / f"{version}.ziphash").write_text(h1(module("v1.2.0")))
    (folder / "v1.2.0.info").write_text('{"Version": "v1.2.0", "Time": "2019-05-06T00:00:00Z"}')
    items = list(GoSource(path=(str(tmp_path / "pkg/mod"),)).documents())
    documents = [item for item in items if isinstance(item, Document)]
    assert {(d.origin.package.version, d.origin.package.released) for d in documents} == {
        ("v1.2.0", "2019-05-06")
    }
    assert [i.reason for i in items if isinstance(i, Skipped)][:1] == ["checksum-mismatch"]


def test_a_vendor_folder_is_divided_into_its_modules(tmp_path):
    vendor = tmp_path / "vendor"
    for path in (NAME, f"{NAME}/inner", "example.org/other"):
        (vendor / path).mkdir(parents=True)
        (vendor / path / "a.go").write_bytes(CODE)
        (vendor / path / "LICENSE").write_bytes(MIT)
    (vendor / "modules.txt").write_text(
        f"# {NAME} v1.2.0\n## explicit; go 1.17\n{NAME}\n# {NAME}/inner v0.1.0\n"
        "# example.org/other v2.0.0 => ./local\n# ../../etc v1.0.0\n"
    )
    documents = [i for i in GoSource(path=(str(vendor),)).documents() if isinstance(i, Document)]
    code = {(d.origin.package.name, d.origin.path) for d in documents if d.language == "go"}
    assert code == {(NAME, "a.go"), (f"{NAME}/inner", "a.go"), ("example.org/other", "a.go")}


def test_code_from_before_modules_is_not_left_out(tmp_path):
    for path in ("src/github.com/ada/old", "src/github.com/ada/new"):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "a.go").write_bytes(CODE)
    (tmp_path / "src/github.com/ada/new/go.mod").write_text("module github.com/ada/new\n")
    place = str(tmp_path / "src/github.com/ada")
    documents = [i for i in GoSource(path=(place,)).documents() if isinstance(i, Document)]
    go_files = {(d.origin.package.name, d.origin.path) for d in documents if d.language == "go"}
    assert go_files == {("github.com/ada", "old/a.go"), ("github.com/ada/new", "a.go")}


@pytest.mark.parametrize("name", ["../x", "a//b", "-x", "a b", "a@../v1"])
def test_what_is_not_a_module_is_refused(name):
    with pytest.raises(ConfigError):
        GoSource((name,))


def test_escapes_are_undone():
    assert go_proxy.escaped("github.com/BurntSushi/toml") == "github.com/!burnt!sushi/toml"
    assert go_proxy.unescaped("github.com/!burnt!sushi/toml") == "github.com/BurntSushi/toml"


def test_a_bomb_has_no_hash(tmp_path, monkeypatch):
    monkeypatch.setattr(go_proxy, "_MAX_UNPACKED", 1000)
    path = tmp_path / "a.zip"
    packed = module("v1.2.0", {"a.go": bytes(2000)})
    path.write_bytes(packed)
    assert not go_proxy.ModuleSum(h1(packed)).matches(path)
