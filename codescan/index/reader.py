# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index opened for reading: contents by number, and candidates for a text.

Contents are numbered over all shards, in the order of the shards. Opening an index on disk maps
files without reading them; only the last texts and token lists are kept in memory. A temporary
index of a folder (`folder_index.py`) reads contents from that folder and has the same interface.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from codescan._core import _native
from codescan.errors import ChangedError, IndexFormatError, UsageError
from codescan.index.candidates import NOTHING, Lookup, bags_of, candidates_of
from codescan.index.manifest import Manifest
from codescan.index.minhash import permutations
from codescan.index.recent_answers import RecentAnswers
from codescan.index.regular_files import REBUILD, check_index_path
from codescan.index.stored_contents import StoredContents, open_shards, verify_totals
from codescan.index.text_hashes import drawing_order, verify_hashes
from codescan.index.token_model import TokenScores, token_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codescan.index.candidates import Candidates
    from codescan.index.shard_contents import Contents
    from codescan.records import Document

    BoundsOfForms = tuple[tuple[_native.Sums, float], tuple[_native.Sums, float]]
    Bounds = Callable[[], BoundsOfForms]

__all__ = ["Index"]

_READERS = {"sketch": "codescan.index.sketch.reader:SketchIndex"}
"""Module and class of each profile that has its own reader."""
_CACHED_TOKENS = 256
_OPEN_ATTEMPTS = 10
"""Maximum attempts to open an index that another process replaces at the same time."""


class Index:
    """A read-only index. Use `Index.open`.

    Args:
        path: the folder of the index, or the folder that a temporary index was made from.
        manifest: manifest of the index.
        shards: for each shard, its native arrays, and its texts and origins.
        query_keys: keys of the only texts that can be looked up; None for all texts.
    """

    has_texts = True
    """Whether the texts of its contents are available; a sketch (`index.sketch`) has none."""

    def __init__(
        self,
        path: Path,
        manifest: Manifest,
        shards: Iterable[tuple[_native.Shard, Contents]],
        query_keys: _native.QueryKeyFilter | None = None,
    ) -> None:
        self._query_keys = query_keys
        self.path = path
        self.manifest = manifest
        self._shards: list[_native.Shard] = []
        self._contents: list[Contents] = []
        self._bases = [0]
        self._tokens: OrderedDict[int, Any] = OrderedDict()
        self._lock = Lock()
        self._changed: set[int] = set()
        self.answers = RecentAnswers()
        """Results of matchers for the last text, as a cache; cleared when a content changes."""
        for shard, contents in shards:
            self._shards.append(shard)
            self._contents.append(contents)
            self._bases.append(self._bases[-1] + len(shard))

    @classmethod
    def open(cls, path: Path | str) -> Index:
        """Open the index in a folder. It stays readable and unchanged if it is replaced.

        Raises:
            IndexMissingError: there is none.
            IndexFormatError: it is of another version, truncated or damaged.
        """
        folder = Path(path)
        check_index_path(folder)
        manifest = Manifest.load(folder)
        for _attempt in range(_OPEN_ATTEMPTS):
            try:
                return cls._opened(folder, manifest)
            except IndexFormatError as error:
                newest = Manifest.load(folder)
                if newest.root == manifest.root:
                    raise _damaged(folder, error) from error
                manifest = newest  # it was replaced in between, and its old shards removed
        raise IndexFormatError(
            f"the index {folder} is replaced again and again", "wait for the builds to end"
        )

    @classmethod
    def _opened(cls, folder: Path, manifest: Manifest) -> Index:
        if manifest.profile in _READERS:
            module, _, name = _READERS[manifest.profile].partition(":")
            index: Index = getattr(import_module(module), name)(folder, manifest)
            return index
        return cls(folder, manifest, open_shards(folder, manifest))

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

    @property
    def scheme(self) -> str:
        """The name in `_native.PROFILES` of the method by which `look_up` selects fingerprints."""
        return self.manifest.profile

    def documents(self, content_id: int) -> tuple[Document, ...]:
        """Every file that has this content, without text, ordered by package URL and path.

        Raises:
            ChangedError: as for `content`.
        """
        shard, local = self._locate(content_id)
        try:
            return self._contents[shard].documents(local, self.language(content_id))
        except ChangedError:
            self._note_changed(content_id)
            raise

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        shard, local = self._locate(content_id)
        return self._contents[shard].families(local)

    def purls(self) -> list[str]:
        """Package URL of every package, sorted."""
        return sorted({purl for contents in self._contents for purl in contents.purls()})

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of the file at `path` in a package, or None."""
        for contents, base in zip(self._contents, self._bases, strict=False):
            content_id = contents.content_at(purl, path)
            if content_id is not None:
                return base + content_id
        return None

    def files_of(self, purl: str) -> list[tuple[str, int]]:
        """(path, content) of each file of a package, by path."""
        return sorted(
            (path, base + local)
            for contents, base in zip(self._contents, self._bases, strict=False)
            for path, local in contents.files_of(purl)
        )

    def content(self, content_id: int) -> bytes:
        """The text of a content, byte for byte as indexed.

        Raises:
            ChangedError: it is not stored, and the file that it was read from has changed.
                From then on the content is no longer a candidate.
        """
        shard, local = self._locate(content_id)
        try:
            return self._contents[shard].text(local)
        except ChangedError:
            self._note_changed(content_id)
            raise
        except _native.FormatError as error:
            raise _damaged(self.path, error) from error

    def has_text(self, content_id: int) -> bool:
        """Whether the text of a content is available."""
        return self.has_texts and 0 <= content_id < len(self)

    def content_size(self, content_id: int) -> int:
        """Bytes of a content."""
        shard, local = self._locate(content_id)
        return self._row(shard, local)[2]

    def language(self, content_id: int) -> str:
        """The language of a content."""
        shard, local = self._locate(content_id)
        number = self._row(shard, local)[4]
        try:
            return str(self.manifest.languages[number])
        except IndexError:
            raise IndexFormatError(f"the index {self.path} is damaged", REBUILD) from None

    def lexer(self, content_id: int) -> int:
        """The lexer family (a value of `_native.LEXERS`) that was used for a content."""
        shard, local = self._locate(content_id)
        return self._row(shard, local)[3]

    def family_number(self, content_id: int) -> int:
        """Hash of the family of the content's first holder."""
        shard, local = self._locate(content_id)
        return self._row(shard, local)[5]

    def tokens(self, content_id: int) -> Any:
        """All token lists of a content, one after the other (`Tokens.parts`)."""
        with self._lock:
            if (tokens := self._tokens.get(content_id)) is not None:
                self._tokens.move_to_end(content_id)
                return tokens
        text = self.content(content_id)
        tokens = _native.lex(text, self.lexer(content_id), streams=True, of_corpus=True)
        with self._lock:
            self._tokens[content_id] = tokens
            if len(self._tokens) > _CACHED_TOKENS:
                self._tokens.popitem(last=False)
        return tokens

    def look_up(self, tokens: _native.Tokens, text: bytes, bounds: Bounds | None = None) -> Lookup:
        """All candidates in the index that a text may be a copy of, not yet verified.

        Args:
            tokens: tokens of the text, lexed like contents of its language.
            text: the text, in which units are recognized.
            bounds: returns, for the exact and the renamed form, sums of code lengths (`scores`)
                and the minimum score in bits; candidates that cannot reach it are left out. It is
                called only when the text shares something with the index.

        Raises:
            UsageError: the index does not answer for this text.
        """
        self._check_covered(tokens)
        try:
            answer = _native.look_up(
                self._shards, self._bases, tokens, text, self.scheme, permutations(), bounds
            )
        except _native.FormatError as error:
            raise _damaged(self.path, error) from error
        if answer is None:
            return NOTHING
        return self._unchanged(*answer)

    def look_up_text(
        self, text: bytes, lexer: int, bounds: Callable[[_native.Tokens], BoundsOfForms]
    ) -> tuple[_native.Tokens, Lookup] | None:
        """The result of `look_up` for a text, with its tokens; None if it shares nothing.

        Args:
            text: the text to lex, with its comments and other parts, and to look up.
            lexer: a value of `_native.LEXERS`.
            bounds: as for `look_up`; called with the tokens.

        Raises:
            UsageError: the index does not answer for this text.
        """
        if self._query_keys is not None:
            tokens = _native.lex(text, lexer, streams=True)
            return tokens, self.look_up(tokens, text, lambda: bounds(tokens))
        try:
            answer = _native.look_up_text(
                self._shards, self._bases, text, lexer, self.scheme, permutations(), bounds
            )
        except _native.FormatError as error:
            raise _damaged(self.path, error) from error
        if answer is None:
            return None
        tokens, exact, renamed, bags = answer
        return tokens, self._unchanged(exact, renamed, bags)

    def _unchanged(
        self, exact: _native.Found, renamed: _native.Found, bags: _native.Rows
    ) -> Lookup:
        """An answer of the native core, without contents that changed since they were read."""
        lookup = Lookup(candidates_of(exact), candidates_of(renamed), bags_of(bags))
        return lookup.without(self._changed) if self._changed else lookup

    def candidates(self, tokens: _native.Tokens, form: int) -> Candidates:
        """Contents that share fingerprints of one form with a text.

        Args:
            tokens: tokens of the text, lexed like contents of its language.
            form: 0 exact, 1 renamed (`_core/fingerprint.hpp`).
        """
        self._check_covered(tokens)
        prints = tokens.fingerprints(form, self.scheme, of_query=True)
        try:
            candidates = candidates_of(_native.search(self._shards, self._bases, prints))
        except _native.FormatError as error:
            raise _damaged(self.path, error) from error
        return candidates.without(self._changed) if self._changed else candidates

    def scores(self, tokens: _native.Tokens, text: bytes) -> TokenScores:
        """Code lengths of the tokens of a text, based on the statistics of the index.

        Args:
            tokens: tokens of the text.
            text: the text.
        """
        return TokenScores(*self.token_model.score(tokens, text))

    def sample(
        self, count: int, seed: int, languages: Sequence[str] | None = None
    ) -> Iterator[Document]:
        """Yield `count` documents with text, sampled by a hash of seed and content.

        The sample depends only on the seed and the corpus, not on how the index was built. A
        content is sampled at most once, as its first document.
        """
        order = drawing_order(seed, zip(self._contents, self._bases, strict=False))
        sampled = 0
        for content_id in order:
            if sampled >= count:
                return
            if languages is not None and self.language(content_id) not in languages:
                continue
            documents = self.documents(content_id)
            if documents:
                sampled += 1
                yield replace(
                    documents[0],
                    content=self.content(content_id),
                    families=len(self.families(content_id)),
                )

    def verify(self) -> None:
        """Test every checksum of every file.

        Raises:
            IndexFormatError: naming the first file that is damaged.
        """
        try:
            for shard, contents, base in zip(
                self._shards, self._contents, self._bases, strict=False
            ):
                shard.verify()
                contents.verify()
                verify_hashes(contents, base, len(shard), self.content)
            stored = [one for one in self._contents if isinstance(one, StoredContents)]
            if stored:
                verify_totals(self.manifest, stored)
        except IndexFormatError as error:
            raise _damaged(self.path, error) from error

    def close(self) -> None:
        """Close every file."""
        for contents in self._contents:
            contents.close()
        self._shards.clear()
        self.__dict__.pop("token_model", None)  # holds the shards open

    @cached_property
    def token_model(self) -> _native.TokenModel:
        """The model that computes code lengths from the statistics of the index."""
        return token_model(self._shards)

    def _note_changed(self, content_id: int) -> None:
        """Leave out this content from all later answers."""
        self._changed.add(content_id)
        self.answers.clear()

    def _check_covered(self, tokens: _native.Tokens) -> None:
        if self._query_keys is not None and not self._query_keys.cover(tokens):
            raise UsageError(
                f"{self.path} was prepared for other texts, not for this one",
                "give all texts to Index.of_folder, or none",
            )

    def _locate(self, content_id: int) -> tuple[int, int]:
        if not 0 <= content_id < len(self):
            raise IndexError(f"there is no content {content_id}")
        shard = bisect_right(self._bases, content_id) - 1
        return shard, content_id - self._bases[shard]

    def _row(self, shard: int, local: int) -> tuple[int, int, int, int, int, int]:
        try:
            return self._shards[shard].content(local)
        except _native.FormatError as error:
            raise _damaged(self.path, error) from error


def _damaged(path: Path, error: IndexFormatError) -> IndexFormatError:
    """The error, with the path of the index added."""
    return IndexFormatError(f"the index {path} is damaged: {error.message}", error.hint or REBUILD)
