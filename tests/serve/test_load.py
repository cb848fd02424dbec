# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fifty clients at a time, of which many misbehave: every answer is right and one's own.

CODESCAN_LOAD_ROUNDS=240 lets each client send as many requests, which takes minutes.
"""

from __future__ import annotations

import json
import os
import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor_texts import COPY
from service_runs import until

CLIENTS, ROUNDS = 50, int(os.environ.get("CODESCAN_LOAD_ROUNDS", "24"))
TOKEN = "harbor" * 4
HEAD = (
    "POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "X-Codescan-Token: {token}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
)


def sent(service, body, *, token=TOKEN, length=None, pieces=1, reads=65536):
    """(status, body) of a request that is sent and read in pieces."""
    head = HEAD.format(token=token, length=len(body) if length is None else length)
    data = head.encode() + body
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", service.port), timeout=300) as connection:
        step = max(1, len(data) // pieces)
        for at in range(0, len(data), step):
            connection.sendall(data[at : at + step])
        while part := connection.recv(reads):
            answer += part
    head, _, content = bytes(answer).partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), content


def scanned(service, body, **options):
    """The answer of a scan; while the service is busy, it is asked again."""
    while True:
        status, content = sent(service, body, **options)
        if status != 429:
            assert status == 200, content[:300]
            return json.loads(content)
        time.sleep(0.05)


def client(service, number):
    """What one client does; returns how often it did what."""
    draw, done = random.Random(number), Counter()
    for round_ in range(ROUNDS):
        mark = f"client {number} round {round_}"
        copies = json.dumps({"text": f"# {mark}\n{COPY}", "id": mark}).encode()
        kind = draw.choice(("copies", "own", "slow", "batch", "token", "json", "giant", "gone"))
        done[kind] += 1
        if kind in {"copies", "slow"}:
            ways = {"pieces": 9, "reads": 7} if kind == "slow" else {}
            [result] = scanned(service, copies, **ways)["results"]
            assert (result["id"], result["status"]) == (mark, "findings")
            assert result["findings"][0]["snippet"]["start_line"] == 2
        elif kind == "own":
            text = "".join(f"x{n} = {round_}{n}\n" for n in range(20))
            body = json.dumps({"text": text, "id": mark}).encode()
            [result] = scanned(service, body)["results"]
            assert (result["id"], result["status"], result["findings"]) == (mark, "clean", [])
        elif kind == "batch":
            items = [{"text": COPY if n % 2 else "x = 1\n", "id": f"{mark} {n}"} for n in range(6)]
            results = scanned(service, json.dumps({"texts": items}).encode())["results"]
            assert [each["id"] for each in results] == [each["id"] for each in items]
            assert [each["status"] for each in results] == ["clean", "findings"] * 3
        elif kind == "token":
            status, content = sent(service, copies, token="wrong" * 4)
            assert status == 401
            assert mark.encode() not in content
        elif kind == "json":
            status, content = sent(service, copies[: draw.randrange(1, len(copies))])
            assert status in {400, 429}
            assert b"high_waters" not in content
        elif kind == "giant":
            assert sent(service, b"", length=1 << 40)[0] == 413
        else:
            head = HEAD.format(token=TOKEN, length=len(copies)).encode()
            with socket.create_connection(("127.0.0.1", service.port), timeout=300) as connection:
                connection.sendall(head + copies[: draw.randrange(len(copies) + 1)])
    return done


@pytest.mark.slow
def test_fifty_clients_get_right_answers_of_their_own(start):
    service = start(threads=2, queue=8, token=TOKEN, max_body=1 << 16)
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = sum(pool.map(lambda n: client(service, n), range(CLIENTS)), Counter())
    assert done.total() == CLIENTS * ROUNDS
    assert len(done) == 8
    until(lambda: service.service.admission.active == 0)
    assert service.service.admission.bytes == 0
    assert service.ask("GET", "/healthz")[0] == 200
