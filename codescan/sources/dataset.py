# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads datasets of source files: JSONL, Parquet, and datasets of the hub such as The Stack."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from packageurl import PackageURL

from codescan.errors import ConfigError, SourceError
from codescan.licenses.categories import category
from codescan.licenses.expressions import normalize as normalize_license
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim, Package, Skipped
from codescan.sources import eligibility, options
from codescan.sources.assemble import Unread, documents
from codescan.sources.dataset_rows import hub_pieces, pieces
from codescan.sources.divided_source import DividedSource
from codescan.sources.downloads import TransferError, cache_folder
from codescan.sources.folder_walk import files_below
from codescan.sources.paths import normalize
from codescan.sources.transfer import Client
from codescan.text.languages import by_tag
from codescan.text.packed_streams import GzipStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.protocols import Source
    from codescan.records import Document, Language
    from codescan.sources.assemble import Entry
    from codescan.sources.dataset_rows import Piece

__all__ = ["DatasetPart", "DatasetSource", "package_of_row"]

_SUFFIXES = (".jsonl", ".ndjson", ".parquet", ".pq")
_PACKED = ("", ".gz", ".zst", ".xz")
_GITHUB = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Columns:
    """Names of the columns by their content; "" if the dataset lacks a column."""

    content: str = "content"
    path: str = "path"
    repo: str = ""
    license: str = ""
    revision: str = ""
    content_url: str = ""
    """URL template with column names in braces, for datasets that store contents elsewhere."""

    def named(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        first = _FIELD.findall(self.content_url) if self.content_url else [self.content]
        options = (self.path, self.repo, self.license, self.revision)
        return tuple(dict.fromkeys(name for name in (*first, *options) if name))


@dataclass(frozen=True)
class DatasetSource(DividedSource):
    """Rows of a dataset, each one file of a repository.

    The license column is the dataset's statement about the repository ("repository" basis): a
    string, or a list of all licenses that were found. Rows without a repository belong to the
    dataset as a whole, and their path begins with the row number.

    Args:
        path: JSONL (.gz, .zst, .xz) or Parquet files, or folders of them.
        hub: instead, the name of a dataset on the Hugging Face hub, read as a stream.
        config: its configuration, for example "Dockerfile" of The Stack v2.
        split: its split.
        revision: its revision.
        name: name of the dataset as a package; default: the name of the file or hub dataset.
        content: name of the column with the text.
        content_url: URL of the text with columns in braces, if the dataset does not contain it.
        path_column: name of the column with the file's path; "" for none.
        language: language of rows whose path names none, for data sets without a path column.
        repo: name of the column with the repository, for example "owner/name" of GitHub; "" for
            none.
        license: name of the column with license identifiers; "" for none.
        commit: name of the column with the repository's revision; "" for none.
        limit: maximum number of rows of each file or shard; 0 for all.
        cache: folder for contents that `content_url` names.
        data: keep configuration and data files.
    """

    path: tuple[str, ...] = ()
    hub: str = ""
    config: str = ""
    split: str = "train"
    revision: str = ""
    name: str = ""
    content: str = "content"
    content_url: str = ""
    path_column: str = "path"
    language: str = ""
    repo: str = ""
    license: str = ""
    commit: str = ""
    limit: int = 0
    cache: str = ""
    data: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", options.words("path", self.path))
        if self.language and by_tag(self.language) is None:
            raise ConfigError(f"unknown language {self.language}", "for example: python, c, go")
        if bool(self.path) == bool(self.hub):
            raise ConfigError("a dataset needs either `path` or `hub`", "give one of them")

    def parts(self) -> Iterator[Source]:
        """Yield one source for each JSONL file, group of Parquet row groups, or hub shard.

        Raises:
            SourceError: there is no such file, or the hub cannot be reached.
            MissingExtraError: a library for the format is not installed.
        """
        columns = Columns(
            self.content, self.path_column, self.repo, self.license, self.commit, self.content_url
        )
        for piece in self._pieces():
            stem = Path(self.hub or piece.label).name.partition(".")[0]
            yield DatasetPart(piece, columns, self.name or stem, self.limit, self.cache, self.data,
                by_tag(self.language) if self.language else None,
            )  # fmt: skip

    def _pieces(self) -> Iterator[Piece]:
        if self.hub:
            yield from hub_pieces(self.hub, self.config, self.split, self.revision)
            return
        for location in self.path:
            for file in _files(Path(location).expanduser()):
                yield from pieces(file)


@dataclass(frozen=True)
class DatasetPart:
    """A piece of a dataset.

    Args:
        piece: the part of the dataset with the rows.
        columns: names of the columns.
        name: name of the dataset.
        limit: maximum number of rows; 0 for all.
        cache: folder for contents that are stored elsewhere.
        data: keep configuration and data files.
        language: language of rows whose path names none.
    """

    piece: Piece
    columns: Columns
    name: str
    limit: int = 0
    cache: str = ""
    data: bool = False
    language: Language | None = None

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield every row in order; if the rest is damaged, it is one Skipped."""
        rows = self.piece.rows(self.columns.named())
        numbered = enumerate(islice(rows, self.limit or None), self.piece.first)
        try:
            for number, row in numbered:
                if isinstance(row, str):
                    yield Skipped(f"{self.piece.label}:{number}", "read", row)
                    continue
                package = self._package(row)
                entry = self._entry(row, number, whole=package.family.startswith("dataset/"))
                yield from documents(package, [entry], {}, data=self.data, language=self.language)
        except SourceError as error:
            yield Skipped(self.piece.label, "read", "corrupt-archive", error.message)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self

    @cached_property
    def _client(self) -> Client:
        return Client(cache_folder(self.cache))

    def _entry(self, row: Mapping[str, object], number: int, *, whole: bool) -> Entry:
        path_value = row.get(self.columns.path) if self.columns.path else None
        # In The Stack v2, paths begin at the repository with a slash.
        path = (
            normalize(str(path_value).lstrip("/")) if path_value else f"{self.piece.label}/{number}"
        )
        if path is None:
            return Unread(ascii(path_value)[1:-1][:200], "unsafe-path")
        if whole and path_value:
            path = f"{number}/{path}"
        if self.columns.content_url:
            return self._elsewhere(row, path)
        if self.columns.content not in row:
            return Unread(path, "bad-row", f"no column {self.columns.content}")
        content = row[self.columns.content]
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        if not isinstance(content, bytes):
            return Unread(path, "empty", f"no text in column {self.columns.content}")
        return path, content

    def _elsewhere(self, row: Mapping[str, object], path: str) -> Entry:
        reason = eligibility.check_path(path)
        if reason is not None:
            return Unread(path, reason)
        url = _FIELD.sub(
            lambda match: quote(str(row.get(match[1], "")), safe=""), self.columns.content_url
        )
        try:
            content = self._client.page(url, max_age=float("inf")).content
        except TransferError as error:
            return Unread(path, error.reason, error.message, stage="fetch")
        if content.startswith(b"\x1f\x8b"):
            packed = io.BufferedReader(GzipStream(io.BytesIO(content)))
            try:
                content = packed.read(eligibility.MAX_BYTES + 1)
            except (OSError, EOFError) as error:
                return Unread(path, "corrupt-archive", str(error))
        return path, content

    def _package(self, row: Mapping[str, object]) -> Package:
        columns = self.columns
        return package_of_row(
            row,
            repo=columns.repo,
            license_column=columns.license,
            revision=columns.revision,
            dataset=self.name,
        )


def package_of_row(
    row: Mapping[str, object], *, repo: str, license_column: str, revision: str, dataset: str
) -> Package:
    """The repository that a row of a dataset belongs to, or the dataset as a whole.

    Args:
        row: its values by column.
        repo: column of the repository; "" for none.
        license_column: column of license identifiers; "" for none.
        revision: column of the repository's revision; "" for none.
        dataset: name of the dataset, for rows without a repository.
    """
    repository = str(row.get(repo) or "").strip() if repo else ""
    claims = _claims(row.get(license_column) if license_column else None)
    if not repository:
        purl = PackageURL("generic", None, dataset)
        family = f"dataset/{dataset.lower()}"
        return Package(purl.to_string(), dataset, family=family, licenses=claims)
    version = str(row.get(revision) or "") if revision else ""
    if _GITHUB.fullmatch(repository):
        owner, _, bare = repository.lower().partition("/")
        purl = PackageURL("github", owner, bare, version or None)
        family, homepage = f"git/github.com/{owner}/{bare}", f"https://github.com/{repository}"
    else:
        purl = PackageURL("generic", None, repository, version or None)
        family, homepage = f"git/{repository.lower()}", ""
    return Package(
        purl=purl.to_string(),
        name=repository.rpartition("/")[2] or repository,
        version=version,
        family=family,
        homepage=homepage,
        licenses=claims,
    )


def _claims(value: object) -> tuple[LicenseClaim, ...]:
    """The license claims of a dataset about a repository: one identifier or several."""
    if isinstance(value, str):
        items = [value]
    elif isinstance(value, Iterable):
        items = [item for item in value if isinstance(item, str)]
    else:
        items = []
    known: dict[str, str] = {}
    for item in items:
        known.setdefault(normalize_license(item), item)
    known.pop(NOASSERTION, None)
    return tuple(
        LicenseClaim(expression, LicenseBasis.REPOSITORY, item[:200], category(expression))
        for expression, item in known.items()
    )


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or every dataset file below a folder, in order."""
    if not path.is_dir():
        yield path
        return
    endings = (suffix + packed for suffix in _SUFFIXES for packed in _PACKED)
    files = files_below(path, *endings)
    if not files:
        raise SourceError(f"no JSONL or Parquet file lies in {path}", "check `path` in the recipe")
    yield from files
