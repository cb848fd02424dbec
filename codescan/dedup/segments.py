# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Segments: what the reading stage keeps of up to 64 MiB of text, as arrays on disk.

A task writes one folder for each segment. Keys are sorted, so that a range of them is a slice.
Tokens are one file, of which single documents are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from codescan._core import _native
from codescan.dedup.documents import InputDocument, license_of
from codescan.dedup.keep_rules import name_key, rough_preference
from codescan.index.minhash import permutations
from codescan.licenses.origin_pointers import pointers
from codescan.records import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from codescan.dedup.documents import InputText
    from codescan.dedup.keep_rules import KeepRule

__all__ = ["Segment", "SegmentWriter", "segments_of", "skips_of"]

_SEGMENT_BYTES = 64 << 20
_HEAD = 2048
_KEYED = (
    ("file_keys", "file_owners"),
    ("renamed_keys", "renamed_owners"),
    ("unit_keys", "unit_owners"),
    ("passage_keys", "passage_places"),
)
_RAW = {"symbols": "tokens.bin", "lines": "lines.bin"}
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(InputDocument)
_skip_decoder = msgspec.msgpack.Decoder(list[Skipped])


class SegmentWriter:
    """Writes documents into segments below a folder.

    Args:
        folder: of the task.
        profile: of the fingerprints of passages.
        keep: which copy stays.
        levels: what is looked for.
    """

    def __init__(
        self,
        folder: Path,
        profile: str,
        keep: KeepRule,
        levels: tuple[str, ...] = ("file", "unit", "passage"),
    ) -> None:
        self._folder = folder
        self._profile = profile
        self._levels = levels
        self._keep = keep
        self._count = 0
        self._skipped: list[Skipped] = []
        self._start()

    def add(self, item: InputText | Skipped) -> None:
        """Take a document, or a note of one that was not read."""
        if isinstance(item, Skipped):
            self._skipped.append(item)
            return
        if not item.is_near:
            detail = "compared for equality only"
            self._skipped.append(Skipped(item.name, "match", "too-large", detail))
        if self._bytes and self._bytes + item.size > _SEGMENT_BYTES:
            self._write()
            self._start()
        lexer = _native.LEXERS[_lexer_name(item.document.language)]
        content = item.content if item.is_near else b""
        self._builder.add(content, lexer, item.is_near)
        pointed = pointers(item.content[:_HEAD]) if item.is_near else {}
        described = InputDocument(
            item.name, item.part, item.row, item.document, item.size,
            license_of(item.document), tuple(sorted(pointed)),
        )  # fmt: skip
        encoded = _encoder.encode(described)
        local = len(self._documents)
        self._documents.append(encoded)
        self._orders["preference"].append((rough_preference(described, self._keep), local))
        self._orders["names"].append((name_key(described), local))
        self._bytes += item.size
        self._sizes.append(item.size)
        self._shas.append(bytes.fromhex(item.document.origin.sha256))

    def close(self) -> None:
        """Write what is left, and the notes."""
        if self._documents:
            self._write()
        (self._folder / "skipped.msgpack").write_bytes(_encoder.encode(self._skipped))

    def _start(self) -> None:
        self._builder = _native.FeatureBuilder(
            permutations(),
            self._profile,
            units="unit" in self._levels,
            passages="passage" in self._levels,
        )
        self._documents: list[bytes] = []
        self._sizes: list[int] = []
        self._shas: list[bytes] = []
        self._bytes = 0
        self._orders: dict[str, list[tuple[list[Any], int]]] = {"preference": [], "names": []}

    def _write(self) -> None:
        folder = self._folder / f"segment-{self._count:06d}"
        folder.mkdir()
        self._count += 1
        arrays = self._builder.take()
        for name, file in _RAW.items():
            # Not `tofile`, whose error does not say that the disk is full.
            (folder / file).write_bytes(arrays.pop(name).data)
        for keys, owners in _KEYED:
            order = np.argsort(arrays[keys])
            arrays[keys] = arrays[keys][order]
            arrays[owners] = arrays[owners][order]
        order = np.argsort(arrays["unit_hashes"])
        arrays["unit_order"] = order.astype(np.uint32)
        # Texts without tokens are compared by their bytes.
        empty = arrays["lengths"] == 0
        shas = np.frombuffer(b"".join(self._shas), dtype=np.uint64).reshape(-1, 4)
        arrays["hashes"][empty] = shas[empty, :2]
        arrays["shas"] = shas
        arrays["sizes"] = np.array(self._sizes, dtype=np.uint64)
        offsets = np.cumsum([0, *map(len, self._documents)], dtype=np.uint64)
        arrays["document_offsets"] = offsets
        (folder / "documents.msgpack").write_bytes(b"".join(self._documents))
        for name, order_keys in self._orders.items():
            order_keys.sort()
            encoded = [_encoder.encode(key) for key in order_keys]
            (folder / f"{name}.msgpack").write_bytes(b"".join(encoded))
            sizes = np.array(list(map(len, encoded)), dtype=np.uint32)
            (folder / f"{name}.sizes").write_bytes(sizes.tobytes())
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)


def _lexer_name(language: str) -> str:
    from codescan.text.languages import LANGUAGES

    return LANGUAGES[language].lexer


@dataclass(frozen=True)
class Segment:
    """The arrays of one segment, opened by need.

    Args:
        folder: where they are.
        first: number of its first document among all of a run.
        first_unit: number of its first unit, likewise.
    """

    folder: Path
    first: int = 0
    first_unit: int = 0

    def array(self, name: str) -> npt.NDArray[Any]:
        """One array, mapped and not read."""
        # A plain view: looking up one element of a `memmap` takes several times as long.
        return np.asarray(np.load(self.folder / f"{name}.npy", mmap_mode="r"))

    def loaded(self, name: str) -> npt.NDArray[Any]:
        """One array in memory."""
        array: npt.NDArray[Any] = np.load(self.folder / f"{name}.npy")
        return array

    def keyed(
        self, keys: str, owners: str, low: int, high: int
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
        """Keys in [low, high) with their owners."""
        sorted_keys = self.array(keys)
        begin = int(np.searchsorted(sorted_keys, np.uint64(low)))
        whole = high >= 1 << 64
        end = len(sorted_keys) if whole else int(np.searchsorted(sorted_keys, np.uint64(high)))
        return np.array(sorted_keys[begin:end]), np.array(self.array(owners)[begin:end])

    @property
    def token_file(self) -> Path:
        """The tokens of all documents."""
        return self.folder / _RAW["symbols"]

    @cached_property
    def offsets(self) -> npt.NDArray[np.uint64]:
        """First token of each document, and the end of the last."""
        return np.concatenate([[0], np.cumsum(self.loaded("lengths"), dtype=np.uint64)]).astype(
            np.uint64
        )

    def __len__(self) -> int:
        return len(self.array("lengths"))

    def units(self) -> int:
        """Number of functions and blocks."""
        return len(self._units)

    def unit(self, local: int) -> tuple[int, int, int]:
        """Document, first token and end of a unit."""
        document, start, end = self._units[local].tolist()
        return document, start, end

    @cached_property
    def _units(self) -> npt.NDArray[np.uint32]:
        return self.array("units")

    @cached_property
    def _documents(self) -> npt.NDArray[np.uint8]:
        path = self.folder / "documents.msgpack"
        return np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))

    @cached_property
    def _document_offsets(self) -> npt.NDArray[np.uint64]:
        return self.loaded("document_offsets")

    def document(self, local: int) -> InputDocument:
        """The record of one document."""
        start, end = self._document_offsets[local : local + 2].tolist()
        return _decoder.decode(self._documents[start:end].data)

    def documents(self) -> Iterator[InputDocument]:
        """Yield all documents."""
        offsets = self.loaded("document_offsets")
        with (self.folder / "documents.msgpack").open("rb") as file:
            for start, end in pairwise(offsets):
                yield _decoder.decode(file.read(int(end - start)))

    def line_numbers(self, local: int) -> npt.NDArray[np.int32]:
        """The line, from 1, on which each token of a document begins."""
        start, end = int(self.offsets[local]), int(self.offsets[local + 1])
        ends = np.fromfile(
            self.folder / _RAW["lines"], dtype=np.uint16, count=end - start, offset=2 * start
        )
        return np.cumsum(ends, dtype=np.int32) + np.int32(1)


def segments_of(folders: Sequence[Path]) -> list[Segment]:
    """The segments of all reading tasks, with their documents numbered through."""
    segments: list[Segment] = []
    first = first_unit = 0
    for folder in folders:
        for path in sorted(folder.glob("segment-*")):
            segment = Segment(path, first, first_unit)
            segments.append(segment)
            first += len(segment)
            first_unit += segment.units()
    return segments


def skips_of(folders: Sequence[Path]) -> list[Skipped]:
    """The inputs that the reading tasks skipped, in the order of the parts."""
    return [
        skip
        for folder in folders
        for skip in _skip_decoder.decode((folder / "skipped.msgpack").read_bytes())
    ]
