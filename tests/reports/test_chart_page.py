# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pages of figures: placed right, and safe whatever texts they hold."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from codescan.reports.chart_page import Chart, ChartPage, Point, Series, Table, chart_page

HOSTILE = "<script>alert(1)</script>\u202e\x1b[2J\"' onload=x"


def page(**changes):
    points = (Point(1.0, 0.1, 0.0, 0.3, HOSTILE), Point(256.0, 0.9, 0.7, 1.0))
    chart = Chart(
        HOSTILE, "copies", "rate", (Series(HOSTILE, points), Series("b", points[:1])),
        ((1.0, "1"), (256.0, HOSTILE)), is_log_x=True, y_range=(0.0, 1.0), line=0.5,
    )  # fmt: skip
    content = {
        "title": HOSTILE,
        "headline": HOSTILE,
        "facts": ((HOSTILE, HOSTILE),),
        "sentences": (HOSTILE,),
        "warnings": (HOSTILE,),
        "charts": (chart,),
        "tables": (Table(HOSTILE, ("a", HOSTILE), ((HOSTILE, HOSTILE),)),),
        **changes,
    }
    return chart_page(ChartPage(**content))


def elements(text):
    """Name and attributes of every element."""
    violations = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            violations.append((tag, dict(attrs)))

    Reader().feed(text)
    return violations


def test_texts_stay_texts():
    text = page()
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all("onload" not in attributes for _, attributes in elements(text))


def test_the_policy_admits_the_style_alone():
    text = page()
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_points_lie_where_their_values_say():
    circles = [
        (float(attributes["cx"]), float(attributes["cy"]))
        for name, attributes in elements(page())
        if name == "circle"
    ]
    assert circles[0][0] < circles[1][0]
    assert circles[0][1] > circles[1][1]
    assert circles[2] == circles[0]


@pytest.mark.parametrize("points", [(), (Point(1.0, 0.5),)])
def test_few_points_make_a_page(points):
    chart = Chart("t", "x", "y", (Series("s", points),))
    text = page(charts=(chart,), tables=(), warnings=(), facts=())
    assert ("<svg" in text) == bool(points)
