# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One open index for many callers, replaced when its folder holds a newer one."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from codescan.app.indexes import minimum_tokens, open_index, selected_folder
from codescan.matchers.matching import Matching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.config import Config

__all__ = ["OpenIndex", "SharedIndex"]

_LOOK_SECONDS = 0.25
"""Seconds between two checks of the folder."""
_MANIFEST = "manifest.json"


@dataclass(slots=True, eq=False)
class OpenIndex:
    """An open index with its matchers, used by `users` callers."""

    matching: Matching
    min_tokens: int
    """Minimum length of a finding."""
    signature: tuple[int, ...]
    """File signature of the manifest when the index was opened."""
    users: int = 0
    is_current: bool = True


class SharedIndex:
    """An index that stays open between uses. Thread-safe.

    A caller keeps its index even if it is replaced during use.

    Args:
        index_folder: as for `open_index`.
        corpus: as for `open_index`.
        config: as for `open_index`; also gives the minimum length.
        min_tokens: minimum length of a finding; None: from `minimum_tokens`.

    Raises:
        IndexMissingError: the index is missing.
        IndexFormatError: the index has another version or is damaged.
        UsageError: the options contradict each other, or `min_tokens` is below the guarantee.
    """

    def __init__(
        self,
        index_folder: Path | None,
        corpus: str | None,
        config: Config,
        *,
        min_tokens: int | None = None,
    ) -> None:
        self._request = index_folder, corpus, config
        self._min_tokens = min_tokens
        self._lock = Lock()
        self._looked = 0.0
        self.swaps = 0
        """Number of replacements by a newer index."""
        self._current = self._opened()

    @property
    def folder(self) -> Path:
        """The folder of the index."""
        return self._current.matching.index.path

    @contextlib.contextmanager
    def lease(self) -> Iterator[OpenIndex]:
        """The newest index, open until the block ends.

        Raises:
            CodescanError: the folder no longer holds a valid index. The older index is not used
                instead.
        """
        leased = self._take()
        try:
            yield leased
        finally:
            with self._lock:
                leased.users -= 1
                self._close_unused(leased)

    def is_at_hand(self) -> bool:
        """Whether a lease would start at once: no other thread is opening an index."""
        return not self._lock.locked() and time.monotonic() - self._looked < _LOOK_SECONDS

    def close(self) -> None:
        """Close the index after its last use."""
        with self._lock:
            self._current.is_current = False
            self._close_unused(self._current)

    def _take(self) -> OpenIndex:
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= _LOOK_SECONDS:
                if _signature(self.folder) != self._current.signature:
                    replaced, self._current = self._current, self._opened()
                    replaced.is_current = False
                    self.swaps += 1
                    self._close_unused(replaced)
                self._looked = now
            self._current.users += 1
            return self._current

    def _opened(self) -> OpenIndex:
        folder, corpus, config = self._request
        known = selected_folder(folder, corpus, config)
        signature = _signature(known)  # before: an index that comes in between is opened again
        index = open_index(folder, corpus, config)
        least = minimum_tokens(index, self._min_tokens, config)
        return OpenIndex(Matching.of(index), least, signature)

    @staticmethod
    def _close_unused(opened: OpenIndex) -> None:
        if not opened.is_current and opened.users == 0:
            opened.matching.index.close()


def _signature(folder: Path) -> tuple[int, ...]:
    """File signature that changes when the manifest is replaced; empty without a manifest."""
    try:
        status = (folder / _MANIFEST).stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
