# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options that name where tasks run."""

from __future__ import annotations

import pytest

from codescan.errors import MissingExtraError, UsageError
from codescan.tasks import ray_cluster
from codescan.tasks.ray_cluster import cluster


def test_the_local_engine_has_no_cluster():
    with cluster("local", None, 2) as nodes:
        assert nodes is None


@pytest.mark.parametrize(("engine", "address"), [("moon", None), ("local", "auto")])
def test_contradictory_options_are_refused(engine, address):
    with pytest.raises(UsageError), cluster(engine, address, None):
        pass


def test_a_missing_library_names_its_extra(monkeypatch):
    monkeypatch.setattr(ray_cluster, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError) as raised, cluster("ray", None, None):
        pass
    assert "cluster" in raised.value.hint
