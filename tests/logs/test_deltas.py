# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The deltas of a stream are joined into the message that would have come whole."""

import time

from hypothesis import given
from hypothesis import strategies as st

from codescan.logs.deltas import JoinedDeltas

TEXTS = st.text(min_size=1, max_size=6)
CALLS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3, unique_by=lambda call: call[0])


def join(deltas):
    joined = JoinedDeltas()
    for delta in deltas:
        joined.add(delta)
    return joined.message()


def cut(text, at):
    return [text[:at], text[at:]]


@given(TEXTS, CALLS, st.integers(0, 6), st.booleans())
def test_a_message_is_whole_however_it_is_cut(content, calls, at, is_indexed):
    deltas = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in cut(content, at)]
    expected = []
    for index, (name, arguments) in enumerate(calls):
        place = {"index": index} if is_indexed else {}
        first = {"id": name, "type": "function", **place}
        deltas.append({"tool_calls": [{**first, "function": {"name": name, "arguments": ""}}]})
        deltas += [
            {"tool_calls": [{**place, "function": {"arguments": piece}}]}
            for piece in cut(arguments, at)
        ]
        expected.append({**first, "function": {"name": name, "arguments": arguments}})
    assert join(deltas) == {"role": "assistant", "content": content, "tool_calls": expected}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["content", "index", "type", "text", "a"]), inner)
    ),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.sampled_from(["content", "id", "a"]), VALUES), max_size=5))
def test_no_delta_makes_joining_fail_or_loses_a_text(deltas):
    def texts(value, name=""):
        if isinstance(value, str) and name not in ("id", "type", "index"):
            yield value
        elif isinstance(value, list):
            for item in value:
                yield from texts(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from texts(item, key)

    message = repr(sorted("".join(texts(join(deltas)))))
    assert message == repr(sorted("".join(texts(deltas))))


def test_joining_takes_time_in_proportion_to_the_stream():
    begun = time.process_time()
    joined = JoinedDeltas()
    for _ in range(100_000):
        joined.add({"content": "ab", "tool_calls": [{"index": 3, "function": {"arguments": "x"}}]})
    assert len(joined.message()["content"]) == 200_000
    assert time.process_time() - begun < 20
