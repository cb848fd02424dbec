# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a service in a thread of the test, and asks it."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time


def until(condition):
    """Wait until a condition holds, five minutes at most."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it did not happen within five minutes"
        time.sleep(0.01)


class Running:
    """A running service.

    Args:
        service: that runs.
        port: of its address.
    """

    def __init__(self, service, port):
        self.service, self.port = service, port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, body) of a request; a body that is not bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        with contextlib.closing(connection):
            sent = {"Content-Type": "application/json"} if body is not None else {}
            if body is not None and not isinstance(body, bytes):
                body = json.dumps(body).encode()
            connection.request(method, path, body, {**sent, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def post(self, path, body, headers=None):
        """(status, decoded JSON) of a POST."""
        status, _headers, content = self.ask("POST", path, body, headers)
        return status, json.loads(content)

    def scan(self, **request):
        """The decoded answer of a scan that succeeds."""
        status, answer = self.post("/v1/scan", request)
        assert status == 200, answer
        return answer


@contextlib.contextmanager
def running(index_folder, *, index=None, socket_path=None, gateway=None, **settings):
    """Run a service in a thread."""
    from codescan.app.shared_index import SharedIndex
    from codescan.config import Config
    from codescan.serve.local_socket import bind_local_socket
    from codescan.serve.server import make_server
    from codescan.serve.service import Service
    from codescan.serve.settings import ServeSettings

    index = index or SharedIndex(index_folder, None, Config())
    service = Service(ServeSettings(port=0, **settings), index)
    listening = [socket.create_server(("127.0.0.1", 0))]
    if socket_path is not None:
        listening.append(bind_local_socket(socket_path))
    server = make_server(service, gateway)
    thread = threading.Thread(target=server.run, kwargs={"sockets": listening})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            threading.Event().wait(0.01)
        yield Running(service, listening[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(30)
        for each in listening:
            each.close()
        service.admission.close()
        index.close()


def report_of(service):
    """The record of a gateway, once no answer is on its way."""
    until(lambda: service.service.admission.active == 0)
    return service.gateway.report.report()
