# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Export the identifiers of all contents of an index, and look up contents in such a list."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnProgress, no_progress
from codescan.errors import CodescanError, EmptyCorpusError, IndexFormatError, UsageError
from codescan.records.json_form import JsonForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.index import Index
    from codescan.index.swhid_list import Form, ListHeader, SwhidList

__all__ = [
    "ExportedList",
    "IdentifierList",
    "Membership",
    "MembershipAnswers",
    "export_swhids",
    "find_members",
]

_MAX_IDENTIFIER = 4096
"""Maximum bytes of a line on standard input."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether one content is in a list."""

    json_form: ClassVar = JsonForm(
        optional=("problem",), renamed={"is_member": "member", "is_certain": "certain"}
    )

    item: str
    """The identifier or path, as given."""
    swhid: str | None
    """Null if the item could not be read."""
    is_member: bool | None
    """Null if the item could not be read."""
    is_certain: bool
    """Whether the answer is exact. Otherwise it is wrong with the error rate of the list."""
    problem: str = ""
    """Why the item could not be read."""


@dataclass(frozen=True, slots=True)
class IdentifierList:
    """A list of identifiers in a file."""

    path: Path
    form: str
    count: int
    """Number of identifiers."""
    index: str
    """Name of the index."""
    digest: str
    """Digest of its corpus."""
    false_positive_log2: float | None
    """Base-2 logarithm of the maximum false-positive rate; null if every answer is exact."""

    @classmethod
    def of(cls, path: Path, header: ListHeader) -> Self:
        """The list in a file, by its header."""
        return cls(path, header.form, header.count, header.index, header.digest,
                   header.false_positive_log2)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportedList(IdentifierList):
    """A written list."""

    bytes: int = 0
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class MembershipAnswers:
    """The answers of one look-up."""

    json_form: ClassVar = JsonForm(renamed={"answers": "items"})

    schema_version: int
    list: IdentifierList
    answers: tuple[Membership, ...]

    @property
    def unread(self) -> int:
        """Number of items that could not be read."""
        return sum(answer.is_member is None for answer in self.answers)

    def exit_code(self, fail_on: str) -> ExitCode:
        """1 for a failing answer, else 5 for an unread item, else 0.

        Args:
            fail_on: "member", "absent" or "none".
        """
        failing = {"member": True, "absent": False}.get(fail_on)
        if failing is not None and any(answer.is_member is failing for answer in self.answers):
            return ExitCode.FINDINGS
        if self.unread or not self.answers:
            return ExitCode.UNCHECKED
        return ExitCode.NOTHING_FOUND


def export_swhids(
    index: Index, out: Path, form: Form, on_progress: OnProgress = no_progress
) -> ExportedList:
    """Write the identifiers of all contents of an index, sorted.

    Args:
        index: the index.
        out: the file.
        form: "text" (exact) or "compact" (9 bytes per identifier).
        on_progress: called with the number of contents.

    Raises:
        EmptyCorpusError: the index is empty.
        IndexFormatError: the index is damaged.
        OutputError: the file cannot be written.
    """
    from codescan.index.swhid_list import write_swhid_list

    if not len(index):
        raise EmptyCorpusError(f"the index {index.path} holds no content", "build it again")
    manifest = index.manifest
    header = write_swhid_list(
        _hashes(index, on_progress), out, form, manifest.name, manifest.digest
    )
    return replace(ExportedList.of(out, header), bytes=out.stat().st_size)


def find_members(
    items: Sequence[str], list_file: Path, stdin: BinaryIO | None = None
) -> MembershipAnswers:
    """Look up contents in a list.

    Args:
        items: identifiers, paths of files, and "-" for lines of identifiers on standard input.
        list_file: the list.
        stdin: standard input.

    Raises:
        UsageError: the list does not exist, or an identifier is not of a content.
        IndexFormatError: the list is damaged.
    """
    from codescan.index.swhid_list import SwhidList

    opened = SwhidList(list_file)
    try:
        answers = tuple(answer for item in items for answer in _answers(item, opened, stdin))
        return MembershipAnswers(1, IdentifierList.of(list_file, opened.header), answers)
    finally:
        opened.close()


def _hashes(index: Index, on_progress: OnProgress) -> Iterator[bytes]:
    from codescan.text.swhid import blob_sha1

    total = len(index)
    for content_id in range(total):
        content = index.content(content_id)
        yield blob_sha1((content,), len(content))
        if content_id % 1000 == 0:
            on_progress("hash", content_id, total)


def _answers(item: str, opened: SwhidList, stdin: BinaryIO | None) -> Iterator[Membership]:
    from codescan.index.swhid_list import parse_swhid

    if item == "-":
        for line in _lines(stdin):
            sha1 = parse_swhid(line)
            if sha1 is None:
                raise UsageError(
                    f"{line[:80]!r} on standard input is not an identifier",
                    "give one swh:1:cnt:… a line",
                )
            yield _answer(line, sha1, opened)
        return
    sha1 = parse_swhid(item)
    if sha1 is None:
        try:
            sha1 = _file_sha1(Path(item))
        except (CodescanError, OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or getattr(error, "message", str(error))
            yield Membership(item, None, None, is_certain=False, problem=str(reason))
            return
    yield _answer(item, sha1, opened)


def _answer(item: str, sha1: bytes, opened: SwhidList) -> Membership:
    is_member = sha1 in opened
    is_certain = not is_member or opened.header.form == "text"
    return Membership(item, f"swh:1:cnt:{sha1.hex()}", is_member, is_certain)


def _file_sha1(path: Path) -> bytes:
    """The hash of a file, in bounded memory.

    Raises:
        OSError, IndexFormatError: it cannot be read, is not a regular file, or changes during
        reading.
    """
    from codescan.index.regular_files import RegularFile
    from codescan.text.swhid import blob_sha1

    file = RegularFile(Path(os.path.realpath(path)))
    try:
        size, read = file.size, 0

        def counted() -> Iterator[bytes]:
            nonlocal read
            for chunk in file.chunks(size + 1):
                read += len(chunk)
                yield chunk

        sha1 = blob_sha1(counted(), size)
        if read != size:  # also a file of the system that states no size
            raise IndexFormatError(
                "it does not have the size that it states", "name a regular file"
            )
    finally:
        file.close()
    return sha1


def _lines(stdin: BinaryIO | None) -> Iterator[str]:
    """Yield the lines of standard input that are not empty."""
    if stdin is None:
        return
    while line := stdin.readline(_MAX_IDENTIFIER):
        text = line.decode("utf-8", "replace").strip()
        if text:
            yield text
