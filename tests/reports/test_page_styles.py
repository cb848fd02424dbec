# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The pages beside the report: their styles apply, and they read well in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import browser_pages
import pytest

import codescan
from codescan.cli.entry import run
from codescan.reports.chart_page import Chart, ChartPage, Point, Series, Table, chart_page

MISSING = browser_pages.missing()
NAMES = ("dedup", "summary", "charts")
LONG = "an_identifier_without_any_place_to_break_a_line_" * 4


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Path of each page by name."""
    folder = tmp_path_factory.mktemp("pages")
    for name, license_ in (("one", "MIT"), ("two", "GPL-3.0-only"), (LONG, "")):
        (folder / "data" / name).mkdir(parents=True)
        body = "\n".join(f"def f{n}(x):\n    return [x + {n}, x * {n}, '{name}']" for n in range(9))
        head = f"# SPDX-License-Identifier: {license_}\n" if license_ else f"# {LONG}\n"
        (folder / "data" / name / "a.py").write_text(f"{head}{body}\n")
        (folder / "data" / name / "b.js").write_text(f"const {LONG} = 1;\n" * 5)
    codescan.deduplicate(folder / "data", out=folder / "dedup", workers=1)
    build = ("index", "build", "--corpus", folder / "data", "--out", folder / "i", "--workers", 1)
    assert run([*map(str, build), "-q"]) == 0
    summary = folder / "summary.html"
    arguments = ("corpus", "summary", "--index", folder / "i", "--format", "html", "--out", summary)
    assert run([*map(str, arguments), "-q"]) == 0
    points = (Point(1.0, 0.2, 0.1, 0.4, "0.2"), Point(64.0, 0.9, 0.8, 1.0, LONG))
    curve = Chart("Extraction by copies", "copies", LONG, (Series("greedy", points),))
    charts = folder / "charts.html"
    charts.write_text(
        chart_page(
            ChartPage(
                "Leak curve", "A sentence.",
                charts=(curve,),
                tables=(Table("Levels", ("copies", "rate"), (("1", "0.2"), (LONG, LONG))),),
            )
        )
    )  # fmt: skip
    return {"dedup": folder / "dedup" / "report.html", "summary": summary, "charts": charts}


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_of_a_page_lets_its_own_style_apply(pages, name):
    text = pages[name].read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "&#" not in style
    assert " style=" not in text.replace(style, "")


@pytest.fixture(scope="module")
def running():
    with browser_pages.browser() as started:
        yield started


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [browser_pages.WIDE, browser_pages.NARROW])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_and_is_accessible(running, pages, name, size, dark):
    with browser_pages.OpenPage(running, Path(pages[name]), size=size, dark=dark) as opened:
        width = opened.page.evaluate("document.documentElement.scrollWidth")
        assert opened.messages == []
        assert width <= size[0]
        assert opened.violations() == []
