# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lists of the Software Heritage identifiers of all contents in an index.

    one line of JSON         form, number of entries, index
    entries                  sorted, each once, all of one width
    one line                 SHA-256 of all bytes before it

A list has one of two forms. `text`: entries are lines of identifiers with the whole SHA-1, so every
answer is exact. `compact`: entries are the first 9 bytes of the SHA-1. "Absent" is always right;
"present" is wrong with a probability of at most entries / 2^72, or 2^-40 for up to 2^32 entries.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import math
import re
import tempfile
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec

from codescan.errors import IndexFormatError, OutputError, UsageError
from codescan.index.regular_files import RegularFile
from codescan.records.json_decode import DecodingError, decode_json
from codescan.records.json_form import JsonForm
from codescan.tasks.unfinished import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Form", "ListHeader", "SwhidList", "parse_swhid", "write_swhid_list"]

Form = Literal["text", "compact"]

_PREFIX = b"swh:1:cnt:"
_SWHID = re.compile(r"swh:1:cnt:([0-9a-f]{40})(;[\x21-\x7e]*)?")
_HASH_BYTES = 20
_COMPACT_BYTES = 9
_WIDTHS = {"text": len(_PREFIX) + 2 * _HASH_BYTES + 1, "compact": _COMPACT_BYTES}
_MAX_COUNT = 1 << 32
"""Maximum entries: up to here, an answer of the compact form is wrong with at most 2^-40."""
_MAX_HEADER_BYTES = 4096
_TRAILER = re.compile(rb"sha256 ([0-9a-f]{64})\n")
_TRAILER_BYTES = 72
_RUN = 1 << 20
"""Number of hashes that are sorted in memory at a time."""
_BLOCK_BYTES = 1 << 20
_HINT = "get the list again from whoever made it"


class ListHeader(msgspec.Struct, frozen=True):
    """The first line of a list."""

    json_form: ClassVar = JsonForm(derived=("false_positive_log2",), hidden=("format", "version"))

    format: Literal["codescan-swhids"]
    version: Literal[1]
    form: Form
    count: Annotated[int, msgspec.Meta(ge=1, le=_MAX_COUNT)]
    index: Annotated[str, msgspec.Meta(max_length=500)]
    """Name of the index."""
    digest: Annotated[str, msgspec.Meta(max_length=500)]
    """Digest of its corpus."""

    @property
    def false_positive_log2(self) -> float | None:
        """Base-2 logarithm of the maximum probability that an absent content is called present.

        None if answers are exact.
        """
        if self.form == "text":
            return None
        return math.log2(max(1, self.count)) - 8 * _COMPACT_BYTES


def parse_swhid(text: str) -> bytes | None:
    """The SHA-1 of an identifier of a content, with or without qualifiers; None for another text.

    Raises:
        UsageError: it is an identifier of something else than a content, or damaged.
    """
    match = _SWHID.fullmatch(text)
    if match is not None:
        return bytes.fromhex(match[1])
    if text.startswith("swh:"):
        raise UsageError(
            f"{text[:80]!r} is not the identifier of a content",
            "lists hold contents only: swh:1:cnt: and 40 hexadecimal digits in lower case",
        )
    return None


def write_swhid_list(
    hashes: Iterable[bytes], out: Path, form: Form, index: str, digest: str
) -> ListHeader:
    """Write a list completely or not at all. Memory is bounded for any number of hashes.

    Args:
        hashes: SHA-1 of each content (20 bytes), in any order, possibly several times.
        out: the file; an existing one is replaced.
        form: "text" or "compact".
        index: name of the index.
        digest: digest of its corpus.

    Returns:
        The header of the list.

    Raises:
        OutputError: the file cannot be written.
        UsageError: there are too many contents for one list.
    """
    try:
        with ExitStack() as opened:
            runs = [_entries(run) for run in _sorted_runs(hashes, out.parent, opened)]
            body = opened.enter_context(tempfile.TemporaryFile(dir=out.parent))
            count = _write_entries(heapq.merge(*runs), body, form)
            header = ListHeader("codescan-swhids", 1, form, count, index[:500], digest[:500])
            _write_list(header, body, opened.enter_context(replacing(out)))
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written: {error.strerror or error}",
            "check the folder, the free space and the permissions",
        ) from error
    return header


class SwhidList:
    """A list opened for look-ups. Its checksum is tested when it is opened.

    Args:
        path: the file.

    Raises:
        UsageError: there is no file.
        IndexFormatError: it is not a list, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = RegularFile(path)
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(f"{path} does not exist", "name a list with --swhids") from None
        except IndexFormatError as error:
            raise IndexFormatError(error.message, "name a list with --swhids") from error
        try:
            self._first, self.header = self._read_header()
            self._width = _WIDTHS[self.header.form]
            self._test_whole()
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, sha1: bytes) -> bool:
        """Whether a content is listed, by the SHA-1 of its identifier.

        Raises:
            IndexFormatError: the entries are not sorted.
        """
        sought_entry = _entry(sha1, self.header.form)
        low, high = 0, self.header.count
        below, above = b"", b"\xff" * self._width
        while low < high:
            middle = (low + high) // 2
            entry = self._file.read(self._width, self._first + middle * self._width)
            if not below < entry <= above or len(entry) != self._width:
                raise self._damaged("its entries are not sorted")
            if entry == sought_entry:
                return True
            if entry < sought_entry:
                low, below = middle + 1, entry
            else:
                high, above = middle, entry
        return False

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_header(self) -> tuple[int, ListHeader]:
        """The offset of the first entry, and the header."""
        line, newline, _ = self._file.read(_MAX_HEADER_BYTES, 0).partition(b"\n")
        try:
            header = decode_json(line, ListHeader)
        except DecodingError as error:
            raise self._damaged("it has no header of such a list") from error
        if not newline:
            raise self._damaged("its header does not end")
        return len(line) + 1, header

    def _test_whole(self) -> None:
        """Test the size and the checksum of the file."""
        end = self._first + self.header.count * self._width
        trailer = _TRAILER.fullmatch(self._file.read(_TRAILER_BYTES + 1, end))
        if trailer is None:
            raise self._damaged("it does not have the size that it states")
        digest = hashlib.sha256()
        for chunk in self._file.chunks(end):
            digest.update(chunk)
        if digest.hexdigest() != trailer[1].decode():
            raise self._damaged("its checksum is wrong")

    def _damaged(self, reason: str) -> IndexFormatError:
        return IndexFormatError(f"the list {self.path} cannot be used: {reason}", _HINT)


def _entry(sha1: bytes, form: Form) -> bytes:
    """The entry of a hash in a list of this form."""
    if form == "compact":
        return sha1[:_COMPACT_BYTES]
    return _PREFIX + sha1.hex().encode() + b"\n"


def _sorted_runs(hashes: Iterable[bytes], folder: Path, opened: ExitStack) -> Iterator[IO[bytes]]:
    """Yield files of sorted hashes."""
    run: list[bytes] = []

    def spill() -> IO[bytes]:
        file = opened.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        file.write(b"".join(sorted(run)))
        run.clear()
        file.seek(0)
        return file

    for sha1 in hashes:
        run.append(sha1)
        if len(run) >= _RUN:
            yield spill()
    yield spill()


def _entries(run: IO[bytes]) -> Iterator[bytes]:
    """Yield the hashes of a file."""
    while sha1 := run.read(_HASH_BYTES):
        yield sha1


def _write_entries(hashes: Iterable[bytes], body: IO[bytes], form: Form) -> int:
    """Write sorted hashes as entries, each once; return their number."""
    count, last = 0, b""
    for sha1 in hashes:
        entry = _entry(sha1, form)
        if entry != last:
            body.write(entry)
            count, last = count + 1, entry
    if count > _MAX_COUNT:
        raise UsageError(
            f"{count:,} contents are too many for one list", "divide the corpus, and list each part"
        )
    return count


def _write_list(header: ListHeader, body: IO[bytes], file: IO[bytes]) -> None:
    line = json.dumps(msgspec.to_builtins(header), sort_keys=True).encode() + b"\n"
    digest = hashlib.sha256(line)
    body.seek(0)
    file.write(line)
    while chunk := body.read(_BLOCK_BYTES):
        digest.update(chunk)
        file.write(chunk)
    file.write(b"sha256 " + digest.hexdigest().encode() + b"\n")
