# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads an index as a training set: every file of every package."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.dedup.documents import InputText
from codescan.dedup.texts import MAX_NEAR_BYTES
from codescan.index.reader import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Skipped

__all__ = ["IndexPart", "index_parts"]

_CONTENTS = 2000
"""Contents of one part."""


@dataclass(frozen=True, slots=True)
class IndexPart:
    """Some contents of an index.

    Args:
        path: the index.
        first: number of the first content.
        end: number after the last one.
        root: hash of the index, to tell whether it changed.
    """

    path: str
    first: int
    end: int
    root: str

    @property
    def label(self) -> str:
        """Name for messages."""
        return Path(self.path).name

    def texts(self) -> Iterator[InputText | Skipped]:
        """Yield every file of these contents."""
        with closing(Index.open(self.path)) as index:
            for content_id in range(self.first, self.end):
                content = index.content(content_id)
                is_near = len(content) <= MAX_NEAR_BYTES
                for document in index.documents(content_id):
                    described = replace(document, content=b"")
                    yield InputText(
                        document.id, self.label, 0, described, content, len(content), is_near
                    )


def index_parts(path: Path) -> Iterator[IndexPart]:
    """Yield parts of up to 2,000 contents.

    Raises:
        IndexMissingError, IndexFormatError: it cannot be opened.
    """
    with closing(Index.open(path)) as index:
        count, root = len(index), index.manifest.root
    for first in range(0, count, _CONTENTS):
        yield IndexPart(str(path), first, min(count, first + _CONTENTS), root)
