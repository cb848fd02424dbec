# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A machine without a compiler gets one hint, before anything is downloaded or built."""

from __future__ import annotations

import runpy
import sys
import sysconfig
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ASKED = [
    "get_requires_for_build_wheel",
    "get_requires_for_build_editable",
    "build_wheel",
    "build_editable",
]


@pytest.fixture
def backend(monkeypatch, tmp_path):
    """The build backend on a machine with Python's headers, no compiler and no settings."""
    inner = types.ModuleType("scikit_build_core.build")
    names = (*ASKED, "build_sdist", "get_requires_for_build_sdist")
    names += tuple(f"prepare_metadata_for_build_{kind}" for kind in ("wheel", "editable"))
    for name in names:
        setattr(inner, name, lambda *arguments, name=name: (name, *arguments))
    outer = types.ModuleType("scikit_build_core")
    outer.build = inner
    monkeypatch.setitem(sys.modules, "scikit_build_core", outer)
    monkeypatch.setitem(sys.modules, "scikit_build_core.build", inner)
    for name in ("CXX", "CMAKE_ARGS", "CMAKE_TOOLCHAIN_FILE", "SKBUILD_CMAKE_ARGS"):
        monkeypatch.delenv(name, raising=False)
    include = tmp_path / "include"
    include.mkdir()
    (include / "Python.h").touch()
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(include))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return runpy.run_path(str(ROOT / "scripts/_build/checked_build.py"))


def install_compiler(folder, name):
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("step", ASKED)
def test_without_a_compiler_each_step_ends_with_the_hint(backend, step):
    with pytest.raises(SystemExit) as ended:
        backend[step]("folder") if step.startswith("build") else backend[step]()
    hint = str(ended.value).strip()
    assert "no C++ compiler" in hint
    assert "apt-get install g++" in hint
    assert len(hint.splitlines()) <= 4


@pytest.mark.parametrize("name", ["c++", "g++", "clang++"])
def test_with_a_compiler_the_backend_is_asked(backend, tmp_path, name):
    install_compiler(tmp_path / "bin", name)
    settings = {"build-dir": "b"}
    assert backend["get_requires_for_build_wheel"](settings) == (ASKED[0], settings)
    assert backend["build_wheel"]("dist", settings) == ("build_wheel", "dist", settings, None)


def test_a_compiler_that_is_named_counts(backend, tmp_path, monkeypatch):
    program = install_compiler(tmp_path, "own-compiler")
    monkeypatch.setenv("CXX", f"{program} -stdlib=libc++")
    assert backend["obstacle"](None) == ""
    monkeypatch.setenv("CXX", str(tmp_path / "none"))
    assert "no C++ compiler" in backend["obstacle"](None)


@pytest.mark.parametrize(
    ("variable", "value", "settings"),
    [
        ("CMAKE_TOOLCHAIN_FILE", "/opt/arm.cmake", None),
        ("CMAKE_ARGS", "-DCMAKE_CXX_COMPILER=/opt/c++", None),
        ("SKBUILD_CMAKE_ARGS", "-DCMAKE_TOOLCHAIN_FILE=a", None),
        ("OTHER", "", {"cmake.define.CMAKE_TOOLCHAIN_FILE": "zig/toolchain.cmake"}),
        ("OTHER", "", {"cmake.args": ["-G", "-DCMAKE_CXX_COMPILER=/opt/c++"]}),
    ],
)
def test_a_build_with_its_own_toolchain_is_left_to_cmake(
    backend, monkeypatch, variable, value, settings
):
    monkeypatch.setenv(variable, value)
    assert backend["obstacle"](settings) == ""


def test_missing_headers_of_python_are_named(backend, tmp_path):
    install_compiler(tmp_path / "bin", "c++")
    (tmp_path / "include/Python.h").unlink()
    assert "python3-dev" in backend["obstacle"](None)


def test_windows_users_are_sent_to_wsl(backend, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert "WSL" in backend["obstacle"](None)


def test_a_source_archive_needs_no_compiler(backend):
    assert backend["build_sdist"]("dist") == ("build_sdist", "dist")
