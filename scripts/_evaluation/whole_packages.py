# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scans every file of packages that are not in the index: what is found is chance or borrowed.

A finding of grade A or B counts as false unless `findings_read.csv` says that it was borrowed.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from _evaluation.chance import Searched, searched
from _evaluation.corpus import built
from _evaluation.reading import BORROWED, class_of, package_of, rows

from codescan.index.building import build
from codescan.matchers.matching import Matching
from codescan.pipeline import scan
from codescan.records import Grade, Snippet
from codescan.sources.recipe import load_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _evaluation.chance import ChanceMatch

    from codescan.index import Index
    from codescan.records import Document

__all__ = [
    "SETS", "Borrowing", "FileSet", "WholePackages", "borrowings", "opened", "report",
    "report_borrowings", "scanned",
]  # fmt: skip

_FOLDER = Path(__file__).parent
_STRONG = (Grade.A.value, Grade.B.value)
_WEAKEST = 16.0
"""Findings up to this E-value are kept, for the check of E-values."""


@dataclass(frozen=True, slots=True)
class FileSet:
    """Files to scan, and what they are scanned against."""

    name: str
    index: str
    """Recipe of the index."""
    packages: str
    """Recipe of the packages."""
    languages: tuple[str, ...]
    files: int
    """How many files the criterion asks for."""


SETS = (
    FileSet("Python", "top-pypi", "unrelated_python.toml", ("python",), 1000),
    FileSet(
        "compiled JavaScript", "top-npm", "unrelated_npm.toml", ("javascript", "typescript"), 4000
    ),
)


@dataclass
class WholePackages:
    """What was found in one set of files."""

    files: FileSet
    texts: list[Searched] = field(default_factory=list)
    scan_seconds: float = 0.0
    """CPU time."""
    build_seconds: float = 0.0
    """CPU time of building an index of the same files."""

    @property
    def strong(self) -> Iterator[tuple[Searched, ChanceMatch, str]]:
        """Each finding of grade A or B, with its class."""
        for text in self.texts:
            for match in text.matches:
                if match.grade in _STRONG:
                    yield text, match, class_of(text.text, match.origin)

    @property
    def false_files(self) -> int:
        """Files with a finding of grade A or B that was not borrowed."""
        return len({text.text for text, _match, read in self.strong if read != BORROWED})


class Borrowing(NamedTuple):
    """A file in which a borrowed passage was read by eye."""

    package: str
    path: str
    origins: tuple[str, ...]
    """Packages that it was borrowed from."""
    is_found: bool
    """Whether the file has a finding of grade A or B."""


def borrowings(files: FileSet, work: Path) -> list[Borrowing]:
    """Scan each file of a set in which a borrowed passage of grade A or B was read, by path.

    Args:
        files: the set; all of its packages are looked through, not a sample of their files.
        work: folder for the indexes.
    """
    read: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows():
        if row["class"] == BORROWED and row["strong"] == "yes":
            read[row["package"], row["path"]].append(row["origin"])
    copied_files = []
    with opened(files.index, work) as index, _unrelated(files, work) as packages:
        documents = [
            document
            for document in packages.sample(len(packages), 0, files.languages)
            if (document.origin.package.name, document.origin.path) in read
        ]
        for document, text in zip(documents, searched(index, documents, _WEAKEST), strict=True):
            key = document.origin.package.name, document.origin.path
            is_found = any(match.grade in _STRONG for match in text.matches)
            copied_files.append(Borrowing(*key, tuple(read[key]), is_found))
    return sorted(copied_files)


def scanned(files: FileSet, work: Path, share: float, seed: int) -> WholePackages:
    """Scan a share of the files that a criterion asks for.

    Args:
        files: the set.
        work: folder for the indexes.
        share: of the files, 0..1.
        seed: decides which.
    """
    with opened(files.index, work) as index, _unrelated(files, work) as packages:
        count = max(1, round(share * files.files))
        documents = list(packages.sample(count, seed, files.languages))
        result = WholePackages(files)
        result.texts.extend(searched(index, documents, _WEAKEST))
        result.scan_seconds = _scan_seconds(index, documents)
        result.build_seconds = _build_seconds(documents)
    return result


@contextmanager
def opened(recipe: str, work: Path) -> Iterator[Index]:
    """The index of a recipe, built where it is not there yet."""
    index = built(load_recipe(recipe), work / recipe)
    try:
        yield index
    finally:
        index.close()


@contextmanager
def _unrelated(files: FileSet, work: Path) -> Iterator[Index]:
    """The index of the packages of a set, from which its files are drawn."""
    packages = built(load_recipe(str(_FOLDER / files.packages)), work / Path(files.packages).stem)
    try:
        yield packages
    finally:
        packages.close()


@dataclass(frozen=True)
class _Texts:
    texts: Sequence[Document]

    def documents(self) -> Iterator[Document]:
        yield from self.texts

    def parts(self) -> Iterator[_Texts]:
        yield self


def _scan_seconds(index: Index, documents: Sequence[Document]) -> float:
    """CPU time of scanning some files as users do: weak matches are left out early."""
    matchers = Matching.of(index).matchers
    texts = [Snippet(each.id, each.content, each.language) for each in documents]
    started = time.process_time()
    for _item in scan(texts, index, matchers):
        pass
    return time.process_time() - started


def _build_seconds(documents: Sequence[Document]) -> float:
    """CPU time of building the index of some files, in this process and in its worker."""
    with tempfile.TemporaryDirectory() as folder:
        started = _cpu_seconds()
        build([_Texts(documents)], Path(folder), name="cost", recipe={}, workers=1)
        return _cpu_seconds() - started


def _cpu_seconds() -> float:
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + worker.ru_utime + worker.ru_stime


def report(packages: WholePackages) -> None:
    """Print every finding of grade A or B with its class."""
    classes: Counter[str] = Counter()
    for text, match, read in packages.strong:
        classes[read] += 1
        shown = " ".join(match.text.split())[:90]
        print(
            f"{read:9} {match.grade} {match.kind:8} {match.tokens:5} tokens {match.bits:6.0f} bits"
            f" E={match.e_value:.0e} {_short(text.text)}:{match.region[0]}"
            f" <- {_short(match.origin)} | {shown}"
        )
    print(f"findings of grade A or B: {dict(classes)}")


def report_borrowings(read: Sequence[Borrowing]) -> None:
    """Print which borrowings are found again."""
    print(f"\nFiles with a borrowed passage: {sum(b.is_found for b in read)} of {len(read)} found")
    for each in read:
        mark = "found" if each.is_found else "LOST "
        print(f"  {mark} {each.package}#{each.path} <- {', '.join(each.origins)}")


def _short(place: str) -> str:
    return f"{package_of(place)}#{place.partition('#')[2]}"
