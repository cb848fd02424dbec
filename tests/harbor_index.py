# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a small corpus and its index, built once, and folders of each test's own."""

from __future__ import annotations

import shutil

import pytest

TIDES = '''\
# SPDX-FileCopyrightText: 2018 Dora Tester
# SPDX-License-Identifier: AGPL-3.0-only
"""Tide tables of small harbors."""


def high_waters(heights, minutes_per_sample, threshold=0.25):
    """Find the times of high water in a series of heights, in minutes from its beginning."""
    times = []
    rising = False
    lowest = heights[0]
    for position in range(1, len(heights)):
        before, here = heights[position - 1], heights[position]
        if here > before:
            if not rising:
                lowest = before
            rising = True
        elif rising and before - lowest >= threshold:
            share = (before - here) / max(before - lowest, 1e-9)
            times.append((position - 1 + min(share, 0.5)) * minutes_per_sample)
            rising = False
    return times


def drying_height(chart_datum, soundings, tolerance):
    """The highest sounding that falls dry at low water, and how many do."""
    dry = sorted(depth for depth in soundings if depth + tolerance < chart_datum)
    count = len(dry)
    if count == 0:
        return None, 0
    middle = dry[count // 2] if count % 2 else (dry[count // 2 - 1] + dry[count // 2]) / 2
    return max(dry[-1], middle + tolerance), count
'''


@pytest.fixture(scope="session")
def copied_function() -> str:
    """A function of the corpus, as an assistant might paste it."""
    return TIDES[TIDES.index("def high_waters") : TIDES.index("\n\ndef drying_height")]


@pytest.fixture(scope="session")
def harbor_corpus(tmp_path_factory):
    """A folder with one AGPL file."""
    folder = tmp_path_factory.mktemp("harbors") / "harbors"
    folder.mkdir()
    (folder / "tides.py").write_text(TIDES, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def built_index(harbor_corpus, tmp_path_factory):
    """The index of the corpus; not to be changed."""
    from codescan.__main__ import main

    out = tmp_path_factory.mktemp("indexes") / "harbors"
    assert main(["index", "build", "--corpus", str(harbor_corpus), "--out", str(out), "-q"]) == 0
    return out


@pytest.fixture
def own_index(built_index, tmp_path):
    """A copy of the index that a test may damage."""
    return shutil.copytree(built_index, tmp_path / "index")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """Keep the user's caches, indexes, logs and configuration out of the tests."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
