# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The hook with a running service: the same reply, without loading anything else."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from harbor_texts import COPY
from service_runs import running

OWN = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = tmp_path / "project"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "pyproject.toml").write_text('[project]\nname = "mine"\nlicense = "MIT"\n')
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def socket_path(short_folder, monkeypatch):
    path = short_folder / "run" / "s.sock"
    monkeypatch.setenv("CODESCAN_SOCKET", str(path))
    return path


@pytest.fixture
def hook(harbor_index, monkeypatch, capfd):
    def run(event, *options, index=harbor_index):
        from codescan.__main__ import main

        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(event)))
        capfd.readouterr()
        code = main(["hook", "--index", str(index), *options])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return run


def events(root):
    for name, text in (("copy.py", OWN + COPY), ("own.py", OWN), ("bad.py", "x\0y" * 30)):
        (root / name).write_text(text)
        yield json.dumps({"path": name, "content": text, "cwd": str(root)}).encode()
    yield json.dumps({"path": "gone.py", "content": OWN}).encode()
    yield from (b"{}", b"not json", b"", b"\xff")


def test_a_service_gives_the_same_replies(hook, project, socket_path, harbor_index):
    alone = [hook(event, "--agent", agent) for event in events(project) for agent in AGENTS]
    assert {code for code, _, _ in alone} == {0, 2, 5}
    with running(harbor_index, socket_path=socket_path) as service:
        served = [hook(event, "--agent", agent) for event in events(project) for agent in AGENTS]
        assert 'route="/local/hook",status="200"' in service.ask("GET", "/metrics")[2].decode()
    assert served == alone


AGENTS = ("claude-code", "cursor")


def test_another_index_is_not_asked(hook, project, socket_path, harbor_index, tmp_path):
    (project / "a.py").write_text(COPY)
    event = json.dumps({"path": "a.py", "content": COPY}).encode()
    with running(harbor_index, socket_path=socket_path):
        code, _, err = hook(event, index=tmp_path / "none")
    assert code == 3
    assert "no index" in err


def test_the_route_is_closed_to_the_network(start, project):
    body = {"folder": str(project), "event": "{}", "agent": "generic"}
    assert start().post("/local/hook", body)[0] == 404


@pytest.mark.parametrize("answer", [
    b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n[]", b"garbage",
    b'HTTP/1.1 200 OK\r\n\r\n{"exit_code": true}', b'HTTP/1.1 500 No\r\n\r\n{"exit_code": 0}',
])  # fmt: skip
def test_a_service_that_fails_is_not_clean(hook, project, socket_path, answer):
    import threading

    from codescan.serve.local_socket import bind_local_socket

    (project / "a.py").write_text(COPY)
    event = json.dumps({"path": "a.py", "content": COPY}).encode()
    with bind_local_socket(socket_path) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 20)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        code, _, err = hook(event)
        thread.join()
    assert code == 2
    assert "AGPL-3.0-only" in err


def test_the_quick_way_loads_little(project, socket_path, harbor_index):
    script = (
        "import sys; from codescan.__main__ import main; code = main(['hook', '--index', "
        f"{str(harbor_index)!r}]); print(code, *sorted(m for m in sys.modules "
        "if m.startswith(('codescan', 'click', 'sqlite3', 'dataclasses', 'subprocess'))))"
    )
    event = json.dumps({"path": "a.py", "content": COPY})
    (project / "a.py").write_text(COPY)
    with running(harbor_index, socket_path=socket_path):
        done = subprocess.run(
            [sys.executable, "-c", script], input=event, capture_output=True, text=True, check=True
        )
    code, *modules = done.stdout.split()
    assert code == "2"
    assert set(modules) <= {
        "codescan", "codescan.__main__", "codescan.app", "codescan.app.service_client",
        "codescan.hooks", "codescan.hooks.quick_answer",
    }  # fmt: skip
