# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Events and JSON that arrive in pieces are read as if they came whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.serve.partial_json import PartialJsonStrings
from codescan.text.server_sent_events import EventSplitter, event_data

LINES = st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), max_size=9)


def pieces(draw, data):
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=9)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


@given(st.data(), st.lists(LINES, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_events_are_the_same_however_they_are_cut(data, texts, end):
    stream = "".join(f"event: x{end}data: {text}{end}{end}" for text in texts).encode()
    stream += b": ping"
    splitter = EventSplitter(10_000)
    events = [event for part in pieces(data, stream) for event in splitter.feed(part)]
    assert b"".join(events) + splitter.remainder() == stream
    if end != "\r":
        assert [event_data(event).decode() for event in events] == texts


def test_an_endless_event_is_refused():
    splitter = EventSplitter(100)
    splitter.feed(b"data: x\n" * 9)
    with pytest.raises(ValueError, match="too large"):
        splitter.feed(b"data: x\n" * 9)


@given(st.data(), st.text(max_size=40))
def test_strings_of_json_are_the_same_however_they_are_cut(data, text):
    document = json.dumps({"k": text}, ensure_ascii=data.draw(st.booleans()))
    reader = PartialJsonStrings()
    read = "".join(reader.feed(part) for part in pieces(data, document))
    expected = "k\n" + text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"
    if not any(0xD800 <= ord(c) < 0xE000 for c in text):
        assert read == expected
