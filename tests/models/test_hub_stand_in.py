# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan audit --model starcoder`, as typed, against a local stand-in of the hub."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

REPOSITORY = "bigcode/starcoder2-3b"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PYTHON = "raise SystemExit('remote code was run')\n"


class Hub(BaseHTTPRequestHandler):
    """The part of the hub's interface that huggingface_hub uses to fetch one repository."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        """Keep the output of tests clean."""

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        path = self.path.partition("?")[0]
        self.server.paths.append(path)
        if path.startswith(f"/api/models/{REPOSITORY}"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in self.files.items()]
            tree = [
                {"type": "file", "path": name, "size": len(data), "oid": etag(data)}
                for name, data in self.files.items()
            ]
            known = {"id": REPOSITORY, "sha": COMMIT, "siblings": siblings, "private": False}
            self.reply(json.dumps(tree if "/tree/" in path else known).encode())
            return
        prefix = f"/{REPOSITORY}/resolve/{COMMIT}/"
        data = self.files.get(path.removeprefix(prefix)) if path.startswith(prefix) else None
        if data is None:
            self.reply(b"{}", 404)
        else:
            self.reply(data)

    def reply(self, data, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{etag(data)}"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    @property
    def files(self):
        return self.server.files


def etag(data):
    return hashlib.sha256(data).hexdigest()[:40]


@pytest.fixture
def hub(tiny_folder):
    """A hub that holds a small StarCoder2, and code that must not be fetched."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.files = {file.name: file.read_bytes() for file in tiny_folder.iterdir()}
    server.files["modeling_starcoder2.py"] = PYTHON.encode()
    server.paths = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def codescan(tmp_path, hub, *arguments):
    environment = {
        **os.environ,
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "codescan", *arguments],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_alias_is_fetched_and_audited(tmp_path, hub):
    (tmp_path / "corpus").mkdir()
    for name in ("first", "second"):
        lines = "".join(f"{name}_{n} = later({n}, {n * n})\n" for n in range(60))
        (tmp_path / "corpus" / f"{name}.py").write_text(lines)
    done = codescan(
        tmp_path, hub, "audit", "--model", "starcoder", "--corpus", "corpus", "--limit", "8",
        "--max-new-tokens", "8", "--out", "run",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    model = report["run"]["model"]
    assert model["repository"] == REPOSITORY
    assert model["revision"] == COMMIT
    assert report["statistics"]["completions"] > 0
    assert report["statistics"]["discoverable_extraction"]["target"]["n"] > 0
    assert not [path for path in hub.paths if path.endswith(".py")]


@pytest.mark.slow
def test_code_of_a_repository_is_never_run(tmp_path, hub):
    config = json.loads(hub.files["config.json"])
    config |= {
        "model_type": "evil",
        "auto_map": {
            "AutoConfig": "modeling_starcoder2.A",
            "AutoModelForCausalLM": "modeling_starcoder2.B",
        },
    }
    hub.files["config.json"] = json.dumps(config).encode()
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.py").write_text("value = 1\n" * 60)
    done = codescan(
        tmp_path, hub, "audit", "--model", "starcoder", "--corpus", "corpus", "--out", "run"
    )
    assert done.returncode == 3, done.stderr[-2_000:]
    assert "remote code was run" not in done.stdout + done.stderr
    assert not [path for path in hub.paths if path.endswith(".py")]
    assert not (tmp_path / "run" / "report.json").exists()
