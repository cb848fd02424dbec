# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The first result: one command, no network, no model."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from codescan.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


def copies(folder):
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {
        (finding["snippet"]["id"], finding["origin"]["package"].lower())
        for finding in report["findings"]
        if finding["grade"] in "AB"
    }


def lines(text):
    """Lines of a report; versions and line numbers of packages may differ."""
    return {re.sub(r"[\d.]+ *", "0 ", line).strip() for line in text.splitlines()}


def documented(page):
    """What a page shows of the result."""
    (shown,) = re.findall(
        r"^```(?:text|console)\n((?:(?!```).)*?file-size.*?)^```",
        page.read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    return lines("".join(line for line in shown.splitlines(True) if line[0] != "$")) - {""}


def test_the_demo_finds_each_copied_function_and_its_package(tmp_path, capsys):
    origins = json.loads((ROOT / "examples/assistant_answers.origins.json").read_text("utf-8"))
    indexed = tomllib.loads((ROOT / "corpora/demo.toml").read_text("utf-8"))["sources"][0]["names"]
    expected = {
        (copy["id"], copy["package"]) for copy in origins["copies"] if copy["package"] in indexed
    }
    assert main(["demo", "--out", str(tmp_path / "demo"), "--no-open"]) == 0
    printed = capsys.readouterr()
    assert "report.html" in printed.err
    assert copies(tmp_path / "demo") == expected

    for page in ("README.md", "docs/start.md", "docs/index.md"):
        assert documented(ROOT / page) <= lines(printed.out), page

    built = (tmp_path / "demo/index/manifest.json").stat().st_mtime_ns
    assert main(["demo", "--out", str(tmp_path / "demo"), "--no-open", "--quiet"]) == 0
    assert (tmp_path / "demo/index/manifest.json").stat().st_mtime_ns == built
    assert copies(tmp_path / "demo") == expected


def test_the_demo_indexes_only_what_the_base_installation_brings():
    names = tomllib.loads((ROOT / "corpora/demo.toml").read_text("utf-8"))["sources"][0]["names"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = {Requirement(text).name for text in project["dependencies"]}
    # What these require in turn: markupsafe by jinja2, mdurl by rich, the others by sqlite-utils
    # and license-expression.
    indirect = {"boolean.py", "markupsafe", "mdurl", "python-dateutil", "tabulate"}
    assert set(names) <= direct | indirect
