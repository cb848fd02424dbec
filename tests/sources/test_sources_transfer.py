# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Downloads arrive whole and checked, are resumed and retried, and fail with a plain reason."""

from __future__ import annotations

import base64
import hashlib
import os
import time

import pytest

from codescan.errors import SourceError
from codescan.sources.downloads import Checksum, TransferError, cache_folder
from codescan.sources.transfer import Client

CONTENT = bytes(range(256)) * 400
SUM = Checksum("sha256", hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def client(tmp_path, no_pause):  # noqa: ARG001 - a fixture for its effect
    return Client(tmp_path / "cache", timeout=5, attempts=3)


def hang_up(after, content=CONTENT):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.close_connection = True

    return answer


def status(code, **headers):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def in_turn(*routes):
    remaining = list(routes)

    def answer(handler):
        route = remaining.pop(0)
        if callable(route):
            route(handler)
        else:
            handler.server.routes = {**handler.server.routes, handler.path: route}
            handler.server.seen.pop()
            handler.do_GET()

    return answer


def test_a_file_is_downloaded_once(client, server):
    server.routes["/f"] = CONTENT
    first = client.file(f"{server.url}/f", "f.bin", SUM)
    assert first.read_bytes() == CONTENT
    assert client.file(f"{server.url}/f", "f.bin", SUM) == first
    assert len(server.seen) == 1
    assert [path.name for path in first.parent.iterdir()] == ["f.bin"]


def test_a_damaged_copy_in_the_cache_is_replaced(client, server):
    server.routes["/f"] = CONTENT
    path = client.file(f"{server.url}/f", "f.bin", SUM)
    path.write_bytes(b"damaged")
    assert client.file(f"{server.url}/f", "f.bin", SUM).read_bytes() == CONTENT


def test_a_broken_download_is_resumed(client, server):
    server.routes["/f"] = in_turn(hang_up(1000), CONTENT)
    path = client.file(f"{server.url}/f", "f.bin", SUM)
    assert path.read_bytes() == CONTENT
    assert server.seen[1][1]["Range"] == "bytes=1000-"


def test_a_partial_file_of_something_else_is_started_over(client, server):
    server.routes["/f"] = CONTENT
    path = client.file(f"{server.url}/f", "f.bin", SUM)
    path.unlink()
    path.with_name("f.bin.part").write_bytes(b"something else")
    assert client.file(f"{server.url}/f", "f.bin", SUM).read_bytes() == CONTENT


def test_a_partial_file_that_is_too_long_is_started_over(client, server):
    server.routes["/f"] = in_turn(hang_up(1000), status(416), CONTENT)
    assert client.file(f"{server.url}/f", "f.bin", SUM).read_bytes() == CONTENT


def test_the_wrong_content_is_refused_and_not_kept(client, server):
    server.routes["/f"] = b"evil"
    with pytest.raises(TransferError) as caught:
        client.file(f"{server.url}/f", "f.bin", SUM)
    assert caught.value.reason == "checksum-mismatch"
    assert not list(client.folder.rglob("f.bin"))


def test_servers_that_stumble_are_asked_again(client, server):
    server.routes["/p"] = in_turn(status(503, Retry_After="1"), hang_up(3), b"page")
    assert client.page(f"{server.url}/p").content == b"page"


@pytest.mark.parametrize(
    ("code", "reason"), [(404, "not-found"), (410, "not-found"), (401, "refused"), (500, "refused")]
)
def test_refusals_have_reasons(client, server, code, reason):
    server.routes["/f"] = status(code)
    with pytest.raises(TransferError) as caught:
        client.file(f"{server.url}/f", "f.bin", SUM)
    assert caught.value.reason == reason
    assert str(code) in caught.value.message
    assert caught.value.hint
    assert not list(client.folder.rglob("*.part"))


def test_no_server_is_unreachable(client):
    with pytest.raises(TransferError) as caught:
        client.page("http://127.0.0.1:9/simple/")
    assert caught.value.reason == "unreachable"


def test_pages_are_kept_and_serve_without_a_network(client, server):
    server.routes["/p"] = b"one"
    url = f"{server.url}/p"
    assert client.page(url).content == b"one"
    server.routes["/p"] = b"two"
    assert client.page(url).content == b"one"
    assert client.page(url, max_age=0).content == b"two"
    offline = Client(client.folder, offline=True)
    assert offline.page(url, max_age=0).content == b"two"
    with pytest.raises(TransferError, match="offline"):
        offline.page(f"{server.url}/other")


def test_a_stale_page_is_better_than_none(client, server):
    server.routes["/p"] = b"one"
    url = f"{server.url}/p"
    client.page(url)
    cached = next(path for path in client.folder.rglob("*") if path.is_file())
    os.utime(cached, (time.time() - 1e6,) * 2)
    server.routes["/p"] = hang_up(0)
    assert client.page(url).content == b"one"
    del server.routes["/p"]  # a page that is gone is gone
    with pytest.raises(TransferError):
        client.page(url)


def test_credentials_go_to_their_server_only(client, server, tmp_path):
    server.routes["/a"] = status(302, Location=f"http://localhost:{server.server_port}/b")
    server.routes["/b"] = b"page"
    url = server.url.replace("//", "//ada:s%40crit@")
    assert client.page(f"{url}/a").content == b"page"
    secret = "Basic " + base64.b64encode(b"ada:s@crit").decode()
    assert [headers.get("Authorization") for _, headers in server.seen] == [secret, None]
    assert b"crit" not in b"".join(p.read_bytes() for p in client.folder.rglob("*") if p.is_file())
    bearer = Client(tmp_path, credentials=((f"{server.url}/b", "Bearer t"), (server.url, "no")))
    bearer.page(f"{server.url}/b")
    assert server.seen[-1][1]["Authorization"] == "Bearer t"


def test_a_redirect_to_a_file_is_not_followed(client, server, tmp_path):
    (tmp_path / "secret").write_text("secret")
    server.routes["/a"] = status(302, Location=(tmp_path / "secret").as_uri())
    with pytest.raises(TransferError):
        client.page(f"{server.url}/a")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "data:,x", "gopher://x", "/etc/passwd"])
def test_other_schemes_are_refused(client, url):
    with pytest.raises(TransferError):
        client.page(url)


@pytest.mark.parametrize(("kind", "digest"), [("crc32", "0" * 8), ("sha256", "xyz"), ("md5", "")])
def test_unusable_checksums_are_refused(kind, digest):
    with pytest.raises(TransferError):
        Checksum(kind, digest)


def test_a_cache_that_cannot_be_written(tmp_path, server):
    (tmp_path / "file").write_text("in the way")
    server.routes["/f"] = CONTENT
    with pytest.raises(SourceError, match="cannot be written") as caught:
        Client(tmp_path / "file").file(f"{server.url}/f", "f.bin", SUM)
    assert "CODESCAN_CACHE" in caught.value.hint


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "corpora"
    assert cache_folder("/other").parts[:2] == ("/", "other")
    monkeypatch.delenv("CODESCAN_CACHE")
    assert "codescan" in str(cache_folder())
