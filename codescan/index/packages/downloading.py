# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fetches the parts of a package side by side; each is tested before it is written."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from codescan.errors import PackageError
from codescan.index.packages.statement import part_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.index.packages.assembly import Assembly, Places
    from codescan.index.packages.statement import Part
    from codescan.index.packages.storage import Storage

__all__ = ["download_parts"]

_THREADS = 4
"""At a time; each holds one part in memory."""


def download_parts(
    storage: Storage, missing: Places, assembly: Assembly, on_bytes: Callable[[int], None]
) -> int:
    """Fetch parts and put them in place.

    Args:
        storage: where they are.
        missing: the parts, and where each belongs.
        assembly: takes them.
        on_bytes: called with the number of bytes that were put in place.

    Returns:
        The number of bytes received.

    Raises:
        PackageError: a part is missing, altered or out of reach. Those before it stay in place.
        OSError: a part cannot be written.
    """

    def fetch(part: Part) -> Part:
        content = storage.read(part_path(part.sha256), part.bytes)
        if len(content) != part.bytes or hashlib.sha256(content).hexdigest() != part.sha256:
            raise PackageError(
                f"the part {part_path(part.sha256)} at {storage.url} is not what the publisher "
                f"signed ({len(content):,} of {part.bytes:,} bytes)",
                "the server or the connection altered it: try again later, or ask the publisher",
            )
        for path, offset in missing[part]:
            assembly.write(path, offset, content)
        return part

    received = placed = 0
    with ThreadPoolExecutor(_THREADS) as threads:
        futures = [threads.submit(fetch, part) for part in missing]
        try:
            for future in as_completed(futures):
                part = future.result()
                received += part.bytes
                placed += part.bytes * len(missing[part])
                on_bytes(placed)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return received
