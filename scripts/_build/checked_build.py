# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The build backend: scikit-build-core's, after a check that the native code can be compiled.

pip calls `get_requires_for_build_*` before it downloads any dependency. Who has no wheel and no
compiler therefore reads one hint, not two hundred lines that end in it.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from scikit_build_core import build as backend
from scikit_build_core.build import (
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    Settings = Mapping[str, str | list[str]] | None

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

COMPILERS = ("c++", "g++", "clang++")
TOOLCHAIN = ("CMAKE_TOOLCHAIN_FILE", "CMAKE_CXX_COMPILER")
"""What names another compiler to CMake, in the environment or in the settings of a build."""


def obstacle(settings: Settings) -> str:
    """Why the native code cannot be compiled here, and what to do; empty if nothing is in the way.

    A build that names its own toolchain is not judged: CMake will.
    """
    if sys.platform == "win32":
        return (
            "On Windows, codescan is installed from a wheel and cannot be built from source.\n"
            "There are wheels for Python 3.11 and newer on 64-bit Windows: update Python or pip,\n"
            "or install codescan inside WSL."
        )
    named = [f"{key}={value}" for key, value in (settings or {}).items()]
    named += [f"{key}={value}" for key, value in os.environ.items() if "CMAKE" in key]
    if any(name in text for name in TOOLCHAIN for text in named):
        return ""
    own = os.environ.get("CXX", "").split()[:1]
    if not any(map(shutil.which, [*own, *COMPILERS])):
        return (
            "This builds codescan from source, and there is no C++ compiler.\n"
            "Install one (Debian: apt-get install g++; macOS: xcode-select --install),\n"
            "or install a wheel, which needs none. Wheels: Python 3.11 and newer, on Linux and macOS\n"
            "(x86-64, arm64) and 64-bit Windows. The pre-commit hook of docs/gate.md uses one."
        )
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return f"The C headers of {sys.executable} are missing. Debian: apt-get install python3-dev"
    return ""


def _check(settings: Settings) -> None:
    reason = obstacle(settings)
    if reason:
        sys.exit(f"\n{reason}\n")


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What a build of a wheel needs."""
    _check(config_settings)
    return backend.get_requires_for_build_wheel(config_settings)


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """What a build of an editable installation needs."""
    _check(config_settings)
    return backend.get_requires_for_build_editable(config_settings)


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel."""
    _check(config_settings)
    return backend.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """Build an editable installation."""
    _check(config_settings)
    return backend.build_editable(wheel_directory, config_settings, metadata_directory)
