# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index opened for reading: contents by number, candidates for a text.

Contents are numbered over all shards in the order of the manifest. Opening maps files and reads
none of them; nothing is held in memory but the last texts and token lists.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from codescan._core import _native
from codescan.errors import IndexFormatError
from codescan.index.candidates import NOTHING, Lookup, joined, joined_bags
from codescan.index.catalogue import CatalogueReader
from codescan.index.manifest import Manifest
from codescan.index.minhash import permutations
from codescan.index.shard_writer import CATALOGUE, STORE
from codescan.index.store import StoreReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from codescan.index.candidates import Candidates
    from codescan.records import Document

__all__ = ["Index"]

_CACHED_TOKENS = 256
_REBUILD = "rebuild it with: codescan index build"


class Index:
    """A read-only index. Use `Index.open`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._shards: list[Any] = []
        self._stores: list[StoreReader] = []
        self._catalogues: list[CatalogueReader | None] = []
        self._bases = [0]
        self._tokens: OrderedDict[int, Any] = OrderedDict()
        self._lock = Lock()
        for entry in manifest.shards:
            folder = path / "shards" / entry.id
            try:
                shard = _native.Shard(str(folder))
            except (_native.FormatError, _native.FileError) as error:
                raise IndexFormatError(f"the index {path} is damaged: {error}", _REBUILD) from error
            if len(shard) != entry.contents:
                raise IndexFormatError(
                    f"the index {path} is damaged: shard {entry.id} holds {len(shard)} contents, "
                    f"the manifest says {entry.contents}",
                    _REBUILD,
                )
            self._shards.append(shard)
            self._stores.append(StoreReader(folder / STORE))
            self._catalogues.append(None)
            self._bases.append(self._bases[-1] + len(shard))

    @classmethod
    def open(cls, path: Path | str) -> Index:
        """Open the index in a folder.

        Raises:
            IndexMissingError: there is none.
            IndexFormatError: it is of another version, truncated or damaged.
        """
        folder = Path(path)
        return cls(folder, Manifest.load(folder))

    def __enter__(self) -> Self:
        """Close the index at the end of a `with` block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close every file."""
        self.close()

    def __del__(self) -> None:
        """Close the files of an index that nobody closed."""
        self.close()

    def __len__(self) -> int:
        """Number of different contents."""
        return self._bases[-1]

    def documents(self, content: int) -> tuple[Document, ...]:
        """Every file that has this content, without text, ordered by package URL and path."""
        shard, local = self._locate(content)
        return self._catalogue(shard).documents(local, self.language(content))

    def families(self, content: int) -> frozenset[str]:
        """The families that hold this content."""
        shard, local = self._locate(content)
        return self._catalogue(shard).families(local)

    def purls(self) -> list[str]:
        """Package URL of every package, sorted."""
        shards = range(len(self._shards))
        return sorted({purl for shard in shards for purl in self._catalogue(shard).purls()})

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of the file at `path` in a package, or None."""
        for shard, base in enumerate(self._bases[:-1]):
            found = self._catalogue(shard).content_at(purl, path)
            if found is not None:
                return base + found
        return None

    def content(self, content: int) -> bytes:
        """The text of a content, byte for byte as indexed."""
        shard, local = self._locate(content)
        block, offset, size, *_rest = self._native(shard, "content", local)
        return self._stores[shard].read(self._native(shard, "block", block), offset, size)

    def language(self, content: int) -> str:
        """The language of a content."""
        shard, local = self._locate(content)
        number = int(self._native(shard, "content", local)[4])
        try:
            return str(self.manifest.languages[number])
        except IndexError:
            raise IndexFormatError(f"the index {self.path} is damaged", _REBUILD) from None

    def lexer(self, content: int) -> int:
        """The lexer family (a value of `_native.LEXERS`) a content was read with."""
        shard, local = self._locate(content)
        return int(self._native(shard, "content", local)[3])

    def family_number(self, content: int) -> int:
        """Hash of the family of the content's first holder."""
        shard, local = self._locate(content)
        return int(self._native(shard, "content", local)[5])

    def tokens(self, content: int) -> Any:
        """The native token list of a content."""
        with self._lock:
            tokens = self._tokens.get(content)
            if tokens is not None:
                self._tokens.move_to_end(content)
                return tokens
        tokens = _native.lex(self.content(content), self.lexer(content))
        with self._lock:
            self._tokens[content] = tokens
            if len(self._tokens) > _CACHED_TOKENS:
                self._tokens.popitem(last=False)
        return tokens

    def look_up(self, tokens: _native.Tokens, text: bytes) -> Lookup:
        """Everything in the index that a text may be a copy of: estimates, nothing is verified.

        Args:
            tokens: of the text, lexed as contents of its language are.
            text: itself, in which units are delimited.
        """
        try:
            answers = _native.look_up(
                self._shards, tokens, text, self.manifest.profile, permutations()
            )
        except _native.FormatError as error:
            raise self._damaged(error) from error
        if answers is None:
            return NOTHING
        exact, renamed, bags = zip(*answers, strict=True)
        return Lookup(
            joined(exact, self._bases), joined(renamed, self._bases), joined_bags(bags, self._bases)
        )

    def candidates(self, tokens: _native.Tokens, form: int) -> Candidates:
        """Contents that share fingerprints of one form with a text.

        Args:
            tokens: of the text, lexed as contents of its language are.
            form: 0 exact, 1 renamed (`_core/fingerprint.hpp`).
        """
        prints = tokens.fingerprints(form, self.manifest.profile, of_query=True)
        try:
            return joined([shard.search(prints) for shard in self._shards], self._bases)
        except _native.FormatError as error:
            raise self._damaged(error) from error

    def bits(self, tokens: _native.Tokens, start: int, end: int) -> float:
        """Information content of tokens [start, end) under the index's own statistics, in bits."""
        return float(tokens.information(start, end, self._code_lengths))

    def sample(
        self, count: int, seed: int, languages: Sequence[str] | None = None
    ) -> Iterator[Document]:
        """Yield `count` documents with text, drawn by a hash of seed and content.

        The draw depends on the corpus only, not on how its index was built. A content is drawn
        once, as its first document.
        """
        salt = hashlib.blake2b(seed.to_bytes(8, "little", signed=True), digest_size=16).digest()
        order: list[tuple[bytes, int]] = []
        for shard, base in enumerate(self._bases[:-1]):
            for local, sha256 in self._catalogue(shard).hashes():
                key = hashlib.blake2b(sha256, key=salt, digest_size=8).digest()
                order.append((key, base + local))
        order.sort()
        drawn = 0
        for _key, content in order:
            if drawn >= count:
                return
            if languages is not None and self.language(content) not in languages:
                continue
            documents = self.documents(content)
            if documents:
                drawn += 1
                yield replace(
                    documents[0],
                    content=self.content(content),
                    families=len(self.families(content)),
                )

    def verify(self) -> None:
        """Test every checksum of every file.

        Raises:
            IndexFormatError: naming the first file that is damaged.
        """
        for shard, base in enumerate(self._bases[:-1]):
            try:
                self._shards[shard].verify()
            except _native.FormatError as error:
                raise self._damaged(error) from error
            catalogue = self._catalogue(shard)
            catalogue.verify()
            for local, sha256 in catalogue.hashes():
                if hashlib.sha256(self.content(base + local)).digest() != sha256:
                    raise IndexFormatError(
                        f"the index {self.path} is damaged: content {base + local} does not "
                        "have its hash",
                        _REBUILD,
                    )

    def close(self) -> None:
        """Close every file."""
        for store in self._stores:
            store.close()
        for catalogue in self._catalogues:
            if catalogue is not None:
                catalogue.close()
        self._shards.clear()

    @cached_property
    def _code_lengths(self) -> npt.NDArray[np.float64]:
        counts = np.zeros(65536, dtype=np.uint64)
        for shard in self._shards:
            counts += shard.frequencies()
        return _native.code_lengths(counts)

    def _catalogue(self, shard: int) -> CatalogueReader:
        catalogue = self._catalogues[shard]
        if catalogue is None:
            folder = self.path / "shards" / self.manifest.shards[shard].id
            catalogue = self._catalogues[shard] = CatalogueReader(folder / CATALOGUE)
        return catalogue

    def _locate(self, content: int) -> tuple[int, int]:
        if not 0 <= content < len(self):
            raise IndexError(f"there is no content {content}")
        shard = bisect_right(self._bases, content) - 1
        return shard, content - self._bases[shard]

    def _native(self, shard: int, method: str, row: int) -> Any:
        try:
            return getattr(self._shards[shard], method)(row)
        except _native.FormatError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: ValueError) -> IndexFormatError:
        return IndexFormatError(f"the index {self.path} is damaged: {error}", _REBUILD)
