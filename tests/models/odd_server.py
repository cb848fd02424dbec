# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A server on this machine that answers as a test wants it to, well or badly."""

import contextlib
import json
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Answers with what `behave(path, body, number of this call for this prompt)` returns.

    That is: a dict (sent as JSON), bytes (sent as they are), (status, headers, body), or a
    function that is given the handler and does as it likes.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = ok
        self.calls = []
        self.running = self.most_running = 0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        """Clients that hang up are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = body.get("prompt") or body.get("messages", [{}])[-1].get("content")
        with server.lock:
            number = sum(1 for _, other, _ in server.calls if other == key)
            server.calls.append((self.path, key, body))
            server.running += 1
            server.most_running = max(server.most_running, server.running)
        try:
            self.answer(server.behave(self.path, body, number))
        finally:
            with server.lock:
                server.running -= 1

    def answer(self, result):
        if callable(result):
            result(self)
            return
        status, headers, content = result if isinstance(result, tuple) else (200, {}, result)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def ok(path, body, _number):
    text = f"after {body.get('prompt') or body['messages'][-1]['content']}"
    choice = (
        {"message": {"role": "assistant", "content": text}} if "chat" in path else {"text": text}
    )
    return {
        "model": "served-model",
        "system_fingerprint": "fp-1",
        "choices": [{"index": 0, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    }


def stall(handler):
    """Say nothing until the client gives up."""
    handler.connection.settimeout(60)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)


def trickle(handler):
    """A byte now and then, for ever: no single read times out."""
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(1000):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)


def break_off(handler):
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"te')
    handler.close_connection = True


def hang_up(handler):
    handler.close_connection = True


def endless(handler):
    """Well-formed, and never done."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    with contextlib.suppress(OSError):
        handler.wfile.write(b'{"choices": [')
        while True:
            handler.wfile.write(b'{"text": "more and more"},' * 1000)


SILENT = {"stalled", "trickling"}
"""Troubles that last until the client gives up."""
PASSING = {
    "rate-limited": (429, {"retry-after": "0.05"}, {"error": {"message": "slow down"}}),
    "rate-limited-date": (429, {"retry-after": formatdate(usegmt=True)}, {"error": "later"}),
    "overloaded": (503, {}, b"<html>overloaded</html>"),
    "timeout": (408, {}, {}),
    "broken-off": break_off,
    "hung-up": hang_up,
    "junk": b"<html>gateway</html>",
    "junk-json": b"[1, 2]",
    "stalled": stall,
    "trickling": trickle,
    "truncated-json": b'{"choices": [{"text": "half an ans',
}
