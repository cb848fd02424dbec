# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the data files of the package, or map them.

`importlib.resources` does the same, and loads twenty modules of the standard library for it.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mapped_data", "packaged_data"]


def packaged_data(package: str, name: str) -> bytes:
    """The bytes of a file that ships with a package.

    Args:
        package: its full name.
        name: path of the file from the package's folder, with forward slashes.

    Raises:
        OSError: the package lacks the file.
    """
    spec: Any = import_module(package).__spec__
    for path in _paths(spec, name):
        try:
            content: bytes = spec.loader.get_data(path)
        except OSError:
            continue
        return content
    raise FileNotFoundError(f"{package} has no file {name}")


def mapped_data(package: str, name: str) -> memoryview:
    """The same as a view of the file, of which only the parts that are used are read.

    A package that is imported from an archive has no file; its bytes are read.

    Args:
        package: its full name.
        name: path of the file from the package's folder, with forward slashes.

    Raises:
        OSError: the package lacks the file.
    """
    import mmap

    for path in _paths(import_module(package).__spec__, name):
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError:
            continue
    return memoryview(packaged_data(package, name))


def _paths(spec: Any, name: str) -> Iterator[str]:
    """The possible paths of a file of a package."""
    for folder in spec.submodule_search_locations:
        yield os.path.join(folder, *name.split("/"))  # noqa: PTH118  no pathlib is loaded for it
