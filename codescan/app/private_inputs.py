# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs of `codescan private`: files, folders, tables, archives, indexes and stdin, as texts.

Every input is read to its end or yielded as Skipped with the reason. Files are recognized by their
first bytes, text tables by their names.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from codescan.app import private_tables, text_files
from codescan.app.private_streams import BROKEN, BombError, head_of, unpacked
from codescan.app.text_files import walk_files
from codescan.errors import UsageError
from codescan.private_data.texts import PrivateText, searchable
from codescan.records import Skipped
from codescan.sources.links import link_reason
from codescan.text.decoding import HEAD_BYTES, binary_reason, decode_text, looks_binary
from codescan.text.pointer_files import pointer_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.index import Index

__all__ = ["STDIN", "index_texts", "is_index", "is_run", "private_texts"]

STDIN = "-"
_STDIN_NAME = "<stdin>"
_HISTORIES = frozenset({".git", ".hg", ".svn"})
"""Folders of packed version histories, which are not files of the data."""
_TAR_MARK = slice(257, 262)
_BLOCK = 16 << 20
"""Bytes of text that are searched at a time."""
_CONTAINERS = (b"PK\3\4", b"PAR1")
_BEGIN, _END = "-----BEGIN ", "-----END "


def is_run(path: Path) -> bool:
    """Whether a folder is the run folder of an audit."""
    from codescan.runs.store import DATABASE

    return (path / DATABASE).is_file()


def is_index(path: Path) -> bool:
    """Whether a folder is an index."""
    return (path / "manifest.json").is_file() and (path / "shards").is_dir()


def private_texts(
    paths: Sequence[str], stdin: BinaryIO | None = None, *, is_jsonl: bool = False
) -> Iterator[PrivateText | Skipped]:
    """Read inputs in a deterministic order, lazily.

    Args:
        paths: files, folders, indexes, or "-" for stdin.
        stdin: stream for the path "-".
        is_jsonl: whether stdin and files with unknown suffixes are JSON Lines.

    Raises:
        UsageError: a path does not exist; every path is checked before the first one is read.
        MissingExtraError: a file is Parquet and pyarrow is not installed.
    """
    missing = [path for path in paths if path != STDIN and not Path(path).exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}", "check the spelling")
    return _read_all(paths, stdin, is_jsonl=is_jsonl)


def index_texts(index: Index) -> Iterator[PrivateText | Skipped]:
    """Every content of an index, named by its first file."""
    for content_id in range(len(index)):
        documents = index.documents(content_id)
        name = documents[0].id if documents else f"content {content_id}"
        content = index.content(content_id)
        text = content.decode("utf-8", "replace")
        place = documents[0].origin.path if documents else ""
        yield PrivateText(name, text, size=len(content), place=place)


def _read_all(
    paths: Sequence[str], stdin: BinaryIO | None, *, is_jsonl: bool
) -> Iterator[PrivateText | Skipped]:
    for path in paths:
        if path == STDIN:
            if stdin is not None:
                yield from _stream(_STDIN_NAME, stdin, is_jsonl=is_jsonl)
        elif is_index(Path(path)):
            from codescan.index import Index

            with Index.open(path) as index:
                yield from index_texts(index)
        elif Path(path).is_dir():
            for file in walk_files(Path(path), excluded_names=_HISTORIES):
                if isinstance(file, Skipped):
                    yield _left_out(file, Path(path))
                else:
                    place = file.relative_to(path).as_posix()
                    yield from _file(file, is_jsonl=is_jsonl, place=place)
        else:
            yield from _file(Path(path), is_jsonl=is_jsonl)


def _left_out(skip: Skipped, root: Path) -> Skipped:
    """Entries of a folder that are not read; a link out of it may hide data."""
    if skip.reason != "link" or link_reason(Path(skip.item), root) == "link":
        return skip
    return replace(skip, reason="outside-link", detail="name its target to search it")


def _file(path: Path, *, is_jsonl: bool, place: str = "") -> Iterator[PrivateText | Skipped]:
    name = path.as_posix()
    opened = text_files.open_file(path)
    if isinstance(opened, Skipped):
        yield opened
        return
    try:
        with opened:
            head = opened.read(512)
            opened.seek(0)
            if head.startswith(b"PAR1"):
                yield from private_tables.parquet_texts(path)
            elif head.startswith(b"PK\3\4") or _is_tar(opened, head):
                yield from _archive(path)
            else:
                yield from _stream(name, opened, is_jsonl=is_jsonl, place=place)
    except OSError as error:
        yield Skipped(name, "read", "unreadable", error.strerror or type(error).__name__)


def _is_tar(file: BinaryIO, head: bytes) -> bool:
    """Whether a file is a tar archive, plain or compressed; rewinds the file."""
    if head[_TAR_MARK] == b"ustar":
        return True
    inner = unpacked(file)
    try:
        return inner is not None and inner.read(512)[_TAR_MARK] == b"ustar"
    except BROKEN:
        return False
    finally:
        file.seek(0)


def _archive(path: Path) -> Iterator[PrivateText | Skipped]:
    """The files in an archive; nothing is written to disk."""
    from codescan.sources.archives import ArchiveLimits, entries
    from codescan.sources.assemble import Unread

    for entry in entries(path, ArchiveLimits(entry_bytes=text_files.MAX_BYTES, reads_all=True)):
        if isinstance(entry, Unread):
            inner = f"{path.as_posix()}!{entry.path}" if entry.path else path.as_posix()
            yield Skipped(inner, "read", entry.reason)
        else:
            name, content = entry
            inner = f"{path.as_posix()}!{name}"
            yield from _stream(inner, io.BytesIO(content), is_jsonl=False, place=name)


def _stream(
    name: str, stream: BinaryIO, *, is_jsonl: bool, place: str = ""
) -> Iterator[PrivateText | Skipped]:
    """The texts of a stream, decompressed if necessary, row by row for a table."""
    buffered = stream if isinstance(stream, io.BufferedReader | io.BytesIO) else _buffered(stream)
    if head_of(buffered, 4) in _CONTAINERS:
        yield Skipped(name, "read", "nested-archive", "save it as a file, and name that")
        return
    inner = unpacked(buffered)
    plain_name = name if inner is None else name.rpartition(".")[0] or name
    source = buffered if inner is None else inner
    try:
        kind = "jsonl" if is_jsonl else private_tables.table_kind(plain_name)
        if kind:
            yield from private_tables.table_texts(name, kind, source)
        else:
            yield from _blocks(name, source, place)
    except BombError as error:
        yield Skipped(name, "read", "archive-bomb", str(error))
    except BROKEN as error:
        yield Skipped(
            name, "read", "unreadable", f"reading stopped before the end: {type(error).__name__}"
        )


def _buffered(stream: BinaryIO) -> BinaryIO:
    return io.BufferedReader(stream)  # type: ignore[type-var]


def _blocks(name: str, stream: BinaryIO, place: str) -> Iterator[PrivateText | Skipped]:
    """A plain text in blocks that end at a line end and never split a private key."""
    head = stream.read(HEAD_BYTES)
    if looks_binary(head):
        yield Skipped(name, "read", binary_reason(name))
        return
    pending = head + stream.read(_BLOCK - len(head))
    line, is_first = 1, True
    while pending:
        following = stream.read(_BLOCK)
        if is_first:
            skip = _reason(name, pending, is_whole=not following)
            if skip is not None:
                yield skip
                return
        cut = len(pending) if not following else _cut(pending)
        block, pending = pending[:cut], pending[cut:] + following
        text = searchable(block)
        yield PrivateText(name, text, size=len(block), place=place, first_line=line)
        line += block.count(b"\n")
        is_first = False
    if is_first:
        yield Skipped(name, "read", "empty")


def _reason(name: str, content: bytes, *, is_whole: bool) -> Skipped | None:
    """Why a text is not searched, from its first block; None if it is searched."""
    pointer = pointer_reason(name, content)
    if pointer is not None:
        return Skipped(name, "read", pointer)
    if content[_TAR_MARK] == b"ustar":
        return Skipped(name, "read", "nested-archive")
    decoded = decode_text(content)
    if decoded.reason == "binary":
        return Skipped(name, "read", binary_reason(name))
    if decoded.reason == "empty" and is_whole:
        return Skipped(name, "read", decoded.reason)
    if not is_whole and decoded.encoding != "utf-8":
        return Skipped(name, "read", "too-large", f"{decoded.encoding} over {_BLOCK >> 20} MiB")
    return None


def _cut(block: bytes) -> int:
    """End of a block: after its last line, and before an incomplete private key."""
    end = block.rfind(b"\n") + 1 or len(block)
    begin = block.rfind(_BEGIN.encode(), 0, end)
    if begin > 0 and block.find(_END.encode(), begin, end) < 0:
        end = begin
    return end
