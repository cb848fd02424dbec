# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Open, build and describe indexes."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct

from codescan.app.outcome import ExitCode
from codescan.app.program import program
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.settings import DEFAULT_CORPUS, only_one
from codescan.digests import sha256
from codescan.errors import CodescanError, UsageError
from codescan.records.json_form import encode
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codescan.app.index_results import IndexDescription
    from codescan.config import Config
    from codescan.index import Index
    from codescan.index.manifest import Manifest
    from codescan.index.sketch.reader import SketchIndex
    from codescan.records import Skipped, Snippet
    from codescan.sources.recipe import Recipe

__all__ = [
    "IndexChange",
    "add_to_index",
    "build_index",
    "compare_folders",
    "describe_index",
    "has_index",
    "identify_index",
    "index_description",
    "index_folder_of",
    "indexes_folder",
    "merge_index",
    "minimum_tokens",
    "open_folder",
    "open_index",
    "open_or_build_index",
    "resolve_recipe",
    "selected_folder",
]

_PACKAGE_NAME = lazy_pattern(r"[a-z0-9][a-z0-9._-]{0,63}")
_STAGES = {"read": "read and index files", "merge": "merge shards"}


class IndexChange(Struct, frozen=True):
    """Change of an index, and the missing parts of its corpus."""

    manifest: Manifest
    missing: tuple[Skipped, ...]
    """Packages and files that could not be read or fetched; up to ten thousand."""

    @property
    def exit_code(self) -> ExitCode:
        """5 if the index lacks a part of its corpus, else 0."""
        return ExitCode.UNCHECKED if self.missing else ExitCode.NOTHING_FOUND


def indexes_folder() -> Path:
    """The folder of the user's indexes, one per corpus; it may not exist."""
    import platformdirs

    return platformdirs.user_data_path("codescan") / "indexes"


def resolve_recipe(corpus: str) -> Recipe:
    """The recipe of a corpus: a name, a recipe file, or a folder to index.

    Raises:
        CodescanError: the corpus does not exist.
    """
    from codescan.sources.recipe import load_recipe

    return load_recipe(corpus)


def has_index(folder: Path) -> bool:
    """Whether a folder holds an index, even a damaged one."""
    return (folder / "manifest.json").exists()


def index_folder_of(corpus: str) -> Path:
    """The default folder of the index of a corpus.

    Corpora that come with codescan, and pulled packages, use their plain names. For a recipe,
    folder or file of the user, part of the hash of its path is added.
    """
    try:
        recipe = resolve_recipe(corpus)
    except CodescanError:
        if _PACKAGE_NAME.fullmatch(corpus) and has_index(indexes_folder() / corpus):
            return indexes_folder() / corpus  # a pulled package without a recipe here
        raise
    if recipe.path and Path(recipe.path).stem == corpus:
        return indexes_folder() / recipe.name
    place = str(Path(corpus).expanduser().resolve())
    return indexes_folder() / f"{recipe.name}-{sha256(place.encode()).hexdigest()[:8]}"


def open_index(index: Path | None, corpus: str | None, config: Config) -> Index:
    """Open the index that options and configuration name.

    Args:
        index: the folder of `--index`.
        corpus: the name of `--corpus`.
        config: used when neither option is given.

    Raises:
        UsageError: both options are given.
        IndexMissingError: the index does not exist; the hint states how to build it.
        IndexFormatError: the index has another version or is damaged.
    """
    from codescan.index import Index
    from codescan.index.manifest import missing_index

    folder, name = _selected_index(index, corpus, config)
    if not has_index(folder):
        raise missing_index(
            folder,
            "build it: "
            + shlex.join(
                [*program(), "index", "build", "--corpus", name or "NAME"]
                + ([] if name else ["--out", str(folder)])
            )
            + _pull_hint(name, config),
        )
    return Index.open(folder)


def open_folder(folder: Path) -> Index:
    """Open the index in a folder.

    Raises:
        IndexMissingError: it is missing.
        IndexFormatError: it is damaged.
    """
    from codescan.index import Index as OpenedIndex

    return OpenedIndex.open(folder)


def merge_index(folder: Path) -> None:
    """Merge the shards of the index in a folder.

    Raises:
        IndexMissingError: the index is missing.
        OutputError: the index cannot be written.
    """
    from codescan.index import compact

    compact(folder)


def open_or_build_index(
    index: Path | None,
    corpus: str | None,
    config: Config,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> Index:
    """Like `open_index`, but build a missing index of a corpus.

    Raises:
        SourceError: the corpus cannot be read.
        EmptyCorpusError: the corpus has no file to index.
        OutputError: the index cannot be written.
    """
    from codescan.index import Index

    folder, name = _selected_index(index, corpus, config)
    if name is None:
        return open_index(folder, None, config)
    if not has_index(folder):
        on_message(f"the corpus {name!r} has no index yet: building it in {folder}")
        change = build_index(resolve_recipe(name), folder, on_progress)
        for skip in change.missing:
            on_message(f"not indexed: {skip.item}: {skip.reason} {skip.detail}".rstrip())
    return Index.open(folder)


def compare_folders(
    folders: Sequence[str], texts: Iterable[Snippet] | None, on_progress: OnProgress = no_progress
) -> Index:
    """Read folders into a temporary index.

    Args:
        folders: at least one.
        texts: all texts to scan, if known.
        on_progress: called with the number of files read.

    Raises:
        SourceError: a folder cannot be read.
        EmptyCorpusError: they hold no file to compare with.
        OutputError: the disk has no room for temporary files.
    """
    from codescan.matchers.query_keys import query_key_filter
    from codescan.sources.folder_files import index_of_folders

    query_keys = None if texts is None else query_key_filter(texts)
    return index_of_folders(
        folders, lambda progress: on_progress("read files", progress.files, None), query_keys
    )


def add_to_index(
    recipe: Recipe,
    folder: Path,
    on_progress: OnProgress = no_progress,
    *,
    workers: int | None = None,
) -> IndexChange:
    """Add the packages of a recipe to an index, and apply its opt-out list again."""
    from codescan.app.opt_outs import apply_opt_outs, remembered_list
    from codescan.index import add

    opt_outs = remembered_list(folder)
    missing: list[Skipped] = []
    manifest = add(
        recipe.open(),
        folder,
        workers=workers,
        progress=lambda progress: on_progress(_STAGES[progress.stage], progress.files, None),
        on_missing=missing.append,
    )
    if opt_outs is not None:
        apply_opt_outs(folder, opt_outs, on_progress)
    return IndexChange(manifest, tuple(missing))


def build_index(
    recipe: Recipe,
    out: Path,
    on_progress: OnProgress = no_progress,
    *,
    workers: int | None = None,
    profile: str = "default",
    engine: str = "local",
    address: str | None = None,
) -> IndexChange:
    """Build the index of a recipe; the opt-out list of a replaced index stays in effect.

    `engine` and `address` are those of `codescan.tasks.ray_cluster.cluster`.
    """
    from codescan.app.opt_outs import apply_opt_outs, remembered_list
    from codescan.index import build
    from codescan.tasks.ray_cluster import cluster

    opt_outs = remembered_list(out)
    missing: list[Skipped] = []
    with cluster(engine, address, workers) as nodes:
        manifest = build(
            recipe.open(),
            out,
            name=recipe.name,
            recipe=recipe.as_mapping(),
            profile=profile,
            workers=workers,
            progress=lambda progress: on_progress(_STAGES[progress.stage], progress.files, None),
            on_missing=missing.append,
            cluster=nodes,
        )
    if opt_outs is not None:
        apply_opt_outs(out, opt_outs, on_progress)
    return IndexChange(manifest, tuple(missing))


def minimum_tokens(index: Index, option: int | None, config: Config) -> int:
    """Minimum tokens of a finding; by default the guarantee of the index.

    Raises:
        UsageError: it is below the guarantee of the index, so some shorter runs would be missed.
    """
    guarantee = index.manifest.guarantee_tokens
    least = option or config.min_tokens or guarantee
    if least < guarantee:
        where = "the minimum of tokens" if option else f"min_tokens in {config.file}"
        raise UsageError(
            f"{where} is {least}, but this index can miss runs under {guarantee} tokens",
            f"give at least {guarantee}, or build the index with --profile precise",
        )
    if not index.has_texts:
        from codescan.index.sketch.profile import LEAST_SPAN, STRIDE

        # Findings state the least that is shared.
        return max(LEAST_SPAN, least - 2 * (STRIDE - 1))
    return least


def index_description(index: Index) -> IndexDescription:
    """The identity and the size of an index."""
    from codescan.app.index_results import IndexDescription

    values = msgspec.structs.asdict(index.manifest)
    del values["shards"], values["languages"]
    if not index.has_texts:
        values |= _sketch_values(cast("SketchIndex", index))
    return IndexDescription(**values)


def describe_index(index: Index) -> dict[str, object]:
    """The identity and the size of an index, for reports.

    A folder compared directly has no digest and no date.
    """
    description: dict[str, object] = encode(index_description(index), keep_surrogates=True)
    return description


def _sketch_values(index: SketchIndex) -> dict[str, object]:
    """Guarantees of a sketch, for a text of 1000 tokens."""
    from codescan.index.sketch.profile import CANDIDATE_TOKENS, candidate_chance, match_chance

    return {
        "candidate_tokens": CANDIDATE_TOKENS,
        "chance_candidates_per_1000_tokens": candidate_chance(index.keys),
        "chance_matches_per_1000_tokens": match_chance(index.keys),
        "verified_on_text": index.text_source is not None,
    }


def identify_index(index: Index) -> dict[str, object]:
    """The properties of an index that must stay unchanged when a run resumes."""
    manifest = index.manifest
    return {
        "name": manifest.name,
        "digest": manifest.digest,
        "profile": manifest.profile,
        "format_version": manifest.format_version,
    }


def selected_folder(index: Path | None, corpus: str | None, config: Config) -> Path:
    """The folder of the index that options and configuration name; it may not exist.

    Raises:
        UsageError: both options are given.
    """
    return _selected_index(index, corpus, config)[0]


def _pull_hint(name: str | None, config: Config) -> str:
    """Hint to use a pulled index of this name, or to pull it if an address is configured."""
    if name is None or not _PACKAGE_NAME.fullmatch(name):
        return ""
    pulled = indexes_folder() / name
    if has_index(pulled):  # the name is also that of a folder here, which comes first
        return f"; the pulled index of this name is: --index {shlex.quote(str(pulled))}"
    if not config.package_url:
        return ""
    return f"; or pull it, if it is published: {shlex.join([*program(), 'index', 'pull', name])}"


def _selected_index(
    index: Path | None, corpus: str | None, config: Config
) -> tuple[Path, str | None]:
    """The folder of the index, and its corpus if known."""
    only_one(index, corpus)
    if index is None and corpus is None:
        index, corpus = config.index, config.corpus
    if index is not None:
        return index, None
    name = corpus or DEFAULT_CORPUS
    return index_folder_of(name), name
