# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Puts the documents of all segments in one order, and groups those with equal tokens.

Sorted keys of the segments are merged as streams, and hashes are grouped by ranges, so that memory
does not grow with the texts: some 30 bytes for each document, in files that are mapped.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from codescan._core import _native

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.segments import Segment

__all__ = ["NONE", "Nodes", "group_documents", "mapped_array", "merged"]

NONE = 0xFFFFFFFF
"""No node."""
_CHUNK = 1 << 16
_GROUPED = 1 << 23
"""Documents whose hashes are sorted at a time."""


def merged(segments: Sequence[Segment], order: str) -> Iterator[tuple[list[Any], int]]:
    """Yield key and number of every document in an order that the segments are sorted by.

    Args:
        segments: all of a run.
        order: "preference" or "names".
    """
    return heapq.merge(*(_keys(segment, order) for segment in segments))


def _keys(segment: Segment, order: str) -> Iterator[tuple[list[Any], int]]:
    """The sorted keys of a segment, read in chunks; no file stays open."""
    path = segment.folder / f"{order}.msgpack"
    decoder = msgspec.msgpack.Decoder(tuple[list[Any], int])
    sizes = (segment.folder / f"{order}.sizes").read_bytes()
    lengths = np.frombuffer(sizes, dtype=np.uint32)
    offset = at = 0
    while at < len(lengths):
        count = max(1, int(np.searchsorted(np.cumsum(lengths[at : at + 4096]), _CHUNK)))
        total = int(lengths[at : at + count].sum())
        with path.open("rb") as file:
            file.seek(offset)
            block = file.read(total)
        start = 0
        for length in lengths[at : at + count].tolist():
            key, local = decoder.decode(block[start : start + length])
            yield key, segment.first + local
            start += length
        offset += total
        at += count


class Nodes:
    """Different token sequences, by preference: each stands for the documents that have it.

    Args:
        folder: of the stage that grouped the documents.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.of_document = self._array("node_of_document")
        """Node of each document, by its number."""
        self.first = self._array("first_document")
        """The document that a node is represented by."""
        self.documents = self._array("document_count")
        """Number of documents of each node."""
        self.lengths = np.array(self._array("token_count"))
        """Tokens of each node."""

    def __len__(self) -> int:
        return len(self.first)

    def path(self, name: str) -> Path:
        """The file of one of the arrays."""
        return self._folder / f"{name}.npy"

    @property
    def places(self) -> tuple[Path, Path, Path]:
        """Files with the token file, first token and token count of each node."""
        return self.path("token_file"), self.path("token_start"), self.path("token_count")

    def tokens(self, segments: Sequence[Segment]) -> _native.DuplicateTokens:
        """The token sequences of all nodes."""
        return _native.DuplicateTokens(
            [str(segment.token_file) for segment in segments],
            np.array(self._array("token_file")),
            np.array(self._array("token_start")),
            np.array(self._array("token_count")),
        )

    def _array(self, name: str) -> npt.NDArray[Any]:
        return mapped_array(self._folder, name)


def mapped_array(folder: Path, name: str) -> npt.NDArray[Any]:
    """An array that a run wrote into a folder, read as it is used."""
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))


def group_documents(segments: Sequence[Segment], folder: Path) -> None:
    """Write the nodes of all documents into a folder; read them with `Nodes`."""
    count = sum(map(len, segments))
    position = np.zeros(count, dtype=np.uint32)
    order = np.zeros(count, dtype=np.uint32)
    for place, (_key, number) in enumerate(merged(segments, "preference")):
        position[number] = place
        order[place] = number
    hashes = np.concatenate([segment.array("hashes") for segment in segments])
    lengths = np.concatenate([segment.loaded("lengths") for segment in segments])
    leader = _leaders(hashes, lengths, position)
    leader = _verified(segments, leader, order)
    is_leader = leader == np.arange(count, dtype=np.uint32)
    node_at: Any = np.cumsum(is_leader, dtype=np.uint32) - np.uint32(1)
    node_of_position = node_at[leader]
    node_of_document = np.empty(count, dtype=np.uint32)
    node_of_document[order] = node_of_position
    first = order[is_leader]
    nodes = len(first)
    np.save(folder / "node_of_document.npy", node_of_document)
    np.save(folder / "first_document.npy", first)
    numbers = np.arange(count, dtype=np.uint32)
    stands = first[node_of_document] == numbers
    np.save(folder / "represented_node.npy", np.where(stands, node_of_document, NONE))
    np.save(
        folder / "document_count.npy",
        np.bincount(node_of_position, minlength=nodes).astype(np.uint32),
    )
    files, starts = _token_places(segments)
    np.save(folder / "token_file.npy", files[first])
    np.save(folder / "token_start.npy", starts[first])
    np.save(folder / "token_count.npy", lengths[first])
    for name, width in (
        ("signatures", _native.FILE_SIGNATURE),
        ("renamed_signatures", _native.RENAMED_SIGNATURE),
    ):
        out = np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=np.uint8, shape=(nodes, width)
        )
        for segment in segments:
            own: Any = node_of_document[segment.first : segment.first + len(segment)]
            is_first = stands[segment.first : segment.first + len(segment)]
            out[own[is_first]] = segment.array(name)[is_first]
        out.flush()


def _token_places(segments: Sequence[Segment]) -> tuple[Any, Any]:
    """File and first token of each document."""
    files = [np.full(len(segment), at, dtype=np.uint32) for at, segment in enumerate(segments)]
    return np.concatenate(files), np.concatenate([segment.offsets[:-1] for segment in segments])


def _leaders(hashes: Any, lengths: Any, position: Any) -> Any:
    """For each position, the first position with the same tokens."""
    count = len(position)
    leader: Any = np.arange(count, dtype=np.uint32)
    ranges = 1 + count // _GROUPED
    range_of = ((hashes[:, 0] >> np.uint64(40)) * np.uint64(ranges)) >> np.uint64(24)
    for number in range(ranges):
        chosen = np.flatnonzero(range_of == number)
        order = np.lexsort(
            (position[chosen], lengths[chosen], hashes[chosen, 1], hashes[chosen, 0])
        )
        chosen = chosen[order]
        if not len(chosen):
            continue
        same = (hashes[chosen][1:] == hashes[chosen][:-1]).all(axis=1)
        same &= lengths[chosen][1:] == lengths[chosen][:-1]
        begins = np.concatenate([[True], ~same])
        starts = np.flatnonzero(begins)
        group = np.cumsum(begins) - 1
        leader[position[chosen]] = position[chosen[starts]][group]
    return leader


def _verified(segments: Sequence[Segment], leader: Any, order: Any) -> Any:
    """The same, with the tokens of each document compared with those of its leader."""
    files, starts = _token_places(segments)
    lengths = np.concatenate([segment.loaded("lengths") for segment in segments])
    members = np.flatnonzero(leader != np.arange(len(leader), dtype=np.uint32))
    if not len(members):
        return leader
    tokens = _native.DuplicateTokens(
        [str(segment.token_file) for segment in segments], files, starts, lengths
    )
    pairs = np.stack([order[leader[members]], order[members]], axis=1).astype(np.uint32)
    by_leader = np.lexsort((pairs[:, 1], pairs[:, 0]))
    equal = tokens.are_equal(np.ascontiguousarray(pairs[by_leader])).astype(bool)
    differing = members[by_leader][~equal]
    leader[differing] = differing
    return leader
