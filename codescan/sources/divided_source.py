# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sources that consist of parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Source
    from codescan.records import Document, Skipped

__all__ = ["DividedSource"]


class DividedSource(ABC):
    """A source whose documents are the documents of its parts, in order."""

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the documents of each part."""
        for part in self.parts():
            yield from part.documents()

    @abstractmethod
    def parts(self) -> Iterator[Source]:
        """Yield independent, picklable sources that together hold the same documents."""
