# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An audit of a service that answers with anything."""

from __future__ import annotations

import gzip
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from _torture.child_outcomes import outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _torture.child_outcomes import Outcome

__all__ = ["case"]

_VALUES = (None, 0, -1, 1e400, "", "text", [], {}, [[]], [None], True, "\ud800", "x" * 10**6)
_SECONDS = 90


def case(
    folder: Path, index: Path, _texts: list[str], rng: random.Random
) -> tuple[Outcome, str, str]:
    """Audit a service whose answers are hostile from some request on."""
    kind = rng.choice(sorted(_BODIES))
    seed = rng.randrange(10**9)
    answered = [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answered[0] += 1
            status, headers, body = _BODIES[kind](random.Random(seed))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        outcome = outcome_of(
            ["audit", "--model", "openai:m", "--base-url",
             f"http://127.0.0.1:{server.server_port}/v1", "--index", str(index), "--out",
             str(folder / "run"), "--limit", "2", "--max-new-tokens", "8", "--self-test", "1",
             "--model-option", "retries=1", "-q"],
            _SECONDS,
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    # A wrong value may be one of a field that nobody reads.
    return outcome, "answers" if answered[0] and kind != "wrong value" else "", kind


def _good() -> dict[str, object]:
    message = {"role": "assistant", "content": "Nothing."}
    choice = {"index": 0, "message": message, "text": "Nothing.", "finish_reason": "stop"}
    return {"id": "1", "object": "x", "model": "m", "choices": [choice], "usage": {}}


def _places(value: object) -> Iterator[tuple[object, object]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[call-overload]
    for key, inner in list(items):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _wrong_value(rng: random.Random) -> tuple[int, dict[str, str], bytes]:
    body = {"choices": _good()["choices"]}
    holder, key = rng.choice([p for p in _places(body) if p[1] not in ("index", "role", "usage")])
    holder[key] = rng.choice(_VALUES)  # type: ignore[index]
    return 200, {}, json.dumps(body).encode()


_BODIES = {
    "empty": lambda _rng: (200, {}, b""),
    "not JSON": lambda _rng: (200, {}, b"<html>sign in</html>"),
    "cut": lambda rng: (200, {}, json.dumps(_good()).encode()[: rng.randrange(1, 60)]),
    "short of its length": lambda _rng: (200, {"Content-Length": "99999"}, b'{"choices": ['),
    "deep": lambda _rng: (200, {}, b"[" * 10**6),
    "no choices": lambda _rng: (200, {}, b'{"choices": []}'),
    "bomb": lambda _rng: (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 10**8)),
    "wrong packing": lambda _rng: (200, {"Content-Encoding": "br"}, b"\x00\x01"),
    "refusal": lambda rng: (rng.choice((400, 401, 403, 404, 418)), {}, b"\x1b[31mno"),
    "redirect": lambda _rng: (302, {"Location": "file:///etc/passwd"}, b""),
    "wrong value": _wrong_value,
    "two values": lambda _rng: (200, {}, b'{"choices": [], "choices": [{}]}'),
    "bytes": lambda rng: (200, {}, rng.randbytes(500)),
}
