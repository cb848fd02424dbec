# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The base installation has no statistics: an audit says so before it builds or spends anything."""

from __future__ import annotations

import pytest

from codescan.__main__ import main
from codescan.app.compare import compare_runs
from codescan.errors import MissingExtraError
from codescan.stats import libraries


@pytest.fixture(params=["scipy", "datasketch"])
def without_a_library(request, monkeypatch):
    installed = libraries.find_spec
    monkeypatch.setattr(
        libraries, "find_spec", lambda name: None if name == request.param else installed(name)
    )


@pytest.mark.usefixtures("without_a_library")
def test_an_audit_names_the_extra_before_it_reads_anything(tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    log.write_text('{"completion": "x = 1"}\n')
    folders = ["--index", str(tmp_path / "index"), "--out", str(tmp_path / "run")]
    assert main(["audit", "--replay", str(log), *folders]) == 2
    assert "pip install 'codescan[audit]'" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]


@pytest.mark.usefixtures("without_a_library")
def test_a_comparison_names_the_extra(tmp_path):
    with pytest.raises(MissingExtraError):
        compare_runs((tmp_path, tmp_path))
