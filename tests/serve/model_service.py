# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A model service that answers with given text in the forms of OpenAI and Anthropic."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def sse(*events):
    """Bytes of a stream of events; a pair is a name and its data."""
    out = []
    for event in events:
        name, data = event if isinstance(event, tuple) else ("", event)
        text = data if isinstance(data, str) else json.dumps(data)
        out.append((f"event: {name}\n" if name else "") + f"data: {text}\n\n")
    return "".join(out).encode()


def chat_stream(pieces, *, tool=False):
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    chunks = []
    for number, piece in enumerate(pieces):
        delta = {"content": piece}
        if tool:
            call = {"index": 0, "function": {"arguments": piece}}
            if number == 0:
                call = {"index": 0, "id": "t1", "type": "function",
                        "function": {"name": "write", "arguments": piece}}  # fmt: skip
            delta = {"tool_calls": [call]}
        chunks.append({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    chunks.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return [sse(chunk) for chunk in chunks] + [sse("[DONE]")]


def text_stream(pieces):
    base = {"id": "c1", "object": "text_completion", "created": 1, "model": "m"}
    chunks = [
        {**base, "choices": [{"index": 0, "text": piece, "finish_reason": None}]}
        for piece in pieces
    ]
    return [sse(chunk) for chunk in chunks] + [sse("[DONE]")]


def response_stream(pieces):
    response = {
        "id": "r1", "object": "response", "created_at": 1, "model": "m", "status": "in_progress",
        "output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
    }  # fmt: skip
    events = [("response.created", {"type": "response.created", "sequence_number": 0,
                                    "response": response})]  # fmt: skip
    for number, piece in enumerate(pieces, 1):
        events.append(("response.output_text.delta", {
            "type": "response.output_text.delta", "item_id": "i1", "output_index": 0,
            "content_index": 0, "delta": piece, "sequence_number": number, "logprobs": [],
        }))  # fmt: skip
    events.append(("response.completed", {
        "type": "response.completed", "sequence_number": len(pieces) + 1,
        "response": {**response, "status": "completed"},
    }))  # fmt: skip
    return [sse(event) for event in events]


def message_stream(pieces, *, tool=False):
    message = {
        "id": "m1", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip
    block = {"type": "tool_use", "id": "t1", "name": "w", "input": {}} if tool else {
        "type": "text", "text": ""}  # fmt: skip
    events = [
        ("message_start", {"type": "message_start", "message": message}),
        ("content_block_start",
         {"type": "content_block_start", "index": 0, "content_block": block}),
    ]  # fmt: skip
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        if tool:
            delta = {"type": "input_json_delta", "partial_json": piece}
        events.append(
            ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta})
        )
    events += [
        ("content_block_stop", {"type": "content_block_stop", "index": 0}),
        ("message_delta", {
            "type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 9}}),
        ("message_stop", {"type": "message_stop"}),
    ]  # fmt: skip
    return [sse(event) for event in events]


def chat_answer(text):
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": text}}],
    }  # fmt: skip


def message_answer(text):
    return {
        "id": "m1", "type": "message", "role": "assistant", "model": "m",
        "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
        "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip


class ModelService:
    """Answers every POST with `answer`: a list of byte parts is a stream, else JSON."""

    def __init__(self):
        self.answer = {}
        self.status = 200
        self.drops = False
        """Whether the connection breaks before the stream ends."""
        self.headers = {}
        """Headers of every answer, besides those of its form."""
        self.requests = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.requests.append((self.path, dict(self.headers), body))
                answer = service.answer
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                if isinstance(answer, list):
                    self.send_header("Content-Type", "text/event-stream")
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    with contextlib.suppress(OSError):
                        for part in answer:
                            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                        if not service.drops:
                            self.wfile.write(b"0\r\n\r\n")
                    self.close_connection = service.drops
                    return
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Request-Id", "r-1")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
