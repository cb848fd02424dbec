# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The two corpora of the evaluation: what is indexed, and what is not, as indexes on disk."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import CodescanError
from codescan.index import Index, build
from codescan.sources.installed import InstalledSource
from codescan.sources.recipe import Recipe, SourceSpec, load_recipe

if TYPE_CHECKING:
    from codescan.records import Document

__all__ = ["LICENSES", "Corpora", "built", "full", "installed", "vendored"]

_FOLDER = Path(__file__).parent
_LONG = 25
"""Characters of a line that is not written twice by chance."""
_VENDORED = 0.3
"""Share of a file's long lines in the index from which the file counts as vendored in it."""

LICENSES: dict[str, tuple[str, ...]] = {
    "attrs": ("MIT",),
    "click": ("BSD-3-Clause",),
    "flask": ("BSD-3-Clause",),
    "httpx": ("BSD-3-Clause",),
    "jinja2": ("BSD-3-Clause",),
    "more-itertools": ("MIT",),
    "networkx": ("BSD-3-Clause",),
    "packaging": ("Apache-2.0 OR BSD-2-Clause", "BSD-2-Clause OR Apache-2.0"),
    "pydantic-core": ("MIT",),
    "pyparsing": ("MIT",),
    "requests": ("Apache-2.0",),
    "rich": ("MIT",),
    "rpds-py": ("MIT",),
    "tornado": ("Apache-2.0",),
    "acorn": ("MIT",),
    "ajv": ("MIT",),
    "async": ("MIT",),
    "axios": ("MIT",),
    "commander": ("MIT",),
    "express": ("MIT",),
    "immer": ("MIT",),
    "lodash": ("MIT",),
    "moment": ("MIT",),
    "redux": ("MIT",),
    "rxjs": ("Apache-2.0",),
    "underscore": ("MIT",),
    "ws": ("MIT",),
    "bzip2": ("bzip2-1.0.6",),
    "hiredis": ("BSD-3-Clause",),
    "jansson": ("MIT",),
    "libyaml": ("MIT",),
    "lua5.4": ("MIT",),
    "lz4": ("BSD-2-Clause", "GPL-2.0-or-later", "GPL-2.0-only"),
    "zlib": ("Zlib",),
    "fmtlib": ("MIT",),
    "leveldb": ("BSD-3-Clause",),
    "tinyxml2": ("Zlib",),
    "jsoup": ("MIT",),
    "libcommons-codec-java": ("Apache-2.0",),
    "libcommons-lang3-java": ("Apache-2.0",),
    "golang-github-gorilla-mux": ("BSD-3-Clause",),
    "golang-github-mitchellh-mapstructure": ("MIT",),
    "golang-github-spf13-cobra": ("Apache-2.0",),
    "golang-yaml.v2": ("Apache-2.0", "MIT"),
    "ruby-nokogiri": ("MIT", "Apache-2.0"),  # its HTML 5 parser is Apache-2.0
    "php-guzzlehttp-psr7": ("MIT",),
    "php-monolog": ("MIT",),
    "php-nesbot-carbon": ("MIT",),
    "php-twig": ("BSD-3-Clause",),
}
"""What each project says its license is, read by a person from its web page and license file."""


@dataclass(frozen=True)
class Corpora:
    """What copies are cut from, and what independent code is cut from."""

    indexed: Index
    held_out: Index

    def packages(self) -> tuple[int, int]:
        """How many packages each has."""
        return _packages(self.indexed), _packages(self.held_out)


def full(folder: Path) -> Corpora:
    """Packages of three registries in ten languages; downloaded into codescan's cache."""
    return Corpora(
        built(load_recipe(str(_FOLDER / "indexed.toml")), folder / "indexed"),
        built(load_recipe(str(_FOLDER / "held_out.toml")), folder / "held_out"),
    )


def installed(folder: Path) -> Corpora:
    """Python packages installed here against its standard library: needs no network."""
    names = ["click", "jinja2", "markdown-it-py", "packaging", "pygments", "rich", "sqlite-utils"]
    present = [name for name in names if _is_installed(name)]
    indexed = SourceSpec("installed", {"names": present}, "eval_matcher")
    held_out = SourceSpec("installed", {"names": ["pip"], "stdlib": True}, "eval_matcher")
    return Corpora(
        built(Recipe("installed", "installed packages", (indexed,)), folder / "installed"),
        built(Recipe("stdlib", "the standard library", (held_out,)), folder / "stdlib"),
    )


def vendored(corpora: Corpora) -> frozenset[str]:
    """Hashes of the held-out files that are, at least in part, copies of indexed ones.

    Judged by lines, without the matcher: a file counts whose distinct lines of at least 25
    characters occur in the index for 30 % or more.
    """
    known: set[int] = set()
    for document in corpora.indexed.sample(len(corpora.indexed), 0):
        known |= _lines(document)
    names = set()
    for document in corpora.held_out.sample(len(corpora.held_out), 0):
        lines = _lines(document)
        if lines and len(lines & known) >= _VENDORED * len(lines):
            names.add(document.origin.sha256)
    return frozenset(names)


def _lines(document: Document) -> set[int]:
    """Hashes of the distinct long lines, without layout and comment marks."""
    return {
        int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
        for line in document.content.splitlines()
        if len(text := b"".join(line.split()).strip(b"/*#")) >= _LONG
    }


def _is_installed(name: str) -> bool:
    try:
        next(iter(InstalledSource(names=(name,)).parts()))
    except CodescanError:
        return False
    return True


def _packages(index: Index) -> int:
    purls = {d.origin.package.purl for n in range(len(index)) for d in index.documents(n)}
    return len(purls)


def built(recipe: Recipe, folder: Path) -> Index:
    """The index of a recipe; that of an earlier run if it was made from the same recipe."""
    try:
        index = Index.open(folder)
        if index.manifest.recipe == recipe.as_mapping():
            return index
        index.close()
    except CodescanError:
        pass
    print(f"building the index of {recipe.name!r}", file=sys.stderr)
    build(recipe.open(), folder, name=recipe.name, recipe=recipe.as_mapping())
    return Index.open(folder)
