# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A key that a service echoes, or that stands in its address, is shown nowhere."""

import json

import pytest
from service_answers import ask, error, message

from codescan.errors import ModelError

KEY = "sk-very/secret+key=0123456789"
SPELLED = "".join(f"\\u{ord(character):04x}" for character in KEY)
ESCAPED = f'{{"choices": [{{"message": {{"content": "{SPELLED}"}}}}]}}'
ECHOES = {
    "401": error(401, f"Incorrect API key provided: {KEY}."),
    "400": error(400, f"bad header Authorization: Bearer {KEY}"),
    "400-escaped": (400, {}, json.dumps({"error": KEY}).replace("/", "\\/").encode()),
    "500-html": (500, {}, f"<pre>{KEY}</pre>".encode()),
    "junk": f"<html>{KEY}".encode(),
    "error-in-200": {"error": {"message": f"key {KEY} is bad"}},
    "completion": message(f"the key is {KEY}"),
    "model-name": {**message("x"), "model": f"m-{KEY}", "system_fingerprint": KEY},
    "unicode-escapes": ESCAPED.encode(),
    "reason-phrase": lambda handler: (
        handler.send_response(500, f"bad {KEY}"),
        handler.send_header("content-length", "0"),
        handler.end_headers(),
    ),
}


@pytest.mark.parametrize("quirk", ECHOES)
def test_a_key_that_the_service_echoes_is_shown_nowhere(server, monkeypatch, quirk):
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    server.behave = lambda *_: ECHOES[quirk]
    shown = ""
    try:
        model, results = ask(server, endpoint="chat", retries=0)
        shown += repr(results) + json.dumps(model.describe())
    except ModelError as failure:
        import traceback

        shown += "".join(traceback.format_exception(failure))
    assert shown
    assert KEY not in shown
    assert "very" not in shown


@pytest.mark.parametrize(
    "key", ["sk-abcdef\nghijkl0123", "sk-\u043a\u043b\u044e\u0447-01234", "sk-abc\x7fdef"]
)
def test_a_key_that_no_header_can_hold_is_refused_before_anything_is_sent(server, monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ModelError, match="OPENAI_API_KEY holds characters") as failure:
        ask(server)
    assert "sk-" not in str(failure.value) + str(failure.value.hint)
    assert not server.calls


def test_credentials_in_the_address_are_shown_nowhere(server, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    seen = []

    def behave(*_):
        return lambda handler: (
            seen.append((handler.path, handler.headers["authorization"])),
            handler.answer(error(500, "for user and pass-word-1 with key=query-secret-1")),
        )

    server.behave = behave
    port = server.server_port
    url = f"http://user:pass-word-1@127.0.0.1:{port}/v1?api_key=query-secret-1&api-version=2"
    model, results = ask(server, base_url=url, retries=0, endpoint="chat", count=1)
    assert seen[0][0] == "/v1/chat/completions?api_key=query-secret-1&api-version=2"
    assert seen[0][1].startswith("Basic ")
    shown = repr(results) + json.dumps(model.describe())
    assert "pass-word-1" not in shown
    assert "query-secret-1" not in shown
