# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A sketch opened for reading: matches by keys, origins, and texts where a source has them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from codescan._core import _native
from codescan.errors import IndexFormatError, UsageError
from codescan.index.candidates import NOTHING, Lookup, bags_of, candidates_of
from codescan.index.minhash import permutations
from codescan.index.reader import Index
from codescan.index.regular_files import REBUILD
from codescan.index.shard_files import check_names
from codescan.index.shard_writer import family_hash
from codescan.index.sketch.catalogue_reader import SketchCatalogue
from codescan.index.sketch.shards import open_sketch
from codescan.index.transaction import corpus_digest
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.index.manifest import Manifest, ShardEntry
    from codescan.records import Document

__all__ = ["SketchAnswer", "SketchIndex", "SketchMatch", "TextSource"]

DEFAULT_SCHEME = "default"
_MAX_TOKENS = 2**24
"""Of a content, as of every index."""
_TEXT_BYTES = 64 * 1024 * 1024
_LEXERS = [_native.LEXERS[spec.lexer] for spec in LANGUAGES.values()]


class TextSource(Protocol):
    """Gives the texts that a sketch lacks."""

    def text(self, documents: tuple[Document, ...]) -> bytes | None:
        """The content of files that are all the same, or None where none is available."""
        ...


class SketchMatch(NamedTuple):
    """Keys that a text and a content share, side by side in both."""

    content_id: int
    ordinal: int
    """Of the first among the content's keys."""
    query_token: int
    """The start of the first one."""
    last_query_token: int
    """The start of the last one."""
    hits: int
    missing: int
    """Keys of the content between them that the text does not have."""


class SketchAnswer(NamedTuple):
    """The runs that a text shares with a sketch."""

    matches: list[SketchMatch]
    """Of two keys or more; the longest first."""
    candidates: list[SketchMatch]
    """Of one key, outside of all matches."""


class Origins:
    """The origins of a sketch's contents, and no text where none is available.

    For attribution alone, which reads texts for what occurs beside a passage.

    Args:
        index: whose they are.
    """

    def __init__(self, index: SketchIndex) -> None:
        self.documents = index.documents
        self.families = index.families
        self.purls = index.purls
        self.content_at = index.content_at
        self.files_of = index.files_of
        self._fetched = index._fetched  # noqa: SLF001 - of one module

    def content(self, content_id: int) -> bytes:
        """The text of a content, or nothing."""
        return self._fetched(content_id) or b""


class SketchContents:
    """The origins of one shard; `Contents` without texts.

    Args:
        shards: folder of the shards.
        shard: its arrays.
        entry: the shard, as the manifest describes it.
    """

    def __init__(self, shards: Path, shard: _native.SketchShard, entry: ShardEntry) -> None:
        self._folder = shards / entry.id
        self._entry = entry
        self.shard = shard
        self.catalogue = SketchCatalogue(self._folder, entry.files)
        self.documents = self.catalogue.documents
        self.families = self.catalogue.families
        self.purls = self.catalogue.purls
        self.content_at = self.catalogue.content_at
        self.files_of = self.catalogue.files_of
        self.hashes = self.catalogue.hashes
        self.close = self.catalogue.close

    def text(self, content_id: int) -> bytes:
        """Texts are not kept."""
        raise UsageError(
            f"content {content_id} has no text", "use --verify to fetch the origin files"
        )

    def verify(self) -> None:
        """Test all files of the shard.

        Raises:
            IndexFormatError: a file is damaged, missing, or does not belong to the shard.
        """
        check_names(self._folder, self._entry)
        self.shard.verify()
        self.catalogue.verify()
        facts = [self.catalogue.facts(number) for number in range(self.catalogue.contents)]
        if len(facts) != len(self.shard):
            raise IndexFormatError(f"{self._folder} has arrays of other contents", REBUILD)
        for name in ("tokens", "size"):
            expected_size = self._entry.tokens if name == "tokens" else self._entry.bytes
            if sum(getattr(fact, name) for fact in facts) != expected_size:
                raise IndexFormatError(f"{self._folder} does not have the stated {name}", REBUILD)


class SketchIndex(Index):
    """A read-only sketch. Use `Index.open`.

    Args:
        path: the folder that it is kept in.
        manifest: what it is made of.
    """

    has_texts = False

    def __init__(self, path: Path, manifest: Manifest) -> None:
        super().__init__(path, manifest, ())
        self.text_source: TextSource | None = None
        """The source of texts to verify with; None for none."""
        self._sketches: list[_native.SketchShard] = []
        self._catalogues: list[SketchContents] = []
        self._texts: OrderedDict[int, bytes | None] = OrderedDict()
        try:
            for entry in manifest.shards:
                shard = open_sketch(path / "shards", entry)
                contents = SketchContents(path / "shards", shard, entry)
                self._contents.append(contents)
                self._catalogues.append(contents)
                self._sketches.append(shard)
                self._bases.append(self._bases[-1] + len(shard))
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise IndexFormatError(
                    f"it cannot be read: {error}", "check its permissions and the disk"
                ) from error
            raise

    @cached_property
    def origins(self) -> Origins:
        """For attribution."""
        return Origins(self)

    @property
    def keys(self) -> int:
        """Keys of all contents."""
        return sum(shard.keys for shard in self._sketches)

    def search(self, tokens: _native.Tokens) -> SketchAnswer:
        """The runs that a text shares with the sketch, not verified on text.

        Args:
            tokens: of the text, lexed as contents of its language are.

        Raises:
            IndexFormatError: the index is damaged.
        """
        try:
            matches, candidates = _native.search_sketches(self._sketches, self._bases, tokens)
        except _native.FormatError as error:
            raise IndexFormatError(f"the index {self.path} is damaged: {error}", REBUILD) from error
        return SketchAnswer(
            [SketchMatch._make(row) for row in matches.tolist()],
            [SketchMatch._make(row) for row in candidates.tolist()],
        )

    def lines(self, content_id: int) -> int:
        """Lines of a content."""
        shard, local = self._locate(content_id)
        return self._catalogues[shard].catalogue.facts(local).lines

    def has_text(self, content_id: int) -> bool:
        """Whether the text of a content is available; fetches it."""
        return self._fetched(content_id) is not None

    def content(self, content_id: int) -> bytes:
        """The text of a content from the index's source of texts.

        Raises:
            UsageError: it is not available.
        """
        text = self._fetched(content_id)
        if text is None:
            self._lack_texts()
        return text

    @property
    def scheme(self) -> str:
        """That of `look_up_in`."""
        return DEFAULT_SCHEME

    def look_up_in(self, content_ids: list[int], tokens: _native.Tokens, text: bytes) -> Lookup:
        """Everything in contents with available texts that a text may be a copy of.

        Args:
            content_ids: of these contents, sorted.
            tokens: of the text, lexed as contents of its language are.
            text: itself.

        Raises:
            UsageError: the text of a content is not available.
        """
        shards = [self._shard_of(content_id) for content_id in content_ids]
        bases = [*content_ids, len(self)]
        answer = _native.look_up(shards, bases, tokens, text, DEFAULT_SCHEME, permutations(), None)
        if answer is None:
            return NOTHING
        exact, renamed, bags = answer
        return Lookup(candidates_of(exact), candidates_of(renamed), bags_of(bags))

    def _shard_of(self, content_id: int) -> _native.Shard:
        """A shard of one content."""
        text = self.content(content_id)
        builder = _native.ShardBuilder(DEFAULT_SCHEME, None, _MAX_TOKENS)
        lexer, number = self.lexer(content_id), self.family_number(content_id)
        if builder.add(text, number, 0, 0, lexer, 0) < 0:
            self._lack_texts()
        return _native.Shard.of(builder)

    def family_number(self, content_id: int) -> int:
        """Hash of the family of the content's first holder."""
        return family_hash(self.documents(content_id)[0].origin.package.family)

    def look_up(self, *_arguments: Any, **_options: Any) -> Lookup:
        """Nothing: a sketch is asked by `search`."""
        return NOTHING

    def candidates(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse: fingerprints are those of other profiles."""
        self._lack_texts()

    def sample(self, *_arguments: Any, **_options: Any) -> Iterator[Document]:
        """Refuse: there are no texts to draw."""
        self._lack_texts()

    def verify(self) -> None:
        """Test every checksum of every file, and what the manifest states.

        Raises:
            IndexFormatError: naming the first file that is damaged.
        """
        for contents in self._catalogues:
            contents.verify()
        catalogues = [contents.catalogue for contents in self._catalogues]
        totals = {
            "packages": len({purl for catalogue in catalogues for purl in catalogue.purls()}),
            "files": sum(catalogue.count_files() for catalogue in catalogues),
            "contents": len(self),
            "tokens": sum(entry.tokens for entry in self.manifest.shards),
            "bytes": sum(entry.bytes for entry in self.manifest.shards),
            "digest": corpus_digest([catalogue.origins() for catalogue in catalogues]),
        }
        for name, value in totals.items():
            if getattr(self.manifest, name) != value:
                raise IndexFormatError(
                    f"the manifest of {self.path} says {getattr(self.manifest, name)} for {name}, "
                    f"the shards hold {value}",
                    REBUILD,
                )

    def close(self) -> None:
        """Close every file."""
        super().close()
        self.__dict__.pop("origins", None)
        self._sketches.clear()
        self._texts.clear()

    def _row(self, shard: int, local: int) -> tuple[int, int, int, int, int, int]:
        facts = self._catalogues[shard].catalogue.facts(local)
        if facts.language >= len(_LEXERS):
            raise IndexFormatError(f"the index {self.path} is damaged", REBUILD)
        return 0, 0, facts.size, _LEXERS[facts.language], facts.language, 0

    def _fetched(self, content_id: int) -> bytes | None:
        if self.text_source is None:
            return None
        if content_id in self._texts:
            self._texts.move_to_end(content_id)
            return self._texts[content_id]
        documents = self.documents(content_id)
        text = self.text_source.text(documents)
        if text is not None and hashlib.sha256(text).hexdigest() != documents[0].origin.sha256:
            text = None
        self._texts[content_id] = text
        while sum(len(each or b"") for each in self._texts.values()) > _TEXT_BYTES:
            self._texts.popitem(last=False)
            if len(self._texts) == 1:
                break
        return text

    def _lack_texts(self) -> NoReturn:
        raise UsageError(
            f"the index {self.path} is a sketch: it has no texts",
            "use --verify to fetch origin files, or build the index with --profile default",
        )
