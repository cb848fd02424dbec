# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Loads corpus recipes: TOML files that say which sources make up a corpus.

    description = "What is in it, for whom."        # required
    [[sources]]                                     # one or more
    kind = "pypi"                                   # a name of the registry's "sources" axis
    packages = ["requests", "flask==2.3.3"]         # other keys: arguments of that Source
    scancode = "scan.json"                          # of any kind: see `sources.scancode`

The name of a recipe is the name of its file. An unknown key is an error that names file and key.
"""

from __future__ import annotations

import datetime as dt
import difflib
import inspect
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from codescan.errors import ConfigError, SourceError, UsageError
from codescan.option_types import option_types
from codescan.records import Skipped
from codescan.registry import load, names
from codescan.sources.scancode import ScancodeSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from codescan.protocols import Source
    from codescan.sources.downloads import Fetchable, Fetched

__all__ = ["Recipe", "SourceSpec", "fetch", "load_recipe", "recipes", "shipped_folder"]

_KEYS = ("description", "sources")
_SCANCODE = "scancode"
"""Key of every kind of source: a ScanCode result whose claims are added."""
_USER_INFO = re.compile(r"://[^/\s]*@")
"""User name and password of a URL."""
_DATASETS = (".jsonl", ".ndjson", ".jsonl.gz", ".jsonl.zst", ".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One source of a recipe."""

    kind: str
    options: Mapping[str, object]
    where: str
    """File and number, for messages."""

    def open(self, cache: Path | None = None) -> Source:
        """The source; nothing is read yet.

        Args:
            cache: folder for downloads, for sources that download and name none themselves.

        Raises:
            ConfigError: an unknown kind or key, or an unusable value.
        """
        try:
            source_class = load("sources", self.kind)
        except UsageError as error:
            raise ConfigError(f"{self.where}: {error.message}", error.hint) from error
        known = inspect.signature(source_class).parameters
        unknown = [key for key in self.options if key not in known and key != _SCANCODE]
        if unknown:
            close = difflib.get_close_matches(unknown[0], known, n=1)
            raise ConfigError(
                f"{self.where}: a source of kind {self.kind!r} has no key {unknown[0]!r}",
                f"did you mean {close[0]!r}?" if close else f"keys: {', '.join(known)}",
            )
        required = (p.name for p in known.values() if p.default is inspect.Parameter.empty)
        missing = [name for name in required if name not in self.options]
        if missing:
            raise ConfigError(f"{self.where}: the key {missing[0]!r} is missing", "add it")
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in self.options.items()}
        scan = options.pop(_SCANCODE, "")
        if not isinstance(scan, str):
            raise ConfigError(
                f"{self.where}: {_SCANCODE} = {scan!r} is of the wrong type", "give one file"
            )
        _check_types(self.where, source_class, options)
        if cache is not None and "cache" in known:
            options.setdefault("cache", str(cache))
        try:
            source = cast("Source", source_class(**options))
            return ScancodeSource(source, scan) if scan else source
        except ConfigError as error:
            raise ConfigError(f"{self.where}: {error.message}", error.hint) from error


@dataclass(frozen=True, slots=True)
class Recipe:
    """The recipe of a corpus."""

    name: str
    description: str
    sources: tuple[SourceSpec, ...]
    path: str = ""
    """The recipe file; "" if the recipe was made from a folder or dataset file."""

    def open(self, cache: Path | None = None) -> tuple[Source, ...]:
        """The sources, in order; nothing is read yet.

        Args:
            cache: folder for downloads; default: CODESCAN_CACHE, else the user's cache.

        Raises:
            ConfigError: a source is described wrongly.
        """
        return tuple(spec.open(cache) for spec in self.sources)

    def described_sources(self) -> list[dict[str, object]]:
        """Kind and options of each source as JSON values, without credentials."""
        described = [{"kind": spec.kind, **spec.options} for spec in self.sources]
        return [{k: _plain(v) for k, v in source.items()} for source in described]

    def as_mapping(self) -> dict[str, object]:
        """The recipe as JSON values for the manifest of an index, without credentials."""
        sources = self.described_sources()
        return {"name": self.name, "description": self.description, "sources": sources}


def recipes() -> tuple[Recipe, ...]:
    """Every recipe shipped with codescan, by name."""
    own_recipes = [_read(path) for path in sorted(_folder().glob("*.toml"))]
    return tuple(own_recipes)


def load_recipe(name_or_path: str) -> Recipe:
    """A recipe by name or path: a .toml file, a folder of source files, or a dataset file.

    Raises:
        UsageError: there is no such recipe or path.
        ConfigError: the file is not a recipe.
    """
    path = Path(name_or_path).expanduser()
    if name_or_path.endswith(".toml"):
        return _read(path)
    shipped = _folder() / f"{name_or_path}.toml"
    if "/" not in name_or_path and shipped.is_file():
        return _read(shipped)
    if path.is_dir():
        return _implicit(path, "directory", {"path": str(path.resolve())})
    if path.is_file() and name_or_path.endswith(_DATASETS):
        return _implicit(path, "dataset", {"path": str(path.resolve())})
    known = [file.stem for file in sorted(_folder().glob("*.toml"))]
    close = difflib.get_close_matches(name_or_path, known, n=1)
    raise UsageError(
        f"there is no corpus {name_or_path!r}",
        f"did you mean {close[0]!r}?"
        if close
        else f"give one of {', '.join(known)}, a .toml file, a folder, or a JSONL or Parquet file",
    )


def fetch(
    recipe: Recipe,
    cache: Path | None = None,
    progress: Callable[[Fetched | Skipped], None] | None = None,
) -> tuple[Fetched | Skipped, ...]:
    """Download everything that a recipe needs, so that it can be read without a network.

    Args:
        recipe: the corpus.
        cache: folder for downloads; default: CODESCAN_CACHE, else the user's cache.
        progress: called with each package as it arrives or fails.

    Returns:
        Every package in order: the download, or the reason of its failure. Sources that read this
        machine, and datasets, which are streamed, have no downloads.
    """
    outcomes: list[Fetched | Skipped] = []
    for spec, source in zip(recipe.sources, recipe.open(cache), strict=True):
        for outcome in _fetched(spec, source):
            outcomes.append(outcome)
            if progress is not None:
                progress(outcome)
    return tuple(outcomes)


def _fetched(spec: SourceSpec, source: Source) -> Iterator[Fetched | Skipped]:
    source = source.inner if isinstance(source, ScancodeSource) else source
    if not hasattr(source, "fetch"):
        return
    try:
        yield from cast("Fetchable", source).fetch()
    except SourceError as error:
        yield Skipped(spec.where, "fetch", "unreachable", f"{error.message} ({error.hint})")


def shipped_folder(name: str, file: str) -> Path:
    """A shipped folder: next to the package in a checkout, inside the package after installation.

    Args:
        name: name of the folder.
        file: one of its files, which identifies the folder of a checkout.
    """
    # Based on this file, since an editable installation has the package in two folders.
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / name
    return checkout if (checkout / file).is_file() else package / name


def _folder() -> Path:
    return shipped_folder("corpora", "installed.toml")


def _read(path: Path) -> Recipe:
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"there is no recipe {path}", "check the path") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} is not a TOML file: {error}", "see docs/corpora.md") from error
    for key in fields:
        if key not in _KEYS:
            raise ConfigError(f"{path}: unknown key {key!r}", f"keys: {', '.join(_KEYS)}")
    description, listed = fields.get("description"), fields.get("sources")
    if not isinstance(description, str):
        raise ConfigError(f"{path}: `description` is missing", 'add description = "…"')
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"{path}: there are no [[sources]]", "add at least one")
    return Recipe(path.stem, description, tuple(_specs(path, listed)), str(path))


def _specs(path: Path, listed: list[object]) -> Iterator[SourceSpec]:
    for number, fields in enumerate(listed, 1):
        where = f"{path}: source {number}"
        if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
            raise ConfigError(
                f"{where}: `kind` is missing", f"one of {', '.join(names('sources'))}"
            )
        options = {str(key): value for key, value in fields.items() if key != "kind"}
        yield SourceSpec(fields["kind"], options, where)


def _implicit(path: Path, kind: str, options: Mapping[str, object]) -> Recipe:
    name = path.resolve().name.partition(".")[0] or "corpus"
    return Recipe(name, f"{kind} {path}", (SourceSpec(kind, options, str(path)),))


def _check_types(where: str, source_class: type, options: Mapping[str, object]) -> None:
    """Raise an error for a value whose type differs from the declaration of the source."""
    declared = option_types(source_class)
    for name, value in options.items():
        dated = isinstance(value, dt.date) and name == "before"  # TOML has dates of its own
        if name in declared and not dated and not declared[name].accepts(value):
            raise ConfigError(
                f"{where}: {name} = {value!r} is of the wrong type", f"give {declared[name].words}"
            )


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _USER_INFO.sub("://", value)  # an index is published, and reports quote it
    return value if isinstance(value, (int, float, bool)) else str(value)
