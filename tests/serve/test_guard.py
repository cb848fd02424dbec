# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Who may use the service: hosts, pages of other sites, tokens."""

from __future__ import annotations

import pytest
from harbor_texts import COPY
from service_runs import until

from codescan.serve.settings import is_loopback

TOKEN = "0123456789abcdef" * 2
ANY = ".".join("0000")
SCAN = {"text": "x = 1\n"}


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:8321", "127.0.0.1.evil.example", "localhost.evil.example", "",
    "127.0.0.1@evil.example", "evil.example/127.0.0.1", "[::1", "localhost:x", ANY,
    "169.254.169.254", "127.0.0.1, evil.example", "LOCALHOST.example",
])  # fmt: skip
def test_other_host_names_are_refused(served, host):
    assert served.ask("POST", "/v1/scan", SCAN, {"Host": host})[0] == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:1", "127.0.0.1:80", "[::1]:80", "127.9.9.9"]
)
def test_names_of_this_machine_are_known(served, host):
    assert served.ask("POST", "/v1/scan", SCAN, {"Host": host})[0] == 200


@pytest.mark.parametrize("origin", [
    "http://evil.example", "null", "http://localhost", "http://127.0.0.1:1", "file://",
    "https://evil.example:{port}", "http://127.0.0.1:{port}.evil.example", "http://u@127.0.0.1",
    "chrome-extension://abc", "http://127.0.0.1:{port}/x:", "",
])  # fmt: skip
def test_pages_of_other_sites_are_refused(served, origin):
    headers = {"Origin": origin.format(port=served.port), "Host": f"127.0.0.1:{served.port}"}
    status = served.ask("POST", "/v1/scan", SCAN, headers)[0]
    # No browser sends an address after the right host; it must not help anyone.
    assert status == (200 if origin.endswith("/x:") else 403)


def test_the_own_page_may_ask(served):
    host = f"127.0.0.1:{served.port}"
    headers = {"Origin": f"http://{host}", "Host": host, "Sec-Fetch-Site": "same-origin"}
    assert served.ask("POST", "/v1/scan", SCAN, headers)[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_that_a_browser_marks_as_foreign_are_refused(served, site):
    assert served.ask("POST", "/v1/scan", SCAN, {"Sec-Fetch-Site": site})[0] == 403
    assert served.ask("GET", "/metrics", headers={"Sec-Fetch-Site": site})[0] == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x/json"])
def test_bodies_that_a_form_can_send_are_refused(served, kind):
    assert served.ask("POST", "/v1/scan", SCAN, {"Content-Type": kind})[0] == 415


def test_no_answer_allows_other_sites(served):
    for path in ("/healthz", "/openapi.json", "/metrics", "/nowhere"):
        _status, headers, _body = served.ask("GET", path)
        names = {name.lower(): value for name, value in headers.items()}
        assert "access-control-allow-origin" not in names
        assert names["x-content-type-options"] == "nosniff"


def test_a_token_is_needed_where_one_is_set(start):
    service = start(token=TOKEN)
    good = {"Authorization": f"Bearer {TOKEN}"}
    assert service.ask("POST", "/v1/scan", SCAN, good)[0] == 200
    assert service.ask("POST", "/v1/scan", SCAN, {"X-Codescan-Token": TOKEN})[0] == 200
    wrong = (
        {}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"}, {"Authorization": f"Bearer {TOKEN}0"},
        {"Authorization": TOKEN}, {"X-Codescan-Token": "", **good}, {"X-Api-Key": TOKEN},
        {"Authorization": f"Bearer {TOKEN.upper()}"}, {"Cookie": f"token={TOKEN}"},
    )  # fmt: skip
    for headers in wrong:
        status, answer_headers, _ = service.ask("POST", "/v1/scan", SCAN, headers)
        assert status == 401, headers
        assert answer_headers["www-authenticate"] == "Bearer"
    for path in ("/metrics", "/openapi.json", "/v1/passages?purl=a", "/nowhere"):
        assert service.ask("GET", path)[0] == 401
    assert service.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("host", [ANY, "192.0.2.1", "example.org", "::", "", "localhost.evil"])
def test_other_addresses_need_a_token(harbor_index, host, capfd):
    from codescan.__main__ import main

    assert main(["serve", "--host", host, "--index", str(harbor_index)]) == 2
    assert "no token is set" in capfd.readouterr().err


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40, b" \n"])
def test_a_bad_token_file_is_refused(harbor_index, tmp_path, content, capfd):
    from codescan.__main__ import main

    file = tmp_path / "token"
    file.write_bytes(content)
    command = ["serve", "--token-file", str(file), "--index", str(harbor_index)]
    assert main(command) == 2
    assert "token" in capfd.readouterr().err


def test_loopback_is_told_by_address():
    assert all(map(is_loopback, ("127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost")))
    assert not any(map(is_loopback, (ANY, "::", "10.0.0.1", "127.0.0.1.example", "")))


def test_the_log_holds_no_text(start, caplog):
    service = start(token=TOKEN)
    with caplog.at_level("DEBUG"):
        good = {"Authorization": f"Bearer {TOKEN}"}
        service.ask("POST", "/v1/scan", {"text": COPY, "id": "SECRETID"}, good)
        service.ask("POST", "/v1/scan", b'{"SECRETKEY": 1}', good)
        service.ask(
            "GET", "/v1/passages?purl=SECRETQUERY&path=p&start_line=1&end_line=2", None, good
        )
        service.ask("GET", "/SECRETPATH", None, good)
        until(lambda: caplog.text.count('"event": "request"') == 4)
    assert '"route": "/v1/scan"' in caplog.text
    for text in ("SECRET", "high_water", TOKEN):
        assert text not in caplog.text


def test_an_unexpected_error_is_logged_without_its_message(start, caplog, monkeypatch):
    service = start()

    def fail(*_arguments):
        raise ZeroDivisionError("SECRETTEXT")

    monkeypatch.setattr("codescan.serve.service.scan_text", fail)
    status, answer = service.post("/v1/scan", SCAN)
    assert status == 500
    assert answer["error"]["kind"] == "unexpected"
    until(lambda: "ZeroDivisionError" in caplog.text)
    assert "SECRETTEXT" not in caplog.text
