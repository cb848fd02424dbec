# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Line numbers against a count by hand, over every mix of line ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.records import Region, Span
from codescan.text.lines import LineMap, region_of, whole_lines

TEXTS = st.lists(st.sampled_from([b"\n", b"\r\n", b"\r", b"a", "é".encode(), b"\x0b", b""])).map(
    b"".join
)


def line_by_hand(content, offset):
    """One more than the line ends that are over before the byte at `offset`."""
    line = 1
    for at in range(min(offset, len(content) - 1)):
        line += content[at : at + 1] == b"\n"
    return line


@given(TEXTS)
def test_lines_are_those_counted_by_hand(content):
    lines = LineMap(content)
    assert [lines.line_of(at) for at in range(len(content) + 1)] == [
        line_by_hand(content, at) for at in range(len(content) + 1)
    ]
    assert len(lines) == line_by_hand(content, len(content))


@given(TEXTS)
def test_whole_lines_tile_the_text(content):
    lines = LineMap(content)
    spans = [lines.span(Region(n, n)) for n in range(1, len(lines) + 1)]
    assert b"".join(content[s.start : s.end] for s in spans) == content
    assert lines.span(Region(1, len(lines))) == Span(0, len(content))


@given(TEXTS, st.data())
def test_regions_survive_the_way_to_bytes_and_back(content, data):
    lines = LineMap(content)
    first = data.draw(st.integers(1, len(lines)))
    region = Region(first, data.draw(st.integers(first, len(lines))))
    assert lines.region(lines.span(region)) == region


@given(TEXTS, st.integers(-5, 50), st.integers(-5, 50))
def test_any_span_gives_lines_of_the_text(content, start, end):
    lines = LineMap(content)
    region = lines.region(Span(start, end))
    assert 1 <= region.start_line <= region.end_line <= len(lines)
    assert region_of(content, Span(start, end)) == region
    assert whole_lines(content, Span(start, end)) == lines.span(region)


@pytest.mark.parametrize("region", [Region(-3, 900), Region(7, 9), Region(2, 1)])
def test_lines_outside_the_text_are_clamped(region):
    span = LineMap(b"one\ntwo").span(region)
    assert 0 <= span.start < span.end <= 7


@pytest.mark.parametrize("size", [0, 1, 62, 63, 64, 65, 127, 128, 129, 200])
def test_line_ends_at_any_place_of_a_longer_text(size):
    for ends in ([], [0], [size - 1], range(size), range(0, size, 3), [62, 63, 64, 65, 127, 128]):
        content = bytes(10 if at in ends else 97 for at in range(size))
        expected = [0, *(at + 1 for at in range(size - 1) if content[at] == 10)]
        assert [
            LineMap(content).span(Region(n + 1, n + 1)).start for n in range(len(expected))
        ] == (expected)
        assert len(LineMap(content)) == len(expected)
