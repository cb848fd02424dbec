# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The CPU that reading licenses and copyrights takes of an index build."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from codescan.index import build
from codescan.licenses.file_statements import FileStatements, file_statements
from codescan.sources import assemble
from codescan.sources.directory import DirectorySource

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["building_seconds", "show"]

_NOTICES = Path(__file__).parent / "license_notices.toml"


def show(folder: Path) -> None:
    """Print the share of reading licenses and copyrights in building an index, in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        files, start, reading, whole = pool.submit(building_seconds, folder).result()
    print(
        f"licenses and copyrights of {files} files: {reading:.2f} s of CPU,"
        f" index build {whole:.2f} s: {reading / whole:.1%};"
        f" with the start of {start:.2f} s: {(reading + start) / (whole + start):.1%}"
    )


def building_seconds(folder: Path) -> tuple[int, float, float, float]:
    """Files, seconds of CPU of the start, of reading them, and of building an index.

    The start takes the same time for any number of files. Reading is timed within the build: apart,
    its answers would be those that the build has kept.
    """
    before = time.process_time()
    _load_tables()
    loading = time.process_time() - before
    seconds = [0.0]
    files = [0]

    def timed(read: Callable[..., Any]) -> Callable[..., Any]:
        def answer(*args: object, **kwargs: object) -> object:
            start = time.process_time()
            try:
                return read(*args, **kwargs)
            finally:
                seconds[0] += time.process_time() - start

        return answer

    def counted(content: bytes, *, is_prose: bool) -> FileStatements:
        files[0] += 1
        return file_statements(content, is_prose=is_prose)

    with (
        mock.patch.object(assemble, "file_statements", timed(counted)),
        tempfile.TemporaryDirectory() as temporary,
    ):
        start = time.process_time()
        build(
            [DirectorySource(str(folder))], Path(temporary) / "ix", name="cpu",
            recipe={"kind": "cpu"}, workers=1,
        )  # fmt: skip
        return files[0], loading, seconds[0], time.process_time() - start


def _load_tables() -> None:
    """Read the license data and compile the patterns, with notices that need them."""
    groups = tomllib.loads(_NOTICES.read_text(encoding="utf-8"))["notices"]
    for text in (text for group in groups for text in group["texts"]):
        content = "".join(f"# {line}\n" for line in text.splitlines()).encode()
        file_statements(content)
