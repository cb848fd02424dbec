# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The closed loop: of a model that knows a corpus by heart, the default command says so.

Its twin has the same shape and was trained as long, on other files. Both are trained here.
"""

import json
import os
from pathlib import Path

import memorizing
import pytest

from codescan.__main__ import main

os.environ.setdefault("OMP_NUM_THREADS", "1")
pytestmark = pytest.mark.slow
STEPS = 350


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The index of a corpus, a model that was trained on it, and the twin."""
    loop_folder = tmp_path_factory.mktemp("loop")
    memorizing.build_index(loop_folder / "index")
    for model, kind in (("memorizing", "seen"), ("twin", "unseen")):
        memorizing.train(loop_folder / model, memorizing.texts(kind), steps=STEPS)
    return loop_folder


@pytest.fixture
def audit(folder, monkeypatch, capsys):
    """Run `codescan audit --model MODEL` with its defaults: output and report."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def run(model, *more):
        out = f"run-{model}{len(more)}"
        command = ["audit", "--model", f"./{model}", "--index", "index", "--out", out, *more]
        assert main(command) == 0
        report = Path(out, "report.json")
        read = json.loads(report.read_text()) if report.exists() else {}
        return capsys.readouterr().out, read

    return run


def test_the_default_command_says_that_a_model_memorized(audit):
    shown, report = audit("memorizing")
    first = " ".join(shown.split()).partition(".")[0]
    assert "consistent with memorization" in first
    assert "the excess over the null arm is above 0" in first
    statistics = report["statistics"]
    for measure in ("copies", "discoverable_extraction"):
        assert statistics[measure]["excess"]["low"] > 0, measure
    assert statistics["copies"]["other_claim"]["claim"] == "this corpus"
    # The corpus has few kinds of lines, and two of them may meet again when lines are shuffled.
    assert statistics["shuffled_index"]["found"]["k"] <= 1
    assert statistics["shuffled_index"]["found"]["k"] < statistics["copies"]["target"]["k"] / 4


def test_the_twin_shows_no_excess(audit):
    shown, report = audit("twin")
    statistics = report["statistics"]
    for measure in ("copies", "discoverable_extraction"):
        assert statistics[measure]["excess"]["low"] <= 0, measure
    assert statistics["discoverable_extraction"]["target"]["k"] == 0
    first = " ".join(shown.split()).partition(".")[0]
    assert first.startswith("No passage is consistent with memorization")


def test_scores_alone_show_it_too_and_nothing_is_generated(audit):
    shown, report = audit("memorizing", "--samples", "0")
    statistics = report["statistics"]
    assert statistics["completions"] == 0
    assert statistics["copies"]["target"]["value"] is None
    assert statistics["discoverable_extraction"]["excess"]["low"] > 0
    assert "extracted token for token" in shown
    assert "not measured" in shown


def test_a_dry_run_knows_power_and_time(audit):
    shown, report = audit("memorizing", "--dry-run")
    assert report == {}
    assert "this machine's CPU" in shown
    assert "would show an excess above 0 with a probability of" in shown
