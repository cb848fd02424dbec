# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A temporary index of a folder, for one comparison.

It is searched like an index on disk, with the same shards and matchers. It saves most of the time
of a build: it makes no signatures of units (which find edited copies), no compressed texts and no
catalogue. Hashes, licenses and copyrights are read only for files that are requested. If all texts
to scan are known, it keeps only the keys of these texts.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import EmptyCorpusError, OutputError
from codescan.index.building import DEFAULT_PROFILE, guarantee_tokens
from codescan.index.folder_contents import ComparedContents, ComparedFiles
from codescan.index.manifest import Manifest, ShardEntry
from codescan.index.reader import Index
from codescan.index.shard_writer import Tally, family_hash
from codescan.index.transaction import tool_version
from codescan.index.workers import OPEN_TOKENS, Progress
from codescan.records import Skipped
from codescan.tasks.unfinished import scratch_folder
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from codescan.index.folder_contents import Part
    from codescan.index.workers import ProgressCallback
    from codescan.records import Language

__all__ = ["compared"]

_REPORT_EVERY = 200
"""Files between two progress messages."""
_LANGUAGES = {
    name: (_native.LEXERS[spec.lexer], number)
    for number, (name, spec) in enumerate(LANGUAGES.items())
}
"""Lexer and number of each language."""


def compared(
    parts: Iterable[Part],
    *,
    path: Path,
    name: str,
    recipe: Mapping[str, object],
    progress: ProgressCallback | None = None,
    query_keys: _native.QueryKeyFilter | None = None,
) -> Index:
    """An index of all texts of some parts, in memory and in unnamed temporary files.

    Args:
        parts: the parts to read, in this process.
        path: the folder of the parts, for messages.
        name: name of the index.
        recipe: recipe for its manifest.
        progress: called regularly.
        query_keys: keys of all texts that will be scanned; None allows any text.

    Raises:
        EmptyCorpusError: nothing can be compared.
        OutputError: there is no room for temporary files.
    """
    shards = _Shards(query_keys)
    try:
        tally = _read(parts, shards, progress or (lambda _progress: None))
        shards.end()
        shards.files.end()
    except OSError as error:
        raise OutputError(
            f"temporary files cannot be written under {tempfile.gettempdir()}: "
            f"{error.strerror or error}",
            "set TMPDIR to a folder with more room",
        ) from error
    if not shards.entries:
        skipped = sum(tally.skipped.values())
        raise EmptyCorpusError(
            f"{path} holds no file that can be compared"
            + (f" ({skipped} skipped)" if skipped else ""),
            "name a folder of source files",
        )
    manifest = Manifest(
        name=name,
        profile=DEFAULT_PROFILE,
        guarantee_tokens=guarantee_tokens(DEFAULT_PROFILE),
        languages=tuple(LANGUAGES),
        shards=tuple(shards.entries),
        recipe=dict(recipe),
        packages=len({package.purl for package in shards.files.packages()}),
        files=tally.files,
        contents=sum(entry.contents for entry in shards.entries),
        tokens=sum(entry.tokens for entry in shards.entries),
        bytes=sum(entry.bytes for entry in shards.entries),
        skipped=dict(sorted(tally.skipped.items())),
        tool_version=tool_version(),
    )
    return Index(path, manifest, shards.opened, query_keys)


def _read(parts: Iterable[Part], shards: _Shards, report: ProgressCallback) -> Tally:
    tally = Tally()
    for part in parts:
        family = family_hash(part.package.family)
        for item in part.texts():
            if isinstance(item, Skipped):
                tally.skip(item.reason)
                continue
            path, content, language = item
            if not shards.add(part, path, content, language, family):
                tally.skip("too-large")
                continue
            tally.files += 1
            tally.bytes += len(content)
            if tally.files % _REPORT_EVERY == 0:
                skipped = sum(tally.skipped.values())
                report(Progress("read", tally.files, tally.bytes, skipped, part.package.purl))
    return tally


class _Shards:
    """Shards that are filled one after the other; all except the last are written to files."""

    def __init__(self, query_keys: _native.QueryKeyFilter | None) -> None:
        self.files = ComparedFiles()
        self._query_keys = query_keys
        self.entries: list[ShardEntry] = []
        self.opened: list[tuple[_native.Shard, ComparedContents]] = []
        self._contents = 0  # of the previous shards
        self._start()

    def add(self, part: Part, path: str, content: bytes, language: Language, family: int) -> bool:
        """Add a file; return False if it has too many tokens."""
        hashed = self.files.hash(content)
        number = self.files.number_of(content, hashed)
        if number is not None:
            self.files.also(number, part, path)
            return True
        lexed_as = _LANGUAGES[language]
        if self._builder.add(content, family, 0, 0, *lexed_as) < 0:
            self._close(self._written)
            self._start()
            if self._builder.add(content, family, 0, 0, *lexed_as) < 0:
                return False
        self.files.append(part, path, hashed)
        self._bytes += len(content)
        return True

    def end(self) -> None:
        """Finish the open shard, which is the only one that stays in memory."""
        self._close(_native.Shard.of)

    def _close(self, finish: Callable[[_native.ShardBuilder], _native.Shard]) -> None:
        count, tokens = self._builder.contents, self._builder.tokens
        if count:
            self.entries.append(ShardEntry(str(len(self.entries)), count, tokens, self._bytes))
            contents = ComparedContents(self.files, self._contents, count)
            self.opened.append((finish(self._builder), contents))
            self._contents += count

    def _written(self, builder: _native.ShardBuilder) -> _native.Shard:
        """The shard in mapped files, whose names are removed at once."""
        with scratch_folder() as folder:
            builder.write(str(folder), synced=False)
            return _native.Shard(str(folder))

    def _start(self) -> None:
        # Without permutations there are no signatures.
        self._builder = _native.ShardBuilder(DEFAULT_PROFILE, None, OPEN_TOKENS, self._query_keys)
        self._bytes = 0
