# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A service on a free port, over the index of one AGPL file and one MIT file."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "gate"))
sys.path.insert(0, str(Path(__file__).parent))

from harbor_texts import C_COPY, COPY, SOUNDINGS, TIDES
from service_runs import running

# The extra `serve` may be missing.
_LIBRARIES = ("fastapi", "uvicorn", "prometheus_client")
collect_ignore_glob = ["test_*.py"] if any(find_spec(name) is None for name in _LIBRARIES) else []


def build_index(folder: Path, out: Path) -> Path:
    from codescan.__main__ import main

    assert main(["index", "build", "--corpus", str(folder), "--out", str(out), "-q"]) == 0
    return out


@pytest.fixture(scope="session")
def harbor_index(tmp_path_factory):
    """Folder of the index; not to be changed."""
    corpus = tmp_path_factory.mktemp("corpus") / "harbors"
    corpus.mkdir()
    (corpus / "tides.py").write_text(TIDES, encoding="utf-8")
    (corpus / "soundings.c").write_text(SOUNDINGS, encoding="utf-8")
    return build_index(corpus, tmp_path_factory.mktemp("indexes") / "harbors")


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for a Unix socket, which test folders are not."""
    with tempfile.TemporaryDirectory(prefix="codescan-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    """Keep the user's caches, sockets and git configuration out of the tests."""
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CODESCAN_SERVE_TOKEN", raising=False)
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def served(harbor_index):
    """A service with default settings, shared by the tests of a module."""
    with running(harbor_index, threads=2) as service:
        yield service


@pytest.fixture
def start(harbor_index):
    """Start a service with other settings; it ends with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda folder=None, **settings: stack.enter_context(
            running(folder or harbor_index, **settings)
        )


@pytest.fixture
def runs(tmp_path, harbor_index):
    """A folder with the run of a gateway."""
    from codescan.app.gateway_report import GatewayReport
    from codescan.app.shared_index import SharedIndex
    from codescan.app.text_scan import Text, scan_text
    from codescan.config import Config

    index = SharedIndex(harbor_index, None, Config())
    with index.lease() as opened:
        report = GatewayReport(tmp_path / "runs" / "<img src=x>", {}, opened.matching.index)
        for number, text in enumerate((COPY, C_COPY)):
            report.add(f"answer {number}", [scan_text(Text(text, "a"), opened)], {"a": text})
        report.write()
    index.close()
    return tmp_path / "runs"
