# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Choose the source of a check's policy, and read it.

A change must not choose its own rules. `--staged` reads them from the working tree, because the
author decides locally; `--diff` reads them from the base revision. If the base has no rule, a rule
of the change applies and is labeled; a strict check ignores it.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.app.moved_files import MovedFiles
from codescan.config import CONFIG_FILES, Config, find_config, is_config, parse_config
from codescan.errors import ConfigError, UsageError
from codescan.gate.baseline import FILE, MAX_BYTES, Baseline
from codescan.gate.policy_changes import policy_changes
from codescan.gate.policy_files import CommitFiles, DiskFiles, NoFiles, PolicyFiles, parents_of
from codescan.gate.project import Projects
from codescan.sources.regular_files import read_regular_file

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.gate.changes import ChangeSet, Repository
    from codescan.gate.policy_changes import PolicyChange

__all__ = ["PolicyRequest", "PolicySource", "read_policy"]

_MAX_CONFIG = 1 << 20
_WORKING_TREE = "working tree"
_THIS_CHANGE = "this change: the base has none"
_CALLER = "named by the caller"
_ID_SHOWN = 12


class PolicyRequest(Struct, frozen=True, kw_only=True):
    """Inputs for the choice of the policy's source."""

    folder: Path
    """The current folder."""
    repository: Repository | None
    change: ChangeSet | None
    """The change; None for whole files."""
    policy_from: str | None = None
    """"base", "head" or a revision; None: depends on the kind of check."""
    strict: bool = False
    config_file: Path | None = None
    baseline_file: Path | None = None
    is_partial: bool = False
    """Whether the check excludes files of the project or of the change."""


class PolicySource(Struct, frozen=True, kw_only=True):
    """The policy of one check, with the source of each part."""

    config: Config
    config_name: str
    """Name of the configuration file in messages; "" for none."""
    config_origin: str
    """Its source: "working tree", "base 1f2e3d4c5b6a", ..."""
    projects: Projects
    project_origin: str
    baseline: Baseline
    baseline_file: Path
    """The file that --update-baseline writes."""
    baseline_name: str
    baseline_origin: str
    changes: tuple[PolicyChange, ...]
    """Changes to configuration, manifests, license files and baseline."""
    notes: tuple[str, ...]
    strict: bool
    base: PolicyFiles | None
    """The state before the change, if whole files are checked against a revision."""
    root: Path


class _State(Struct, frozen=True):
    files: PolicyFiles
    origin: str


class _States(Struct, frozen=True):
    """The states of the project from which a check may read the policy."""

    main: _State
    fallback: _State | None
    """The change itself, used if the base has no rule. None for a strict check."""
    after: _State
    """State with the baseline."""
    before: _State | None
    """The state before the change; None without a change."""


def read_policy(request: PolicyRequest) -> PolicySource:
    """Read configuration, baseline and project from their sources.

    Raises:
        ConfigError: one of them is invalid, not a regular file, or a link out of the project.
        UsageError: the options contradict each other, or name an unknown revision.
        GitError: git fails.
    """
    root = _root(request)
    states = _states(request, root)
    config, name, origin = _config(request, states, root)
    if request.repository is None and config.file is not None and request.config_file is None:
        root = config.file.parent
        disk = _State(DiskFiles(root), _WORKING_TREE)
        states = _States(disk, None, disk, None) if not request.strict else states
    baseline_path, baseline_name = _baseline_place(request, config, root)
    baseline, baseline_origin, notes = _baseline(
        request, states, root, baseline_path, baseline_name
    )
    projects, project_origin = _projects(request, states, config)
    changes: tuple[PolicyChange, ...] = ()
    if request.change is not None:
        inside = _inside(baseline_path, root)
        used = {states.after.files.real_path(p) for p in (name, inside or FILE) if p}
        index = _inside(config.index, root) if config.index is not None else None
        changes = policy_changes(request.change, baseline=inside or FILE, used=used, index=index)
        notes = (*request.change.notes, *notes)
    return PolicySource(
        config=config,
        config_name=name,
        config_origin=origin,
        projects=projects,
        project_origin=project_origin,
        baseline=baseline,
        baseline_file=baseline_path,
        baseline_name=baseline_name,
        baseline_origin=baseline_origin,
        changes=changes,
        notes=notes,
        strict=request.strict,
        base=states.main.files if request.change is None and request.policy_from else None,
        root=root,
    )


def _root(request: PolicyRequest) -> Path:
    if request.repository is None or request.repository.root is None:
        return request.folder
    return request.repository.root


def _states(request: PolicyRequest, root: Path) -> _States:
    repository, change, policy_from = request.repository, request.change, request.policy_from
    disk = _State(_disk_files(request, root), _WORKING_TREE)
    if change is None or repository is None:
        return _whole_states(request, disk)
    if policy_from not in {None, "base", "head"}:
        raise UsageError(
            f"--policy-from {policy_from} cannot be combined with --staged or --diff",
            "give --policy-from base or --policy-from head",
        )
    if request.strict and policy_from == "head":
        raise UsageError(
            "--strict cannot be combined with --policy-from head",
            "give one of them",
        )
    before = _State(
        CommitFiles(repository.objects, change.base) if change.base else NoFiles(),
        f"base {change.base[:_ID_SHOWN]}" if change.base else "base, which has no commit",
    )
    if change.head:
        after = _State(
            CommitFiles(repository.objects, change.head), f"head {change.head[:_ID_SHOWN]}"
        )  # fmt: skip
    else:
        after = disk
    from_base = (
        request.strict or policy_from == "base" or (policy_from is None and bool(change.head))
    )
    main = before if from_base else after
    fallback = after if from_base and not request.strict else None
    return _States(main, fallback, before if request.strict else after, before)


def _whole_states(request: PolicyRequest, disk: _State) -> _States:
    """The states for a check of whole files."""
    policy_from = request.policy_from
    if policy_from is not None:
        if policy_from in {"base", "head"} or request.repository is None:
            raise UsageError(
                f"--policy-from {policy_from} needs a change",
                "give --diff or --staged, or name a revision of a repository",
            )
        commit = request.repository.commit(policy_from)
        if not commit:
            raise UsageError(f"{policy_from!r} is not a commit", "check the spelling")
        files = CommitFiles(request.repository.objects, commit)
        state = _State(files, f"revision {commit[:_ID_SHOWN]}")
        return _States(state, None, state, None)
    state = _State(NoFiles(), "nothing: the check is strict") if request.strict else disk
    return _States(state, None, state, None)


def _disk_files(request: PolicyRequest, root: Path) -> DiskFiles:
    repository = request.repository
    sparse = repository.unchecked_out() if repository is not None else {}
    return DiskFiles(root, sparse, repository.objects if repository is not None else None)


def _config(request: PolicyRequest, states: _States, root: Path) -> tuple[Config, str, str]:
    """The configuration, its name and its source."""
    if request.config_file is not None:
        content, origin = _named(request, states, root, request.config_file, _MAX_CONFIG)
        if content is None:
            raise ConfigError(f"cannot read {request.config_file}: No such file", "check --config")
        return _parsed(content, request.config_file, origin), str(request.config_file), origin
    if request.repository is None:
        file = None if request.strict else find_config(request.folder)
        content = read_regular_file(file, _MAX_CONFIG) if file is not None else None
        if file is None or content is None:
            return Config(), "", states.main.origin
        return _parsed(content, file, _WORKING_TREE), str(file), _WORKING_TREE
    start = request.repository.prefix.rstrip("/")
    for state in (states.main, states.fallback):
        config_file = _nearest_config(state.files, start) if state is not None else None
        if state is not None and config_file is not None:
            path, content = config_file
            origin = _THIS_CHANGE if state is states.fallback else state.origin
            return _parsed(content, root / path, origin), path, origin
    return Config(), "", states.main.origin


def _nearest_config(files: PolicyFiles, start: str) -> tuple[str, bytes] | None:
    """The nearest configuration at or above a folder, up to the root of the repository."""
    for folder in parents_of(start):
        for name in CONFIG_FILES:
            path = posixpath.join(folder, name)
            content = files.read(path, _MAX_CONFIG)
            if content is not None and is_config(name, content):
                return path, content
    return None


def _parsed(content: bytes, path: Path, origin: str) -> Config:
    try:
        return parse_config(content, path)
    except ConfigError as error:
        if origin in {_WORKING_TREE, _CALLER}:
            raise
        raise ConfigError(f"{error.message} (read from: {origin})", error.hint) from error


def _named(
    request: PolicyRequest, states: _States, root: Path, file: Path, limit: int
) -> tuple[bytes | None, str]:
    """The content of a file that the caller names, and its source.

    A file that the change could modify is read from the source of the policy.
    """
    path = _inside(file, root)
    if path is not None and request.repository is not None and states.before is not None:
        content = states.main.files.read(path, limit)
        if content is not None:
            return content, states.main.origin
        if states.after.files.read(path, limit) is not None or _is_changed(request, path):
            if states.fallback is None:
                raise ConfigError(
                    f"{file} is not in the {states.main.origin}, where a strict check reads it",
                    "name a file outside the change",
                )
            return states.fallback.files.read(path, limit), _THIS_CHANGE
    elif path is not None and request.policy_from is not None:
        content = states.main.files.read(path, limit)
        if content is not None:
            return content, states.main.origin
    return read_regular_file(file, limit), _CALLER


def _is_changed(request: PolicyRequest, path: str) -> bool:
    return request.change is not None and path in request.change.paths()


def _inside(path: Path, root: Path) -> str | None:
    """A path relative to the root; None if it is outside."""
    try:
        place = path.absolute().parent.resolve() / path.name
        return place.relative_to(root.resolve()).as_posix()
    except (OSError, RuntimeError, ValueError):
        return None


def _baseline_place(request: PolicyRequest, config: Config, root: Path) -> tuple[Path, str]:
    """The baseline file, and its name in messages."""
    if request.baseline_file is not None:
        return request.baseline_file, str(request.baseline_file)
    if config.baseline is None:
        return root / FILE, FILE
    path = _inside(config.baseline, root)
    if path is None and request.config_file is None and request.repository is not None:
        raise ConfigError(
            f"the configuration names a baseline outside the repository: {config.baseline}",
            "a file outside counts only when it is named: --baseline FILE",
        )
    return config.baseline, path or str(config.baseline)


def _baseline(
    request: PolicyRequest, states: _States, root: Path, file: Path, name: str
) -> tuple[Baseline, str, tuple[str, ...]]:
    """The baseline, its source, and notes."""
    path = _inside(file, root)
    moves = _moved_files(request, root)
    if path is None or (request.repository is None and not request.strict):
        content = read_regular_file(file, MAX_BYTES)
        return Baseline.parse(content, name, moves=moves), _CALLER, ()
    content, origin = states.after.files.read(path, MAX_BYTES), states.after.origin
    if content is None and request.baseline_file is not None and not _is_changed(request, path):
        content, origin = read_regular_file(file, MAX_BYTES), _CALLER
        return Baseline.parse(content, name, moves=moves), origin, ()
    before: Baseline | None = None
    notes: tuple[str, ...] = ()
    if states.before is not None and not request.strict:
        before, notes = _baseline_before(states.before, path, name)
    return Baseline.parse(content, name, moves=moves, before=before), origin, notes


def _baseline_before(state: _State, path: str, name: str) -> tuple[Baseline, tuple[str, ...]]:
    try:
        return Baseline.parse(state.files.read(path, MAX_BYTES), name), ()
    except ConfigError as error:  # the change may be what repairs it
        return Baseline(), (f"before the change: {error.message}",)


def _moved_files(request: PolicyRequest, root: Path) -> MovedFiles:
    change, repository = request.change, request.repository
    after = None
    if change is not None and change.head and repository is not None:
        after = CommitFiles(repository.objects, change.head)
    return MovedFiles(root, repository, change, after, is_partial=request.is_partial)


def _projects(request: PolicyRequest, states: _States, config: Config) -> tuple[Projects, str]:
    """The reader of projects, and its source."""
    remotes = request.repository.remotes() if request.repository is not None else ()

    def of(state: _State) -> Projects:
        return Projects(state.files, remotes, config.license or "", config.own)

    projects = of(states.main)
    if states.fallback is not None and not config.license:
        stated, later = projects.of(), of(states.fallback)
        if not stated.license and not stated.purls and later.of().license:
            return later, _THIS_CHANGE
    return projects, states.main.origin
