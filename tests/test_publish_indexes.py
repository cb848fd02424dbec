# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`scripts/publish_indexes`: from a recipe to a package that can be pulled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from package_server import files_of

from codescan.index.packages.folder_storage import FolderStorage
from codescan.index.packages.pulling import fetch_statement, pull
from codescan.index.packages.trust_store import TrustStore
from codescan.signatures.signing_keys import create_key_files

ROOT = Path(__file__).resolve().parents[1]


def test_a_recipe_becomes_a_package(tmp_path, corpus_folder):
    import datetime as dt

    key = create_key_files(tmp_path / "key")
    (tmp_path / "mine.toml").write_text(
        f'description = "mine"\n[[sources]]\nkind = "directory"\npath = "{corpus_folder}"\n'
    )

    def publish(*corpora):
        return subprocess.run(
            [sys.executable, ROOT / "scripts" / "publish_indexes", "--signing-key",
             tmp_path / "key", "--out", tmp_path / "out", *corpora],
            capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    result = publish(tmp_path / "mine.toml")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[1].startswith("mine ")
    before = files_of(tmp_path / "out.work" / "mine")
    again = publish(tmp_path / "mine.toml", tmp_path / "nothing.toml")
    assert again.returncode == 3
    assert "nothing.toml" in again.stderr
    assert files_of(tmp_path / "out.work" / "mine") == before  # not built twice
    trust = TrustStore(tmp_path / "trust")
    trust.add(key.public.pem)
    storage = FolderStorage(tmp_path / "out")
    pull(
        fetch_statement("mine", storage, trust, dt.datetime.now(tz=dt.UTC)), storage, tmp_path / "x"
    )
    assert files_of(tmp_path / "x") == before
