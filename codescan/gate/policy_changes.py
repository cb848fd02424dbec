# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""List what a change alters in the policy that it is judged by."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.errors import ConfigError
from codescan.gate.baseline import MAX_BYTES, Baseline
from codescan.gate.project import MANIFESTS, Manifest, read_manifest
from codescan.licenses.detect import text_claim
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import readme_claim
from codescan.licenses.vendored_paths import vendored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from codescan.gate.changes import ChangeSet
    from codescan.git.objects import ObjectReader

__all__ = ["PolicyChange", "policy_changes"]

_CONFIG = "codescan.toml"
_PROJECT = "pyproject.toml"
_SHOWN = 5


class PolicyChange(Struct, frozen=True):
    """A file of the policy that the change adds, alters or removes."""

    path: str
    """The path from the root of the repository."""
    differences: str
    """The differences: "fail_states, own", "license: MIT, was GPL-3.0-only"."""


def policy_changes(
    change: ChangeSet, *, baseline: str, used: Collection[str] = (), index: str | None = None
) -> tuple[PolicyChange, ...]:
    """Every difference of policy between the two sides of a change, by path.

    Args:
        change: the change.
        baseline: path of the baseline, from the root.
        used: further files that are read as policy: what their links lead to.
        index: folder of the index from the root, where it lies in the repository.

    Raises:
        GitError: git fails.
    """
    changes: list[PolicyChange] = []
    index_files = 0
    objects = change.objects
    for entry in change.entries:
        if index and _is_related(index, {entry.path, entry.old_path}):
            index_files += 1
        for path in sorted({entry.path, entry.old_path}):
            kind = _kind(path, baseline, used)
            if not kind:
                continue
            old = _content(objects, entry.old_id) if path == entry.old_path else None
            new = _content(objects, entry.new_id) if path == entry.path else None
            if entry.status == "D":
                new = None
            if entry.status == "A":
                old = None
            differences = ", ".join(_differences(kind, path, old, new))
            if differences:
                changes.append(PolicyChange(path, differences))
    if index and index_files:
        changes.append(PolicyChange(index, f"{index_files} files of the index"))
    return tuple(sorted(changes, key=lambda each: each.path))


def _is_related(index: str, paths: Collection[str]) -> bool:
    """Whether a path lies in the index, is the index, or is a folder or link that leads to it."""
    return any(f"{index}/".startswith(f"{p}/") or f"{p}/".startswith(f"{index}/") for p in paths)


def _kind(path: str, baseline: str, used: Collection[str]) -> str:
    folder, name = posixpath.split(path)
    if path == baseline:
        return "baseline"
    if name == _CONFIG:
        return "config"
    if name in MANIFESTS:
        copy = vendored(f"{folder}/x") if folder else None
        return "" if copy is not None and copy.certain else "manifest"
    if is_license_path(path) and (not folder or path in used):
        return "license"
    if not folder and name.lower().startswith("readme"):
        return "readme"
    return "policy" if path in used or name == "REUSE.toml" else ""


def _content(objects: ObjectReader, object_id: str) -> bytes | None:
    return objects.read(object_id, MAX_BYTES) if object_id.strip("0") else None


def _differences(kind: str, path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    if old == new:
        return
    if kind == "baseline":
        yield from _baseline_differences(path, old, new)
    elif kind == "manifest":
        yield from _manifest_differences(path, old, new)
    elif kind == "license":
        yield _license_difference(old, new)
    elif kind == "readme":
        yield from _readme_difference(path, old, new)
    elif kind == "config":
        yield from _config_differences(old, new, ())
    else:
        yield "changed"


def _baseline_differences(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    sides = []
    for content in (old, new):
        try:
            sides.append(Baseline.parse(content, path))
        except ConfigError:
            yield "changed, and one version of it is not a baseline"
            return
    before, after = sides
    added, removed = after.added_since(before), before.added_since(after)
    if added:
        yield f"entries added or altered: {len(added)}"
    altered = {entry.key for entry in added}
    gone = [entry for entry in removed if entry.key not in altered]
    if gone:
        yield f"entries removed: {len(gone)}"


def _manifest_differences(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    before, after = Manifest(), Manifest()
    read_manifest(path, old or b"", before)
    read_manifest(path, new or b"", after)
    declared = [expression for expression, _ in after.licenses[:1]]
    expressions_before = [expression for expression, _ in before.licenses[:1]]
    if declared != expressions_before:
        yield f"license: {_listed(declared)}, was {_listed(expressions_before)}"
    for word, first, second in (
        ("own packages", before.purls, after.purls),
        ("own addresses", before.addresses, after.addresses),
        ("dependencies", before.dependencies, after.dependencies),
    ):
        added = sorted(set(second) - set(first))
        removed = sorted(set(first) - set(second))
        if added:
            yield f"{word} added: {_listed(added)}"
        if removed:
            yield f"{word} removed: {_listed(removed)}"
    if posixpath.basename(path) == _PROJECT:
        yield from _config_differences(old, new, ("tool", "codescan"))


def _readme_difference(path: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    """The change of a README's license, for projects that state it nowhere else."""
    claims = [readme_claim(path, content) if content else None for content in (new, old)]
    names = [claim.expression if claim is not None else "none" for claim in claims]
    if names[0] != names[1]:
        yield f"license: {names[0]}, was {names[1]}"


def _license_difference(old: bytes | None, new: bytes | None) -> str:
    names = []
    for content in (new, old):
        claim = text_claim(content) if content else None
        stated = claim.expression if claim is not None else "unknown"
        names.append(stated if content else "none")
    return f"license: {names[0]}, was {names[1]}"


def _config_differences(
    old: bytes | None, new: bytes | None, table: tuple[str, ...]
) -> Iterator[str]:  # fmt: skip
    before, after = _table(old, table), _table(new, table)
    if before is None or after is None:
        yield "changed, and one version of it is not valid TOML"
        return
    keys = sorted({*before, *after})
    different = [key for key in keys if before.get(key) != after.get(key)]
    if different:
        yield f"configuration: {_listed(different)}"
    elif not table and old is None:
        yield "added, with no settings"
    elif not table and new is None:
        yield "removed"


def _table(content: bytes | None, path: tuple[str, ...]) -> dict[str, object] | None:
    import tomllib

    try:
        table: object = tomllib.loads((content or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    for key in path:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN]) or "none"
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
