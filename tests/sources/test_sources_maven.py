# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Archives of sources from Maven repositories; licenses are those of poms and their parents."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from codescan.errors import ConfigError, SourceError
from codescan.licenses.pom import pom_claims
from codescan.records import NOASSERTION, Document, Skipped
from codescan.sources import maven_repository
from codescan.sources.maven import MavenSource

CODE = b"package org.example;\n\nclass Tool {\n  int add(int a, int b) {\n    return a;\n  }\n}\n"


def jar(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return packed.getvalue()


def pom(artifact, version, inner="", parent=""):
    return (
        f'<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0">{parent}'
        f"<groupId>org.example</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version>{inner}</project>"
    ).encode()


def licensed(*names):
    inner = "".join(f"<license><name>{name}</name></license>" for name in names)
    return f"<licenses>{inner}</licenses>"


PARENT = (
    "<parent><groupId>org.example</groupId><artifactId>parent</artifactId>"
    "<version>1</version></parent>"
)


@pytest.fixture
def repository(server):
    base = "/org/example/tool"
    packed = jar({"org/example/Tool.java": CODE})
    versions = "<version>1.0</version><version>2.0</version>"
    server.routes |= {
        f"{base}/maven-metadata.xml": (
            f"<metadata><versioning><release>2.0</release><versions>{versions}</versions>"
            "</versioning></metadata>"
        ).encode(),
        "/org/example/parent/1/parent-1.pom": pom("parent", "1", licensed("Apache License 2.0")),
    }
    for version in ("1.0", "2.0"):
        stem = f"{base}/{version}/tool-{version}"
        server.routes |= {
            f"{stem}.pom": pom("tool", version, parent=PARENT),
            f"{stem}-sources.jar": packed,
            f"{stem}-sources.jar.sha1": hashlib.sha1(packed).hexdigest().encode() + b"  tool\n",  # noqa: S324
        }
    return server


def read(repository, tmp_path, *packages, **options):
    source = MavenSource(packages, repository=repository.url, cache=str(tmp_path), **options)
    items = list(source.documents())
    return [i for i in items if isinstance(i, Document)], [
        i for i in items if isinstance(i, Skipped)
    ]


@pytest.mark.parametrize(
    ("item", "version"), [("org.example:tool", "2.0"), ("org.example:tool:1.0", "1.0")]
)
def test_the_right_version_under_the_license_of_its_parent(repository, tmp_path, item, version):
    documents, skipped = read(repository, tmp_path, item)
    assert not skipped
    [document] = documents
    assert document.origin.package.purl == f"pkg:maven/org.example/tool@{version}"
    assert document.licenses[0].expression == "Apache-2.0"
    assert "parent 1" in document.licenses[0].evidence


@pytest.mark.usefixtures("no_pause")
def test_the_strongest_hash_has_to_fit(repository, tmp_path):
    path = "/org/example/tool/2.0/tool-2.0-sources.jar"
    repository.routes[f"{path}.sha256"] = b"0" * 64
    documents, skipped = read(repository, tmp_path, "org.example:tool")
    assert not documents
    assert [skip.reason for skip in skipped] == ["checksum-mismatch"]


def test_missing_sources_and_dates_are_named(repository, tmp_path):
    del repository.routes["/org/example/tool/1.0/tool-1.0-sources.jar"]
    _, skipped = read(repository, tmp_path, "org.example:tool:1.0", "org.example:none")
    assert [skip.reason for skip in skipped] == ["not-found", "not-found"]
    _, skipped = read(repository, tmp_path, "org.example:tool", before="2020-01-01")
    assert [skip.reason for skip in skipped] == ["no-date"]


def test_parents_that_name_each_other_end(repository, tmp_path):
    loop = PARENT.replace("parent</artifactId>", "tool</artifactId>").replace("1</v", "2.0</v")
    repository.routes["/org/example/parent/1/parent-1.pom"] = pom("parent", "1", parent=loop)
    documents, _ = read(repository, tmp_path, "org.example:tool")
    assert documents[0].licenses == ()


@pytest.mark.parametrize(
    ("content", "expression"),
    [
        (pom("a", "1", licensed("MIT License")), "MIT"),
        (pom("a", "1", licensed("EPL 2.0", "GPL-2.0-only")), "EPL-2.0 OR GPL-2.0-only"),
        (pom("a", "1", licensed("MIT", "Acme Terms")), NOASSERTION),
        (pom("a", "1", "<licenses><license><url>https://www.apache.org/licenses/LICENSE-2.0.txt"
             "</url></license></licenses>"), "Apache-2.0"),
        (pom("a", "1"), None),
        (b"<project>", None),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><project>&a;</project>', None),
    ],
)  # fmt: skip
def test_licenses_of_poms(content, expression):
    claims = pom_claims((content,))
    assert (claims[0].expression if claims else None) == expression


def test_a_local_repository_and_an_archive_of_its_own(tmp_path):
    packed = jar({"org/example/Tool.java": CODE})
    folder = tmp_path / "repository/org/example/tool/1.0"
    folder.mkdir(parents=True)
    (folder / "tool-1.0.pom").write_bytes(pom("tool", "1.0", licensed("MIT")))
    (folder / "tool-1.0-sources.jar").write_bytes(packed)
    bare = tmp_path / "repository/org/example/bare/1.0"
    bare.mkdir(parents=True)
    (bare / "bare-1.0.pom").write_bytes(pom("bare", "1.0"))
    inner = {"META-INF/maven/org.example/own/pom.xml": pom("own", "3", licensed("ISC"))}
    own = tmp_path / "own-3-sources.jar"
    own.write_bytes(jar({"org/example/Own.java": CODE, **inner}))
    items = list(MavenSource(path=(str(tmp_path / "repository"), str(own))).documents())
    by_path = {
        (i.origin.package.purl, i.licenses[0].expression)
        for i in items
        if isinstance(i, Document) and i.language == "java"
    }
    assert by_path == {
        ("pkg:maven/org.example/tool@1.0", "MIT"),
        ("pkg:maven/org.example/own@3", "ISC"),
    }
    missing = [i for i in items if isinstance(i, Skipped) and i.reason == "no-sources"]
    assert [item.item for item in missing] == ["pkg:maven/org.example/bare@1.0"]
    (folder / "tool-1.0-sources.jar.sha256").write_text("0" * 64)
    items = list(MavenSource(path=(str(tmp_path / "repository"),)).documents())
    assert "checksum-mismatch" in [i.reason for i in items if isinstance(i, Skipped)]
    with pytest.raises(SourceError):
        list(MavenSource(path=(str(tmp_path / "nothing"),)).documents())


def test_the_license_in_meta_inf_speaks_for_the_jar(tmp_path):
    file = tmp_path / "own-3-sources.jar"
    notice = b"Licensed under the Apache License, Version 2.0"
    file.write_bytes(jar({"org/example/Own.java": CODE, "META-INF/LICENSE": notice}))
    items = MavenSource(path=(str(file),)).documents()
    [code] = [i for i in items if isinstance(i, Document) and i.language == "java"]
    assert code.licenses[0].expression == "Apache-2.0"


@pytest.mark.parametrize("name", ["tool", "a:b:c:d", "../a:b", "a:..:1", "a b:c"])
def test_what_is_not_an_artifact_is_refused(name):
    with pytest.raises(ConfigError):
        MavenSource((name,))


def test_the_mirror_of_the_users_settings_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MAVEN_REPO_URL", raising=False)
    assert maven_repository.settings().address == "https://repo.maven.apache.org/maven2"
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2/settings.xml").write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors><mirror>'
        "<mirrorOf>central,other</mirrorOf><url>https://maven.example/all/</url>"
        "</mirror></mirrors></settings>"
    )
    assert maven_repository.settings().address == "https://maven.example/all"
