# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The gateway: answers of models pass unchanged, are read, and end where the policy says."""

from __future__ import annotations

import json
import os
import random

import pytest
from harbor_texts import C_COPY, COPY
from model_service import (
    chat_answer,
    chat_stream,
    message_answer,
    message_stream,
    response_stream,
    text_stream,
)
from service_runs import report_of, until

from codescan.__main__ import main
from codescan.app.completion_policy import read_completion_policy
from codescan.app.shared_index import SharedIndex
from codescan.app.text_scan import Text, scan_text
from codescan.config import Config
from codescan.serve.gateway import upstream_address

OWN = "def add(a, b):\n    return a + b\n" * 3
STREAMS = {
    "/v1/chat/completions": chat_stream,
    "/v1/completions": text_stream,
    "/v1/responses": response_stream,
    "/v1/messages": message_stream,
}


def cut(text, size=7):
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.mark.parametrize("path", STREAMS)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_stream_passes_unchanged_and_is_recorded(gate, model, path, size):
    model.answer = STREAMS[path](cut(f"Sure:\n```python\n{COPY}```\n", size))
    service = gate()
    status, headers, body = service.ask("POST", path, {"stream": True})
    assert status == 200
    assert headers["content-type"] == "text/event-stream"
    assert body == b"".join(model.answer)
    until(lambda: report_of(service).findings)
    [finding] = report_of(service).findings
    assert finding.attribution.license.expression == "AGPL-3.0-only"
    assert finding.policy.state == "conflict"


@pytest.mark.parametrize("path", STREAMS)
@pytest.mark.parametrize("size", [1, 7, 40])
def test_a_stream_of_a_denied_license_ends(gate, model, path, size):
    model.answer = STREAMS[path](cut(OWN + COPY, size))
    service = gate("end")
    status, _headers, body = service.ask("POST", path, {"stream": True})
    assert status == 200
    assert len(body) < len(b"".join(model.answer))
    text = body.decode()
    assert "content_filter" in text or "refusal" in text
    assert "rising = False\\n    return times" not in text
    until(lambda: report_of(service).statistics["ended"] == 1)


@pytest.mark.parametrize("path", STREAMS)
def test_a_stream_without_copies_does_not_end(gate, model, path):
    model.answer = STREAMS[path](cut(OWN + C_COPY[:40]))
    service = gate("end")
    assert service.ask("POST", path, {})[2] == b"".join(model.answer)
    assert report_of(service).statistics["ended"] == 0


def test_a_permissive_passage_does_not_end_a_stream(gate, model):
    model.answer = chat_stream(cut(C_COPY))
    service = gate("end")
    assert service.ask("POST", "/v1/chat/completions", {})[2] == b"".join(model.answer)
    until(lambda: len(report_of(service).findings) == 1)


@pytest.mark.parametrize(("path", "make"), [
    ("/v1/chat/completions", chat_stream), ("/v1/messages", message_stream),
])  # fmt: skip
@pytest.mark.parametrize("size", [1, 3, 30])
def test_arguments_of_tool_calls_are_read(gate, model, path, make, size):
    arguments = json.dumps({"path": "a.py", "content": "# é \U0001f6a2\n" + COPY})
    model.answer = make(cut(arguments, size), tool=True)
    service = gate("end")
    body = service.ask("POST", path, {})[2]
    assert len(body) < len(b"".join(model.answer))
    [finding, *_] = report_of(service).findings
    assert finding.policy.state == "conflict"


def test_a_stream_is_annotated_by_a_comment(gate, model):
    model.answer = chat_stream(cut(COPY))
    body = gate("annotate").ask("POST", "/v1/chat/completions", {})[2]
    comments = [line for line in body.split(b"\n") if line.startswith(b": codescan ")]
    [note] = comments
    [finding] = json.loads(note.removeprefix(b": codescan "))["findings"]
    assert finding["license"] == "AGPL-3.0-only"
    assert body.replace(note + b"\n\n", b"") == b"".join(model.answer)


@pytest.mark.parametrize(("path", "make"), [
    ("/v1/chat/completions", chat_answer), ("/v1/messages", message_answer),
])  # fmt: skip
def test_a_whole_answer_is_read_annotated_or_refused(gate, model, path, make):
    model.answer = make(COPY)
    status, headers, body = gate("annotate").ask("POST", path, {})
    assert (status, json.loads(body)) == (200, model.answer)
    assert headers["x-codescan-findings"] == "1"
    assert headers["x-request-id"] == "r-1"
    status, _headers, body = gate("end").ask("POST", path, {})
    assert status == 403
    assert "high_waters" not in body.decode()
    model.answer = make(OWN)
    status, _headers, body = gate("end").ask("POST", path, {})
    assert (status, json.loads(body)) == (200, model.answer)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_faults_of_the_model_service_pass_through(gate, model, status):
    model.status, model.answer = status, {"error": {"message": "no"}}
    service = gate("end")
    got, headers, body = service.ask("POST", "/v1/chat/completions", {})
    assert (got, json.loads(body)) == (status, model.answer)
    assert headers["x-request-id"] == "r-1"


def test_a_service_that_cannot_be_reached_is_a_bad_gateway(gate, model):
    service = gate()
    model.close()
    assert service.post("/v1/chat/completions", {})[0] == 502
    model.__init__()


def test_a_dropped_stream_is_dropped_and_recorded(gate, model, caplog):
    model.answer, model.drops = chat_stream(cut(COPY))[:-2], True
    service = gate()
    with pytest.raises((OSError, __import__("http.client").client.HTTPException)):
        service.ask("POST", "/v1/chat/completions", {})
    until(lambda: report_of(service).findings)
    assert not any(record.exc_info for record in caplog.records)


def test_other_paths_and_headers_pass_through(gate, model):
    model.answer = {"data": []}
    service = gate(token="0123456789abcdef" * 2)
    headers = {"Authorization": "Bearer sk-up", "X-Codescan-Token": "0123456789abcdef" * 2}
    status, _, body = service.ask("GET", "/v1/models?limit=3", headers=headers)
    assert (status, json.loads(body)) == (200, {"data": []})
    path, sent, _ = model.requests[-1]
    assert path == "/v1/models?limit=3"
    assert sent["authorization" if "authorization" in sent else "Authorization"] == "Bearer sk-up"
    assert not any(name.lower() == "x-codescan-token" for name in sent)
    good = {"Authorization": "Bearer " + "0123456789abcdef" * 2}
    assert service.ask("GET", "/v1/models", headers=good)[0] == 401


def test_what_repeats_the_prompt_is_no_strong_finding(gate, model):
    model.answer = chat_stream(cut(COPY))
    service = gate("end")
    request = {"messages": [{"role": "user", "content": f"Explain:\n{COPY}"}]}
    body = service.ask("POST", "/v1/chat/completions", request)[2]
    assert body == b"".join(model.answer)


@pytest.mark.parametrize("data", [b"data: not json\n\n", b"data: [[[[\n\n", b"\xff\xfe\n\n"])
def test_events_that_cannot_be_read_are_counted(gate, model, data):
    model.answer = [*chat_stream(["a"])[:1], data, *chat_stream(["b"])]
    service = gate()
    assert service.ask("POST", "/v1/chat/completions", {})[2] == b"".join(model.answer)
    report = report_of(service)
    assert ("not-json" in report.statistics["coverage"]["unchecked"]) == data.startswith(b"data")
    if data.startswith(b"data"):
        assert gate("end").ask("POST", "/v1/chat/completions", {})[2] != b"".join(model.answer)


def test_the_run_is_read_by_report(gate, model, tmp_path, capfd):
    model.answer = chat_stream(cut(COPY))
    service = gate()
    service.ask("POST", "/v1/chat/completions", {})
    until(lambda: report_of(service).findings)
    service.gateway.report.write()
    capfd.readouterr()
    assert main(["report", str(tmp_path / "run"), "--format", "json"]) in {0, 1}
    report = json.loads(capfd.readouterr().out)
    assert report["run"]["command"] == "serve"
    assert len(report["findings"]) == 1
    assert main(["report", str(tmp_path / "run"), "--format", "html", "--out", "r.html"]) in {0, 1}


# Real clients


def test_the_client_of_openai_reads_it(gate, model):
    openai = pytest.importorskip("openai")
    service = gate("end")
    with openai.OpenAI(base_url=f"{service.url}/v1", api_key="sk-x", max_retries=0) as client:
        ask = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
        model.answer = chat_stream(cut(OWN))
        text = "".join(
            chunk.choices[0].delta.content or ""
            for chunk in client.chat.completions.create(**ask, stream=True)
        )
        assert text == OWN
        model.answer = chat_stream(cut(OWN + COPY))
        chunks = list(client.chat.completions.create(**ask, stream=True))
        assert chunks[-1].choices[0].finish_reason == "content_filter"
        model.answer = chat_answer(COPY)
        with pytest.raises(openai.PermissionDeniedError):
            client.chat.completions.create(**ask)
        model.answer = response_stream(cut(OWN + COPY))
        events = list(client.responses.create(model="m", input="hi", stream=True))
        assert events[-1].type == "response.incomplete"
        assert events[-1].response.incomplete_details.reason == "content_filter"
        model.answer = text_stream(cut(OWN + COPY))
        last = list(client.completions.create(model="m", prompt="x", stream=True))[-1]
        assert last.choices[0].finish_reason == "content_filter"
        model.status, model.answer = 429, {"error": {"message": "slow down"}}
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(**ask)


def test_the_client_of_anthropic_reads_it(gate, model):
    anthropic = pytest.importorskip("anthropic")
    service = gate("end")
    with anthropic.Anthropic(base_url=service.url, api_key="sk-x", max_retries=0) as client:
        ask = {
            "model": "m", "max_tokens": 99, "messages": [{"role": "user", "content": "hi"}],
        }  # fmt: skip
        model.answer = message_stream(cut(OWN))
        with client.messages.stream(**ask) as stream:
            assert stream.get_final_text() == OWN
        model.answer = message_stream(cut(OWN + COPY))
        with client.messages.stream(**ask) as stream:
            assert stream.get_final_message().stop_reason == "refusal"
        model.answer = message_answer(COPY)
        with pytest.raises(anthropic.PermissionDeniedError):
            client.messages.create(**ask)


# LiteLLM's guardrail


def guardrail(service, **fields):
    return service.post(
        "/beta/litellm_basic_guardrail_api",
        {"input_type": "response", "request_data": {}, **fields},
    )


def test_the_guardrail_blocks_copies_of_denied_licenses(gate):
    service = gate()
    status, answer = guardrail(service, texts=[OWN, COPY])
    assert (status, answer["action"]) == (200, "BLOCKED")
    assert "AGPL-3.0-only" in answer["blocked_reason"]
    call = {"id": "t", "type": "function", "function": {"name": "w", "arguments": json.dumps(COPY)}}
    assert guardrail(service, tool_calls=[call])[1]["action"] == "BLOCKED"
    assert guardrail(service, texts=[C_COPY, OWN])[1] == {"action": "NONE"}
    assert guardrail(service, input_type="request", texts=[COPY])[1] == {"action": "NONE"}
    report = report_of(service)
    assert report.statistics["ended"] == 2
    assert len(report.findings) == 3


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no", b'{"input_type": "response", "texts": 3}'])
def test_a_malformed_guardrail_request_is_refused(gate, body):
    assert gate().post("/beta/litellm_basic_guardrail_api", body)[0] == 422


@pytest.mark.parametrize(("url", "address"), [
    ("https://api.openai.com/v1/", "https://api.openai.com"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("https://x/proxy/", "https://x/proxy"),
])  # fmt: skip
def test_addresses_of_model_services(url, address):
    assert upstream_address(url) == address


@pytest.mark.parametrize("url", ["ftp://x", "api.openai.com", "http://", "http://a:b", "file:///x"])
def test_other_addresses_are_refused(harbor_index, url, capfd):
    assert main(["serve", "--upstream", url, "--index", str(harbor_index), "--no-socket"]) == 2
    assert "--upstream" in capfd.readouterr().err


# However a stream is cut


def test_no_planted_passage_is_missed_however_it_is_cut(harbor_index, tmp_path, monkeypatch):
    """CODESCAN_STREAMS=5000 tries as many streams, CODESCAN_SEED=8 other ones."""
    from codescan.serve.completion_texts import Delta
    from codescan.serve.stream_watch import AnswerWatch

    monkeypatch.chdir(tmp_path)
    (tmp_path / "codescan.toml").write_text('license = "MIT"\n')
    policy = read_completion_policy(tmp_path)
    draw = random.Random(int(os.environ.get("CODESCAN_SEED", "7")))
    streams, unseen = int(os.environ.get("CODESCAN_STREAMS", "150")), 0
    index = SharedIndex(harbor_index, None, Config())
    with index.lease() as opened:
        for _ in range(streams):
            filler = "".join(
                f"value_{draw.randrange(10**6)} = {draw.random()}\n"
                for _ in range(draw.randrange(0, 120))
            )
            fence = draw.choice(["", "```python\n", "    "])
            text = filler + fence + COPY + filler
            if not scan_text(Text(text), opened).findings:  # the numbers hide its language
                unseen += 1
                continue
            watch = AnswerWatch(opened, policy, 0, "")
            at, forwarded = 0, ""
            onset = len(filler) + len(fence)
            while at < len(text):
                size = draw.choice([1, 2, 3, 8, 30, 200, 5_000])
                piece = text[at : at + size]
                at += size
                if watch.add([Delta("a", piece)]) and watch.look() is not None:
                    break
                forwarded += piece
            _, denied = watch.finish()
            assert denied is not None
            assert at < len(text) + 5_000
            leaked = forwarded[onset:]
            assert len(leaked.replace("_", " ").split()) <= opened.min_tokens + 16
    index.close()
    assert unseen <= streams // 500
