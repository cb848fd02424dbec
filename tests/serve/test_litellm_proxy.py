# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The proxy of LiteLLM asks the guardrail, with the configuration that docs/gateway.md shows.

The proxy has over a hundred dependencies, some of other versions than ours. It runs from an
environment of its own: `python3 -m venv litellm && litellm/bin/pip install 'litellm[proxy]'`, then
set CODESCAN_LITELLM=litellm/bin/litellm.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from harbor_texts import COPY
from model_service import ModelService, chat_answer, chat_stream
from service_runs import Running, running

from codescan.app.completion_policy import read_completion_policy
from codescan.app.gateway_report import GatewayReport
from codescan.app.shared_index import SharedIndex
from codescan.config import Config
from codescan.serve.gateway import Gateway

PROGRAM = os.environ.get("CODESCAN_LITELLM") or shutil.which("litellm")
GUIDE = Path(__file__).parents[2] / "docs" / "gateway.md"
OWN = "def add(a, b):\n    return a + b\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PROGRAM is None, reason="the proxy of LiteLLM is not installed; see this file"
    ),
]


def guardrails_of_guide(address):
    """The configuration in the guide, with the address of a running service."""
    text = GUIDE.read_text(encoding="utf-8")
    block = text.split("```yaml\n")[1].split("```")[0]
    assert len(block.splitlines()) <= 8
    return block.replace("http://127.0.0.1:8321", address)


@pytest.fixture(scope="module")
def model():
    with contextlib.closing(ModelService()) as service:
        yield service


@pytest.fixture(scope="module")
def proxy(model, harbor_index, tmp_path_factory):
    """The running proxy, with the guardrail in front of the model."""
    folder = tmp_path_factory.mktemp("litellm")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    before = Path.cwd()
    project = folder / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "mine"\nlicense = "MIT"\n')
    os.chdir(project)
    try:
        index = SharedIndex(harbor_index, None, Config())
        with index.lease() as opened:
            report = GatewayReport(folder / "run", {}, opened.matching.index)
        gateway = Gateway(read_completion_policy(project), report, model.url, "log", 0)
        with running(harbor_index, index=index, gateway=gateway) as service:
            config = folder / "litellm.yaml"
            config.write_text(
                "model_list:\n- model_name: m\n  litellm_params: {model: openai/m, api_key: x, "
                f'api_base: "{model.url}/v1"}}\n{guardrails_of_guide(service.url)}'
            )
            environment = {
                **os.environ,
                "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
                "NO_PROXY": "127.0.0.1",
            }
            command = [PROGRAM, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
            log = (folder / "log").open("wb")
            with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
                try:
                    wait_for(port, process, folder / "log")
                    yield Running(service, port)
                finally:
                    process.terminate()
    finally:
        os.chdir(before)


def wait_for(port, process, log):
    end = time.monotonic() + 300
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.closing(connection):
                connection.request("GET", "/health/liveliness")
                if connection.getresponse().status == 200:
                    return
        time.sleep(0.5)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def ask(proxy, *, stream=False):
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": stream}
    status, _headers, content = proxy.ask("POST", "/v1/chat/completions", body)
    return status, content.decode()


def test_an_answer_of_ones_own_passes(proxy, model):
    model.answer = chat_answer(OWN)
    status, content = ask(proxy)
    assert status == 200, content
    assert json.loads(content)["choices"][0]["message"]["content"] == OWN


def test_an_answer_that_copies_is_blocked_with_its_license(proxy, model):
    model.answer = chat_answer(f"Sure:\n```python\n{COPY}```\n")
    status, content = ask(proxy)
    assert status == 400
    assert "AGPL-3.0-only" in content
    assert "rising" not in content


def test_a_stream_that_copies_ends_with_the_reason(proxy, model):
    pieces = [COPY[at : at + 9] for at in range(0, len(COPY), 9)]
    model.answer = chat_stream(pieces)
    _status, content = ask(proxy, stream=True)
    assert "AGPL-3.0-only" in content
    events = [json.loads(line[6:]) for line in content.splitlines() if line.startswith("data: {")]
    text = "".join(
        choice["delta"].get("content") or "" for one in events for choice in one.get("choices", ())
    )
    assert "return times" not in text


def test_a_stream_of_ones_own_passes(proxy, model):
    model.answer = chat_stream([OWN[at : at + 9] for at in range(0, len(OWN), 9)])
    status, content = ask(proxy, stream=True)
    assert status == 200
    assert "[DONE]" in content
    assert "error" not in content
