# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Events of a logged stream that cannot be read are counted; the others are read."""

from __future__ import annotations

import json

import pytest

from codescan.logs.read import LogEntry, read_log


def chunk(text):
    choice = {"index": 0, "delta": {"content": text}}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"


def entries(tmp_path, row):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return list(read_log(path))


@pytest.mark.parametrize("bad", [
    'data: {"choices": [\n\n', 'data: {"a": 1, "a": 2}\n\n', "data: " + "[" * 100_000 + "\n\n",
], ids=["cut", "a name twice", "deep"])  # fmt: skip
@pytest.mark.parametrize("field", ["response", "output"])
def test_unreadable_events_are_counted(tmp_path, bad, field):
    stream = chunk("def first():\n") + bad + bad + chunk("    return 1\n") + "data: [DONE]\n\n"
    request = {"messages": [{"role": "user", "content": "Write"}]}
    items = entries(tmp_path, {"request": request, field: stream})
    [entry] = [item for item in items if isinstance(item, LogEntry)]
    [unchecked] = [item for item in items if not isinstance(item, LogEntry)]
    [response] = entry.exchange.responses
    assert response.text == "def first():\n    return 1\n"
    assert (unchecked.place, unchecked.reason, unchecked.count) == ("line 1", "unreadable", 2)


@pytest.mark.parametrize("text", ["data: nothing\nid: 3\n", chunk("x = 1"), "id: 1\n"])
def test_a_text_is_no_stream_with_unreadable_events(tmp_path, text):
    items = entries(tmp_path, {"prompt": "Write", "completion": text})
    assert all(isinstance(item, LogEntry) for item in items)
