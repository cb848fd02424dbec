# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the data files of the package.

`importlib.resources` does the same, and loads twenty modules of the standard library for it.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

__all__ = ["packaged_data"]


def packaged_data(package: str, name: str) -> bytes:
    """The bytes of a file that ships with a package.

    Args:
        package: its full name.
        name: path of the file from the package's folder, with forward slashes.

    Raises:
        OSError: there is no such file.
    """
    spec: Any = import_module(package).__spec__
    for folder in spec.submodule_search_locations:
        path = os.path.join(folder, *name.split("/"))  # noqa: PTH118  no pathlib is loaded for it
        try:
            content: bytes = spec.loader.get_data(path)
        except OSError:
            continue
        return content
    raise FileNotFoundError(f"{package} has no file {name}")
