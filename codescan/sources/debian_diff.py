# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files that the diff of a Debian source package in format 1.0 adds: its debian folder."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from codescan.sources.assemble import Entry, Unread
from codescan.sources.paths import normalize
from codescan.text.packed_streams import GzipStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["new_files"]

_MAX_BYTES = 64 << 20
_NAME = re.compile(rb"^\+\+\+ [^/\n]{1,200}/(debian/[^\t\n]{1,400})", re.MULTILINE)
_NEW = re.compile(rb"\A[^\n]*\n@@ -0,0 \+1(?:,(\d{1,7}))? @@[^\n]*\n")


def new_files(path: Path) -> Iterator[Entry]:
    """Yield each file below debian/ that the diff creates, as the diff lists them.

    Changes to upstream's files are ignored: those files are read without the changes.

    Args:
        path: the .diff.gz.
    """
    try:
        with path.open("rb") as raw, io.BufferedReader(GzipStream(raw)) as packed:
            diff = packed.read(_MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        yield Unread(path.name, "corrupt-archive", str(error))
        return
    if len(diff) > _MAX_BYTES:
        yield Unread(path.name, "too-large")
        return
    starts = [match.start() for match in _NAME.finditer(diff)]
    for start, end in zip(starts, [*starts[1:], len(diff)][: len(starts)], strict=True):
        name = _NAME.match(diff, start)
        hunk = _NEW.match(diff[start:end])
        if name is None or hunk is None:
            continue
        inside = normalize(name.group(1).decode("utf-8", "replace").strip())
        lines = diff[start + hunk.end() : end].split(b"\n")[: int(hunk.group(1) or 1)]
        if inside is not None:
            yield inside, b"".join(line[1:] + b"\n" for line in lines if line[:1] == b"+")
