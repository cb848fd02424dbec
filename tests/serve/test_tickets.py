# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A ticket opens one report once; nothing else opens it without the token."""

from __future__ import annotations

import json
import re

import pytest

from codescan.serve import tickets as tickets_module
from codescan.serve.tickets import Tickets

TOKEN = "harbor" * 4
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def test_a_ticket_is_used_up_by_any_attempt():
    tickets = Tickets()
    right, wrong = tickets.issue("/runs/a"), tickets.issue("/runs/a")
    assert re.fullmatch(r"[\w-]{43}", right)
    assert not tickets.redeem("/runs/b", wrong)
    assert not tickets.redeem("/runs/a", wrong)
    assert tickets.redeem("/runs/a", right)
    assert not tickets.redeem("/runs/a", right)
    assert not tickets.redeem("", "")
    assert not tickets.redeem("", "unknown \ud800")


def test_tickets_end_with_time_and_are_bounded(monkeypatch):
    tickets = Tickets()
    first, second = tickets.issue("/runs/a"), tickets.issue("/runs/a")
    now = tickets_module.time.monotonic()
    monkeypatch.setattr(tickets_module.time, "monotonic", lambda: now + 31)
    assert not tickets.redeem("/runs/a", second)
    for _ in range(tickets_module._MOST):
        tickets.issue("/runs/c")
    assert len(tickets._open) == tickets_module._MOST
    assert not tickets.redeem("/runs/a", first)


@pytest.fixture
def guarded(start, runs):
    return start(runs=runs, token=TOKEN)


def test_a_report_opens_with_a_ticket_once(guarded):
    [run] = json.loads(guarded.ask("GET", "/v1/runs", headers=AUTHORIZED)[2])["runs"]
    path = f"/runs/{run['id']}"
    status, headers, body = guarded.ask("POST", f"/v1{path}/ticket", headers=AUTHORIZED)
    assert status == 200
    assert headers["cache-control"] == "no-store"
    link = f"{path}?ticket={json.loads(body)['ticket']}"
    assert guarded.ask("GET", path)[0] == 401
    status, headers, body = guarded.ask("GET", link)
    assert status == 200
    assert headers["content-security-policy"].startswith("sandbox")
    assert b"tides.py" in body
    assert guarded.ask("GET", link)[0] == 401


@pytest.mark.parametrize(
    "target",
    ["{path}?ticket=", "{path}?ticket=x", "{path}?Ticket={ticket}", "{path}?a=1&ticket={ticket}",
     "/v1{path}?ticket={ticket}", "/v1/runs?ticket={ticket}", "{path}/?ticket={ticket}",
     "/runs/0000000000000000?ticket={ticket}", "/metrics?ticket={ticket}"],
)  # fmt: skip
def test_a_ticket_opens_nothing_else(guarded, target):
    [run] = json.loads(guarded.ask("GET", "/v1/runs", headers=AUTHORIZED)[2])["runs"]
    path = f"/runs/{run['id']}"
    body = guarded.ask("POST", f"/v1{path}/ticket", headers=AUTHORIZED)[2]
    url = target.format(path=path, ticket=json.loads(body)["ticket"])
    assert guarded.ask("GET", url)[0] == 401


def test_only_the_token_gets_a_ticket_and_only_for_a_run(guarded):
    [run] = json.loads(guarded.ask("GET", "/v1/runs", headers=AUTHORIZED)[2])["runs"]
    path = f"/v1/runs/{run['id']}/ticket"
    assert guarded.ask("POST", path)[0] == 401
    assert guarded.ask("GET", path, headers=AUTHORIZED)[0] == 405
    foreign = {**AUTHORIZED, "Origin": "http://evil.example"}
    assert guarded.ask("POST", path, headers=foreign)[0] == 403
    unknown = "/v1/runs/0000000000000000/ticket"
    assert guarded.ask("POST", unknown, headers=AUTHORIZED)[0] == 404
