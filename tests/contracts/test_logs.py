# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered log reader promises."""

import pytest

from codescan.logs.conversation import Conversations
from codescan.logs.reader import LogReader
from codescan.registry import load, names


@pytest.fixture(params=names("logs"))
def reader(request):
    log_reader = load("logs", request.param)(Conversations())
    assert log_reader.name == request.param
    return log_reader


def test_it_satisfies_the_protocol(reader):
    assert isinstance(reader, LogReader)
    assert isinstance(reader.source, str)


def test_it_recognizes_nothing_in_an_empty_row(reader):
    assert reader.recognizes({}) is False


def test_a_log_that_ends_at_once_is_no_error(reader):
    assert list(reader.finish()) == []
