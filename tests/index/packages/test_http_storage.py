# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An HTTP server that lies, hangs up, redirects or never ends: refused, in bounded time."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest
from package_server import NOW, files_of

from codescan.errors import PackageError, UsageError
from codescan.index.packages import http_storage
from codescan.index.packages.addresses import open_storage
from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.http_storage import HttpStorage
from codescan.index.packages.pulling import fetch_statement, pull
from codescan.index.packages.storage import MissingObjectError, public_url
from codescan.index.reader import Index


@pytest.fixture
def server(serve, repository):
    return serve(repository)


@pytest.fixture
def storage(server):
    return HttpStorage(server.url, allow_local_http=True, pause=0.001)


def answering(*lines, body=b""):
    """An answer as raw bytes, after which the connection is closed."""

    def answer(handler):
        head = "\r\n".join(("HTTP/1.1 200 OK", "Connection: close", *lines, "", "")).encode()
        handler.wfile.write(head + body)
        handler.close_connection = True
        return True

    return answer


LIES = {
    "a longer body is announced": answering("Content-Length: 99", body=b"x" * 99),
    "a longer body comes": answering(body=b"x" * 99),
    "a huge body is announced": answering("Content-Length: 999999999999999999999", body=b"x" * 9),
    "the body is cut": answering("Content-Length: 9", body=b"x" * 5),
    "a negative length": answering("Content-Length: -1", body=b"x" * 99),
    "two lengths": answering("Content-Length: 5", "Content-Length: 99", body=b"x" * 99)
    and answering("Content-Length: 99", "Content-Length: 5", body=b"x" * 99),
    "a long chunk": answering("Transfer-Encoding: chunked", body=b"63\r\n" + b"x" * 99 + b"\r\n0"),
    "a cut chunk": answering("Transfer-Encoding: chunked", body=b"9\r\nxx"),
    "no chunk": answering("Transfer-Encoding: chunked", body=b"zz\r\n"),
    "a chunk of endless size": answering("Transfer-Encoding: chunked", body=b"f" * 99999),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_about_a_size_is_refused(lie, server, storage):
    server.answer = lie
    with pytest.raises(PackageError):
        storage.read("parts/00/x", 9)


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    sent = 0
    try:
        while sent < 1 << 30:
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            sent += 0x10000
    except OSError:
        handler.server.sent = sent
    handler.close_connection = True
    return True


def test_an_endless_body_is_cut_off(server, storage):
    server.answer = endless
    with pytest.raises(PackageError, match="longer than"):
        storage.read("parts/00/x", 1000)


def dripping(beginning, drop):
    """An answer that goes on for as long as somebody listens."""

    def answer(handler):
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(beginning)
            for _ in range(60_000):
                handler.wfile.write(drop)
                time.sleep(0.001)
        return True

    return answer


DRIPS = {
    "body": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "status": (b"HTTP", b"x"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: y\r\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_is_cut_off(server, storage, monkeypatch, part):
    monkeypatch.setattr(http_storage, "_GRACE_SECONDS", 0.1)
    monkeypatch.setattr(http_storage, "_LEAST_BYTES_PER_SECOND", 1 << 62)
    server.answer = dripping(*DRIPS[part])
    start = time.monotonic()
    with pytest.raises(PackageError, match="too slowly"):
        storage.read("parts/00/x", 1 << 29)
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\0" * 99])
def test_what_is_no_http_is_refused(answer, server, storage):
    def nonsense(handler):
        handler.wfile.write(answer)
        handler.close_connection = True
        return True

    server.answer = nonsense
    with pytest.raises(PackageError, match="cannot be reached"):
        storage.read("parts/00/x", 9)


def test_many_headers_are_refused(server, storage):
    server.answer = answering(*(f"X-{i}: {'x' * 1000}" for i in range(1000)))
    with pytest.raises(PackageError, match="cannot be reached"):
        storage.read("parts/00/x", 9)


def redirecting(target, status=302):
    def answer(handler):
        if handler.path == "/final":
            handler.send_response(200)
            handler.send_header("Content-Length", "5")
            handler.end_headers()
            handler.wfile.write(b"right")
            return True
        handler.send_response(status)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_server_is_refused(status, server, storage, serve, tmp_path):
    other = serve(tmp_path)
    for target in (f"{other.url}/final", f"//127.0.0.1:{other.port}/final", "https://127.0.0.1/",
                   f"http://localhost:{server.port}/final", f"http://x@127.0.0.2:{server.port}/",
                   "file:///etc/passwd", "ftp://127.0.0.1/x", "http://[::1/",
                   "http://a:b:c/"):  # fmt: skip
        server.answer = redirecting(target, status)
        with pytest.raises(PackageError):
            storage.read("demo.json", 9)
        assert storage_size(storage) is None
    assert not other.requests


def storage_size(storage):
    try:
        return storage.size("demo.json")
    except PackageError:
        return None


def test_a_redirect_on_the_same_server_is_followed(server, storage):
    server.answer = redirecting("/final")
    assert storage.read("demo.json", 9) == b"right"


def test_a_loop_of_redirects_ends(server, storage):
    server.answer = redirecting("/again")
    with pytest.raises(PackageError):
        storage.read("demo.json", 9)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 418, 500, 503, 599])
def test_a_refusal_is_told(status, server, storage):
    def refuse(handler):
        handler.send_error(status)
        return True

    server.answer = refuse
    with pytest.raises(PackageError, match=str(status)):
        storage.read("demo.json", 9)
    with pytest.raises(PackageError, match=str(status)):
        storage.size("demo.json")


def test_what_is_missing_is_missing(storage):
    with pytest.raises(MissingObjectError, match="404"):
        storage.read("nothing", 9)
    assert storage.size("nothing") is None


def test_a_server_that_recovers_is_asked_again(server, storage, index_folder, trust, tmp_path):
    failed = []

    def fail_thrice(handler):
        if handler.path.startswith("/parts/") and len(failed) < 3:
            failed.append(handler.path)
            handler.send_error(503)
            return True
        return False

    server.answer = fail_thrice
    pull(fetch_statement("demo", storage, trust, NOW), storage, tmp_path / "out")
    assert len(failed) == 3
    assert files_of(tmp_path / "out") == files_of(index_folder)


def test_a_server_that_serves_other_parts_makes_no_index(server, storage, trust, tmp_path):
    bodies = {
        "other": lambda good: good[::-1],
        "short": lambda good: good[:-1],
        "long": lambda good: good + b"x",
        "none": lambda _good: b"",
    }
    for name, change in bodies.items():

        def answer(handler, change=change):
            if not handler.path.startswith("/parts/"):
                return False
            body = change((server.folder / handler.path.lstrip("/")).read_bytes())
            return answering(f"Content-Length: {len(body)}", body=body)(handler)

        server.answer = answer
        with pytest.raises(PackageError):
            pull(fetch_statement("demo", storage, trust, NOW), storage, tmp_path / name)
        with pytest.raises(Exception, match="no index"):
            Index.open(tmp_path / name)


def test_a_server_that_is_not_there_is_named(trust):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    storage = HttpStorage(f"http://127.0.0.1:{port}", allow_local_http=True, pause=0.001)
    with pytest.raises(PackageError, match="cannot be reached") as caught:
        fetch_statement("demo", storage, trust, NOW)
    assert "check the network" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    ["http://example.org/x", "http://10.0.0.1/", "http://127.0.0.1.example.org/", "http://localhost.x/",
     "http://0.0.0.0/", "http://127.0.0.1@example.org/", "ftp://example.org/", "https://", "https:///x",
     "https://example.org/x?token=1", "https://example.org/x#y", "https://[::1", "http://[::1/",
     "https://a:b:c/", "simplecache::https://example.org/", "data://x", "file://other/x",
     "github://a:b@c/", "memory://x", "local://x", "zip://x::file://y"],
)  # fmt: skip
def test_other_places_are_refused(url):
    with pytest.raises(UsageError):
        open_storage(url, allow_local_http=True)


def test_http_of_this_machine_needs_permission():
    with pytest.raises(UsageError, match="not encrypted") as caught:
        open_storage("http://127.0.0.1:9/x")
    assert "--allow-local-http" in caught.value.hint


def test_credentials_go_to_the_server_only(server, serve, tmp_path):
    secret = "s3cret-t0ken"  # noqa: S105  the test looks for it
    other = serve(tmp_path)
    storage = HttpStorage(server.url, token=secret, allow_local_http=True, pause=0.001)
    server.answer = redirecting(f"{other.url}/final")
    with pytest.raises(PackageError) as caught:
        storage.read("demo.json", 9)
    assert server.headers[-1]["Authorization"] == f"Bearer {secret}"
    assert not other.requests
    with_password = f"http://ada:{secret}@127.0.0.1:{server.port}/folder"
    storage = HttpStorage(with_password, allow_local_http=True, pause=0.001)
    server.answer = lambda handler: handler.send_error(403) or True
    with pytest.raises(PackageError) as refused:
        storage.read("demo.json", 9)
    assert server.headers[-1]["Authorization"].startswith("Basic ")
    for error in (caught.value, refused.value):
        assert secret not in f"{error.message} {error.hint} {error.__cause__}"
    assert secret not in storage.url
    assert public_url(with_password) == f"http://127.0.0.1:{server.port}/folder"


def test_a_folder_stays_a_folder(repository):
    for address in (str(repository), repository.as_uri(), f"file://localhost{repository}"):
        assert isinstance(open_storage(address), FolderStorage)
        assert open_storage(address).size("demo.json")
