# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Crates by name, from a lock file and from vendor folders; hashes are those of the index."""

from __future__ import annotations

import hashlib
import json

import pytest

from codescan.errors import ConfigError, SourceError
from codescan.records import Document, Skipped
from codescan.sources import crates_index
from codescan.sources.crates import CratesSource

CODE = b"pub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n"
MANIFEST = b'[package]\nname = "tool"\nversion = "%s"\nlicense = "MIT/Apache-2.0"\n'
LOCK = """
[[package]]
name = "app"
version = "0.1.0"

[[package]]
name = "tool"
version = "1.2.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "{}"

[[package]]
name = "forked"
version = "0.1.0"
source = "git+https://example.org/forked?rev=1#1"
"""


@pytest.fixture
def registry(server, tarball):
    rows = []
    for version, date, yanked in (
        ("1.2.0", "2019-05-06", False), ("1.10.0", "2021-05-06", False),
        ("1.11.0", "2021-06-01", True), ("2.0.0-rc.1", "2022-01-01", False),
    ):  # fmt: skip
        packed = tarball({
            f"tool-{version}/Cargo.toml": MANIFEST % version.encode(),
            f"tool-{version}/src/lib.rs": CODE + version.encode().join((b"// ", b"\n")),
        })  # fmt: skip
        server.routes[f"/files/tool/{version}.crate"] = packed
        digest = hashlib.sha256(packed).hexdigest()
        row = {"name": "tool", "vers": version, "cksum": digest, "yanked": yanked}
        rows.append({**row, "pubtime": f"{date}T00:00:00Z", "deps": []})
    server.rows = rows
    server.publish = lambda: server.routes.__setitem__(
        "/to/ol/tool", b"\n".join(json.dumps(row).encode() for row in server.rows)
    )
    server.publish()
    template = f"{server.url}/files/{{crate}}/{{version}}.crate"
    server.routes["/config.json"] = json.dumps({"dl": template}).encode()
    return server


def read(registry, tmp_path, *packages, **options):
    source = CratesSource(packages, index=f"sparse+{registry.url}/", cache=str(tmp_path), **options)
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("item", "options", "version", "date"),
    [
        ("tool", {}, "1.10.0", "2021-05-06"),  # neither yanked, nor a release candidate
        ("tool", {"before": "2020-01-01"}, "1.2.0", "2019-05-06"),
        ("tool@1.11.0", {}, "1.11.0", "2021-06-01"),  # yanked, but pinned
        ("tool@=2.0.0-rc.1", {}, "2.0.0-rc.1", "2022-01-01"),
    ],
)
def test_the_right_version_with_date_and_license(registry, tmp_path, item, options, version, date):
    documents, skipped = read(registry, tmp_path, item, **options)
    code = next(d for d in documents if d.origin.path == "src/lib.rs")
    package = code.origin.package
    assert (package.purl, package.released) == (f"pkg:cargo/tool@{version}", date)
    assert code.licenses[0].expression == "MIT OR Apache-2.0"
    assert [skip.reason for skip in skipped] == ["data"]  # Cargo.toml


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cksum": "0" * 64}, "checksum-mismatch"),
        ({"cksum": "nothing"}, "checksum-mismatch"),
        ({"vers": "1.10.1"}, "not-found"),
    ],
)
@pytest.mark.usefixtures("no_pause")
def test_what_is_not_the_announced_crate_is_named(registry, tmp_path, change, reason):
    registry.rows = [{**registry.rows[1], **change}]
    registry.publish()
    documents, skipped = read(registry, tmp_path, "tool@1.10.0" if "vers" in change else "tool")
    assert not documents
    assert [skip.reason for skip in skipped] == [reason]


def test_an_index_without_dates_cannot_be_asked_for_the_past(registry, tmp_path):
    registry.rows = [{k: v for k, v in row.items() if k != "pubtime"} for row in registry.rows]
    registry.publish()
    assert read(registry, tmp_path, "tool", before="2020-01-01")[1][0].reason == "no-date"
    assert read(registry, tmp_path, "tool@1.2.0")[0][0].origin.package.released is None


def test_a_lock_file_lists_what_is_read_and_pins_its_hash(registry, tmp_path):
    lock = tmp_path / "Cargo.lock"
    lock.write_text(LOCK.format(registry.rows[0]["cksum"]))
    documents, _ = read(registry, tmp_path, lock=str(lock))
    assert {d.origin.package.purl for d in documents} == {"pkg:cargo/tool@1.2.0"}
    lock.write_text(LOCK.format("a" * 64))
    documents, skipped = read(registry, tmp_path / "new", lock=str(lock))
    assert not documents
    assert [skip.reason for skip in skipped] == ["checksum-mismatch"]
    with pytest.raises(SourceError):
        read(registry, tmp_path, lock=str(tmp_path / "missing"))


@pytest.mark.usefixtures("no_pause")
def test_an_interrupted_download_goes_on_where_it_ended(registry, tmp_path):
    path = "/files/tool/1.10.0.crate"
    whole = registry.routes[path]

    def broken(handler):
        registry.routes[path] = whole
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole[:50])
        handler.close_connection = True

    registry.routes[path] = broken
    assert read(registry, tmp_path, "tool")[0]
    ranges = [headers.get("Range") for seen, headers in registry.seen if seen == path]
    assert ranges == [None, "bytes=50-"]
    assert read(registry, tmp_path, "tool", offline=True)[0]


def test_vendored_files_have_to_be_what_cargo_vendored(tmp_path):
    crate = tmp_path / "vendor" / "tool"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_bytes(MANIFEST % b"1.2.0")
    (crate / "src/lib.rs").write_bytes(CODE)
    (crate / "src/other.rs").write_bytes(CODE + b"// changed\n")
    sums = {name: hashlib.sha256(CODE).hexdigest() for name in ("src/lib.rs", "src/other.rs")}
    (crate / ".cargo-checksum.json").write_text(json.dumps({"files": sums, "package": "0"}))
    items = list(CratesSource(path=(str(tmp_path / "vendor"),)).documents())
    documents = [item for item in items if isinstance(item, Document)]
    assert [d.origin.path for d in documents] == ["src/lib.rs"]
    assert documents[0].origin.package.purl == "pkg:cargo/tool@1.2.0"
    assert documents[0].licenses[0].expression == "MIT OR Apache-2.0"
    bad = [i for i in items if isinstance(i, Skipped) and i.reason == "checksum-mismatch"]
    assert [item.item for item in bad] == ["pkg:cargo/tool@1.2.0#src/other.rs"]


def test_a_crate_file_is_read_whatever_its_name_says(tmp_path, tarball):
    file = tmp_path / "tool-9.9.9.crate"
    file.write_bytes(tarball({
        "tool-1.2.0/Cargo.toml": MANIFEST % b"1.2.0", "tool-1.2.0/src/lib.rs": CODE,
        "../outside.rs": CODE,
    }))  # fmt: skip
    items = list(CratesSource(path=(str(file),)).documents())
    assert {i.origin.package.purl for i in items if isinstance(i, Document)} == {
        "pkg:cargo/tool@1.2.0"
    }
    assert "unsafe-path" in [i.reason for i in items if isinstance(i, Skipped)]
    with pytest.raises(SourceError):
        list(CratesSource(path=(str(tmp_path / "nothing"),)).documents())


@pytest.mark.parametrize("name", ["../x", "a/b", "-x", "a b", "x" * 65])
def test_what_is_not_a_name_is_refused(name):
    with pytest.raises(ConfigError):
        CratesSource((name,))


@pytest.mark.parametrize(
    ("name", "place"), [("a", "1/a"), ("ab", "2/ab"), ("Abc", "3/a/abc"), ("Serde", "se/rd/serde")]
)
def test_the_place_in_an_index(name, place):
    assert crates_index._place(name) == place


def test_the_configuration_of_cargo_names_the_registry(tmp_path, monkeypatch):
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    assert crates_index.settings().index == "https://index.crates.io"
    (tmp_path / "config.toml").write_text(
        '[source.crates-io]\nreplace-with = "ours"\n'
        '[source.ours]\nregistry = "sparse+https://crates.example/index/"\n'
    )
    (tmp_path / "credentials.toml").write_text('[registries.ours]\ntoken = "secret"\n')
    settings = crates_index.settings()
    assert settings.index == "https://crates.example/index"
    assert settings.credentials == (("https://crates.example/index", "secret"),)
    assert crates_index.settings("sparse+https://other.example/").credentials == ()
