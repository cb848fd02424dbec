# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The summary, its schema, the page, the leak curve, the command and the Python functions."""

from __future__ import annotations

import json
import math
import random

import jsonschema
import pytest
from click.testing import CliRunner

import codescan
from codescan.app.result_schemas import result_schema
from codescan.cli.root import cli
from codescan.dedup.leak_curve import expected_leaks, read_leak_curve
from codescan.errors import ConfigError, UsageError
from codescan.records.duplicates import LeakCurve

TEXT = "\n".join(f"value_{n} = compute_{n}(first_{n}, {n})" for n in range(40))
HOSTILE = "<script>alert(1)</script>\u202e\x1b[2J'\"&.py"


@pytest.fixture
def hostile(write_rows):
    """Rows whose names and licenses try to get into the page."""
    rows = [
        {"id": HOSTILE, "content": TEXT + "\n# </style><img src=x>", "license": "GPL-3.0-only"},
        {"id": f"b{HOSTILE}", "content": TEXT, "license": "MIT", "repo": f"o/{HOSTILE}"},
        {"id": "\ud800", "content": TEXT, "license": "</table>"},
    ]
    return write_rows(rows)


def test_nothing_of_the_data_becomes_markup(hostile, tmp_path):
    result = codescan.deduplicate(hostile, out=tmp_path / "out", columns={"path": ""})
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "default-src 'none'" in page
    assert page.count("</style>") == 1
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    jsonschema.validate(summary, result_schema("dedup"))
    assert summary["laundering_total"] == 1
    assert result.summary.dropped == 2


def test_the_command_prints_the_summary_as_json(hostile):
    arguments = ["dedup", str(hostile), "--column", "path=", "--format", "json", "-q"]
    ran = CliRunner().invoke(cli, arguments, standalone_mode=False)
    summary = json.loads(ran.stdout)
    jsonschema.validate(summary, result_schema("dedup"))
    assert ran.return_value == 0
    assert summary["schema_version"] == 1
    text = CliRunner().invoke(cli, [*arguments[:-3], "-q"], standalone_mode=False).stdout
    assert "2 of 3 documents (66.7%) are duplicates" in text
    assert "\x1b" not in text
    assert "not measured" in text


def test_python_functions_take_the_options_of_the_command(write_rows):
    path = write_rows([{"content": TEXT}, {"content": TEXT}])
    rows = list(codescan.find_duplicates(path, keep="first", workers=1))
    assert [(row.decision, row.reason) for row in rows if row.level == "file"] == [
        ("kept", "kept-copy"), ("dropped", "equal-bytes"),
    ]  # fmt: skip
    with pytest.raises(UsageError, match="unknown option: nope"):
        codescan.deduplicate(path, nope=1)


def test_the_interval_of_the_change_is_that_of_simulated_curves():
    curve = LeakCurve(-3.0, 0.8, ((0.02, -0.004), (-0.004, 0.003)), "a run")
    histogram = {1: 500, 2: 80, 5: 20, 40: 3}
    expected = expected_leaks(curve, histogram)
    assert expected.files == 603
    rng = random.Random(1)
    changes = sorted(change(*draw(rng, curve), histogram) for _ in range(20_000))
    assert expected.change == pytest.approx(change(-3.0, 0.8, histogram))
    assert expected.low == pytest.approx(changes[500], abs=0.002)
    assert expected.high == pytest.approx(changes[19_500], abs=0.002)


def draw(rng, curve):
    (a, b), (_, d) = curve.covariance
    x, y = rng.gauss(0, 1), rng.gauss(0, 1)
    first = math.sqrt(a)
    return (
        curve.intercept + first * x,
        curve.slope + b / first * x + math.sqrt(d - b * b / a) * y,
    )


def change(intercept, slope, histogram):
    def chance(copies):
        return 1 / (1 + math.exp(-(intercept + slope * math.log(copies))))

    files = sum(histogram.values())
    return chance(1) - sum(count * chance(n) for n, count in histogram.items()) / files


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", '{"intercept": 1}', '{"intercept": "a", "slope": 1, "covariance": [[1,0],[0,1]]}',
        '{"intercept": 1, "slope": 1, "covariance": [[1,0],[0,-1]]}',
        '{"intercept": 1, "slope": 1, "covariance": [[1,2],[2,1]]}',
        '{"intercept": 1, "slope": 1, "covariance": [[1,0,0],[0,1,0]]}',
        '{"intercept": 1e999, "slope": 1, "covariance": [[1,0],[0,1]]}',
    ],
)  # fmt: skip
def test_what_is_not_a_leak_curve_is_refused(tmp_path, text):
    path = tmp_path / "curve.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="leak curve"):
        read_leak_curve(path)


def test_without_a_curve_the_change_is_not_measured(write_rows):
    path = write_rows([{"content": TEXT}, {"content": TEXT}])
    assert codescan.deduplicate(path, workers=1).summary.expected_leaks is None
