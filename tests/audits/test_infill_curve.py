# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fill-in-the-middle end to end: a model with sentinels fills the holes of files that it knows."""

import json
import os
from pathlib import Path

import memorizing
import pytest

from codescan.__main__ import main

os.environ.setdefault("OMP_NUM_THREADS", "1")
pytestmark = pytest.mark.slow

FILES, STEPS = 8, 400
AMOUNTS = (8, 30, 120)


def test_extraction_rises_with_the_text_around_the_hole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    memorizing.build_index(tmp_path / "index", count=FILES)
    memorizing.train(tmp_path / "model", memorizing.texts("seen")[:FILES], steps=STEPS, infill=True)
    strategy = "fill-in-the-middle"
    amounts = ",".join(map(str, AMOUNTS))
    command = [
        "audit", "--model", "./model", "--index", "index", "--strategy", strategy,
        "--strategy-option", f"{strategy}.context_characters={amounts}",
        "--strategy-option", f"{strategy}.lines=1", "--samples", "0", "--prior-prompts", "0",
        "--self-test", "0", "--out", "run", "-q",
    ]  # fmt: skip
    assert main(command) == 0
    statistics = json.loads(Path("run", "report.json").read_text())["statistics"]
    variants = statistics["by_variant"]
    assert list(variants) == [f"{strategy}, both, {n} characters, 1 line" for n in AMOUNTS]
    hits = [variant["discoverable_extraction"]["k"] for variant in variants.values()]
    assert hits == sorted(hits)
    assert hits[-1] > 0
    extraction = statistics["discoverable_extraction"]
    assert extraction["null"]["k"] == 0
    assert extraction["excess"]["low"] > 0
