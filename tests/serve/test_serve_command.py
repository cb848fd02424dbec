# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan serve` as a process: clients can connect once it says so, and it ends cleanly."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from harbor_texts import COPY

from codescan.serve.listening import listen


def test_clients_can_connect_before_the_server_runs():
    listening, url = listen("127.0.0.1", 0)
    with listening:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
        connection.connect()
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_and_ends_cleanly(harbor_index, tmp_path, short_folder, number):
    path = short_folder / "run" / "s.sock"
    command = [
        sys.executable, "-I", "-m", "codescan", "serve", "--port", "0", "--index",
        str(harbor_index), "--socket", str(path), "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as server:
        url = server.stderr.readline().split()[2]
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=300)
        body = json.dumps({"text": COPY})
        connection.request("POST", "/v1/scan", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert answer["results"][0]["status"] == "findings"
        assert path.exists()
        server.send_signal(number)
        _, stderr = server.communicate(timeout=300)
    assert server.returncode == 0
    assert stderr == ""
    assert not path.exists()
    assert Path(tmp_path / "out" / "report.json").is_file()
