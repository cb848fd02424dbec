# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every mechanism of `scripts/torture gate`, once: a copy is found, its clean twin passes."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from _torture.gate import _problem
from _torture.gate_case import Case, check, invented_code, make_upstream
from _torture.gate_policies import all_mechanisms

MECHANISMS = all_mechanisms()
QUICK = (
    "driver_runs_a_command", "lone_carriage_returns", "link_becomes_a_file", "bare_repository",
    "unresolved_merge", "replaced_object", "zero_byte_in_a_source", "setting_through_a_link",
    "blocked_baseline", "accepted_copy_moves_and_stays",
)  # fmt: skip


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    from codescan.__main__ import main

    folder = tmp_path_factory.mktemp("upstream")
    texts = make_upstream(folder / "upstream", random.Random(1), 2)
    index = folder / "index"
    assert (
        main(["index", "build", "-q", "--corpus", f"{folder}/upstream", "--out", str(index)]) == 0
    )
    return texts, index


def test_there_are_enough_distinct_mechanisms():
    assert len(MECHANISMS) >= 40
    assert set(QUICK) <= set(MECHANISMS)


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
             for name in MECHANISMS]
)  # fmt: skip
def test_nothing_gets_through(name, upstream, tmp_path, monkeypatch):
    texts, index = upstream
    if name == "setting_includes_a_pipe":  # git waits for it for ever, whatever the limit is
        monkeypatch.setattr("codescan.git.command.PROBE_SECONDS", 1.0)
    for kind, text in (("hostile", texts[0]), ("clean", invented_code(random.Random(9)))):
        case = Case(tmp_path / kind, random.Random(4), text, index)
        plan = MECHANISMS[name](case)
        outcome = check(case, plan)
        assert _problem(kind, plan, outcome) == "", outcome
