# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered report format promises."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from codescan.errors import MissingExtraError
from codescan.protocols import Reporter
from codescan.registry import load, names
from codescan.reports.json import JsonReporter, loads

_SAMPLES = Path(__file__).parents[1] / "reports" / "sample_report.py"
_SPEC = importlib.util.spec_from_file_location("sample_report", _SAMPLES)
samples = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)

EVERY = pytest.mark.parametrize("name", names("reports"))
BINARY = {"parquet"}
TEXT = pytest.mark.parametrize("name", [name for name in names("reports") if name not in BINARY])


@pytest.fixture(autouse=True)
def _needs_its_extra(name):
    try:
        load("reports", name)().render(samples.empty())
    except MissingExtraError as error:
        pytest.skip(str(error))


@EVERY
def test_it_is_a_reporter_that_names_its_file_and_type(name):
    reporter = load("reports", name)()
    assert isinstance(reporter, Reporter)
    assert reporter.name == name
    assert re.fullmatch(r"\.[a-z0-9.-]+", reporter.suffix)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", reporter.media_type)


@EVERY
@pytest.mark.parametrize("make", [samples.sample, samples.empty, samples.hostile])
def test_the_same_report_gives_the_same_text(name, make):
    first, second = (load("reports", name)().render(make()) for _ in range(2))
    assert first == second
    assert first == load("reports", name)().render(loads(JsonReporter().render(make())))


@EVERY
def test_rendering_leaves_the_report_alone(name):
    report = samples.sample()
    load("reports", name)().render(report)
    assert report == samples.sample()


@TEXT
@pytest.mark.parametrize("make", [samples.sample, samples.empty, samples.hostile])
def test_the_text_is_utf_8_and_ends_with_one_line_end(name, make):
    text = load("reports", name)().render(make())
    text.encode("utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text


@TEXT
def test_no_control_code_or_hidden_direction_passes(name):
    text = load("reports", name)().render(samples.hostile())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069]", text)


@TEXT
def test_nothing_is_called_an_infringement(name):
    text = load("reports", name)().render(samples.sample())
    ours = text.partition("License text: ")[0]  # licenses themselves speak of it
    assert "infring" not in ours.lower()


_RENDER_ALL = """
import contextlib, hashlib, importlib.util, json, socket, sys
spec = importlib.util.spec_from_file_location("sample_report", sys.argv[1])
samples = importlib.util.module_from_spec(spec)
spec.loader.exec_module(samples)
from codescan.errors import MissingExtraError
from codescan.registry import load
reporters = {}
# Libraries are imported before the network is taken away: ssl builds on its classes.
for name in sys.argv[2:]:
    with contextlib.suppress(MissingExtraError):
        reporters[name] = load("reports", name)()
        reporters[name].render(samples.empty())
socket.socket = None
texts = {name: reporter.render(samples.sample()) for name, reporter in reporters.items()}
as_bytes = {n: t if isinstance(t, bytes) else t.encode() for n, t in texts.items()}
print(json.dumps({n: [len(b), hashlib.sha256(b).hexdigest()] for n, b in as_bytes.items()}))
"""


@pytest.fixture(scope="module")
def rendered_elsewhere():
    """Every format, from two fresh interpreters with other hash seeds, zones and columns."""
    command = [sys.executable, "-c", _RENDER_ALL, str(_SAMPLES), *names("reports")]
    return [
        json.loads(
            subprocess.run(
                command,
                env={
                    "PYTHONHASHSEED": seed,
                    "TZ": zone,
                    "COLUMNS": columns,
                    "PYTHONPATH": ":".join(sys.path),
                },
                capture_output=True,
                check=True,
            ).stdout
        )
        for seed, zone, columns in (("1", "UTC", "40"), ("2", "Asia/Tokyo", "200"))
    ]


@EVERY
def test_neither_clock_nor_network_nor_environment_changes_the_text(name, rendered_elsewhere):
    one, other = rendered_elsewhere
    assert one[name] == other[name]
    assert one[name][0] > 0


@EVERY
@pytest.mark.slow
def test_thousands_of_findings_are_rendered_in_seconds(name):
    text = load("reports", name)().render(samples.large(2_000))
    assert len(text) < 20_000_000
