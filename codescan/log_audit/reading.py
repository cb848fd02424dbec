# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads one file of a log into segments, and notes which of its conversations may be drawn."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from codescan.errors import CodescanError, MissingExtraError
from codescan.log_audit.design import KEY_BYTES
from codescan.log_audit.distinct_lines import DistinctLines
from codescan.log_audit.segments import SegmentWriter, StoredExchange
from codescan.logs.read import LogEntry, read_log

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.log_audit.design import Design, Unit
    from codescan.logs.records import Unchecked

__all__ = [
    "FileStatistics",
    "ReadTask",
    "SmallestKeys",
    "read_file",
    "read_keys",
    "read_statistics",
]

_STATISTICS = "statistics.msgpack"
_KEYS = "keys.msgpack"
_MOST_STRATA = 1000
_OTHER = "other strata"
_LISTED = 200
"""Parts that were not read which a file names."""


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A file to read."""

    path: Path
    name: str
    file_id: str
    """Identifies its bytes."""
    state: tuple[int, int]
    """Size and time of change, when its hash was taken."""
    design: Design
    candidates: int
    """Smallest keys of each stratum that are kept."""
    with_user_text: bool


class FileStatistics(msgspec.Struct):
    """The counts of a file."""

    segments: int = 0
    exchanges: int = 0
    conversations: dict[str, int] = {}
    """The number of conversations by stratum."""
    formats: dict[str, int] = {}
    unread: list[tuple[str, str, str, int]] = []
    """Place, reason, detail and count of the first parts that were not read."""
    unread_by_reason: dict[str, int] = {}


@dataclass(slots=True)
class SmallestKeys:
    """The smallest keys of one stratum."""

    most: int
    heap: list[int] = field(default_factory=list)
    """Negated, so that the largest is on top."""
    keys: set[int] = field(default_factory=set)

    def take(self, key: bytes) -> bool:
        """Whether a key is among the smallest so far; it is kept then."""
        number = int.from_bytes(key)
        if number in self.keys:
            return True
        if len(self.heap) < self.most:
            heapq.heappush(self.heap, -number)
        elif self.most and number < -self.heap[0]:
            self.keys.discard(-heapq.heapreplace(self.heap, -number))
        else:
            return False
        self.keys.add(number)
        return True

    def sorted(self, size: int) -> list[bytes]:
        """The keys in order.

        Args:
            size: bytes of a key.
        """
        return [number.to_bytes(size) for number in sorted(self.keys)]


class _Reading:
    """The state of reading one file."""

    def __init__(self, task: ReadTask, out: Path) -> None:
        self._task = task
        self._out = out
        self._writer = SegmentWriter(out)
        self._groups = DistinctLines(out)
        self._smallest: dict[str, SmallestKeys] = {}
        self._alone: Counter[str] = Counter()
        self._formats: Counter[str] = Counter()
        self._unread: list[tuple[str, str, str, int]] = []
        self._unread_by_reason: Counter[str] = Counter()
        self._exchanges = 0

    def skip(self, place: str, reason: str, detail: str, count: int = 1) -> None:
        self._unread_by_reason[reason] += count
        if len(self._unread) < _LISTED:
            self._unread.append((_utf8(place), reason, _utf8(detail), count))

    def take(self, entry: LogEntry) -> None:
        task, exchange = self._task, entry.exchange
        number = self._exchanges
        self._exchanges += 1
        self._formats[entry.format] += 1
        unit = task.design.unit(task.file_id, task.name, number, entry)
        stratum = self._stratum(unit)
        if exchange.group:
            self._groups.add(unit.key.hex().encode() + b" " + stratum.encode())
        else:
            self._alone[stratum] += 1
        is_candidate = self._smallest[stratum].take(unit.key)
        if task.design.sample and not is_candidate:
            return
        self._writer.add(
            StoredExchange(
                number,
                _utf8(entry.place),
                stratum,
                unit.key,
                _utf8(exchange.model),
                exchange.language,
                _utf8(exchange.prompt),
                _utf8(exchange.user_text or exchange.prompt) if task.with_user_text else "",
                tuple(_utf8(response.text) for response in exchange.responses),
            )
        )

    def finish(self) -> None:
        self._writer.flush()
        conversations = self._alone
        for line in self._groups:
            conversations[line.partition(b" ")[2].decode()] += 1
        for path in self._out.glob("lines-*"):
            path.unlink()
        statistics = FileStatistics(
            self._writer.count,
            self._exchanges,
            dict(sorted(conversations.items())),
            dict(sorted(self._formats.items())),
            self._unread,
            dict(sorted(self._unread_by_reason.items())),
        )
        (self._out / _STATISTICS).write_bytes(msgspec.msgpack.encode(statistics))
        keys = {name: keys.sorted(KEY_BYTES) for name, keys in sorted(self._smallest.items())}
        (self._out / _KEYS).write_bytes(msgspec.msgpack.encode(keys))

    def _stratum(self, unit: Unit) -> str:
        """The stratum, or the one of all others in a file of very many."""
        if unit.stratum not in self._smallest:
            name = unit.stratum if len(self._smallest) < _MOST_STRATA else _OTHER
            self._smallest.setdefault(name, SmallestKeys(self._task.candidates))
            return name
        return unit.stratum


def read_file(task: ReadTask, out: Path) -> None:
    """Read a file into a folder; what cannot be read is counted, and the rest is read.

    Memory does not grow with the file, but for `task.candidates` keys of each stratum.

    Raises:
        MissingExtraError: a library for its format is not installed.
    """
    reading = _Reading(task, out)
    try:
        for item in read_log(task.path):
            if isinstance(item, LogEntry):
                reading.take(item)
            else:
                _skip(reading, item)
        status = task.path.stat()
        if (status.st_size, status.st_mtime_ns) != task.state:
            reading.skip(task.name, "changed", "the file changed while it was read")
    except MissingExtraError:
        raise
    except CodescanError as error:
        reading.skip(task.name, "unreadable", error.message)
    reading.finish()


def read_statistics(folder: Path) -> FileStatistics:
    """Read the counts of `read_file`."""
    return msgspec.msgpack.decode((folder / _STATISTICS).read_bytes(), type=FileStatistics)


def read_keys(folder: Path) -> dict[str, list[bytes]]:
    """The smallest keys of each stratum of a file, sorted."""
    return msgspec.msgpack.decode((folder / _KEYS).read_bytes(), type=dict[str, list[bytes]])


def _skip(reading: _Reading, item: Unchecked) -> None:
    reading.skip(item.place, item.reason, item.detail, item.count)


def _utf8(text: str) -> str:
    """The text with lone surrogates as "?"."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
