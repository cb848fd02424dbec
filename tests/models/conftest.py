# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A StarCoder2 model with random weights that is built in a second; a server that obeys tests."""

import os
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are not a package

from odd_server import Server
from tiny_models import save_starcoder2

# Before torch is imported: for models this small a second thread costs more than it gives.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Triton decides when it is first imported, which transformers may do, whether to interpret.
if not Path("/dev/nvidiactl").exists():
    os.environ.setdefault("TRITON_INTERPRET", "1")


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """No test reaches the hub; those that look like it does replace this."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def packaged():
    """A function that fetches the weights of an alias and returns its name, or skips the test."""
    from codescan.errors import ModelError
    from codescan.models.loading.locate import locate

    def fetched(name):
        try:
            locate(name)
        except ModelError as error:
            pytest.skip(f"the weights of {name} cannot be had here: {error}")
        return name

    return fetched


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    return save_starcoder2(tmp_path_factory.mktemp("models") / "tiny-starcoder2")


@pytest.fixture(scope="session")
def tiny(tiny_folder):
    from codescan.models.backends.transformers import TransformersModel

    return TransformersModel(tiny_folder, device="cpu")


@pytest.fixture
def server(monkeypatch):
    """An `odd_server.Server` that runs for one test; clients wait little between attempts."""
    from codescan.models.http import client

    monkeypatch.setattr(client, "_BACKOFF", (0.01, 0.05))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    server = Server()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def _small_answers(monkeypatch):
    from codescan.models.http import client

    monkeypatch.setattr(client, "LARGEST_ANSWER", 1 << 20)
