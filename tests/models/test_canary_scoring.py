# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries under a real model with random weights, and a run that is killed at any moment."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from rounded_numbers import assert_equal_but_for_rounding

from codescan.__main__ import main
from codescan.canaries import manifest

PADDING = f"# {'padding ' * 12}\n" * 40


@pytest.fixture(scope="module")
def canaries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canaries")
    data = folder / "data"
    data.mkdir()
    for number in range(20):
        (data / f"m{number}.py").write_text(f"NUMBER = {number}\n{PADDING}")
    assert main(["canary", "plant", str(data), "--out", str(folder / "out"), "--copy-counts",
                 "1,2,4", "--per-copy-count", "2", "--twins", "99", "--family", "structured-id",
                 "--family", "secret", "--seed", "s", "-q"]) == 0  # fmt: skip
    return folder / "out.canaries"


def command(canaries, model, out):
    return ["canary", "score", str(canaries), "--model", str(model), "--device", "cpu", "--out",
            str(out), "--fresh-secrets", "2", "--format", "json", "-q"]  # fmt: skip


def test_a_model_that_was_not_trained_is_near_chance(canaries, tiny_folder, tmp_path, capsys):
    assert main(command(canaries, tiny_folder, tmp_path / "run")) in (0, 1)
    result = json.loads(capsys.readouterr().out)
    assert result["skipped"] == {}
    assert result["null_check"]["is_passed"]
    assert result["run"]["model_identity"]["weights_sha256"]
    control, *planted = result["levels"]
    assert control["exposure"]["low"] < result["null_check"]["expected_exposure"]
    assert control["exposure"]["high"] > result["null_check"]["expected_exposure"]
    assert all(level["extraction"]["k"] == 0 for level in result["levels"])
    assert all(level["epsilon"]["low"] < 2 for level in planted)
    assert len(manifest.read_set(canaries).planted) == sum(level["canaries"] for level in planted)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_killed_run_continues_to_the_same_result(canaries, tiny_folder, tmp_path, seconds):
    program = [sys.executable, "-m", "codescan"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*program, *command(canaries, tiny_folder, whole)], check=False, **quiet)
    process = subprocess.Popen([*program, *command(canaries, tiny_folder, killed)], **quiet)
    while not (killed / "run.db").exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run([*program, *command(canaries, tiny_folder, killed)], check=False, **quiet)
    assert_equal_but_for_rounding(
        (killed / "canaries.json").read_text(), (whole / "canaries.json").read_text()
    )
