# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files whose copyright holders and license a person read: labelled_files.csv.

Each row names a file of a package by its SHA-256, the holders that it states and what it says of
its own license: `named` (the column `license` has the expressions that are right), `vague` ("BSD,
see LICENSE", licenses of data or of originals) or `none`. Files of the set `first` were used to fix
faults; those of `second` were labelled afterwards.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Label", "Source", "false_lines", "found_holders", "labels"]

_FILE = Path(__file__).parent / "labelled_files.csv"
_MAX_FILE = 1 << 20


@dataclass(frozen=True)
class Label:
    """What a person read in one file."""

    group: str
    ecosystem: str
    package: str
    version: str
    path: str
    sha256: str
    holders: tuple[str, ...]
    states: str
    """"named", "vague" or "none"."""
    licenses: tuple[str, ...]
    """Expressions of which each is right; empty unless `states` is "named"."""
    differs: bool
    """Whether the license is not that of the package."""

    @property
    def name(self) -> str:
        """Package, version and path."""
        return f"{self.package} {self.version} {self.path}"


def labels() -> list[Label]:
    """The labels, in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [
        Label(
            row["group"], row["ecosystem"], row["package"], row["version"], row["path"],
            row["sha256"], tuple(filter(None, row["holders"].split("; "))), row["states"],
            tuple(filter(None, row["license"].split(" / "))), row["differs"] == "yes",
        )
        for row in rows
    ]  # fmt: skip


class Source:
    """The files of wheels, npm archives and `node_modules` in some folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._places: dict[tuple[str, str, str], Path] = {}
        for folder in folders:
            self._places.update(_packages(folder))

    def content(self, label: Label) -> bytes | None:
        """The labelled bytes; None where no folder has them."""
        place = self._places.get((label.ecosystem, _plain(label.package), label.version))
        content = None if place is None else _read(place, label.path)
        if content is None or hashlib.sha256(content).hexdigest() != label.sha256:
            return None
        return content


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _packages(folder: Path) -> Iterator[tuple[tuple[str, str, str], Path]]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".whl":
            name, version = path.name.split("-")[:2]
            yield ("pypi", _plain(name), version), path
        elif path.suffix == ".tgz":
            name, _, version = path.name.removesuffix(".tgz").rpartition("-")
            yield ("npm", _plain(name), version), path
        elif path.name == "node_modules":
            for pattern in ("*/package.json", "@*/*/package.json"):
                for description in sorted(path.glob(pattern)):
                    stated = json.loads(description.read_bytes())
                    key = "npm", _plain(str(stated.get("name"))), str(stated.get("version"))
                    yield key, description.parent


def _read(place: Path, path: str) -> bytes | None:
    """One member of a package, at most 1 MiB of it; None where there is none."""
    try:
        if place.is_dir():
            return (place / path).read_bytes()[:_MAX_FILE]
        if place.suffix == ".whl":
            with zipfile.ZipFile(place) as wheel, wheel.open(path) as member:
                return member.read(_MAX_FILE)
        with tarfile.open(place) as archive:
            entry = archive.extractfile(f"package/{path}")
            return None if entry is None else entry.read(_MAX_FILE)
    except (KeyError, OSError):
        return None


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text).casefold().split()).removeprefix("the ")


def found_holders(label: Label, statements: Iterable[str]) -> list[str]:
    """The holders of a label that one of the statements names."""
    words = [_words(each) for each in statements]
    return [holder for holder in label.holders if any(_words(holder) in each for each in words)]


def false_lines(label: Label, statements: Iterable[str]) -> list[str]:
    """The statements that name no holder of a label."""
    names = [_words(holder) for holder in label.holders]
    return [each for each in statements if not any(name in _words(each) for name in names)]
