# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The number of cores is known on every operating system."""

import os

import pytest

from codescan.system.usable_cores import usable_cores


def test_on_this_machine():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(("count", "cores"), [(8, 8), (None, 1)])
def test_where_no_process_can_be_confined(monkeypatch, count, cores):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert usable_cores() == cores


def test_where_a_process_is_confined(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {2, 5}, raising=False)
    assert usable_cores() == 2
