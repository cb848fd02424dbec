# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the service bounds: bodies, time, waiting requests, memory; and how it swaps its index."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import stat
import threading

import pytest
from harbor_texts import COPY

from codescan.app.service_client import connect
from codescan.errors import UsageError
from codescan.serve.local_socket import bind_local_socket


def raw(port, data, *, then_wait=True):
    """The first bytes of the answer to bytes as they are."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(data)
        if not then_wait:
            connection.shutdown(socket.SHUT_WR)
        return connection.recv(65536)


def test_a_large_body_is_refused_by_its_length_and_by_its_bytes(start):
    service = start(max_body=1000)
    assert service.post("/v1/scan", {"text": "x" * 2000})[0] == 413
    head = b"POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    chunk = b"200\r\n" + b" " * 512 + b"\r\n"
    answer = raw(service.port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3)
    assert b" 413 " in answer
    assert b" 413 " in raw(service.port, head + b"Content-Length: 9999999999\r\n\r\n")
    assert b" 400 " in raw(service.port, head + b"Content-Length: 99999999999999999999999\r\n\r\n")


def test_a_batch_of_too_many_texts_is_refused(start):
    service = start(max_texts=3)
    assert service.post("/v1/scan", {"texts": [{"text": "a"}] * 4})[0] == 413


def test_a_slow_body_is_refused(start):
    service = start(timeout=0.2)
    head = b"POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    assert b" 408 " in raw(service.port, head + b"Content-Length: 100\r\n\r\n{")


@pytest.mark.parametrize("data", [
    b"GARBAGE\r\n\r\n", b"POST /v1/scan HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
])  # fmt: skip
def test_malformed_requests_are_refused(served, data):
    answer = raw(served.port, data, then_wait=False)
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert served.ask("GET", "/healthz")[0] == 200


BATCH = {"texts": [{"text": "x = 1\n"}, {"text": "y = 2\n"}]}
"""Scanned in a thread; one short text is not."""


@pytest.fixture
def held(monkeypatch):
    """Make every scan wait until the event is set."""
    from codescan.serve import service as module

    event, real = threading.Event(), module.scan_text

    def scan_text(*arguments):
        event.wait(300)
        return real(*arguments)

    monkeypatch.setattr(module, "scan_text", scan_text)
    yield event
    event.set()


def test_the_queue_is_bounded_and_drains(start, held):
    service = start(threads=1, queue=2)
    answers = []

    def ask():
        answers.append(service.post("/v1/scan", BATCH))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    while len(answers) < 7:
        threading.Event().wait(0.01)
    assert service.ask("GET", "/healthz")[0] == 200
    held.set()
    for thread in threads:
        thread.join()
    statuses = sorted(status for status, _ in answers)
    assert statuses == [200] * 3 + [429] * 7
    busy = next(answer for status, answer in answers if status == 429)
    assert busy["error"]["kind"] == "busy"
    assert service.post("/v1/scan", BATCH)[0] == 200
    assert service.service.admission.active == 0
    assert service.service.admission.bytes == 0


def test_a_scan_that_takes_too_long_is_not_clean(start, held):
    service = start(threads=1, queue=0, timeout=0.2)
    status, answer = service.post("/v1/scan", BATCH)
    assert (status, answer["error"]["kind"]) == (503, "timed-out")
    # The thread still works: its place is taken until it ends.
    assert service.post("/v1/scan", BATCH)[0] == 429
    held.set()


def test_bytes_in_memory_are_bounded(start, held):
    service = start(threads=1, queue=100, max_body=1000)
    service.service.admission._max_bytes = 1500
    large = {"texts": [{"text": "x" * 400}] * 2}
    first = threading.Thread(target=service.post, args=("/v1/scan", large))
    first.start()
    while not service.service.admission.active:
        threading.Event().wait(0.01)
    assert service.post("/v1/scan", large)[0] == 429
    held.set()
    first.join()


def test_one_short_text_takes_no_thread_and_no_place(start, monkeypatch):
    from codescan.serve import service as module

    names = []
    real = module.scan_text

    def scan_text(*arguments):
        names.append(threading.current_thread().name)
        return real(*arguments)

    monkeypatch.setattr(module, "scan_text", scan_text)
    monkeypatch.setattr("codescan.app.shared_index._LOOK_SECONDS", 1e9)
    service = start(threads=1, queue=0)
    service.scan(text=COPY)  # the index is looked at once
    service.scan(text=COPY)
    service.scan(text="x" * 5000)
    service.post("/v1/scan", BATCH)
    pooled = [name.startswith("codescan-scan") for name in names]
    assert pooled[1:] == [False, True, True, True]


def test_many_clients_get_their_own_answers(start):
    service = start(threads=2, queue=64)
    wrong = []

    def ask(number):
        text = COPY if number % 2 else f"value_{number} = {number}\n"
        for turn in range(5):
            [result] = service.scan(text=text, id=f"{number}/{turn}")["results"]
            expected = "findings" if number % 2 else "clean"
            if (result["id"], result["status"]) != (f"{number}/{turn}", expected):
                wrong.append(result)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# The index


@pytest.fixture
def own_index(harbor_index, tmp_path):
    return shutil.copytree(harbor_index, tmp_path / "index")


@pytest.fixture
def watched(monkeypatch):
    """Look at the folder of the index at each request."""
    monkeypatch.setattr("codescan.app.shared_index._LOOK_SECONDS", 0.0)


@pytest.mark.usefixtures("watched")
def test_a_replaced_index_answers_at_once(start, own_index, tmp_path):
    from codescan.__main__ import main

    service = start(own_index)
    other = (
        "def buoy(depth, chain):\n    return [depth * link + len(chain) for link in chain]\n" * 9
    )
    assert service.scan(text=other)["results"][0]["status"] == "clean"
    old = service.service.index._current
    folder = tmp_path / "buoys"
    folder.mkdir()
    (folder / "buoys.py").write_text(other, encoding="utf-8")
    assert main(["index", "build", "--corpus", str(folder), "--out", str(own_index), "-q"]) == 0
    assert service.scan(text=other)["results"][0]["status"] == "findings"
    assert service.scan(text=COPY)["results"][0]["status"] == "clean"
    assert service.service.index.swaps == 1
    assert not old.is_current
    assert old.users == 0


@pytest.mark.usefixtures("watched")
def test_a_damaged_or_missing_index_is_never_clean(start, own_index):
    service = start(own_index)
    manifest = own_index / "manifest.json"
    good = manifest.read_bytes()
    manifest.write_bytes(good.replace(b"harbors", b"harborz"))
    assert service.post("/v1/scan", {"text": COPY})[0] == 503
    assert service.ask("GET", "/healthz")[0] == 503
    manifest.unlink()
    assert service.post("/v1/scan", {"text": COPY})[0] == 503
    manifest.write_bytes(good)
    assert service.scan(text=COPY)["results"][0]["status"] == "findings"


# The local socket


def test_the_socket_is_private_and_replaces_a_stale_one(short_folder):
    path = short_folder / "run" / "s.sock"
    bind_local_socket(path).close()
    assert connect(str(path), 1.0) is None
    with contextlib.closing(bind_local_socket(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        connection = connect(str(path), 1.0)
        assert connection is not None
        connection.close()
        with pytest.raises(UsageError, match="another service"):
            bind_local_socket(path)


def test_a_socket_where_others_may_write_is_not_used(short_folder):
    folder = short_folder / "open"
    folder.mkdir()
    with contextlib.closing(bind_local_socket(folder / "s.sock")):
        folder.chmod(0o777)
        assert connect(str(folder / "s.sock"), 1.0) is None
    with pytest.raises(UsageError, match="other users"):
        bind_local_socket(folder / "other.sock")
    (short_folder / "file").write_text("")
    with pytest.raises(UsageError, match="not a socket"):
        bind_local_socket(short_folder / "file")
    with pytest.raises(UsageError, match="too long"):
        bind_local_socket(short_folder / ("x" * 120))


def test_metrics_count_texts_by_result(start):
    service = start()
    service.scan(texts=[{"text": COPY}, {"text": "x = 1\n"}, {"text": ""}])
    text = service.ask("GET", "/metrics")[2].decode()
    for status in ("findings", "clean", "nothing"):
        assert f'codescan_texts_total{{status="{status}"}} 1.0' in text
    assert 'codescan_requests_total{route="/v1/scan",status="200"} 1.0' in text
    assert json.loads(service.ask("GET", "/healthz")[2])["index"] == "harbors"
