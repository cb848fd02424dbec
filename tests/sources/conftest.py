# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A web server on this machine that stands in for registries, and archives made by hand."""

from __future__ import annotations

import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class StandIn(ThreadingHTTPServer):
    """Serves `routes` (path -> bytes, (type, bytes) or a function of the request)."""

    daemon_threads = True

    def __init__(self):
        self.routes = {}
        self.seen = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        route = self.server.routes.get(self.path)
        if callable(route):
            route(self)
            return
        if route is None:
            self.send_error(404)
            return
        media_type, content = route if isinstance(route, tuple) else ("text/plain", route)
        start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with StandIn() as stand_in:
        thread = threading.Thread(target=stand_in.serve_forever, args=(0.01,))
        thread.start()
        yield stand_in
        stand_in.shutdown()
        thread.join()


@pytest.fixture
def no_pause(monkeypatch):
    """Retries do not wait."""
    monkeypatch.setattr("codescan.sources.transfer.time.sleep", lambda _: None)


@pytest.fixture
def tarball():
    """Pack {name: content} as a tar.gz; a value may be a TarInfo type for odd members."""

    def pack(files, mode="w:gz"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as archive:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                if isinstance(content, tarfile.TarInfo):
                    archive.addfile(content)
                    continue
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return packed.getvalue()

    return pack
