# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Registries that answer anything: failures name the package; the cache keeps all files."""

from __future__ import annotations

import copy
import gzip
import hashlib
import io
import json
import time
import zipfile
from functools import partial

import pytest

from codescan.records import Document, Skipped
from codescan.sources import registry_source
from codescan.sources.archive_files import ArchivesSource
from codescan.sources.crates import CratesSource
from codescan.sources.go import GoSource
from codescan.sources.maven import MavenSource
from codescan.sources.transfer import Client

CODE = b"int add(int a, int b) {\n    return a + b;\n}\n"
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
VALUES = [
    None, True, -1, 10**400, 1.5, "", "x" * 4000, "../" * 9 + "evil", "..", "a/b\n\x00",
    [], [[]], {}, {"a": {}},
]  # fmt: skip


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture
def registries(server, tarball):
    """All four in one server, by kind: a function that reads the package `tool`, and its routes."""
    crate = tarball({"tool-1.0.0/src/tool.c": CODE})
    row = {"name": "tool", "vers": "1.0.0", "cksum": hashlib.sha256(crate).hexdigest()}
    row |= {"yanked": False, "pubtime": "2020-01-01T00:00:00Z"}
    jar = zipped({"org/Tool.java": CODE})
    url = server.url
    routes = {
        "crates": {
            "/crates/to/ol/tool": json.dumps(row).encode(),
            "/crates/config.json": json.dumps({"dl": f"{url}/crates/files"}).encode(),
            "/crates/files/tool/1.0.0/download": crate,
        },
        "go": {
            "/go/example.org/tool/@v/list": b"v1.0.0\n",
            "/go/example.org/tool/@v/v1.0.0.info": json.dumps(
                {"Version": "v1.0.0", "Time": "2020-01-01T00:00:00Z"}
            ).encode(),
            "/go/example.org/tool/@v/v1.0.0.zip": zipped({"example.org/tool@v1.0.0/tool.c": CODE}),
        },
        "maven": {
            "/maven/org/tool/maven-metadata.xml": (
                b"<metadata><versioning><release>1.0</release></versioning></metadata>"
            ),
            "/maven/org/tool/1.0/tool-1.0-sources.jar": jar,
            "/maven/org/tool/1.0/tool-1.0-sources.jar.sha1": hashlib.sha1(jar).hexdigest().encode(),  # noqa: S324
            "/maven/org/tool/1.0/tool-1.0.pom": b"<project><artifactId>tool</artifactId></project>",
        },
        "archive": {"/archive/tool-1.0.tar.gz": tarball({"tool-1.0/tool.c": CODE})},
    }
    sources = {
        "crates": partial(CratesSource, ("tool",), index=f"sparse+{url}/crates/"),
        "go": partial(GoSource, ("example.org/tool",), proxy=f"{url}/go"),
        "maven": partial(MavenSource, ("org:tool",), repository=f"{url}/maven"),
        "archive": partial(ArchivesSource, (f"{url}/archive/tool-1.0.tar.gz",)),
    }
    for each in routes.values():
        server.routes |= each
    return sources, routes


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(registry_source, "Client", partial(Client, timeout=0.2, attempts=1))


def read(source, folder):
    items = list(source(cache=str(folder / "cache")).documents())
    assert {each.name for each in folder.iterdir()} <= {"cache"}
    assert {each.name for each in folder.glob("cache/*")} <= {"corpora"}
    assert all(isinstance(each, (Document, Skipped)) for each in items)
    return items


def raw(answer):
    def route(handler):
        handler.wfile.write(answer)
        handler.close_connection = True

    return route


def slow(handler):
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n")
    try:
        for _ in range(20):
            handler.wfile.write(b"x")
            time.sleep(0.05)
    except OSError:
        return


ANSWERS = {
    "empty": b"",
    "html": ("text/html", b"<html><body>Sign in</body></html>"),
    "binary": bytes(range(256)) * 8,
    "zeros": gzip.compress(bytes(1 << 20)),
    "json list": b"[" * 100_000,
    "no answer": raw(b""),
    "old protocol": raw(b"hello\r\n"),
    "status": raw(b"HTTP/1.0 99999 \r\n\r\n"),
    "length": raw(b"HTTP/1.0 200 OK\r\nContent-Length: -5\r\n\r\nabc"),
    "truncated": raw(b"HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\nabc"),
    "chunks": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
    "headers": raw(b"HTTP/1.0 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n"),
    "long header": raw(b"HTTP/1.0 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n"),
    "loop": raw(b"HTTP/1.0 302 Found\r\nLocation: /loop\r\n\r\n"),
    "file": raw(b"HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n"),
    "odd redirect": raw(b"HTTP/1.0 302 Found\r\nLocation: http://[::1\r\n\r\n"),
    "bad port": raw(b"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:99999999/\r\n\r\n"),
    "encoded": raw(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}")),
    "unauthorized": raw(b"HTTP/1.0 401 No\r\nWWW-Authenticate: Basic\r\n\r\n"),
    "trickle": slow,
    "busy": raw(b"HTTP/1.0 503 No\r\nRetry-After: 99999\r\n\r\n"),
}
ROUTES = {"crates": 3, "go": 3, "maven": 4, "archive": 1}
PLACES = [(kind, number) for kind, count in ROUTES.items() for number in range(count)]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(("kind", "number"), PLACES)
@pytest.mark.usefixtures("no_pause")
def test_any_answer_ends_in_a_named_failure(registries, server, tmp_path, kind, number, answer):
    sources, routes = registries
    server.routes[[*routes[kind]][number]] = ANSWERS[answer]
    items = read(sources[kind], tmp_path)
    failures = [each for each in items if isinstance(each, Skipped)]
    documents = [each for each in items if isinstance(each, Document)]
    assert failures or documents
    if documents:  # what stands beside the code may be missing: its date, its hash, its pom
        assert {each.origin.path.rpartition("/")[2] for each in documents} <= {
            "tool.c",
            "Tool.java",
        }
        assert number in {"crates": (), "go": (1,), "maven": (2, 3), "archive": ()}[kind]
    for each in failures:
        assert "tool" in each.item
        assert each.reason
        assert len(each.detail) < 2000


def changed(value):
    """A JSON value with each of its parts replaced by each of `VALUES`."""
    yield from VALUES
    for key in value:
        for other in (*VALUES, ...):
            copied = copy.deepcopy(value)
            if other is ...:
                del copied[key]
            else:
                copied[key] = other
            yield copied


@pytest.mark.parametrize(("kind", "number"), [("crates", 0), ("crates", 1), ("go", 1)])
@pytest.mark.usefixtures("no_pause")
def test_json_of_any_shape_is_a_named_failure(registries, server, tmp_path, kind, number):
    sources, routes = registries
    place = [*routes[kind]][number]
    for count, value in enumerate(changed(json.loads(routes[kind][place]))):
        server.routes[place] = json.dumps(value).encode()
        (tmp_path / str(count)).mkdir()
        for each in read(sources[kind], tmp_path / str(count)):
            if isinstance(each, Skipped):
                assert "tool" in each.item, value
                assert len(each.detail) < 2000, value
            else:
                released = each.origin.package.released
                assert released is None or len(released) == len("2020-01-01"), value
                assert each.origin.package.version in ("1.0.0", "v1.0.0"), value
