# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The Python interface: scan texts, audit a model, read a finished run, search training data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from msgspec.structs import replace

from codescan.app.indexes import minimum_tokens
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.config import Config
from codescan.errors import UsageError
from codescan.index.reader import Index as _Index
from codescan.matchers.matching import Matching
from codescan.matchers.query_keys import query_key_filter
from codescan.pipeline import scan, texts_of
from codescan.records import Coverage, Finding, Skipped, Snippet, Suppressed
from codescan.sources.folder_files import index_of_folders
from codescan.text.decoding import decode_text
from codescan.text.languages import by_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.app.dedup import DedupOptions, DedupResult
    from codescan.app.run_report import RunReport
    from codescan.evidence.corpus_summary import CorpusSummary
    from codescan.index.manifest import Manifest
    from codescan.private_data.records import PrivateItem
    from codescan.private_data.report import PrivateReport
    from codescan.records.duplicates import DuplicateRow

__all__ = [
    "Index",
    "Scan",
    "audit",
    "deduplicate",
    "find_duplicates",
    "find_private_data",
    "private_items",
    "read_report",
    "summarize_corpus",
]


class Scan(Struct, frozen=True):
    """The result of a scan of one text. Iterates over the findings."""

    snippet_id: str
    findings: tuple[Finding, ...] = ()
    """The findings, in the order of the text."""
    suppressed: tuple[Suppressed, ...] = ()
    """Shared runs that are not findings, with the reason."""
    skipped: tuple[Skipped, ...] = ()
    """Inputs that were not compared: the text, or files that changed during the scan."""

    @property
    def coverage(self) -> Coverage:
        """Coverage of the result. A clean result counts only if this is complete."""
        is_compared = all(skip.item != self.snippet_id for skip in self.skipped)
        return Coverage.of(int(is_compared), self.skipped)

    @property
    def is_complete(self) -> bool:
        """Whether the whole text was compared with the whole index."""
        return self.coverage.is_complete

    def __iter__(self) -> Iterator[Finding]:
        """The findings, in the order of the text."""
        return iter(self.findings)

    def __len__(self) -> int:
        """Number of findings."""
        return len(self.findings)


class Index:
    """An index of a corpus, opened for scanning, or a folder to compare with.

    Use `Index.open` or `Index.of_folder`, best in a `with` block.

    Safe to share between threads.
    """

    def __init__(self, index: _Index, *, min_tokens: int | None = None) -> None:
        self._index = index
        self._min_tokens = minimum_tokens(index, min_tokens, Config())
        self._matchers = Matching.of(index).matchers

    @classmethod
    def open(cls, path: Path | str, *, min_tokens: int | None = None) -> Self:
        """Open the index in a folder.

        Args:
            path: folder that `codescan index build` wrote.
            min_tokens: minimum length of a finding in tokens; by default the guarantee of the
                index.

        Raises:
            UsageError: `min_tokens` is less than the index guarantees.
            IndexMissingError: the index is missing.
            IndexFormatError: it is of another version, truncated or damaged.
        """
        return cls(_Index.open(path), min_tokens=min_tokens)

    @classmethod
    def of_folder(
        cls,
        *paths: Path | str,
        texts: Iterable[Snippet] | None = None,
        min_tokens: int | None = None,
    ) -> Self:
        """Read the files of one or more folders, to compare texts with them.

        Writes temporary files only. Finds the same copies as an index of the folder, except heavily
        edited ones. The files must not change during a scan: `Scan.skipped` lists a changed file,
        which gives no findings.

        Args:
            paths: the folders.
            texts: the texts that will be scanned, if they are known. Reading is then faster and
                takes hardly any memory, and scanning any other text raises UsageError.
            min_tokens: minimum length of a finding in tokens; by default the guarantee.

        Raises:
            UsageError: no folder is named, or `min_tokens` is less than the guarantee.
            SourceError: there is no such folder, or it cannot be listed.
            EmptyCorpusError: it holds no file that can be compared.
            OutputError: there is no room for temporary files.
        """
        query_keys = None if texts is None else query_key_filter(texts_of(texts))
        return cls(index_of_folders(paths, query_keys=query_keys), min_tokens=min_tokens)

    @property
    def manifest(self) -> Manifest:
        """The manifest of the index: sources, sizes and the guarantee in tokens."""
        return self._index.manifest

    def scan(self, text: str | bytes, language: str | None = None, *, name: str = "text") -> Scan:
        """Find every passage of `text` that is in the index.

        Args:
            text: text of any length; bytes may be UTF-8, UTF-16 or UTF-32. Spans of findings are
                byte offsets into its UTF-8 form. `Scan.skipped` names a text that cannot be
                decoded.
            language: a name of `codescan.text.languages` or an alias such as "py"; None: unknown.
            name: the id of the snippet in the findings.

        Raises:
            UsageError: the language is unknown.
        """
        language_name = by_tag(language) if language is not None else None
        if language is not None and language_name is None:
            raise UsageError(f"unknown language {language!r}", "for example: python, c, go")
        content = text.encode("utf-8", "replace") if isinstance(text, str) else text
        return self._scan(Snippet(name, content, language_name))

    def scan_many(self, snippets: Iterable[Snippet], *, threads: int = 1) -> Iterator[Scan]:
        """Scan many texts, in their order. Threads run the native code in parallel."""
        if threads <= 1:
            yield from map(self._scan, snippets)
            return
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(self._scan, snippets)

    def close(self) -> None:
        """Close the files of the index."""
        self._index.close()

    def __enter__(self) -> Self:
        """Close the index at the end of a `with` block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the files of the index."""
        self.close()

    def _scan(self, snippet: Snippet) -> Scan:
        decoded = decode_text(snippet.content, snippet.path or "")
        if decoded.reason:
            return Scan(snippet.id, skipped=(Skipped(snippet.id, "read", decoded.reason),))
        if decoded.content is not snippet.content:
            snippet = replace(snippet, content=decoded.content)
        items = list(scan([snippet], self._index, self._matchers, min_tokens=self._min_tokens))
        return Scan(
            snippet.id,
            tuple(item for item in items if isinstance(item, Finding)),
            tuple(item for item in items if isinstance(item, Suppressed)),
            tuple(item for item in items if isinstance(item, Skipped)),
        )


def audit(
    model: str | None = None,
    *,
    settings_file: Path | str | None = None,
    config_file: Path | str | None = None,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
    **settings: object,
) -> RunReport:
    """Prompt a model, match its completions against an index, and report origin and license.

    Does what `codescan audit` does, with the same settings, presets and run folder. A run that was
    stopped continues when it is called again.

    Args:
        model: the model to audit: an alias, a hub id, a folder, "openai:NAME" or "replay:FILE".
        settings_file: TOML with further settings.
        config_file: configuration of a project, whose table `[audit]` holds settings. Without it,
            no configuration is read.
        on_progress: called with a step's name, its finished units and its units in all.
        on_message: called with a line of text before each long step.
        settings: options of `codescan audit`, by name with underscores: `index`, `corpus`,
            `preset`, `limit`, `strategy`, `samples`, `out`, ... Lists for repeatable ones.

    Raises:
        UsageError: a setting is unknown, or of a wrong type or range.
        CodescanError: something is missing or wrong; results so far are saved in the run folder.
    """
    from codescan.app.audit import audit as run
    from codescan.app.audit_settings import audit_options
    from codescan.app.run_report import RunReport
    from codescan.config import load_config

    named = settings if model is None else {"model": model, **settings}
    options = audit_options(
        named,
        config=load_config(_path(config_file)),
        settings_file=_path(settings_file),
    )
    result = run(options, on_progress, on_message)
    return RunReport(result.report, result.report_paths)


def read_report(run: Path | str) -> RunReport:
    """Read the report of a finished run.

    Args:
        run: a run folder of an audit, or a report in JSON.

    Raises:
        UsageError: there is none, or the file is not a report.
    """
    from codescan.app.reports import read_report as read
    from codescan.app.run_report import RunReport

    return RunReport(read(Path(run)))


def find_duplicates(
    *data: Path | str, on_progress: OnProgress = no_progress, **options: object
) -> Iterator[DuplicateRow]:
    """Yield the rows of the table of duplicates of a training set.

    Files come first, by name, then functions, blocks and passages that independent files share.
    Only temporary files are written.

    Args:
        data: a folder, files of rows or their folders, or an index.
        on_progress: called with a step's name, its finished units and its units in all.
        options: fields of `codescan.app.dedup.DedupOptions`, such as `keep` or `columns`.

    Raises:
        UsageError: an option is unknown or out of range.
        CodescanError: the training set cannot be read.
    """
    from codescan.app.dedup import duplicates_of

    return duplicates_of(_dedup_options(data, options), on_progress)


def deduplicate(
    *data: Path | str,
    out: Path | str | None = None,
    on_progress: OnProgress = no_progress,
    **options: object,
) -> DedupResult:
    """Search a training set for duplicates, and write the results.

    Does what `codescan dedup` does. A run with `out` that was stopped continues.

    Args:
        data: as for `find_duplicates`.
        out: folder for table, drop list, page and summary; None writes no file.
        on_progress: as for `find_duplicates`.
        options: as for `find_duplicates`; `clean=True` also writes a copy without the duplicates.

    Raises:
        UsageError: an option is unknown or out of range.
        CodescanError: the training set cannot be read, or a result cannot be written.
    """
    from codescan.app.dedup import dedup

    named = {**options, "out": _path(out)}
    return dedup(_dedup_options(data, named), on_progress)


def _dedup_options(data: tuple[Path | str, ...], options: dict[str, object]) -> DedupOptions:
    from codescan.app.dedup import DedupOptions

    unknown = options.keys() - DedupOptions.__dataclass_fields__.keys()
    if unknown or "paths" in options:
        option_names = ", ".join(sorted(DedupOptions.__dataclass_fields__.keys() - {"paths"}))
        raise UsageError(f"unknown option: {', '.join(sorted(unknown))}", f"known: {option_names}")
    return DedupOptions(tuple(map(Path, data)), **options)  # type: ignore[arg-type]


def find_private_data(
    *paths: Path | str,
    kinds: Iterable[str] = (),
    index: Path | str | None = None,
    data: Iterable[Path | str] = (),
    hash_key: Path | str | None = None,
    on_progress: OnProgress = no_progress,
) -> PrivateReport:
    """Find private values in training data, or leaks of them in a run, as `codescan private` does.

    Args:
        paths: folders, files or indexes; or one run folder of an audit.
        kinds: names of kinds or categories; empty for all.
        index: for a run, an index of the training data.
        data: for a run, files and folders of training data, besides the index or instead of it.
        hash_key: key of the hashes; by default a new one, or that of the run folder.
        on_progress: called with a step's name, its finished units and its units in all.

    Raises:
        UsageError: an input does not exist, or a kind is not known.
        MissingExtraError: the extra `private` is not installed.
        CodescanError: an index or a run cannot be read.
    """
    from codescan.app import private
    from codescan.app.private_options import PrivateOptions

    options = PrivateOptions(
        paths=tuple(map(str, paths)),
        kinds=tuple(kinds),
        index_folder=_path(index),
        data=tuple(map(str, data)),
        hash_key=_path(hash_key),
    )
    return private.find_private_data(options, on_progress).report


def private_items(
    *paths: Path | str, kinds: Iterable[str] = (), hash_key: Path | str | None = None
) -> Iterator[PrivateItem | Skipped]:
    """Yield private values in training data one by one, and the inputs that were not searched.

    Yields placeholders too, with the reason in `PrivateItem.placeholder`. Memory is bounded.

    Args:
        paths: folders, files or indexes.
        kinds: as for `find_private_data`.
        hash_key: as for `find_private_data`.

    Raises:
        UsageError: an input does not exist, or a kind is not known.
        MissingExtraError: the extra `private` is not installed.
    """
    from codescan.app.private import iterate_private_items

    key = _path(hash_key)
    return iterate_private_items(tuple(map(str, paths)), tuple(kinds), key)


def summarize_corpus(
    index: Path | str, *, private_data: bool = False, on_progress: OnProgress = no_progress
) -> CorpusSummary:
    """Summarize the corpus of an index, as `codescan corpus summary` does.

    Args:
        index: folder of the index.
        private_data: whether to count private values, too.
        on_progress: called with a step's name, its finished units and its units in all.

    Raises:
        IndexMissingError: the index is missing.
        IndexFormatError: it is of another version, truncated or damaged.
    """
    from codescan.app.corpus_summary import SummaryOptions
    from codescan.app.corpus_summary import summarize_corpus as summarize

    return summarize(SummaryOptions(Path(index), with_private_data=private_data), on_progress)


def _path(path: Path | str | None) -> Path | None:
    return None if path is None else Path(path)
