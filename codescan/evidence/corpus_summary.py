# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The contents of a corpus, counted in the catalogue of its index.

Sizes count each content once unless a field says otherwise. The license of a file is the claim that
holds (`licenses.claim_precedence.strongest`); what no claim states is unknown, never permissive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping  # noqa: TC003 - schemas resolve the types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.licenses.claim_precedence import precedence, strongest
from codescan.licenses.copyrights import holder_name
from codescan.records import NOASSERTION
from codescan.records.skip_reasons import is_unchecked_reason

if TYPE_CHECKING:
    from codescan.index import Index
    from codescan.records import Document, Package

__all__ = ["CorpusSummary", "Counted", "Dates", "Duplicates", "collect_summary"]

SCHEMA_VERSION = 1
UNKNOWN = "unknown"
_LISTED = 200
"""Rows of a table in the summary; the totals count all of them."""
_MOST_NAMES = 500_000
"""Maximum number of holders that are counted separately."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of a table."""

    name: str
    files: int
    bytes: int
    """Bytes of the files, copies included."""
    packages: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Files of equal content."""

    contents: int
    """Different contents that more than one file has."""
    extra_files: int
    """Files besides the first of each content."""
    extra_bytes: int
    across_families: int
    """Different contents that independent packages have."""
    license_conflicts: int
    """Different contents whose files are under licenses of different categories."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When the packages were released, and when the index was made; ISO 8601."""

    earliest_release: str | None
    latest_release: str | None
    packages_without_date: int
    indexed: str


@dataclass(frozen=True, slots=True)
class CorpusSummary:
    """The contents of a corpus, in counts."""

    name: str
    digest: str
    """SHA-256 over contents and origins: equal corpora have equal digests."""
    tool_version: str
    sources: list[dict[str, Any]]
    """Of the recipe: kind and options of each."""
    packages: int
    files: int
    contents: int
    tokens: int
    """Lexer tokens of the contents."""
    bytes: int
    """Bytes of the contents, each once."""
    registries: list[Counted]
    """By type of package URL, for example "pypi"."""
    languages: list[Counted]
    license_categories: list[Counted]
    licenses: list[Counted]
    """Counts by license expression; the first 200."""
    licenses_total: int
    unknown_licenses: list[Counted]
    """Packages with files of unknown license; the first 200 by files."""
    unknown_licenses_total: int
    holders: list[Counted]
    """By name; the first 200 by files."""
    holders_total: int
    files_without_holder: int
    duplicates: Duplicates
    dates: Dates
    left_out: dict[str, int]
    """Files that the index left out, by reason."""
    opt_outs: dict[str, Any] | None
    """The opt-out list that was applied; null: none."""
    private_data: dict[str, Any] | None
    """Counts by kind; null: not measured."""
    stale: list[str]
    """Reasons why the index is outdated, as sentences."""
    schema_version: int = SCHEMA_VERSION

    def unread(self, allowed: Collection[str] = ()) -> int:
        """Files that hold text and could not be read, but for the reasons that are allowed."""
        return sum(
            count
            for reason, count in self.left_out.items()
            if is_unchecked_reason(reason) and reason not in allowed
        )


@dataclass(slots=True)
class _Table:
    """Rows by name, counted."""

    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    packages: dict[str, set[int]] = field(default_factory=dict)
    with_packages: bool = True

    def add(self, name: str, size: int, package: int) -> None:
        """Count a file; past the limit of names, under the name "…"."""
        if name not in self.files and len(self.files) >= _MOST_NAMES:
            name = "…"
        self.files[name] += 1
        self.bytes[name] += size
        if self.with_packages:
            self.packages.setdefault(name, set()).add(package)

    def rows(self, limit: int | None = None) -> list[Counted]:
        """The rows, most files first."""
        ordered = sorted(self.files.items(), key=lambda entry: (-entry[1], entry[0]))
        return [
            Counted(name, files, self.bytes[name], len(self.packages.get(name, ())))
            for name, files in ordered[:limit]
        ]


def collect_summary(
    index: Index,
    *,
    opt_outs: Mapping[str, object] | None = None,
    private_data: Mapping[str, object] | None = None,
    stale: tuple[str, ...] = (),
    on_content: Callable[[int, int], None] | None = None,
) -> CorpusSummary:
    """Count everything that the index of a corpus holds. Linear in its files.

    Args:
        index: of the corpus.
        opt_outs: the list that was applied.
        private_data: counts by kind, where they were measured.
        stale: sentences of `app.stale_index`.
        on_content: called with the contents counted and their total.

    Raises:
        IndexFormatError: the index is damaged.
    """
    counts = _Counts()
    for content_id in range(len(index)):
        documents = index.documents(content_id)
        counts.add(documents, index.content_size(content_id), index.language(content_id))
        if on_content is not None:
            on_content(content_id + 1, len(index))
    manifest = index.manifest
    sources = manifest.recipe.get("sources")
    return CorpusSummary(
        name=manifest.name,
        digest=manifest.digest,
        tool_version=manifest.tool_version,
        sources=[dict(source) for source in sources] if isinstance(sources, list) else [],
        packages=manifest.packages or len(counts.numbers),
        files=counts.file_count,
        contents=len(index),
        tokens=manifest.tokens,
        bytes=counts.content_bytes,
        registries=counts.registries.rows(),
        languages=counts.languages.rows(),
        license_categories=counts.categories.rows(),
        licenses=counts.expressions.rows(_LISTED),
        licenses_total=len(counts.expressions.files),
        unknown_licenses=counts.unknown.rows(_LISTED),
        unknown_licenses_total=len(counts.unknown.files),
        holders=counts.holders.rows(_LISTED),
        holders_total=len(counts.holders.files),
        files_without_holder=counts.without_holder,
        duplicates=Duplicates(*counts.duplicates),
        dates=counts.dates(manifest.created),
        left_out=dict(manifest.skipped),
        opt_outs=None if opt_outs is None else dict(opt_outs),
        private_data=None if private_data is None else dict(private_data),
        stale=list(stale),
    )


class _Counts:
    """Totals so far; memory grows with packages, licenses and holders, not with files."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.released: list[str] = []
        self.file_count = self.content_bytes = self.without_holder = 0
        self.registries, self.languages, self.categories = _Table(), _Table(), _Table()
        self.expressions, self.unknown = _Table(), _Table()
        self.holders = _Table()
        self.duplicates = [0, 0, 0, 0, 0]

    def add(self, documents: tuple[Document, ...], size: int, language: str) -> None:
        """Count the files of one content."""
        self.content_bytes += size
        self.file_count += len(documents)
        categories = {self._add_file(document, size, language) for document in documents}
        if len(documents) > 1:
            families = {document.origin.package.family for document in documents}
            extra = len(documents) - 1
            for place, number in enumerate(
                (1, extra, extra * size, len(families) > 1, len(categories) > 1)
            ):
                self.duplicates[place] += number

    def dates(self, indexed: str) -> Dates:
        """The range of release dates."""
        return Dates(
            min(self.released, default=None),
            max(self.released, default=None),
            len(self.numbers) - len(self.released),
            indexed,
        )

    def _add_file(self, document: Document, size: int, language: str) -> str:
        package = document.origin.package
        number = self._number(package)
        self.registries.add(_registry(package.purl), size, number)
        self.languages.add(language, size, number)
        claims = sorted((*document.licenses, *package.licenses), key=precedence)
        claim = strongest(tuple(dict.fromkeys(claims)))
        category = UNKNOWN if claim.expression == NOASSERTION else claim.category
        self.categories.add(category, size, number)
        self.expressions.add(claim.expression, size, number)
        if category == UNKNOWN:
            self.unknown.add(package.purl, size, number)
        names = dict.fromkeys(_holders(document))
        for name in names:
            self.holders.add(name, size, number)
        self.without_holder += not names
        return category

    def _number(self, package: Package) -> int:
        number = self.numbers.get(package.purl)
        if number is None:
            number = self.numbers[package.purl] = len(self.numbers)
            if package.released:
                self.released.append(package.released)
        return number


def _registry(purl: str) -> str:
    return purl.removeprefix("pkg:").partition("/")[0] if purl.startswith("pkg:") else UNKNOWN


def _holders(document: Document) -> Iterator[str]:
    """The copyright holders of a file: its own statements, else those of its package."""
    for line in document.copyrights or document.origin.package.copyrights:
        name = holder_name(line)
        if name:
            yield name
