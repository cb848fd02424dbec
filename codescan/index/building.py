# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Builds an index and changes it: adds packages, removes them, and merges shards.

Every change writes new shards next to the old ones and replaces the manifest last, in one step. If
the program is killed at any moment, the folder holds either the old index or the new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan._core import _native
from codescan.errors import EmptyCorpusError, UsageError
from codescan.index.catalogues import open_catalogue
from codescan.index.manifest import Manifest
from codescan.index.merge import merge_all
from codescan.index.removal import Removal
from codescan.index.sketch import profile as sketch
from codescan.index.transaction import changing, described
from codescan.index.workers import Progress, ProgressCallback, read_parts
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from codescan.index.manifest import ShardEntry
    from codescan.index.shard_writer import Tally
    from codescan.protocols import Source
    from codescan.records import Skipped
    from codescan.tasks.ray_cluster import RayCluster

__all__ = ["DEFAULT_PROFILE", "PROFILES", "add", "build", "compact", "guarantee_tokens", "remove"]

DEFAULT_PROFILE = "default"
PROFILES = (*_native.PROFILES, sketch.PROFILE)


def build(  # noqa: PLR0913
    sources: Iterable[Source],
    out: Path,
    *,
    name: str,
    recipe: Mapping[str, object],
    profile: str = DEFAULT_PROFILE,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    on_missing: Callable[[Skipped], None] | None = None,
    cluster: RayCluster | None = None,
) -> Manifest:
    """Build the index of a corpus at `out`, replacing one that is there.

    Args:
        sources: the corpus.
        out: folder of the index; created if need be.
        name: name of the corpus.
        recipe: what the corpus was made from, kept in the manifest.
        profile: one of PROFILES; it determines the guarantee.
        workers: processes; by default one for each core, and one if the corpus has one part.
        progress: called regularly.
        on_missing: called with each package or file that could not be read or fetched.
        cluster: reads the corpus instead of processes of this machine.

    Raises:
        EmptyCorpusError: nothing can be indexed.
        SourceError: the corpus cannot be read.
        OutputError: `out` cannot be written.
    """
    if profile not in PROFILES:
        profile_names = ", ".join(PROFILES)
        raise UsageError(f"unknown index profile {profile!r}", f"choose one of {profile_names}")
    report = progress or (lambda _progress: None)
    with changing(out) as shards:
        entries, tally = read_parts(_parts(sources), shards, profile, workers, report, cluster)
        for skip in tally.missing:
            if on_missing is not None:
                on_missing(skip)
        skipped = sum(tally.skipped.values())
        if not any(entry.contents for entry in entries):
            raise EmptyCorpusError(
                f"the corpus {name!r} holds no file that can be indexed"
                + (f" ({skipped} skipped)" if skipped else ""),
                f"show its sources with: codescan corpus show {name}",
            )
        report(Progress("merge", tally.files, tally.bytes, skipped))
        manifest = Manifest(
            name=name,
            profile=profile,
            guarantee_tokens=guarantee_tokens(profile),
            languages=tuple(LANGUAGES),
            shards=(),
            recipe=dict(recipe),
            skipped=dict(sorted(tally.skipped.items())),
        )
        return described(manifest, shards, merge_all(shards, entries)).save(out)


def add(
    sources: Iterable[Source],
    out: Path,
    *,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    on_missing: Callable[[Skipped], None] | None = None,
) -> Manifest:
    """Add packages to the index at `out`, without reading its old packages again.

    A file that the index already has is stored twice until the shards are merged (`compact`).

    Raises:
        IndexMissingError: the index is missing.
        SourceError: the packages cannot be read.
        OutputError: `out` cannot be written.
    """
    _check_languages(Manifest.load(out), out)
    report = progress or (lambda _progress: None)
    with changing(out) as shards:
        manifest = Manifest.load(out)
        parts = _parts(sources)
        entries, tally = read_parts(parts, shards, manifest.profile, workers, report)
        for skip in tally.missing:
            if on_missing is not None:
                on_missing(skip)
        added = [entry for entry in merge_all(shards, entries) if entry.contents]
        manifest = described(
            replace(manifest, skipped=_sum(manifest.skipped, tally)),
            shards,
            [*manifest.shards, *added],
        )
        return manifest.save(out)


def remove(
    purls: frozenset[str],
    out: Path,
    *,
    files: frozenset[tuple[str, str]] = frozenset(),
    recipe: Callable[[Manifest], dict[str, object]] | None = None,
) -> Manifest:
    """Remove packages and files from the index at `out`.

    Only shards that hold one of them are rewritten. A content is removed with its last file.

    Args:
        purls: packages; each must be in the index.
        out: folder of the index.
        files: (package URL, path) of files to remove from packages that stay.
        recipe: returns the recipe of the new manifest; called with that manifest, complete except
            for its recipe.

    Raises:
        IndexMissingError: the index is missing.
        UsageError: the index does not hold a package, or would be empty afterwards.
        OutputError: `out` cannot be written.
    """
    Manifest.load(out)  # there is none: nothing is made
    removal = Removal(purls, files)
    with changing(out) as shards:
        manifest = Manifest.load(out)
        purls_by_shard = {entry.id: _purls(shards, entry) for entry in manifest.shards}
        missing = removal.touched.difference(*purls_by_shard.values())
        if missing:
            raise UsageError(
                f"the index {out} does not hold {', '.join(sorted(missing))}",
                "name packages as `codescan index info --list-packages` lists them",
            )
        entries: list[ShardEntry] = []
        for entry in manifest.shards:
            is_touched = bool(removal.touched & purls_by_shard[entry.id])
            entries += merge_all(shards, [entry], removal) if is_touched else [entry]
        entries = [entry for entry in entries if entry.contents]
        if not entries:
            raise UsageError(f"the index {out} would be empty", "remove its folder instead")
        changed = described(manifest, shards, entries)
        if recipe is not None:
            changed = replace(changed, recipe=recipe(changed))
        return changed.save(out)


def compact(out: Path) -> Manifest:
    """Merge the shards of the index at `out` into as few as possible, each file once.

    Raises:
        IndexMissingError: the index is missing.
        OutputError: `out` cannot be written.
    """
    Manifest.load(out)  # there is none: nothing is made
    with changing(out) as shards:
        manifest = Manifest.load(out)
        return described(manifest, shards, merge_all(shards, list(manifest.shards))).save(out)


def _check_languages(manifest: Manifest, out: Path) -> None:
    if manifest.languages != tuple(LANGUAGES):
        raise UsageError(
            f"the index {out} was made with another list of languages",
            f"rebuild it with: codescan index build --corpus NAME --out {out}",
        )


def _parts(sources: Iterable[Source]) -> list[Source]:
    return [part for source in sources for part in source.parts()]


def guarantee_tokens(profile: str) -> int:
    """The guarantee t of a profile: every form finds each shared run of at least t tokens."""
    if profile == sketch.PROFILE:
        return sketch.MATCH_TOKENS
    return max(window + k - 1 for k, window, _remnant in _native.PROFILES[profile])


def _purls(shards: Path, entry: ShardEntry) -> frozenset[str]:
    catalogue = open_catalogue(shards, entry)
    purls = frozenset(catalogue.purls())
    catalogue.close()
    return purls


def _sum(skipped: dict[str, int], tally: Tally) -> dict[str, int]:
    reasons = sorted(skipped.keys() | tally.skipped.keys())
    return {reason: skipped.get(reason, 0) + tally.skipped.get(reason, 0) for reason in reasons}
