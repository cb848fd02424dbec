# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Logs of 123 tools: what the model wrote is found once, and nothing that it was given.

Each row of `tests/data/logs/tools.json` is a log written for this test in the notation of a tool,
with the name of the tool, of its file, and the number of responses that hold the text `WROTE`. One
log of people alone has none, and must be reported as not read.
"""

import json
from pathlib import Path

import pytest
from log_texts import WROTE

from codescan.logs.read import LogEntry, read_log

LOGS = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "logs" / "tools.json").read_text("utf-8")
)


@pytest.mark.parametrize("log", LOGS, ids=[log["tool"] for log in LOGS])
def test_what_the_model_wrote_is_read_and_nothing_else(tmp_path, log):
    path = tmp_path / log["file"]
    path.write_text(log["text"], encoding="utf-8")
    items = list(read_log(path))
    entries = [item for item in items if isinstance(item, LogEntry)]
    responses = [response for entry in entries for response in entry.exchange.responses]
    holding = [response for response in responses if WROTE.strip() in response.text]
    assert len(holding) == log["responses"]
    assert all(response.text.count(WROTE.strip()) == 1 for response in holding)
    assert not any("user_text" in response.text for response in responses)
    assert len(entries) < len(items) or log["responses"]


@pytest.mark.parametrize("log", LOGS, ids=[log["tool"] for log in LOGS])
def test_values_of_other_types_raise_nothing(tmp_path, log):
    for value in ("null", "[]", "{}", "7", '"x"'):
        text = log["text"].replace(json.dumps(WROTE), value)
        path = tmp_path / log["file"]
        path.write_text(text, encoding="utf-8")
        assert isinstance(list(read_log(path)), list)
