# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines that projects outside the index added between two releases: what is found is false.

Releases of PyPI stand for histories: they need no repository host.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from _evaluation.chance import searched
from _evaluation.reading import BORROWED, class_of

from codescan.records import Document, Grade
from codescan.sources.recipe import Recipe, SourceSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _evaluation.chance import ChanceMatch

    from codescan.index import Index

__all__ = ["HISTORIES", "History", "history"]

HISTORIES = (
    ("httpie", "2.6.0", "3.2.2"),
    ("locust", "2.0.0", "2.20.1"),
    ("sanic", "21.12.2", "23.12.1"),
    ("poetry", "1.2.2", "1.7.1"),
    ("streamlink", "3.2.0", "6.5.0"),
    ("textual", "0.10.1", "0.47.1"),
    ("falcon", "2.0.0", "3.1.3"),
    ("beets", "1.4.9", "1.6.0"),
)
"""(package, earlier release, later release)."""


@dataclass
class History:
    """What a project added, and the findings of grade A or B in it."""

    package: str
    added: int = 0
    """Lines."""
    findings: list[tuple[str, ChanceMatch, str]] = field(default_factory=list)
    """(file, finding, class)."""

    @property
    def false(self) -> int:
        """Findings that were not borrowed."""
        return sum(read != BORROWED for _text, _match, read in self.findings)


def history(index: Index, package: str, before: str, after: str) -> History:
    """Scan what a package added between two releases."""
    earlier = {_path(document): document for document in _documents(package, before)}
    known = {document.origin.sha256 for document in earlier.values()}
    package_history = History(package)
    for document in _documents(package, after):
        if document.language != "python" or document.origin.sha256 in known:
            continue
        other = earlier.get(_path(document))
        added = _added(other.content if other else b"", document.content)
        package_history.added += len(added)
        for text in searched(index, [document], 1.0):
            for match in text.matches:
                lines = range(match.region[0], match.region[1] + 1)
                is_added = 2 * len(added.intersection(lines)) >= len(lines)
                if is_added and match.grade in (Grade.A.value, Grade.B.value):
                    package_history.findings.append(
                        (text.text, match, class_of(text.text, match.origin))
                    )
    return package_history


def _documents(package: str, version: str) -> Iterator[Document]:
    spec = SourceSpec("pypi", {"packages": [f"{package}=={version}"]}, "history")
    for source in Recipe(package, "a release", (spec,)).open():
        for item in source.documents():
            if isinstance(item, Document):
                yield item


def _path(document: Document) -> str:
    return document.origin.path


def _added(before: bytes, after: bytes) -> set[int]:
    """Lines, 1-based, of the later text that the earlier has not; blank ones do not count."""
    old, new = _lines(before), _lines(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    added = {
        number + 1
        for tag, _a, _b, start, end in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for number in range(start, end)
    }
    return {number for number in added if new[number - 1] != _BLANK}


_BLANK = hashlib.blake2b(b"", digest_size=8).digest()


def _lines(text: bytes) -> Sequence[bytes]:
    return [hashlib.blake2b(line.strip(), digest_size=8).digest() for line in text.split(b"\n")]
