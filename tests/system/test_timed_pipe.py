# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A pipe is read with a deadline, whether or not the system can wait for pipes."""

import os

import pytest

from codescan.system import timed_pipe


@pytest.mark.parametrize("can_select", [False] if os.name == "nt" else [False, True])
def test_content_then_nothing_then_the_end(monkeypatch, can_select):
    monkeypatch.setattr(timed_pipe, "_CAN_SELECT_PIPES", can_select)
    reading, writing = os.pipe()
    pipe = timed_pipe.TimedPipe(reading, 4)
    try:
        os.write(writing, b"abcdef")
        assert pipe.read(60) == b"abcd"
        assert pipe.read(60) == b"ef"
        assert pipe.read(0) is None
        os.close(writing)
        assert [pipe.read(60), pipe.read(60)] == [b"", b""]
    finally:
        pipe.close()
        os.close(reading)
