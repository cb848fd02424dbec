# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A real small model behind a real server (`transformers serve`), audited over HTTP end to end."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.network]

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

CORPUS = '''\
"""Tide tables of small harbors."""


def high_waters(heights, minutes_per_sample, threshold=0.25):
    """Find the times of high water in a series of heights, in minutes from its beginning."""
    times = []
    rising = False
    for position in range(1, len(heights)):
        before, here = heights[position - 1], heights[position]
        if here > before:
            rising = True
        elif rising and before - here >= threshold:
            times.append((position - 1) * minutes_per_sample)
            rising = False
    return times


def drying_height(chart_datum, soundings, tolerance):
    """The highest sounding that falls dry at low water, and how many do."""
    dry = sorted(depth for depth in soundings if depth + tolerance < chart_datum)
    middle = dry[len(dry) // 2]
    return max(dry[-1], middle + tolerance), len(dry)
'''


@pytest.fixture(scope="module")
def served(tmp_path_factory, packaged):
    """(name of the model, address) of a server that runs for these tests."""
    serve = shutil.which("transformers", path=str(Path(sys.executable).parent))
    if serve is None:
        pytest.skip("no `transformers` command")
    folder = tmp_path_factory.mktemp("served")
    from codescan.models.loading.locate import locate

    (folder / "smollm2").symlink_to(locate(packaged("smollm2")).path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [serve, "serve", "./smollm2", "--device", "cpu", "--dtype", "float32"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )
    try:
        for _ in range(2000):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            if process.poll() is not None:
                pytest.skip(f"the server does not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.3)
        yield "./smollm2", f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def test_an_audit_over_http_ends_with_a_report(served, tmp_path, monkeypatch):
    from codescan.__main__ import main

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "tides.py").write_text(CORPUS)
    assert main(["index", "build", "--corpus", "corpus", "--out", "index", "-q"]) == 0
    name, url = served
    command = [
        *("audit", "--model", f"openai:{name}", "--base-url", url, "--index", "index"),
        *("--strategy", "prefix", "--strategy", "signature", "--strategy", "chat-request"),
        *("--limit", "4", "--max-new-tokens", "16", "--model-option", "timeout=300"),
        *("--null-share", "0", "--self-test", "0", "--out", "run", "-q"),
    ]
    assert main(command) == 0
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    statistics, model = report["statistics"], report["run"]["model"]
    assert statistics["prompts"] == statistics["completions"] >= 2
    assert statistics["skipped"] == {}
    assert model["observed"]["models"] == [name]
    assert model["observed"]["completion_tokens"] > 0
    requests = model["observed"]["requests"]
    assert requests == statistics["completions"]
    assert main(command) == 0, "the same command asks nothing again"
    again = json.loads((tmp_path / "run" / "report.json").read_text())
    assert again["run"]["model"]["observed"] == model["observed"]


def test_greedy_answers_over_http_are_those_of_the_local_model(served):
    """Same weights, same text, another program: token for token, besides near ties."""
    from codescan.models import load_model
    from codescan.records import Prompt, Sampling

    name, url = served
    prompts = [
        Prompt("a", "def fibonacci(n):\n    if n < 2:\n", "t"),
        Prompt("b", "Permission is hereby granted, free of charge,", "t"),
    ]
    sampling = Sampling(max_new_tokens=16)
    local = {c.id: c.text for c in load_model("smollm2", device="cpu").generate(prompts, sampling)}
    service = load_model(f"openai:{name}", base_url=url, timeout=300.0)
    assert {c.id: c.text for c in service.generate(prompts, sampling)} == local
