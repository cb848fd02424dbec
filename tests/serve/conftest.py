# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A service on a free port, over the index of one AGPL file and one MIT file."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harbor_project import build_harbor_index, isolate
from harbor_texts import C_COPY, COPY
from model_service import ModelService
from service_runs import running

# The extra `serve` may be missing.
_LIBRARIES = ("fastapi", "uvicorn", "prometheus_client")
collect_ignore_glob = ["test_*.py"] if any(find_spec(name) is None for name in _LIBRARIES) else []


@pytest.fixture(scope="session")
def harbor_index(tmp_path_factory):
    """Folder of the index; not to be changed."""
    return build_harbor_index(tmp_path_factory)


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for a Unix socket, which TMPDIR may not be."""
    place = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 - the folder in it is private
    with tempfile.TemporaryDirectory(prefix="codescan-", dir=place) as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch, tmp_path):
    isolate(monkeypatch, tmp_path)


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


@pytest.fixture
def model():
    service = ModelService()
    yield service
    service.close()


@pytest.fixture
def gate(model, harbor_index, tmp_path, monkeypatch):
    """Start a gateway in front of the model service."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "mine"\nlicense = "MIT"\n')
    (folder / "codescan.toml").write_text("")
    monkeypatch.chdir(folder)
    from codescan.app.completion_policy import read_completion_policy
    from codescan.app.gateway_report import GatewayReport
    from codescan.app.shared_index import SharedIndex
    from codescan.config import Config
    from codescan.serve.gateway import Gateway

    with contextlib.ExitStack() as stack:

        def start(on_copy="log", limit=0, **settings):
            index = SharedIndex(harbor_index, None, Config())
            with index.lease() as opened:
                report = GatewayReport(tmp_path / "run", {}, opened.matching.index)
            gateway = Gateway(read_completion_policy(folder), report, model.url, on_copy, limit)
            service = stack.enter_context(
                running(harbor_index, index=index, gateway=gateway, **settings)
            )
            service.gateway = gateway
            return service

        yield start
