# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The right version from the configured registry; dates only where they can be true."""

from __future__ import annotations

import base64
import hashlib
import json
import os

import pytest

from codescan.errors import ConfigError
from codescan.records import Document, Skipped
from codescan.sources import npm_settings
from codescan.sources.npm import NpmSource

CODE = b"export function add(a, b) {\n  return a + b;\n}\n"


@pytest.fixture
def registry(server, tarball):
    versions, times = {}, {"created": "2018-01-01T00:00:00.000Z", "modified": "2023-01-01"}
    for version, date in (
        ("1.2.0", "2019-05-06"),
        ("1.10.0", "2020-05-06"),
        ("2.0.0", "2022-01-01"),
    ):
        described = {"name": "@ada/x", "version": version, "license": "ISC"}
        packed = tarball({
            "package/package.json": json.dumps(described).encode(), "package/index.js": CODE,
        })  # fmt: skip
        server.routes[f"/{version}.tgz"] = packed
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
        dist = {"tarball": f"{server.url}/{version}.tgz", "integrity": integrity}
        versions[version] = {**described, "dist": dist}
        times[version] = f"{date}T00:00:00.000Z"
    server.page = {"dist-tags": {"latest": "2.0.0"}, "versions": versions, "time": times}
    server.publish = lambda: server.routes.__setitem__(
        "/@ada%2Fx", ("application/json", json.dumps(server.page).encode())
    )
    server.publish()
    return server


def read(registry, tmp_path, *packages, **options):
    source = NpmSource(packages, registry=registry.url, cache=str(tmp_path), **options)
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("item", "options", "version", "date"),
    [
        ("@ada/x", {}, "2.0.0", "2022-01-01"),
        ("@ada/x@1.2.0", {}, "1.2.0", "2019-05-06"),
        ("@ada/x", {"before": "2021-01-01"}, "1.10.0", "2020-05-06"),
    ],
)
def test_versions(registry, tmp_path, item, options, version, date):
    (document,), _ = read(registry, tmp_path, item, **options)
    package = document.origin.package
    assert package.purl == f"pkg:npm/%40ada/x@{version}"
    assert (package.released, package.family) == (date, "npm/@ada/x")
    assert (document.origin.path, document.licenses[0].expression) == ("index.js", "ISC")


def test_dates_of_a_mirror_are_not_believed(registry, tmp_path):
    del registry.page["time"]["created"]
    registry.publish()
    (document,), _ = read(registry, tmp_path, "@ada/x")
    assert document.origin.package.released is None
    _, (skipped,) = read(registry, tmp_path, "@ada/x", before="2021-01-01")
    assert skipped.reason == "no-date"


def test_a_tampered_tarball_is_refused(registry, tmp_path):
    registry.routes["/2.0.0.tgz"] += b"x"
    documents, (skipped,) = read(registry, tmp_path, "@ada/x")
    assert not documents
    assert skipped.reason == "checksum-mismatch"


def test_old_packages_have_a_sha1_only(registry, tmp_path):
    dist = registry.page["versions"]["2.0.0"]["dist"]
    del dist["integrity"]
    dist["shasum"] = hashlib.sha1(registry.routes["/2.0.0.tgz"]).hexdigest()  # noqa: S324
    registry.publish()
    assert read(registry, tmp_path, "@ada/x")[0]


@pytest.mark.parametrize("content", [b"[]", b"{}", b"nonsense", b'{"versions": 3}'])
def test_nonsense_of_a_registry_is_a_skip(registry, tmp_path, content):
    registry.routes["/@ada%2Fx"] = ("application/json", content)
    documents, (skipped,) = read(registry, tmp_path, "@ada/x")
    assert not documents
    assert skipped.reason in ("refused", "not-found")


@pytest.mark.parametrize("item", ["../x", "a b", "@scope", "a/b/c", "http://x/y"])
def test_bad_names_are_refused_at_once(item):
    with pytest.raises(ConfigError):
        NpmSource([item])


def test_npm_configuration_is_honored(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.lower().startswith("npm_config_"):
            monkeypatch.delenv(name)
    user, machine = tmp_path / "user", tmp_path / "machine"
    machine.write_text("registry=https://machine.example/\ncafile=/certs.pem\n")
    user.write_text(
        "; comment\n# comment\nregistry = https://user.example/npm/\n"
        '@ada:registry="https://ada.example/"\n//ada.example/:_authToken=${TOKEN}\n'
    )
    monkeypatch.setenv("npm_config_userconfig", str(user))
    monkeypatch.setenv("npm_config_globalconfig", str(machine))
    monkeypatch.setenv("TOKEN", "t0ken")
    settings = npm_settings.settings()
    assert settings.registry_of("x") == "https://user.example/npm"
    assert settings.registry_of("@ada/x") == "https://ada.example"
    assert settings.registry_of("@bob/x") == "https://user.example/npm"
    assert settings.certificates == "/certs.pem"
    assert settings.credentials == (("https://ada.example/", "Bearer t0ken"),)
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://env.example")
    assert npm_settings.settings().registry == "https://env.example"
    assert npm_settings.settings("https://option.example/").registry_of("@ada/x") == (
        "https://option.example"
    )


def test_a_checkout_cannot_redirect_downloads(monkeypatch, tmp_path):
    (tmp_path / ".npmrc").write_text("registry=https://evil.example/${HOME}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("npm_config_userconfig", str(tmp_path / "none"))
    assert "evil" not in npm_settings.settings().registry
